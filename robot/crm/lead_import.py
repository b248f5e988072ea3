"""Leads from a CSV or XLSX file: bytes in, accepted rows and refused rows out. Pure: nothing is stored here.

Headers are in Russian or English, in any order. A row that cannot be dialed is refused with its line and a reason; a
file that is no list of leads is refused whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from robot.crm.base import NewLead
from robot.crm.csv_table import Table, read_table, refusal
from robot.crm.lead_row import COLUMNS, LONGEST, RowRefused, clean, column_of, lead_from
from robot.crm.stages import Text
from robot.crm.xlsx_table import is_archive, read_workbook

__all__ = ["COLUMNS", "LONGEST", "ImportedFile", "Merged", "Refused", "read_file", "read_leads"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row left out. `line` counts from 1, the header included, as an editor shows it. `phone`: as it was written."""

    line: int
    reason: Text
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A row that went into an earlier one of the same number, which stands on the line `into`."""

    line: int
    into: int
    phone: str


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What a file holds. `rows` counts rows that are not empty; every one of them was accepted, refused, or merged
    into an accepted one of the same number. `lines`: on which line each accepted number stands first.
    `columns`: each header with what it was taken for: a column of COLUMNS, or the name of a field."""

    leads: Sequence[NewLead]
    refused: Sequence[Refused]
    rows: int
    merged: int
    encoding: str
    delimiter: str
    lines: Mapping[str, int] = field(default_factory=dict)
    merges: Sequence[Merged] = ()
    columns: Sequence[tuple[str, str]] = ()


def read_file(content: bytes) -> Table:
    """The table of a CSV or XLSX file. Raises ImportRefused."""
    return read_workbook(content) if is_archive(content) else read_table(content)


def read_leads(content: bytes, *, region: str = "RU") -> ImportedFile:
    """Leads of a file. region: whose national numbers are meant where a number has no country code.

    Raises ImportRefused for what is no list of leads at all.
    """
    table = read_file(content)
    columns = columns_of(table.header)
    leads: dict[str, NewLead] = {}
    lines: dict[str, int] = {}
    refused: list[Refused] = []
    merges: list[Merged] = []
    for line, cells in table.rows:
        try:
            lead = lead_from(row_of(columns, cells), region=region)
        except RowRefused as error:
            written = cells[columns.index("phone")] if len(cells) > columns.index("phone") else ""
            refused.append(Refused(line, error.reason, written))
            continue
        earlier = leads.get(lead.phone)
        leads[lead.phone] = lead if earlier is None else lead.over(earlier)
        if earlier is None:
            lines[lead.phone] = line
        else:
            merges.append(Merged(line, lines[lead.phone], lead.phone))
    return ImportedFile(
        list(leads.values()),
        refused,
        len(table.rows),
        len(merges),
        table.encoding,
        table.delimiter,
        lines=lines,
        merges=merges,
        columns=[(clean(cell)[:LONGEST], column[:LONGEST]) for cell, column in zip(table.header, columns, strict=True)],
    )


def columns_of(header: Sequence[str], needed: str = "phone") -> list[str]:
    """What each cell of a row is: a column of COLUMNS, the name of a field, or "" for a nameless cell. Raises
    ImportRefused when there is no column `needed`, or two of one meaning."""
    columns = [column_of(cell) for cell in header]
    found = ", ".join(f"«{' '.join(clean(cell).split())}»" for cell in header if clean(cell)) or "—"
    if needed not in columns:
        raise refusal(
            f"Нет колонки с телефоном. Найдены: {found}. Нужна «телефон» или «phone»; также понимаются имя, компания, "
            "город, регион, часовой пояс, балл, согласие.",
            f"No column of telephone numbers. Found: {found}. Expected “phone” or «телефон»; name, company, city, "
            "region, timezone, score and consent are understood too.",
        )
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise refusal(
            f"Две колонки с одним смыслом ({', '.join(twice)}). Найдены: {found}. Оставьте одну.",
            f"Two columns of one meaning ({', '.join(twice)}). Found: {found}. Leave one.",
        )
    return columns


def row_of(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells by column. Raises RowRefused when there are more of them than columns."""
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise RowRefused(
            f"ячеек {len(cells)}, а колонок {len(columns)}: проверьте разделители и кавычки",
            f"{len(cells)} cells in {len(columns)} columns: check delimiters and quotes",
        )
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column}
