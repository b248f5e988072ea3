"""Whole talks end in a real Odoo: the product as it is served, from the cold list, the signed webhook and the stage
"stalled" to the lead, its stage, the meeting, the activity and the note with the recording.

What is not real: the engines (voice and recognizer understand each other through the sound alone), the people.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import soundfile

from robot.app import Robot, Speech, serve, targets
from robot.calls.scripts import ScriptShelf
from robot.cli.serve import meaning
from robot.crm.base import NewLead
from robot.crm.outbox_ports import State
from robot.crm.planning import COMPLETE_IN
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.observability.metrics import Metrics
from robot.proving.odoo import DATABASE, RunningOdoo
from robot.settings import Settings
from robot.speech.fake import FakeRecognizer
from robot.speech.phrases import PhraseCache
from robot.speech.voices import Voices
from robot.storage.store import Storage, open_storage
from robot.web.signature import SIGNATURE, TIMESTAMP, sign
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from tests.contracts.connector_contract import FIELD, SeenLead, phone
from tests.ports import free_port
from tests.postgres.odoo_stand import ROBOT, ROBOT_KEY, STAGES, OdooStand
from tests.postgres.test_odoo import aged
from tests.postgres.town import ShortVoice, Town
from tests.unit.calendars.conftest import patient

pytestmark = pytest.mark.postgres

SECRET = "0123456789abcdef" * 2
MANAGER = "Мария Талых"
SCRIPTS = {"cold": "cold_call", "request": "inbound_lead", "revival": "stalled_revival"}
COLD, REQUEST, STALLED = (phone() for _ in SCRIPTS)
STALLED_STAGE = "stalled"
NOW = utc_now().replace(microsecond=0)
AWAY = timedelta(days=2)
MOSCOW = ZoneInfo("Europe/Moscow")
NEED = "хочу рекламу кофейни"
PEOPLE = {
    COLD: {"greeting": "да, это я", "предложить": "первое"},
    REQUEST: {
        "need": NEED,
        "volume": "у нас три точки",
        "time_frame": "прямо сейчас",
        "authority": "решаю сам",
        "предложить": "первое",
    },
    STALLED: {
        "greeting": "уже не актуально",
        "why_not": "начальство не утвердило",
        "meeting_instead": "можно попробовать",
        "предложить": "первое",
    },
}
HANGS_S = 180.0
"""A bound against hanging: the talks take some ten seconds."""


@pytest.fixture
async def furnished(stand: OdooStand) -> OdooStand:
    """A manager of these talks alone, who is away for two days."""
    user = await stand.person.make("res.users", name=MANAGER, login="maria@example.com", email="maria@example.com")
    stand.users = {**stand.users, MANAGER: str(user)}
    (partner,) = await stand.person.find("res.users", [["id", "=", user]], "partner_id")
    away = {"start": f"{NOW:%F %T}", "stop": f"{NOW + AWAY:%F %T}", "partner_ids": [[6, 0, [partner["partner_id"][0]]]]}
    await stand.person.make("calendar.event", name="Командировка", **away)
    return stand


class Stalled(NamedTuple):
    """Somebody who was called long ago, and the stage of those who think it over too long."""

    lead: str
    stage: int


@pytest.fixture
async def stalled(stand: OdooStand, server: RunningOdoo) -> Stalled:
    lead = await stand.enter(STALLED)
    await aged(server, lead)
    return Stalled(lead, await stand.person.make("crm.stage", name="Завис"))


@pytest.fixture
def settings(furnished: OdooStand, stalled: Stalled, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    rules = tmp_path / "triggers.yaml"
    rules.write_text("triggers: [{name: revive, on: stage, stage: stalled, campaign: revival, priority: revival}]")
    users = furnished.users
    crm = {
        "URL": furnished.url,
        "DATABASE": DATABASE,
        "LOGIN": ROBOT,
        "KEY": ROBOT_KEY,
        "STAGES": json.dumps({**STAGES, STALLED_STAGE: str(stalled.stage)}),
        "MANAGERS": json.dumps({MANAGER: users[MANAGER]}),
        "FIELDS": json.dumps({FIELD: "x_need"}),
        "PER_S": "1000",
        "BURST": "1000",
    }
    chosen = {
        **{f"CRM__ODOO__{name}": value for name, value in crm.items()},
        "TRIGGERS__FILE": str(rules),
        "TRIGGERS__POLL_S": "5",
        "WEB__PORT": str(free_port()),
        "WEB__HOOKS": json.dumps({"request": {"secret": SECRET}}),
        "DIALER__ROUND_S": "0.2",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"ZVONAR_{name}", value)
    # Recordings are compressed at once here: nobody waits a quarter of a minute for them.
    monkeypatch.setattr("robot.wiring.outgoing.utc_now", lambda: utc_now() + COMPLETE_IN)
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path, line="simulated")
    return settings.model_copy(update={"calendars": patient(settings.calendars)})


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    """Three campaigns of one manager; one lead waits for the cold call."""
    async with open_storage(settings.database, targets=targets(settings)) as storage:
        ids = {}
        for slug, script in SCRIPTS.items():
            campaign = await storage.campaigns.ensure(Campaign(0, slug, slug, script, window=ALWAYS, quota=9))
            ids[slug] = campaign.id
        hours = WorkingHours(opens=time(8), closes=time(20), weekdays=frozenset(range(7)))
        await storage.managers.ensure(MANAGER, hours, campaigns=ids.values())
        await storage.leads.add(ids["cold"], [NewLead(COLD, "Пётр Иванов", "Ромашка")], now=utc_now())
        yield storage


@asynccontextmanager
async def served(settings: Settings, storage: Storage) -> AsyncIterator[None]:
    """The product, as `zvonar serve` runs it."""
    voice, metrics = ShortVoice(), Metrics()
    phrases = PhraseCache(voice, settings.phrases_dir)
    speech = Speech(FakeRecognizer(), voice, phrases, Voices(phrases, settings.phrases_dir, lambda _name: voice))
    line = SimulatedLine(Town(PEOPLE), SimulatedLineSettings(noise_rms=0, alaw=False))
    scripts, stop = ScriptShelf(utc_now), asyncio.Event()
    for script in SCRIPTS.values():
        await asyncio.to_thread(scripts.publish, script)
    robot = Robot(settings, storage, speech, line, metrics, settings.recordings_dir, scripts)
    serving = asyncio.create_task(serve(robot, stop, meaning(line.told)))
    serving.add_done_callback(lambda _task: stop.set())
    try:
        yield
    finally:
        stop.set()
        await serving
        await phrases.close()


def told_of(method: Callable[..., Any], tell: Callable[..., object]) -> Callable[..., Any]:
    """The method, of whose arguments somebody is told once it is done."""

    async def telling(*arguments: Any, **more: Any) -> Any:
        done = await method(*arguments, **more)
        tell(*arguments)
        return done

    return telling


async def request(settings: Settings, number: str) -> None:
    """As a site sends a form."""
    body = json.dumps({"phone": number, "name": "Иван Сидоров", "company": "Лютик"}).encode()
    stamp = str(int(utc_now().timestamp()))
    headers = {"Content-Type": "application/json", TIMESTAMP: stamp, SIGNATURE: sign(SECRET, stamp, body)}
    address = f"http://127.0.0.1:{settings.web.port}/hooks/leads/request"
    async with aiohttp.ClientSession() as site, site.post(address, data=body, headers=headers) as answer:
        assert answer.status == 202, await answer.text()


async def test_three_talks_end_in_odoo(
    furnished: OdooStand,
    stalled: Stalled,
    settings: Settings,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, settled = asyncio.Event(), asyncio.Queue[State]()
    keep, settle = storage.change_cursors.keep, storage.outbox.settle
    monkeypatch.setattr(storage.change_cursors, "keep", told_of(keep, lambda *_: looked.set()))
    monkeypatch.setattr(storage.outbox, "settle", told_of(settle, lambda _id, state: settled.put_nowait(state)))

    async with asyncio.timeout(HANGS_S), served(settings, storage):
        await looked.wait()
        await furnished.person.change("crm.lead", stalled.lead, stage_id=stalled.stage)
        await request(settings, REQUEST)
        assert [await settled.get() for _ in PEOPLE] == [State.DELIVERED] * 3

    cold, asked, revived = [await booked(furnished, settings, number) for number in PEOPLE]
    assert (cold.name, cold.company) == ("Пётр Иванов", "Ромашка")
    assert (asked.name, asked.company, asked.fields) == ("Иван Сидоров", "Лютик", {FIELD: NEED})
    assert revived.id == stalled.lead
    assert "начальство не утвердило" in revived.calls[0].text
    assert len({one.meetings[0].starts_at for one in (cold, asked, revived)}) == 3, "nobody is booked twice"


async def booked(stand: OdooStand, settings: Settings, number: str) -> SeenLead:
    """The only lead of this number, with one of everything a talk leaves behind."""
    (lead,) = await stand.seen(number)
    assert lead.stage == "meeting", [one.text for one in lead.calls]
    (meeting,), (task,), (note,) = lead.meetings, lead.tasks, lead.calls
    assert (meeting.manager, task.manager) == (MANAGER, MANAGER)
    assert meeting.starts_at >= NOW + AWAY, "she is away until then"
    assert task.due_at.date() == meeting.starts_at.astimezone(MOSCOW).date()
    assert "первое" in note.text
    assert note.recording is not None
    sound, rate = soundfile.read(io.BytesIO(note.recording))
    assert sound.shape[1] == 2
    assert len(sound) / rate > 4, "the whole talk"
    assert all(abs(sound[:, side]).max() > 0.05 for side in (0, 1)), "both are heard"
    return lead
