"""An Excel workbook (XLSX) as a table: the first sheet that holds anything; formulas as what they last came to.

The file is a stranger's. Before the reader, which keeps a whole sheet in memory, sees it, the archive is unpacked into
nothing and counted: a small file may hold gigabytes, or one cell a million rows below.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from robot.crm.csv_table import MOST_BYTES, ImportRefused, Table, refusal

MOST_UNPACKED = 512 * 1024 * 1024
MOST_PARTS = 2000
MOST_CELLS = 20_000_000
"""Of a sheet's rectangle, empty ones included."""

_CHUNK = 256 * 1024
_SIGNATURE = b"PK\x03\x04"

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    expat.ExpatError,
    NotImplementedError,  # a way of packing nobody uses
    RuntimeError,  # a password
    ValueError,  # a number of ten thousand digits
    EOFError,
    OSError,
)

Cell = int | float | str | bool | time | date | datetime | timedelta


def is_archive(content: bytes) -> bool:
    """XLSX is one; what else is an archive is told apart by reading it."""
    return content.startswith(_SIGNATURE)


def read_workbook(content: bytes) -> Table:
    """Raises ImportRefused."""
    if len(content) > MOST_BYTES:
        raise refusal("Файл больше 64 МБ: разделите его.", "The file exceeds 64 MB: split it.")
    _check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet or sheet.visible is not SheetVisibleEnum.Visible:
                continue
            rows = list(_rows(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)))
            if rows:
                return Table(rows[0][1], rows[1:], "XLSX", "")
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own fault, which no name can be imported for
            raise _damaged() from error
        raise
    raise refusal("В книге нет ни одной строки.", "There is not one row in the workbook.")


def _rows(cells: list[list[Cell]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers as Excel shows them."""
    for line, row in enumerate(cells, 1):
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield line, texts


def _text(cell: Cell) -> str:
    match cell:
        case bool():
            return "да" if cell else "нет"
        case float() if cell.is_integer() and abs(cell) < 10**15:
            return str(int(cell))  # a telephone number kept as a number
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ", "minutes")
    return str(cell)


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise refusal(
                    "Это архив, а не книга Excel: нужен файл XLSX или CSV.",
                    "This is an archive, no Excel workbook: XLSX or CSV is needed.",
                )
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _too_large()
            for part in parts:
                sheet = _Sheet() if part.filename.startswith("xl/worksheets/") else None
                with archive.open(part) as unpacked:
                    # Read to the end: the sizes the archive tells are held against what it holds.
                    while chunk := unpacked.read(_CHUNK):
                        if sheet is not None:
                            sheet.feed(chunk)
    except ImportRefused:
        raise
    except _UNREADABLE as error:
        raise _damaged() from error


class _Sheet:
    """Measures the rectangle that the reader would keep in memory."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._element
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._last_row = 0
        self._last_column = 0

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)
        if self._last_row * self._last_column > MOST_CELLS:
            raise _too_large()

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            told = attributes.get("r", "")
            self._last_row = max(self._last_row + 1, int(told) if told.isdecimal() else 0)
        elif kind == "c":
            place = attributes.get("r", "")
            letters = place.rstrip("0123456789")
            column = 0
            for letter in letters[:4].upper():
                column = column * 26 + ord(letter) - 64
            row = place[len(letters) :]
            self._last_row = max(self._last_row, int(row) if row.isdecimal() else 0)
            self._last_column = max(self._last_column, column, 1)

    @staticmethod
    def _doctype(*_declaration: object) -> None:
        raise _damaged()


def _damaged() -> ImportRefused:
    return refusal(
        "Книга Excel (XLSX) не читается: она повреждена или защищена. Сохраните лист как «CSV UTF-8» и загрузите его.",
        "The Excel workbook (XLSX) cannot be read: it is damaged or protected. Save the sheet as “CSV UTF-8”.",
    )


def _too_large() -> ImportRefused:
    return refusal(
        "Книга Excel слишком велика: удалите пустые строки и столбцы за таблицей или сохраните лист как «CSV UTF-8».",
        "The Excel workbook is too large: remove empty rows and columns beyond the table, or save it as “CSV UTF-8”.",
    )
