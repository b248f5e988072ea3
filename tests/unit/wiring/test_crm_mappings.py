"""A mapping saved in the browser holds on every node: from its start, and soon after it is saved elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from robot.crm.section import CrmSection
from robot.crm.throttle import MemoryThrottle
from robot.settings import Settings
from robot.storage.memory import MemoryStorage
from robot.web.settings_ports import CrmMapping
from robot.wiring.crm_desk import REFRESHED_EVERY_S, CrmDesk, following

pytestmark = [pytest.mark.unit, pytest.mark.looptime]

ODOO = {
    "url": "https://odoo.example.org",
    "database": "crm",
    "login": "robot",
    "key": "k",
    "stages": {"meeting": "Встреча"},
    "managers": {"Анна": "7"},
}


def desk(store: MemoryStorage, home: Path) -> CrmDesk:
    settings = Settings(data_dir=home, line="simulated", crm={"odoo": ODOO})  # type: ignore[arg-type]
    return CrmDesk(settings, store.kept_settings, MemoryThrottle())


def stages(one: CrmDesk) -> dict[str, str]:
    section = one.settings.crm.used()["odoo"]
    assert isinstance(section, CrmSection)
    return dict(section.stages)


async def test_what_was_saved_before_the_start_holds_at_the_start(tmp_path: Path) -> None:
    store = MemoryStorage()
    await desk(store, tmp_path).set_mapping("odoo", CrmMapping({"meeting": "Договорились"}, {"Анна": "9"}))
    begun = desk(store, tmp_path)
    assert stages(begun) == {"meeting": "Встреча"}
    async with following(begun):
        assert stages(begun) == {"meeting": "Договорились"}


async def test_what_another_node_saves_holds_soon_after(tmp_path: Path) -> None:
    store = MemoryStorage()
    here, there = desk(store, tmp_path), desk(store, tmp_path)
    async with following(here):
        await there.set_mapping("odoo", CrmMapping({"meeting": "Договорились"}, {"Анна": "9"}))
        await asyncio.sleep(REFRESHED_EVERY_S + 1)
        assert stages(here) == {"meeting": "Договорились"}
