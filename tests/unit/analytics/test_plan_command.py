"""`zvonar plan`: what a head of sales types, and what comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from robot.cli.plan import plan
from robot.crm.base import NewLead
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.i18n import Language, language
from robot.settings import Settings
from robot.storage.store import open_storage

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""A Monday, noon in Moscow; eleven working days of the month are left."""
MONEY = ("--campaign", "cold", "--revenue", "3 000 000", "--average-deal", "150_000")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with a campaign, a manager and two leads; the clock stands."""
    monkeypatch.setattr("robot.cli.plan.utc_now", lambda: NOW)
    made = Settings(data_dir=tmp_path)

    async def fill() -> None:
        async with open_storage(made.database) as storage:
            campaign = await storage.campaigns.ensure(Campaign(0, "cold", "Холодные [звонки]", "cold_call"))
            await storage.campaigns.set_quota("cold", 1, hard=True)
            await storage.managers.ensure("Анна", WorkingHours(), campaigns=[campaign.id])
            leads = [NewLead(f"+7495123450{n}") for n in range(2)]
            await storage.leads.add(campaign.id, leads, now=NOW)

    asyncio.run(fill())
    return made


@pytest.fixture
def english() -> Iterator[None]:
    token = language.set(Language.EN)
    yield
    language.reset(token)


def zvonar(settings: Settings, *args: str) -> Result:
    result = CliRunner().invoke(plan, [*MONEY, *args], obj=settings, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def campaign_of(settings: Settings) -> Campaign:
    async def read() -> Campaign:
        async with open_storage(settings.database) as storage:
            return await storage.campaigns.get("cold")

    return asyncio.run(read())


def test_figures_obstacles_notes_and_a_bar_a_day(settings: Settings) -> None:
    result = zvonar(settings, "--meetings-per-deal", "4")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].strip() == "План на 2026-11: Холодные [звонки]"
    assert any("Встреч в день" in line and " 8 " in line for line in lines)  # 80 / 11
    assert "✗ список кончится 16 ноября: нужно лидов 1\u00a0276, есть 2, не хватает 1\u00a0274" in lines
    assert any(line.startswith("* мало данных") for line in lines)
    bars = [line for line in lines if "░" in line]
    assert [line.split()[2] for line in bars] == [f"{day}.11" for day in (16, 17, 18, 19, 20, 23, 24, 25, 26, 27, 30)]
    assert bars[-1].count("░") == 29  # all but the mark of the even pace


@pytest.mark.usefixtures("english")
def test_in_english(settings: Settings) -> None:
    result = zvonar(settings, "--close-rate", "0,25")
    assert "The plan cannot be met: 0 of 80 meetings are in reach." in result.stdout
    assert "little data" in result.stdout
    assert not any("а" <= letter <= "я" for letter in result.stdout.replace("Холодные [звонки]", ""))


def test_json_for_programs(settings: Settings) -> None:
    told = json.loads(zvonar(settings, "--meetings-per-deal", "4", "--show-up", "0.8", "--json").stdout)
    assert (told["campaign"], told["month"], told["meetings_left"], told["meetings_a_day"]) == (
        "cold",
        "2026-11",
        100,
        10,
    )
    assert told["channels"]["have"] == settings.dialer.channels
    assert [found["code"] for found in told["obstacles"]] == ["list"]


def test_lines_of_all_nodes_can_be_told(settings: Settings) -> None:
    told = json.loads(zvonar(settings, "--meetings-per-deal", "4", "--channels", "0", "--json").stdout)
    assert [found["code"] for found in told["obstacles"]] == ["list", "channels"]


def test_the_quota_is_set_and_stays_as_hard_as_it_was(settings: Settings) -> None:
    result = zvonar(settings, "--meetings-per-deal", "4", "--json", "--set-quota")
    json.loads(result.stdout)
    assert "cold: 8 встреч в день" in result.stderr
    after = campaign_of(settings)
    assert (after.quota, after.hard_quota) == (8, True)


def test_without_the_key_the_quota_is_left_alone(settings: Settings) -> None:
    zvonar(settings, "--meetings-per-deal", "4")
    assert campaign_of(settings).quota == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--meetings-per-deal", "4", "--month", "2026-12", "--set-quota"], "текущего месяца"),
        (["--meetings-per-deal", "4", "--month", "2026-10"], "уже кончился"),
        (["--meetings-per-deal", "4", "--month", "ноябрь"], "не месяц"),
        (["--meetings-per-deal", "4", "--close-rate", "0.25"], "один из ключей"),
        ([], "один из ключей"),
        (["--close-rate", "0"], "доля сделок"),
        (["--close-rate", "2"], "доля сделок"),
        (["--close-rate", "nan"], "доля сделок"),
        (["--close-rate", "0.0001"], "встреч на сделку"),
        (["--meetings-per-deal", "0"], "встреч на сделку"),
        (["--meetings-per-deal", "много"], "не число"),
        (["--meetings-per-deal", "4", "--revenue", "-5"], "выручка"),
        (["--meetings-per-deal", "4", "--average-deal", "0"], "средний чек"),
        (["--meetings-per-deal", "4", "--show-up", "70"], "состоявшихся"),
        (["--meetings-per-deal", "4", "--won", "-1"], "полученная выручка"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_changes_nothing(
    settings: Settings, args: list[str], says: str
) -> None:
    result = zvonar(settings, *args)
    assert result.exit_code == 2
    assert says in result.stderr
    assert campaign_of(settings).quota == 1


def test_no_quota_from_a_month_without_working_days(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.cli.plan.utc_now", lambda: datetime(2026, 11, 30, 19, tzinfo=UTC))
    result = zvonar(settings, "--meetings-per-deal", "4", "--set-quota")
    assert result.exit_code == 2
    assert "не осталось рабочих дней" in result.stdout
    assert campaign_of(settings).quota == 1


def test_a_quota_of_nothing_when_all_is_booked(settings: Settings) -> None:
    told: dict[str, Any] = json.loads(
        zvonar(settings, "--meetings-per-deal", "4", "--won", "3000000", "--json", "--set-quota").stdout
    )
    assert (told["meetings_left"], told["obstacles"]) == (0, [])
    assert campaign_of(settings).quota == 0
