"""`zvonar triggers`: a head of sales sees what will start calls, and what is wrong, before anybody is called."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from robot.cli.data import storage_of
from robot.cli.triggers import triggers
from robot.crm.triggers.settings import TriggerSettings
from robot.domain.campaigns import Campaign
from robot.settings import Settings

pytestmark = pytest.mark.unit

RULES = """
triggers:
  - {name: day, on: meeting, before: 36h, campaign: cold, priority: reminder}
  - {name: revive, on: stage, stage: stalled, crm: odoo, campaign: revival, delay: 2d, within: 90m}
"""


def told(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(triggers, list(arguments), obj=settings, catch_exceptions=False)


def settings_of(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "triggers.yaml"
    file.write_text(text, encoding="utf-8")
    return Settings(data_dir=tmp_path, triggers=TriggerSettings(file=file))


async def campaign(settings: Settings) -> None:
    async with storage_of(settings) as storage:
        await storage.campaigns.ensure(Campaign(0, "cold", "Холодные", "cold_call"))


def test_the_rules_are_listed_as_they_were_written(tmp_path: Path) -> None:
    listed = told(settings_of(tmp_path, RULES), "list")
    assert listed.exit_code == 0
    day, revive = (next(line for line in listed.output.splitlines() if name in line) for name in ("day", "revive"))
    assert "за 36h до встречи" in day
    assert "reminder" in day
    for cell in ("stalled", "odoo", "revival", "2d", "90m"):
        assert cell in revive


def test_what_will_not_work_is_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, RULES)
    asyncio.run(campaign(settings))
    checked = told(settings, "check")
    assert checked.exit_code == 1
    assert "revive: кампании revival нет" in checked.output
    assert "revive: odoo не подключена" in checked.output
    assert "day:" not in checked.output


def test_rules_that_will_work_are_told_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "triggers: [{name: day, on: meeting, before: 1d, campaign: cold}]")
    asyncio.run(campaign(settings))
    checked = told(settings, "check")
    assert (checked.exit_code, checked.output) == (0, "Правил: 1, всё в порядке\n")


def test_without_a_file_or_with_a_broken_one_the_way_is_shown(tmp_path: Path) -> None:
    unset = told(Settings(data_dir=tmp_path), "list")
    assert (unset.exit_code, "ZVONAR_TRIGGERS__FILE" in unset.output) == (2, True)
    broken = told(settings_of(tmp_path, "triggers: [{name: a}]"), "check")
    assert (broken.exit_code, "triggers.1.campaign" in broken.output) == (1, True)
