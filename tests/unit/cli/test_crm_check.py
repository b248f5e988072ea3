"""`zvonar crm check`: what people see of their settings before a call depends on them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from robot.cli.crm import crm
from robot.cli.data import storage_of
from robot.domain.meetings import WorkingHours
from robot.settings import Settings
from robot.settings_crm import CrmSettings

pytestmark = pytest.mark.unit


async def employ(settings: Settings, name: str) -> None:
    async with storage_of(settings) as storage:
        await storage.managers.ensure(name, WorkingHours(), campaigns=[])


def test_the_own_crm_is_checked_where_no_other_is_set_up(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    told = CliRunner().invoke(crm, ["check"], obj=settings, catch_exceptions=False)
    assert told.exit_code == 1
    assert "zvonar managers add" in told.output

    asyncio.run(employ(settings, "Ольга Петрова"))
    told = CliRunner().invoke(crm, ["check", "--json"], obj=settings, catch_exceptions=False)
    found = json.loads(told.output)["builtin"]
    assert told.exit_code == 0
    assert [one["id"] for one in found["users"]] == ["Ольга Петрова"]
    assert {"meeting", "refused"} <= {one["id"] for one in found["stages"]}


def test_a_crm_that_does_not_answer_keeps_no_other_back_and_its_secret_is_not_told(tmp_path: Path) -> None:
    webhook = {"url": "http://127.0.0.1:9/calls", "secret": "s" * 32}
    settings = Settings(data_dir=tmp_path, crm=CrmSettings.model_validate({"webhook": webhook}))
    asyncio.run(employ(settings, "Ольга Петрова"))
    told = CliRunner().invoke(crm, ["check"], obj=settings, catch_exceptions=False)
    assert told.exit_code == 1
    assert "Ольга Петрова" in told.output
    assert "127.0.0.1" in told.output
    assert "s" * 32 not in told.output


def test_a_crm_that_is_not_set_up_or_does_not_exist_is_told_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for name, words in {"odoo": "ZVONAR_CRM__ODOO__", "siebel": "odoo"}.items():
        told = CliRunner().invoke(crm, ["check", name], obj=settings, catch_exceptions=False)
        assert told.exit_code == 1
        assert words in told.output


def test_the_automation_needs_a_secret_and_an_address(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for address in ("https://robot.example.com", "robot"):
        told = CliRunner().invoke(crm, ["automate", address], obj=settings, catch_exceptions=False)
        assert told.exit_code == 1
        assert "ZVONAR_TRIGGERS__HOOKS" in told.output
