"""What a row says of a lead beyond name and number: region, score, consent; and what spreadsheets get back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from robot.crm.csv_safe import csv_text, safe
from robot.crm.lead_import import ImportedFile, Merged, read_leads
from robot.domain.consent import Consent
from robot.domain.people import Lead

pytestmark = pytest.mark.unit

MOSCOW = ZoneInfo("Europe/Moscow")


def leads(text: str) -> ImportedFile:
    return read_leads(text.encode())


def test_region_score_and_consent_have_columns() -> None:
    file = leads(
        "телефон;область;балл;Источник согласия;дата согласия;текст_согласия\n"
        "89161234567;Омская область;87,4;сайт;20.11.2026;Согласен на рекламу\n"
    )
    (lead,) = file.leads
    assert (lead.fields, lead.score) == ({"region": "Омская область"}, 87)
    assert lead.consent == Consent("сайт", datetime(2026, 11, 20, 12, tzinfo=MOSCOW), "Согласен на рекламу")
    assert Lead(1, lead.phone, fields=lead.fields).zones == ("Asia/Omsk",)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 20, 12, tzinfo=MOSCOW)),
        ("20/11/2026", datetime(2026, 11, 20, 12, tzinfo=MOSCOW)),
        ("2026-11-20 10:30", datetime(2026, 11, 20, 10, 30, tzinfo=MOSCOW)),
        ("2026-11-20T10:30:00+05:00", datetime(2026, 11, 20, 8, 30, tzinfo=MOSCOW)),
    ],
)
def test_dates_as_people_and_programs_write_them(day: str, moment: datetime) -> None:
    (lead,) = leads(f"phone,consent source,consent date,consent\n84951234567,сайт,{day},да\n").leads
    assert lead.consent is not None
    assert lead.consent.given_at == moment


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("84951234567,101,,,", "балл"),
        ("84951234567,nan,,,", "балл"),
        ("84951234567,1e999,,,", "балл"),
        ("84951234567,,сайт,,да", "неполное"),
        ("84951234567,,сайт,вчера,да", "2026-11-20"),
        ("84951234567,,сайт,2026-11-20," + "я" * 2001, "2000"),
    ],
)
def test_what_is_wrong_is_said(row: str, said: str) -> None:
    file = leads(f"phone,score,consent source,consent date,consent text\n{row}\n")
    assert said in file.refused[0].reason.ru
    assert not file.leads


def test_a_merged_row_names_the_line_it_went_into() -> None:
    file = leads("phone,name\n84951234567,Иван\n12,кто\n84951234568,Анна\n+7 495 1234567,\n")
    assert file.merges == [Merged(5, 2, "+74951234567")]
    assert file.lines == {"+74951234567": 2, "+74951234568": 4}
    assert [(one.line, one.phone) for one in file.refused] == [(3, "12")]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r=1", "+7495x"])
def test_no_formula_leaves_by_an_export(cell: str) -> None:
    assert safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["+74951234567", "+7495*", "+7912345670?", "-5", "12,5", "Иван", ""])
def test_what_is_harmless_is_left_alone(cell: str) -> None:
    assert safe(cell) == cell


def test_an_export_is_quoted_where_it_must_be() -> None:
    assert csv_text(["a", "b"], [["x;y", '"q"\n']]) == 'a;b\r\n"x;y";"""q""\n"\r\n'
