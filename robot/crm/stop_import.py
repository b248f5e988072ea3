"""The stop list from a CSV or XLSX file: numbers and patterns, each with a reason. Pure: nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from robot.crm.lead_import import Refused, columns_of, read_file, row_of
from robot.crm.lead_row import RowRefused, clean, read_phone
from robot.crm.stages import Text
from robot.domain.errors import InvalidPattern
from robot.domain.stops import StopPattern

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class StopFile:
    """entries: E.164 numbers and patterns, each with its reason. Every row that is not empty is in it or refused."""

    entries: Sequence[tuple[str | StopPattern, str]]
    refused: Sequence[Refused]


def read_stops(content: bytes) -> StopFile:
    """Of a column of telephones or patterns, and perhaps one of reasons. Raises ImportRefused."""
    table = read_file(content)
    columns = columns_of(table.header)
    entries: list[tuple[str | StopPattern, str]] = []
    refused: list[Refused] = []
    for line, cells in table.rows:
        written = ""
        try:
            row = row_of(columns, cells)
            written = row.get("phone", "")
            reason = clean(row.get("причина", row.get("reason", "")))[:LONGEST_REASON]
            entries.append((_entry(written), reason))
        except RowRefused as error:
            refused.append(Refused(line, error.reason, written))
        except InvalidPattern as error:
            refused.append(Refused(line, Text(error.ru, error.en), written))
    return StopFile(entries, refused)


def _entry(written: str) -> str | StopPattern:
    return StopPattern.parse(written) if "*" in written or "?" in written else read_phone(written)
