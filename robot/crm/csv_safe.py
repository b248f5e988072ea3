"""CSV that people open in a spreadsheet: no cell of ours runs there as a formula. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@")
_NUMBER = re.compile(r"\+[0-9?*]{1,20}|-?[0-9]+([.,][0-9]+)?", re.ASCII)
"""Telephone numbers, stop patterns and plain figures begin with a sign and do nothing."""


def safe(cell: str) -> str:
    """What a spreadsheet shows as this text, and never computes."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Semicolons, as Russian spreadsheets expect; give it to them in UTF-8 with a mark (utf-8-sig)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe(str(cell)) for cell in row] for row in rows)
    return out.getvalue()
