"""CSV files as people really send them, and files that are none."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.crm.base import NewLead
from robot.crm.csv_table import ImportRefused
from robot.crm.lead_import import LONGEST, ImportedFile, read_leads
from robot.domain.phones import parse_phone
from tests.conftest import runs

pytestmark = pytest.mark.unit

IVAN = NewLead("+74951234567", "Иван Ёлкин", "Ромашка", "Омск")


def leads(text: str, encoding: str = "utf-8") -> ImportedFile:
    return read_leads(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(encoding: str, delimiter: str, newline: str) -> None:
    rows = [["Имя", "Телефон", "Компания", "Город"], ["Иван Ёлкин", "8 (495) 123-45-67", "Ромашка", "г. Омск"]]
    file = leads(newline.join(delimiter.join(row) for row in rows) + newline, encoding)
    assert list(file.leads) == [NewLead("+74951234567", "Иван Ёлкин", "Ромашка", "г. Омск")]
    assert (file.rows, file.refused, file.merged, file.delimiter) == (1, [], 0, delimiter)


def test_english_headers_extra_columns_and_any_order() -> None:
    file = leads("City,Budget,PHONE,name,,Company\nОмск,100 000,+7 495 123-45-67,Иван Ёлкин,,Ромашка\n")
    assert list(file.leads) == [NewLead(IVAN.phone, IVAN.name, IVAN.company, IVAN.city, fields={"Budget": "100 000"})]


def test_every_refused_row_is_named_with_line_and_reason_and_the_rest_is_kept() -> None:
    file = leads(
        "телефон;имя\n"
        "84951234567;Иван\n"
        "\n"
        '7,91612E+10;"Excel"\n'
        "7.91612e+10;Excel\n"
        ";Никто\n"
        "12345;Короткий\n"
        "+7 495 123-45-67 доб. 12;Добавочный\n"
        "89161234567, 89161234568;Два номера\n"
        "84951234568;" + "я" * (LONGEST + 1) + "\n"
        "84951234569;а;лишнее\n"
        '"84951234560";"строка\nиз двух"\n'
        "84951234561;Последний\n"
    )
    assert [lead.phone for lead in file.leads] == ["+74951234567", "+74951234560", "+74951234561"]
    assert file.leads[1].name == "строка из двух"
    assert [one.line for one in file.refused] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert "Excel" in file.refused[0].reason.ru
    assert "Excel" in file.refused[1].reason.en
    assert all(one.reason.ru and one.reason.en for one in file.refused)
    assert file.rows == len(file.leads) + len(file.refused) + file.merged


def test_a_number_given_twice_is_one_lead() -> None:
    file = leads("phone,name,company\n84951234567,Иван,\n+7 (495) 123 45 67,,Ромашка\n")
    assert list(file.leads) == [NewLead("+74951234567", "Иван", "Ромашка")]
    assert (file.rows, file.merged) == (2, 1)


def test_numbers_as_spreadsheets_write_them() -> None:
    file = leads('phone,name\n74951234567.0,a\n"=""84951234568""",b\n\'84951234569,c\n')
    assert [lead.phone for lead in file.leads] == ["+74951234567", "+74951234568", "+74951234569"]


def test_hostile_text_is_defused() -> None:
    file = leads(
        "phone,name,company\n"
        "84951234567,=HYPERLINK(1),@SUM(A1)\n"
        '84951234568,"A\r\nAction: Originate",\u202eevil\x07\n'
        "84951234569,--=+cmd|'/c calc'!A0,{robot.name}\n"
    )
    names = [(lead.name, lead.company) for lead in file.leads]
    assert names == [
        ("HYPERLINK(1)", "SUM(A1)"),
        ("A Action: Originate", "evil"),
        ("cmd|'/c calc'!A0", "{robot.name}"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "пуст"),
        (b"  \n \n", "пуст"),
        (b"PK\x03\x04" + b"\x00" * 200, "XLSX"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 200, "XLS"),
        (b"%PDF-1.7 ...", "PDF"),
        (bytes(range(256)) * 20, "не похож на текст"),
        ("имя;почта\nИван;a@b.ru\n".encode(), "«имя», «почта»"),
        ("телефон;phone\n1;2\n".encode(), "phone"),
        (b"84951234567\n84951234568\n", "84951234567"),
        ('phone,name\n84951234567,"Иван\n84951234568,Пётр\n84951234569,Анна\n'.encode(), "Строка 2"),
        ("phone,name\n84951234567,Иван Иванович Иванов\n".encode() + b"84951234568,\xd0\n", "Строка 3"),
    ],
)
def test_what_is_no_list_of_leads_is_refused_whole(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_leads(content)
    assert said in refused.value.reason.ru
    assert refused.value.reason.en
    assert "Traceback" not in refused.value.reason.en


def test_a_stray_nul_is_dirt_and_no_reason_to_refuse_the_file() -> None:
    rows = "".join(f"8495{1000000 + n},Имя {n}\n" for n in range(50))
    file = leads("phone,name\n84951234567,Ив\x00ан\n" + rows)
    assert file.leads[0].name == "Иван"
    assert len(file.leads) == 51


@given(st.binary(max_size=400))
@settings(max_examples=runs(150))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"phone,name\n"):
        try:
            file = read_leads(start + content)
        except ImportRefused:
            continue
        assert file.rows == len(file.leads) + len(file.refused) + file.merged


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)), max_size=12
    )
)
@settings(max_examples=runs(60))
def test_nothing_is_lost_without_a_word(rows: list[tuple[int, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["phone", "name"], *[[f"8495{1000000 + n}", name] for n, name in rows]])
    file = read_leads(out.getvalue().encode("utf-8", errors="replace"))
    assert file.rows == len(rows)
    assert {lead.phone for lead in file.leads} == {f"+7495{1000000 + n}" for n, _ in rows}
    for lead in file.leads:
        assert parse_phone(lead.phone) == lead.phone
        assert not lead.name.startswith(("=", "+", "-", "@"))
        assert lead.name.isprintable()
