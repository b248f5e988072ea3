"""Leads from a CSV file: bytes in, accepted rows and refused rows out. Pure: nothing is stored here.

Headers are in Russian or English, in any order. A row that cannot be dialed is refused with its line and a reason; a
file that is no list of leads is refused whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from robot.crm.base import NewLead
from robot.crm.csv_table import read_table, refusal
from robot.crm.stages import Text
from robot.domain.phones import InvalidPhone, parse_phone
from robot.domain.zones import zone_info

LONGEST = 200
"""Characters in one field: nobody's name is longer."""

COLUMNS = {
    "phone": (
        "телефон",
        "тел",
        "номер",
        "номер телефона",
        "мобильный",
        "мобильный телефон",
        "phone",
        "phone number",
        "tel",
        "mobile",
    ),
    "name": ("имя", "фио", "контакт", "контактное лицо", "name", "full name", "contact"),
    "company": ("компания", "организация", "фирма", "название", "название компании", "company", "organization"),
    "city": ("город", "city", "town"),
    "timezone": ("часовой пояс", "таймзона", "timezone", "time zone"),
}
"""Column -> the headers that mean it. Any other header becomes a field of the lead under its own name."""

_OF_HEADER = {header: column for column, headers in COLUMNS.items() for header in headers}
_EXPONENT = re.compile(r"\d[.,]?\d*[eе][+-]?\d+", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row left out. `line` counts from 1, the header included, as an editor shows it."""

    line: int
    reason: Text


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What a file holds. `rows` counts rows that are not empty; every one of them was accepted, refused, or merged
    into an accepted one of the same number."""

    leads: Sequence[NewLead]
    refused: Sequence[Refused]
    rows: int
    merged: int
    encoding: str
    delimiter: str


def read_leads(content: bytes, *, region: str = "RU") -> ImportedFile:
    """Leads of a CSV file. region: whose national numbers are meant where a number has no country code.

    Raises ImportRefused for what is no list of leads at all.
    """
    table = read_table(content)
    columns = _columns(table.header)
    leads: dict[str, NewLead] = {}
    refused: list[Refused] = []
    for line, cells in table.rows:
        try:
            lead = _lead(columns, cells, region)
        except _RowRefused as error:
            refused.append(Refused(line, error.reason))
            continue
        earlier = leads.get(lead.phone)
        leads[lead.phone] = lead if earlier is None else lead.over(earlier)
    rows = len(table.rows)
    merged = rows - len(refused) - len(leads)
    return ImportedFile(list(leads.values()), refused, rows, merged, table.encoding, table.delimiter)


class _RowRefused(Exception):
    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(ru, en)


def _columns(header: Sequence[str]) -> list[str]:
    """What each cell of a row is: a column of COLUMNS, the name of a field, or "" for a nameless cell."""
    names = [" ".join(_clean(cell).replace("_", " ").split()) for cell in header]
    columns = [_OF_HEADER.get(name.casefold().replace("ё", "е").strip(" .:"), name) for name in names]
    found = ", ".join(f"«{name}»" for name in names if name) or "—"
    if "phone" not in columns:
        raise refusal(
            f"Нет колонки с телефоном. Найдены: {found}. Нужна «телефон» или «phone»; также понимаются имя, компания, "
            "город, часовой пояс.",
            f"No column of telephone numbers. Found: {found}. Expected “phone” or «телефон»; name, company, city and "
            "timezone are understood too.",
        )
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise refusal(
            f"Две колонки с одним смыслом ({', '.join(twice)}). Найдены: {found}. Оставьте одну.",
            f"Two columns of one meaning ({', '.join(twice)}). Found: {found}. Leave one.",
        )
    return columns


def _lead(columns: Sequence[str], cells: Sequence[str], region: str) -> NewLead:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise _RowRefused(
            f"ячеек {len(cells)}, а колонок {len(columns)}: проверьте разделители и кавычки",
            f"{len(cells)} cells in {len(columns)} columns: check delimiters and quotes",
        )
    values = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    phone = _phone(values.pop("phone", ""), region)
    cleaned = {column: _clean(value) for column, value in values.items()}
    for column, value in cleaned.items():
        if len(value) > LONGEST:
            raise _RowRefused(
                f"«{column}»: {len(value)} знаков, больше {LONGEST}",
                f"“{column}”: {len(value)} characters, over {LONGEST}",
            )
    timezone = cleaned.pop("timezone", "")
    if timezone and zone_info(timezone) is None:
        raise _RowRefused(
            f"«{timezone}» — не часовой пояс; нужно имя вида Europe/Moscow",
            f"“{timezone}” is no time zone: use a name such as Europe/Moscow",
        )
    return NewLead(
        phone=phone,
        name=cleaned.pop("name", ""),
        company=cleaned.pop("company", ""),
        city=cleaned.pop("city", ""),
        timezone=timezone,
        fields={field: value for field, value in cleaned.items() if value},
    )


def _phone(raw: str, region: str) -> str:
    text = _clean(raw, keep_plus=True)
    if not text:
        raise _RowRefused("нет номера телефона", "no telephone number")
    if _EXPONENT.fullmatch(text.replace(" ", "")):
        raise _RowRefused(
            "Excel испортил номер (вид 7,91612E+10), последние цифры потеряны: задайте колонке формат «Текстовый»",
            "Excel has damaged the number (like 7.91612E+10), its last digits are lost: format the column as text",
        )
    try:
        return parse_phone(re.sub(r"[.,]0$", "", text), region=region)
    except InvalidPhone as error:
        raise _RowRefused(
            "такого номера нет: проверьте код и количество цифр, оставьте один номер", f"{error}"
        ) from error


def _clean(cell: str, *, keep_plus: bool = False) -> str:
    """One line of printable text that no spreadsheet takes for a formula."""
    text = cell if cell.isprintable() else "".join(c if c.isprintable() else " " * c.isspace() for c in cell)
    text = " ".join(text.split()).strip("'")
    while text.startswith(_FORMULA) and not (keep_plus and text.startswith("+")):
        text = text[1:].lstrip()
    return text
