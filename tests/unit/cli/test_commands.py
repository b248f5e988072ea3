"""What a head of sales sets from the command line: typed, and read back from the database."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from robot.cli.campaigns import campaigns
from robot.cli.consent import consent
from robot.cli.lab import lab
from robot.cli.leads import leads
from robot.cli.main import COMMANDS
from robot.cli.spend import spend
from robot.cli.stoplist import stoplist
from robot.cli.token import token
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.choosing import ManagerBy
from robot.domain.errors import InvalidWindow
from robot.domain.goals import Goal
from robot.i18n import Language, language
from robot.settings import Settings
from robot.settings_web import WebSettings
from robot.speech.voices import VOICE
from robot.storage.store import Storage, open_storage
from robot.web.auth import ListedTokens
from tests.unit.crm.workbooks import sheet, workbook

pytestmark = pytest.mark.unit

T = TypeVar("T")
GROUPS = {"campaigns": campaigns, "stoplist": stoplist, "consent": consent, "leads": leads, "spend": spend}
PHONE = "+79161234567"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def english() -> Iterator[None]:
    kept = language.set(Language.EN)
    yield
    language.reset(kept)


def zvonar(settings: Settings, command: str, *arguments: str) -> Result:
    result = CliRunner().invoke(GROUPS[command], arguments, obj=settings, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def done(settings: Settings, command: str, *arguments: str) -> str:
    result = zvonar(settings, command, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def stored(settings: Settings, read: Callable[[Storage], Awaitable[T]]) -> T:
    async def work() -> T:
        async with open_storage(settings.database) as storage:
            return await read(storage)

    return asyncio.run(work())


def campaign(settings: Settings, name: str) -> Campaign:
    return stored(settings, lambda storage: storage.campaigns.get(name))


def test_a_campaign_is_created_edited_and_keeps_the_rest(settings: Settings) -> None:
    done(
        settings, "campaigns", "create", "spring", "--script", "cold_call", "--hours", "mon-fri 10-19; сб 11:00-15:00",
        "--goal", "agreed", "--advertising", "--max-attempts", "5", "--priority", "revival", "--timezone", "Asia/Omsk",
        "--inbound-script", "inbound_lead", "--fact", "company.name=Ромашка", "--fact", "product = карты",
    )  # fmt: skip
    made = campaign(settings, "spring")
    assert (made.window.text, made.goal, made.advertising) == ("пн-пт 10:00-19:00; сб 11:00-15:00", Goal.AGREED, True)
    assert (made.max_attempts, made.priority, made.timezone, made.inbound_script) == (
        5,
        10,
        "Asia/Omsk",
        "inbound_lead",
    )
    assert made.facts == {"company.name": "Ромашка", "product": "карты"}
    assert made.title.startswith("Холодный звонок")

    done(settings, "campaigns", "edit", "spring", "--no-advertising", "--hours", "ежедневно 09:00-20:00")
    edited = campaign(settings, "spring")
    assert (edited.window.text, edited.advertising) == ("ежедневно 09:00-20:00", False)
    assert (edited.goal, edited.max_attempts, edited.facts) == (made.goal, made.max_attempts, made.facts)

    done(settings, "campaigns", "edit", "spring", "--voice", "rhvoice/aleksandr")
    assert campaign(settings, "spring").facts == {**made.facts, VOICE: "rhvoice/aleksandr"}

    done(settings, "campaigns", "edit", "spring", "--managers-by", "owner,region")
    assert campaign(settings, "spring").managers_by == (ManagerBy.OWNER, ManagerBy.REGION)
    assert zvonar(settings, "campaigns", "edit", "spring", "--managers-by", "age").exit_code == 2


def test_a_campaign_is_paused_resumed_and_stopped(settings: Settings) -> None:
    done(settings, "campaigns", "create", "cold_call")
    for word, state in (
        ("pause", CampaignState.PAUSED),
        ("stop", CampaignState.STOPPED),
        ("resume", CampaignState.RUNNING),
    ):
        done(settings, "campaigns", word, "cold_call")
        assert campaign(settings, "cold_call").state is state
        (row,) = json.loads(done(settings, "campaigns", "list", "--json"))
        assert row["state"] == state
    listed = done(settings, "campaigns", "list")
    assert "cold_call — Холодный звонок" in listed
    assert "пн-пт 09:00-20:00" in listed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["весна"], "spring_sale"),
        (["spring"], "cold_call"),
        (["spring", "--script", "cold_call", "--fact", "ромашка"], "company.name"),
        (["spring", "--script", "../etc/passwd"], "cold_call"),
        (["spring", "--script", "cold_call", "--inbound-script", "nothing"], "inbound_lead"),
        (["spring", "--script", "cold_call", "--voice", "chaliapin"], "rhvoice"),
        (["spring", "--script", "cold_call", "--max-attempts", "0"], "max-attempts"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(settings: Settings, arguments: list[str], says: str) -> None:
    result = zvonar(settings, "campaigns", "create", *arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert stored(settings, lambda storage: storage.campaigns.all()) == []


def test_hours_that_cannot_be_read_change_nothing(settings: Settings) -> None:
    done(settings, "campaigns", "create", "cold_call")
    with pytest.raises(InvalidWindow) as refused:
        zvonar(settings, "campaigns", "edit", "cold_call", "--hours", "когда-нибудь")
    assert "пн-пт 09:00-20:00" in refused.value.ru
    assert campaign(settings, "cold_call").window.text == "пн-пт 09:00-20:00"


LIST = (
    "телефон;имя;город\n"
    "8 (495) 123-45-67;=Пётр;\n"
    "8 916 123-45-67;Анна;\n"
    "89161234568;Иван;Омск\n"
    "+7 916 1234567;;\n"
    "12345;Кто\n"
    "88091234567;Премиум\n"
    "89161234569;Просил\n"
)


def report_of(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_every_row_is_accounted_for_and_a_dry_run_says_the_same(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    dry, real, again = (tmp_path / name for name in ("dry.csv", "real.csv", "again.csv"))
    arguments = ["import", str(tmp_path / "list.csv"), "--report"]
    assert "Встанет в очередь новых: 4" in done(settings, "leads", *arguments, str(dry), "--dry-run")
    assert not (tmp_path / "zvonar.db").exists()
    done(settings, "stoplist", "add", "89161234569")
    done(settings, "leads", *arguments, str(dry), "--dry-run")
    assert stored(settings, lambda storage: storage.campaigns.all()) == []
    told = done(settings, "leads", *arguments, str(real))
    assert "В очереди новых: 3" in told
    assert "добавьте столбец «город»" in told.lower()
    done(settings, "leads", *arguments, str(again))

    rows = report_of(real)
    assert rows == report_of(dry)
    assert [row[0] for row in rows[1:]] == [str(line) for line in range(2, 9)]
    assert [row[2] for row in rows[1:]] == [
        "в очереди", "в очереди", "в очереди", "объединён", "не загружен", "не звоним", "не звоним",
    ]  # fmt: skip
    whys = [row[3] for row in rows[1:]]
    assert whys[0] == whys[2] == ""
    assert whys[1].startswith("звонить можно только 1 ч в день")
    assert whys[3] == "тот же номер, что в строке 3"
    assert "платный" in whys[5]
    assert "стоп-лист" in whys[6]
    assert [row[2] for row in report_of(again)[1:4]] == ["известен"] * 3
    assert "9161234567" not in real.read_text(encoding="utf-8-sig")


def test_a_workbook_is_imported_and_the_result_is_read_by_programs(settings: Settings, tmp_path: Path) -> None:
    book = tmp_path / "list.xlsx"
    book.write_bytes(workbook(sheet([["Телефон", "Балл"], [89161234567, 70], ["x", None]])))
    result = json.loads(done(settings, "leads", "import", str(book), "--json"))
    assert {key: result[key] for key in ("rows", "leads", "queued", "dry_run")} == {
        "rows": 2,
        "leads": 1,
        "queued": 1,
        "dry_run": False,
    }
    assert [one["line"] for one in result["refused"]] == [3]


def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    result = zvonar(settings, "leads", "import", str(tmp_path / "list.csv"), "--report", "/nowhere/report.csv")
    assert result.exit_code == 1
    assert not (tmp_path / "zvonar.db").exists()


def test_the_stop_list_from_the_command_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    done(settings, "leads", "import", str(tmp_path / "list.csv"))
    assert "снято с очереди: 1" in done(settings, "stoplist", "add", "8 916 123-45-67", "--reason", "просил")
    assert "снято с очереди: 1" in done(settings, "stoplist", "pattern", "+7495*")
    assert zvonar(settings, "stoplist", "check", "+74959999999").exit_code == 1
    assert zvonar(settings, "stoplist", "check", "+78121234567").exit_code == 0
    assert zvonar(settings, "stoplist", "pattern", "+7*").exit_code == 2
    assert zvonar(settings, "stoplist", "add", "12").exit_code == 2
    done(settings, "stoplist", "remove", "+7495*", "--reason", "ошибка", "--by", "Анна")
    assert zvonar(settings, "stoplist", "remove", "+7495*", "--reason", "ошибка").exit_code == 1

    exported = tmp_path / "stop.csv"
    done(settings, "stoplist", "export", str(exported))
    assert exported.stat().st_mode & 0o777 == 0o600
    assert done(settings, "stoplist", "export", "-").splitlines()[1].startswith(f"{PHONE};")
    done(settings, "stoplist", "remove", PHONE, "--reason", "передумал", "--by", "Анна")
    told = done(settings, "stoplist", "import", str(exported))
    assert "в стоп-лист 1" in told
    (entry,) = stored(settings, lambda storage: storage.stop_list.entries())
    assert (entry.entry, entry.reason) == (PHONE, "просил")


def test_a_stop_list_with_patterns_and_nonsense(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "stop.csv").write_text("Телефон;Причина\n+7812*;город\n*;все\nкто?;\n84951234567;\n", encoding="utf-8")
    told = done(settings, "stoplist", "import", str(tmp_path / "stop.csv"))
    assert "в стоп-лист 2, отказов 2" in told
    assert "строка 3: " in told


def test_consents_are_imported_revoked_and_exported(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("телефон\n89161234567\n", encoding="utf-8")
    done(settings, "leads", "import", str(tmp_path / "list.csv"))
    (tmp_path / "consents.csv").write_text(
        "телефон;источник согласия;дата согласия;текст согласия\n"
        "89161234567;анкета;20.11.2026;=Согласен\n"
        "84951234567;анкета;20.11.2026;Согласен\n"
        "84951234568;;;\n",
        encoding="utf-8",
    )
    told = done(settings, "consent", "import", str(tmp_path / "consents.csv"))
    assert told.startswith("Записано согласий: 1; без согласия в строке: 1; таких лидов нет: 1")
    assert "Отозвано" in done(settings, "consent", "revoke", "8 916 123 45 67")
    assert zvonar(settings, "consent", "revoke", "84951234567").exit_code == 1
    _, line = done(settings, "consent", "export", "-").splitlines()
    cells = line.split(";")
    assert cells[:4] == [PHONE, "анкета", "2026-11-20T09:00:00+00:00", "Согласен"]
    assert cells[4]


def test_spending_and_its_ceiling(tmp_path: Path, english: None) -> None:
    assert "no ceiling" in done(Settings(data_dir=tmp_path), "spend")
    settings = Settings(data_dir=tmp_path, rules={"ceiling_roubles": "1500"})  # type: ignore[arg-type]
    assert "ceiling 1500.00 ₽, 1500.00 ₽ left" in done(settings, "spend")
    shown = json.loads(done(settings, "spend", "--json"))
    assert (shown["spent_kopecks"], shown["ceiling_kopecks"]) == (0, 150_000)


def test_a_token_works_with_the_line_for_the_settings() -> None:
    made = CliRunner().invoke(token, ["crm"]).stdout.splitlines()
    secret, line = made[0].partition(": ")[2], made[1].partition("=")[2]
    assert ListedTokens(WebSettings(tokens=line).tokens).who(secret) == "crm"  # type: ignore[arg-type]
    assert CliRunner().invoke(token, ["a:b"]).exit_code == 2


@pytest.mark.parametrize("name", ["campaigns", "stoplist", "consent", "spend", "leads", "token"])
def test_the_commands_are_in_the_list_of_commands(name: str) -> None:
    assert name in COMMANDS


def test_a_stop_list_that_fails_half_way_says_what_is_written(settings: Settings, tmp_path: Path) -> None:
    numbers = [f"+7495{1000000 + n}" for n in range(2500)]
    file = tmp_path / "stop.csv"
    file.write_text("телефон;причина\n" + "".join(f"{number};просил\n" for number in numbers), encoding="utf-8")
    done(settings, "stoplist", "check", PHONE)  # makes the database
    with closing(sqlite3.connect(settings.data_dir / "zvonar.db")) as database, database:
        database.execute(
            f"CREATE TRIGGER broken BEFORE INSERT ON stop_list WHEN NEW.phone = '{numbers[1500]}' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    failed = CliRunner().invoke(stoplist, ["import", str(file)], obj=settings)
    assert failed.exit_code != 0
    assert "записано 1000 из 2500" in failed.output
    assert zvonar(settings, "stoplist", "check", numbers[999]).exit_code == 1
    assert zvonar(settings, "stoplist", "check", numbers[1000]).exit_code == 0, "its thousand was not written"
    with closing(sqlite3.connect(settings.data_dir / "zvonar.db")) as database, database:
        database.execute("DROP TRIGGER broken")
    assert "в стоп-лист 2500, отказов 0" in done(settings, "stoplist", "import", str(file))
    assert done(settings, "stoplist", "export", "-").count("просил") == 2500


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ring", "12"], "это не номер"),
        (["ring", "+74951234567"], "zvonar lab ring +7495010"),
        (["ring", "+74950100000", "--as", "x"], "это не номер"),
    ],
)
def test_the_lab_rings_for_people_it_has(settings: Settings, arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(lab, arguments, obj=settings, catch_exceptions=False)
    assert result.exit_code == 2
    assert told in result.output
