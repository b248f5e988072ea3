"""`zvonar person`: asked before it erases, tells what it did in words and JSON, and never says whom."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from robot.cli.main import zvonar
from robot.domain.journal import Change, Wanted
from robot.settings import Settings
from robot.storage.store import Storage, open_storage
from tests.contracts.privacy_contract import PHONE, known_everywhere, traces_in

pytestmark = pytest.mark.unit

WRITTEN = "8 (916) 123-45-67"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture(autouse=True)
def _filled(settings: Settings) -> None:
    settings.data_dir.mkdir()

    async def fill(storage: Storage) -> None:
        _, call = await known_everywhere(storage)
        folder = settings.recordings_dir / "2026-11-23"
        folder.mkdir(parents=True)
        (folder / f"{call}.ogg").write_bytes(b"sound")
        phrase = settings.phrases_dir / "personal" / "0.phrase"
        phrase.parent.mkdir(parents=True)
        phrase.write_bytes(b"name")

    in_store(settings, fill)


def in_store(settings: Settings, work: object) -> object:
    async def run() -> object:
        async with open_storage(settings.database) as storage:
            return await work(storage)  # type: ignore[operator]

    return asyncio.run(run())


def call(settings: Settings, *words: str, told: str = "") -> Result:
    return CliRunner().invoke(zvonar, ["person", *words], obj=settings, input=told)


def test_it_asks_and_does_nothing_without_a_yes(settings: Settings) -> None:
    asked = call(settings, "erase", WRITTEN, told="n\n")
    assert asked.exit_code == 1
    looked = call(settings, "erase", WRITTEN, "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "Пробный прогон: ничего не удалено" in looked.output
    assert "записей разговоров: 1" in looked.output
    assert len(list(settings.recordings_dir.rglob("*.ogg"))) == 1
    wrong = call(settings, "erase", "12", "--yes")
    assert wrong.exit_code == 2


def test_it_erases_everywhere_and_tells_nobodys_name(settings: Settings) -> None:
    done = call(settings, "erase", WRITTEN, "--yes", "--by", "Анна", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["who"], told["dry_run"], told["gone"]["files"]) == ("Анна", False, 1)
    assert [file for file in (settings.data_dir, settings.cache_dir) if list(file.rglob("*.ogg"))] == []
    assert list(settings.phrases_dir.rglob("*.phrase")) == []
    listed = call(settings, "certificates", "--phone", WRITTEN)
    assert "Акт № 1" in listed.output
    assert "bitrix24: lead 902" in listed.output
    ledger = json.loads(call(settings, "ledger", "-").stdout)
    assert ledger == json.loads((settings.data_dir / "erasures.json").read_text())
    again = call(settings, "erase", WRITTEN, "--yes")
    assert "ничего: о человеке здесь ничего не знали" in again.output

    async def journal(storage: Storage) -> list[Change]:
        return list(await storage.journal.changes(Wanted("person_erased"), before=None, limit=9))

    changes = in_store(settings, journal)
    assert [(one.who, one.subject) for one in changes][-1] == ("Анна", "1")  # type: ignore[attr-defined]
    assert traces_in(done.output + listed.output + again.output + str(changes)) == []


def test_what_is_known_is_handed_out(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "person.zip"
    done = call(settings, "export", WRITTEN, str(target))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        known = json.loads(archive.read("person.json"))["known"]
        assert sum(name.endswith(".ogg") for name in archive.namelist()) == 1
    assert known["leads"][0]["phone"] == PHONE
    refused = call(settings, "export", WRITTEN, str(tmp_path / "nowhere" / "person.zip"))
    assert refused.exit_code == 1
    assert PHONE not in done.output + refused.output


def test_what_is_old_is_shown_and_let_go(settings: Settings) -> None:
    short = settings.model_copy(update={"retention": settings.retention.model_copy(update={"recordings_days": 1})})
    shown = json.loads(call(short, "retention", "--json").stdout)
    assert shown["kinds"]["recordings"]["days"] == 1
    assert set(shown["kinds"]) >= {"recordings", "words", "unreached", "journal", "certificates"}
    assert call(short, "retention", "--now").exit_code == 0
    assert "записи разговоров: 1 дн." in call(short, "retention").output
