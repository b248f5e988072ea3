"""Triggers live and end with the node, and only where they are set."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from robot.crm.errors import Misconfigured
from robot.settings import ConfigurationError, Settings, load_settings
from robot.wiring.triggers import crm_inlet, triggering
from tests.unit.wiring.test_outgoing import Node

pytestmark = pytest.mark.unit

SECRET = "0123456789abcdef" * 2


def tasks() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()}


async def test_nothing_starts_by_itself_unless_it_is_set(tmp_path: Path) -> None:
    node: Any = Node(Settings(data_dir=tmp_path))
    async with triggering(node):
        assert "triggers" not in tasks()
    assert crm_inlet(node) is None


async def test_the_worker_lives_as_long_as_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "triggers.yaml"
    file.write_text("triggers: [{name: a, on: meeting, before: 1d, campaign: b}]")
    monkeypatch.setenv("ZVONAR_TRIGGERS__FILE", str(file))
    monkeypatch.setenv("ZVONAR_TRIGGERS__HOOKS", f'{{"amocrm": "{SECRET}"}}')
    node: Any = Node(load_settings())
    async with triggering(node):
        assert "triggers" in tasks()
    assert "triggers" not in tasks()
    inlet = crm_inlet(node)
    assert inlet is not None
    assert inlet.doors["amocrm"].secret == SECRET
    assert SECRET not in repr(inlet)
    file.write_text("triggers: 1")
    with pytest.raises(Misconfigured):
        async with triggering(node):
            pass


@pytest.mark.parametrize("hooks", ['{"amocrm": "short"}', f'{{"odoo": "{SECRET}"}}', f'{{"amocrm": "{SECRET}/.."}}'])
def test_addresses_that_are_not_safe_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hooks: str) -> None:
    monkeypatch.setenv("ZVONAR_TRIGGERS__FILE", str(tmp_path / "t.yaml"))
    monkeypatch.setenv("ZVONAR_TRIGGERS__HOOKS", hooks)
    with pytest.raises(ConfigurationError, match="ZVONAR_TRIGGERS"):
        load_settings()
