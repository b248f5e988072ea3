"""Bytes of a CSV file as a table: encoding, delimiter and quoting told from the bytes themselves.

People export such files from Excel, 1C and CRMs: UTF-8 with or without a mark, UTF-16, Windows-1251; commas, semicolons
or tabs.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from robot.crm.stages import Text

MOST_BYTES = 64 * 1024 * 1024

_SIGNATURES = {
    b"PK\x03\x04": Text("Это таблица Excel (XLSX)", "This is an Excel workbook (XLSX)"),
    b"\xd0\xcf\x11\xe0": Text("Это таблица Excel (XLS)", "This is an Excel workbook (XLS)"),
    b"%PDF": Text("Это PDF", "This is a PDF"),
}
_SAVE_AS_CSV = Text("сохраните лист как «CSV UTF-8» и загрузите его", "save the sheet as “CSV UTF-8” and import that")


@dataclass(frozen=True, slots=True)
class Table:
    """rows: each with the number of the line it begins on, counted from 1 as an editor shows it."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    encoding: str
    delimiter: str


class ImportRefused(ValueError):
    """The file as a whole cannot be imported. `reason` says what was found and what is expected; nothing was stored."""

    code = "import_refused"
    retryable = False

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def refusal(ru: str, en: str) -> ImportRefused:
    return ImportRefused(Text(ru, en))


def read_table(content: bytes) -> Table:
    """Raises ImportRefused."""
    text, encoding = _decode(content)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    if not rows:
        raise refusal("В файле нет ни одной строки.", "There is not one row in the file.")
    return Table(rows[0][1], rows[1:], encoding, delimiter)


def _decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding. Windows-1251 is what is left when nothing else fits: nearly any bytes are valid in it,
    so what does not look like text is refused first."""
    if not content.strip():
        raise refusal("Файл пуст.", "The file is empty.")
    if len(content) > MOST_BYTES:
        raise refusal("Файл больше 64 МБ: разделите его.", "The file exceeds 64 MB: split it.")
    for signature, what in _SIGNATURES.items():
        if content.startswith(signature):
            raise refusal(
                f"{what.ru}, а нужен CSV: {_SAVE_AS_CSV.ru}.", f"{what.en}, CSV is needed: {_SAVE_AS_CSV.en}."
            )
    _check_damage(content)
    guesses = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1251"]
    for encoding in guesses:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _binary(text):
            return text, encoding
    raise refusal(
        f"Файл не похож на текст: нужен CSV в UTF-8 или Windows-1251; {_SAVE_AS_CSV.ru}.",
        f"The file does not look like text: CSV in UTF-8 or Windows-1251 is needed; {_SAVE_AS_CSV.en}.",
    )


def _check_damage(content: bytes) -> None:
    """UTF-8 with a few broken bytes would pass for Windows-1251 and turn every name into nonsense."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(c > "\x7f" for c in text[:100_000]) - broken
    if broken and whole > 10 * broken:
        line = text[: text.index("\ufffd")].count("\n") + 1
        raise refusal(
            f"Строка {line}: файл в UTF-8, но с повреждёнными символами: выгрузите его заново.",
            f"Line {line}: the file is UTF-8 with damaged characters: export it again.",
        )


def _binary(text: str) -> bool:
    """A few stray control characters are dirt; one in fifty characters is another kind of file."""
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\r\n\t" for c in text[:10_000])
    return controls > 4 and controls * 50 > min(len(text), 10_000)


def _delimiter(text: str) -> str:
    """The one that splits the header best; Excel's "sep=;" line is obeyed."""
    header = text.lstrip("\ufeff \r\n").split("\n", 1)[0]
    if (told := re.fullmatch(r"sep=([,;\t|])\s*", header, re.IGNORECASE)) is not None:
        return told.group(1)
    return max(";,\t|", key=header.count)


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the number of the line each begins on."""
    text = text.replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not re.match(r"sep=", cells[0], re.IGNORECASE):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unclosed(line) from error
    if rows and text.count('"') % 2 and any("\n" in cell for cell in rows[-1][1]):
        # The reader takes the rest of the file for one cell: rows would be lost without a word.
        raise _unclosed(rows[-1][0])
    return rows


def _unclosed(line: int) -> ImportRefused:
    return refusal(
        f"Строка {line}: файл не разобрать как CSV — открытая кавычка не закрыта.",
        f"Line {line}: the file cannot be read as CSV: an opening quote is never closed.",
    )
