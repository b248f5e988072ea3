"""Whatever is wrong: a sentence that says what to do, an exit code, nothing lost and nothing half written."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Product, Ran

pytestmark = pytest.mark.e2e


def write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def refused(ran: Ran, *words: str) -> None:
    assert ran.code not in (0, None)
    assert "Traceback" not in ran.out + ran.err
    for word in words:
        assert word in ran.out + ran.err


def test_a_broken_script_names_file_line_and_remedy(product: Product, tmp_path: Path) -> None:
    script = write(
        tmp_path / "broken.yaml",
        "script: s\ntitle: Т\ngoal: meeting\nstart: greetng\nphrases:\n  greeting:\n    say: Алло\n    end: refused\n",
    )
    ran = product.run("script", "check", script)

    refused(ran, "broken.yaml:4", "greeting")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_list_in_any_encoding_is_read_and_an_impossible_number_is_named(
    product: Product, tmp_path: Path, encoding: str
) -> None:
    text = "телефон;имя;компания\n8 (495) 123-45-67;Пётр;Ромашка\n12345;Иван;Берёзка\n"
    ran = product.run("leads", "import", write(tmp_path / "leads.csv", text.encode(encoding)))

    assert ran.code == 0, ran.err
    assert "строка 3" in ran.out
    with sqlite3.connect(product.data / "zvonar.db") as database:
        assert database.execute("SELECT phone, name, company FROM leads").fetchall() == [
            ("+74951234567", "Пётр", "Ромашка")
        ]


def test_wrong_columns_write_nothing(product: Product, tmp_path: Path) -> None:
    ran = product.run("leads", "import", write(tmp_path / "leads.csv", "a;b\n1;2\n"))

    refused(ran, "телефон")
    assert not (product.data / "zvonar.db").exists()


def test_a_missing_model_says_how_to_get_it(product: Product) -> None:
    (product.data / "models").unlink()
    ran = product.run("demo")

    refused(ran, "zvonar models pull")


def test_an_unknown_campaign(product: Product) -> None:
    refused(product.run("quota", "set", "nobody", "5"), "кампании")


def test_wrong_settings_name_the_variable(product: Product) -> None:
    refused(product.run("doctor", ZVONAR_WEB__PORT="eighty"), "ZVONAR_WEB__PORT")


def test_serve_with_its_port_taken(product: Product) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = product.run("serve", ZVONAR_WEB__PORT=port, ZVONAR_LINE="simulated", timeout_s=300)

    refused(ran, "Порт занят", port)


def test_english_on_request(product: Product) -> None:
    ran = product.run("quota", "set", "nobody", "5", ZVONAR_LANGUAGE="en")

    refused(ran, "Error", "nobody")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["serve"],
        ["doctor"],
        ["leads", "import"],
        ["quota", "set"],
        ["campaigns", "create"],
        ["stoplist", "import"],
        ["consent", "export"],
        ["spend"],
        ["token"],
        ["plan"],
        ["report", "dropoff"],
        ["script", "check"],
        ["models"],
        ["lab"],
    ],
)
def test_every_command_explains_itself(product: Product, command: list[str]) -> None:
    russian = product.run(*command, "--help")
    english = product.run(*command, "--help", ZVONAR_LANGUAGE="en")

    assert russian.code == english.code == 0
    assert len(russian.out.splitlines()) >= 5
    assert russian.out != english.out
    assert " | " not in russian.out + english.out
