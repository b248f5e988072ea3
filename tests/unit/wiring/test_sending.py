"""What the settings of sending name is delivered to by the node, and hears its receipts until it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from robot.sending.smpp import SmppSms
from robot.settings import Settings
from robot.wiring.outgoing import outgoing, targets
from tests.unit.wiring.test_outgoing import Node

pytestmark = pytest.mark.unit


def set_smpp(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "127.0.0.1", "PORT": "1", "SYSTEM_ID": "r", "PASSWORD": "p", "SOURCE": "Robot"}.items():
        monkeypatch.setenv(f"ZVONAR_SENDING__SMPP__{name}", value)


async def test_channels_of_the_settings_become_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONAR_SENDING__MAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("ZVONAR_SENDING__MAIL__SENDER", "sales@romashka.example")
    set_smpp(monkeypatch)
    monkeypatch.setenv("ZVONAR_SENDING__MESSAGES", '{"meeting": "meeting_booked"}')
    chosen = Settings(data_dir=tmp_path)
    assert [target.name for target in targets(chosen)] == ["sending", "messages"]
    async with outgoing(Node(chosen)) as outbox:
        assert outbox.targets == ("sending", "messages")
        assert "receipts" in {task.get_name() for task in asyncio.all_tasks()}
    assert "receipts" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_receipts_that_are_no_longer_heard_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise KeyError("pdu")

    set_smpp(monkeypatch)
    monkeypatch.setattr(SmppSms, "listen", fails)
    with pytest.raises(KeyError, match="pdu"):
        async with outgoing(Node(Settings(data_dir=tmp_path))):
            await asyncio.sleep(0)
