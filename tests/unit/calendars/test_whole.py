"""From a manager's own calendar to the offer, and from the agreement into his calendar: over a real CalDAV server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from robot.calendars.caldav import Place
from robot.calendars.deliverer import CalendarDeliverer
from robot.calendars.settings import CalendarSettings
from robot.calls.hands import Hands
from robot.crm.connector import Busy
from robot.crm.writes import Journal
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.people import Profile
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.storage.memory import MemoryStorage
from robot.wiring.calendars import calendar_book, watching
from robot.wiring.outgoing import outgoing, targets
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog.values import SlotRequest
from tests.contracts.storage_contract import NOW, Scene
from tests.unit.calendars.conftest import MOSCOW, patient, write, written

pytestmark = pytest.mark.unit


@dataclass
class Node:
    settings: Settings
    storage: MemoryStorage
    metrics: Metrics = field(default_factory=Metrics)


async def anna(place: Place, settings: Settings) -> tuple[Node, Scene]:
    """A node whose manager has her calendar on the server."""
    node = Node(settings, MemoryStorage(targets=targets(settings)))
    scene = await Scene.set(node.storage)
    profile = Profile(place="ул. Мира, 1", calendar=urlsplit(place.url).path)
    await node.storage.managers.ensure("Анна (cold)", WorkingHours(), campaigns=[scene.campaign.id], profile=profile)
    return node, scene


@pytest.fixture
def settings(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Settings:
    for name, value in {"URL": server, "USER": "boss", "PASSWORD": "secret"}.items():
        monkeypatch.setenv(f"ZVONAR_CALENDARS__{name}", value)
    given = Settings.model_validate({"data_dir": tmp_path})
    return given.model_copy(update={"calendars": patient(given.calendars)})


async def test_the_busy_manager_is_not_booked_and_a_booked_meeting_lies_in_her_calendar(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.wiring.calendars.utc_now", lambda: NOW)
    node, scene = await anna(place, settings)
    await write(place, "dentist", "DTSTART:20261123T090000Z", "DTEND:20261123T110000Z")  # until 14:00 in Moscow
    claimed, attempt_id = await scene.call()
    async with watching(node) as calendar:
        hands = Hands(attempt_id, scene.campaign, calendar, now=lambda: NOW, on_stop=lambda _at: None)
        found = await hands.do(act.FindSlots(SlotRequest(30, 2, NOW.astimezone(MOSCOW))))
        assert isinstance(found, ev.SlotsFound)
        assert [f"{slot.start:%H:%M}" for slot in found.slots] == ["14:00", "14:30"]
        assert await hands.do(act.BookSlot(found.slots[1])) == ev.SlotBooked(found.slots[1])
    await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=hands.meeting)
    due = NOW + timedelta(minutes=1)
    lease = {"owner": "a", "now": due, "until": due + timedelta(minutes=1), "limit": 9}
    (delivery,) = await node.storage.outbox.claim("calendar", **lease)  # type: ignore[arg-type]
    async with outgoing(node) as outbox:
        assert outbox.targets == ("calendar",)
    await CalendarDeliverer(node.storage.call_reports, calendar_book(node)).deliver(delivery, keep)
    texts = "".join(await written(place)).replace("\r\n ", "").replace("\n ", "")
    assert texts.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261123T113000Z" in texts
    assert claimed.lead.phone in texts
    assert "ул. Мира" in texts


async def test_a_server_that_is_down_delays_no_offer_and_keeps_what_was_known(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.wiring.calendars.utc_now", lambda: NOW)
    monkeypatch.setenv("ZVONAR_CALENDARS__URL", "http://127.0.0.1:9/")
    node, scene = await anna(place, Settings(data_dir=settings.data_dir))
    async with watching(node) as calendar:
        span = {"after": NOW, "before": NOW + timedelta(days=1), "duration": timedelta(minutes=30), "now": NOW}
        assert await calendar.free_slots(scene.campaign, **span)  # type: ignore[arg-type]


async def test_without_calendars_calls_ask_the_store_itself(tmp_path: object) -> None:
    node = Node(Settings.model_validate({"data_dir": tmp_path}), MemoryStorage())
    async with watching(node) as calendar:
        assert calendar is node.storage.calendar
    assert targets(node.settings) == ()


async def keep(_journal: Journal) -> None: ...


async def test_what_a_calendar_told_is_forgotten_when_it_was_taken_out_and_not_when_it_fails(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.wiring.calendars.utc_now", lambda: NOW)
    node, scene = await anna(place, settings)
    (first, *_) = before = await scene.slots()
    told = [Busy("Анна (cold)", first.starts_at, first.ends_at)]
    span = {"after": NOW, "before": NOW + timedelta(days=14)}
    for source in ("caldav:Анна (cold)", "caldav:Борис", "bitrix24"):
        await node.storage.busy_times.replace(source, told, **span)

    down = settings.model_copy(
        update={"calendars": settings.calendars.model_copy(update={"url": "http://127.0.0.1:9/"})}
    )
    async with watching(Node(down, node.storage)):
        assert first not in await scene.slots(), "her calendar only fails"
    without = settings.model_copy(update={"calendars": CalendarSettings()})
    async with watching(Node(without, node.storage)):
        assert await scene.slots() == before
