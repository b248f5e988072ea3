"""From the call to a real Odoo and back, by the parts a node is made of: its store, the hands a talk acts with, the
calendar as it asks it, the outbox's worker with the connector of the settings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from robot.calls.hands import Hands
from robot.crm.base import NewLead
from robot.domain.calls import Turn
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.observability.metrics import Metrics
from robot.proving.odoo import DATABASE
from robot.settings import Settings
from robot.storage.store import Storage, open_storage
from robot.wiring.calendars import watching
from robot.wiring.outgoing import delivering, outgoing, targets
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog.values import SlotRequest
from tests.conftest import HANGS_S
from tests.contracts.connector_contract import FIELD, SeenLead
from tests.contracts.storage_contract import NOW, Scene, phone
from tests.postgres.odoo_stand import ROBOT, ROBOT_KEY, STAGES, OdooStand
from tests.unit.calendars.conftest import patient

pytestmark = pytest.mark.postgres

SOUND = b"OggS the whole talk"
MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass
class Node:
    settings: Settings
    storage: Storage
    manager: str
    clock: list[datetime]
    metrics: Metrics = field(default_factory=Metrics)


@pytest.fixture
async def node(stand: OdooStand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Node]:
    """A node at Monday's noon, and a manager of its own who has a user in Odoo."""
    manager, login, clock = "Анна Ким", "anna@example.com", [NOW]
    user = await stand.person.make("res.users", name=manager, login=login, email=login)
    stand.users = {**stand.users, manager: str(user)}
    for name, value in _settings(stand, manager, user).items():
        monkeypatch.setenv(f"ZVONAR_CRM__ODOO__{name}", value)
    for module in ("calendars", "outgoing"):
        monkeypatch.setattr(f"robot.wiring.{module}.utc_now", lambda: clock[-1])
    settings = Settings(data_dir=tmp_path)
    settings = settings.model_copy(update={"calendars": patient(settings.calendars)})
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "talk.ogg").write_bytes(SOUND)
    async with open_storage(f"sqlite:///{tmp_path / 'zvonar.db'}", targets=targets(settings)) as storage:
        yield Node(settings, storage, manager, clock)


def _settings(stand: OdooStand, manager: str, user: int) -> Mapping[str, str]:
    return {
        "URL": stand.url,
        "DATABASE": DATABASE,
        "LOGIN": ROBOT,
        "KEY": ROBOT_KEY,
        "STAGES": json.dumps(STAGES),
        "MANAGERS": json.dumps({manager: user}),
        "FIELDS": json.dumps({FIELD: "x_need"}),
        "PER_S": "1000",
        "BURST": "1000",
    }


async def campaign(node: Node, slug: str, number: str) -> Scene:
    made = await node.storage.campaigns.ensure(Campaign(0, slug, slug, slug, quota=3))
    await node.storage.managers.ensure(node.manager, WorkingHours(), campaigns=[made.id])
    await node.storage.leads.add(made.id, [NewLead(number, "Пётр Иванов", "Ромашка")], now=NOW)
    return Scene(node.storage, made)


async def talk(node: Node, scene: Scene, place: int) -> list[str]:
    """A call in which the client takes one of the times he is offered: those times, on the manager's clock."""
    _, attempt_id = await scene.call()
    store = node.storage
    await store.calls.answered(attempt_id, at=NOW)
    async with watching(node) as calendar:
        hands = Hands(attempt_id, scene.campaign, calendar, now=lambda: NOW, on_stop=lambda _at: None)
        found = await hands.do(act.FindSlots(SlotRequest(30, 2, NOW.astimezone(MOSCOW))))
        assert isinstance(found, ev.SlotsFound)
        assert await hands.do(act.BookSlot(found.slots[place])) == ev.SlotBooked(found.slots[place])
    said = Turn(1, "greeting", said="Вам удобно?", said_to_ms=900, heard="Да, нужны карты", heard_from_ms=1000)
    await store.calls.turn(attempt_id, said)
    more: dict[str, Any] = {"answered_at": NOW, "ended_at": NOW + timedelta(seconds=70), "meeting": hands.meeting}
    await scene.finish(
        attempt_id,
        Outcome.MEETING_BOOKED,
        recording="recordings/talk.ogg",
        collected={"lead.need": "карты"},
        **more,
    )
    return [f"{slot.start:%H:%M}" for slot in found.slots]


async def go_out(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's worker runs until the next delivery is settled."""
    settled, settle = asyncio.Event(), node.storage.outbox.settle

    async def told(*arguments: Any, **more: Any) -> Any:
        try:
            return await settle(*arguments, **more)
        finally:
            settled.set()

    node.clock.append(node.clock[-1] + timedelta(minutes=2))
    with monkeypatch.context() as patch:
        patch.setattr(node.storage.outbox, "settle", told)
        async with outgoing(node) as outbox, delivering(outbox, on_failure=settled.set), asyncio.timeout(HANGS_S):
            await settled.wait()


async def only(stand: OdooStand, number: str) -> SeenLead:
    (lead,) = await stand.seen(number)
    return lead


async def test_a_cold_call_ends_as_lead_stage_meeting_activity_and_note_and_is_moved_by_the_reminder(
    node: Node, stand: OdooStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = phone(777)
    (user,) = await stand.person.find("res.users", [["login", "=", "anna@example.com"]], "partner_id")
    partners = [[6, 0, [user["partner_id"][0]]]]
    until_two = {"start": "2026-11-23 09:00:00", "stop": "2026-11-23 11:00:00", "partner_ids": partners}
    await stand.person.make("calendar.event", name="У врача", **until_two)

    assert await talk(node, await campaign(node, "cold", number), 1) == ["14:00", "14:30"], "she is busy until two"
    await go_out(node, monkeypatch)

    lead = await only(stand, number)
    booked_at = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert (lead.stage, lead.name, lead.company, lead.fields) == ("meeting", "Пётр Иванов", "Ромашка", {FIELD: "карты"})
    assert [(one.manager, one.starts_at) for one in lead.meetings] == [(node.manager, booked_at)]
    assert [(one.manager, one.due_at.date()) for one in lead.tasks] == [(node.manager, booked_at.date())]
    (note,) = lead.calls
    assert note.recording == SOUND
    assert "нужны карты" in note.text

    reminder = await campaign(node, "reminder", number)
    offered = await talk(node, reminder, 0)
    assert "14:30" not in offered
    await go_out(node, monkeypatch)

    lead = await only(stand, number)
    moved_to = datetime(2026, 11, 23, *map(int, offered[0].split(":")), tzinfo=MOSCOW).astimezone(UTC)
    assert [(one.manager, one.starts_at) for one in lead.meetings] == [(node.manager, moved_to)]
    assert (len(lead.tasks), len(lead.calls)) == (1, 2)
    card = await node.storage.leads.card(1)
    assert card is not None
    assert [one.slot.starts_at for one in card.meetings] == [moved_to]
    assert (await node.storage.progress.quota(reminder.campaign, NOW)).booked == 0
    async with watching(node) as calendar:
        span = {"after": NOW, "before": NOW + timedelta(hours=8), "duration": timedelta(minutes=30), "now": NOW}
        free = {slot.starts_at for slot in await calendar.free_slots(reminder.campaign, **span)}  # type: ignore[arg-type]
    assert booked_at in free, "here and there"
    assert moved_to not in free
