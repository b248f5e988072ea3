"""Workbooks as Excel writes them, and such as only an enemy does."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.crm.base import NewLead
from robot.crm.csv_table import ImportRefused
from robot.crm.lead_import import read_leads
from robot.crm.xlsx_table import MOST_UNPACKED, read_workbook
from tests.conftest import runs
from tests.unit.crm.workbooks import sheet, workbook

pytestmark = pytest.mark.unit

HEADER = ["Телефон", "Имя", "Город"]


def test_numbers_texts_and_formulas_are_what_the_sheet_shows() -> None:
    file = read_leads(
        workbook(
            sheet(
                [
                    HEADER,
                    [84951234567, "Иван", "Омск"],
                    ["+7 (495) 123-45-68", "=1+1"],
                    [],
                    [7.9161234567e10, "  Анна\n"],
                    ["=HYPERLINK(1)"],
                ]
            )
        )
    )
    assert list(file.leads) == [
        NewLead("+74951234567", "Иван", city="Омск"),
        NewLead("+74951234568", "42"),
        NewLead("+79161234567", "Анна"),
    ]
    assert [one.line for one in file.refused] == [6]
    assert (file.rows, file.encoding, file.lines["+79161234567"]) == (4, "XLSX", 5)


def test_the_first_sheet_that_holds_anything_is_read() -> None:
    book = workbook(sheet([]), sheet([HEADER, ["84951234567"]]), sheet([["another"]]))
    assert [lead.phone for lead in read_leads(book).leads] == ["+74951234567"]


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(), "ни одной строки"),
        (workbook(sheet([])), "ни одной строки"),
        (workbook(sheet([HEADER, ["84951234567"]], more=FAR)), "велика"),
        (workbook(sheet([HEADER], more='<row r="999999999999"><c><v>1</v></c></row>')), "велика"),
        (workbook(f'<!DOCTYPE a [<!ENTITY b "c">]>{sheet([HEADER])}'), "не читается"),
        (workbook(sheet([HEADER])[:-20]), "не читается"),
        (workbook(sheet([HEADER]))[:-40], "не читается"),
        (workbook("not xml at all"), "не читается"),
        (workbook(sheet([["a", "b"], ["1", "2"]])), "телефон"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_leads(content)
    assert said in refused.value.reason.ru
    assert refused.value.reason.en


def test_an_archive_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    with pytest.raises(ImportRefused, match="archive"):
        read_workbook(out.getvalue())


def test_gigabytes_in_a_small_file_are_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/media/bomb", "w", force_zip64=True) as bomb:
            for _ in range(MOST_UNPACKED // 2**20 + 1):
                bomb.write(bytes(2**20))
    assert len(out.getvalue()) < 3 * 2**20
    with pytest.raises(ImportRefused, match="too large"):
        read_workbook(out.getvalue())


def test_a_size_that_lies_is_found_out() -> None:
    honest = workbook(sheet([HEADER, *[["84951234567"]] * 200]))
    told = len(sheet([HEADER, *[["84951234567"]] * 200]).encode())
    lying = honest.replace(told.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(ImportRefused):
        read_workbook(lying)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 900))
@settings(max_examples=runs(150))
def test_a_damaged_workbook_is_read_or_refused(damage: bytes, at: int) -> None:
    whole = workbook(sheet([HEADER, ["84951234567", "Иван"]]))
    content = whole[:at] + damage + whole[at + len(damage) :]
    with contextlib.suppress(ImportRefused):
        read_leads(content)
