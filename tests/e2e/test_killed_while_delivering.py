"""`kill -9` at every step between "the call has ended" and "all is delivered", on a real database file, over HTTP to a
CRM and over SMTP to a mail server: one lead, one meeting, one letter is there each time."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from robot.crm.base import NewLead
from robot.crm.bitrix24.fake.server import FakeBitrix24
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import State
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.settings import Settings
from robot.storage.store import Storage, open_storage
from robot.wiring.outgoing import targets
from tests.conftest import HANGS_S, THOROUGH
from tests.contracts.connector_contract import FIELD, MANAGER, SOUND, phone
from tests.e2e.mortal import Ended, Life, live
from tests.unit.crm.bitrix_stand import STAGES, USER, BitrixStand
from tests.unit.sending.scene import folder

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]

EVERY = 1 if THOROUGH else 4
"""Each step, or every fourth one."""
LEASE = timedelta(minutes=2)
_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload([live.__module__])  # each life is forked from one that has read the modules
UNSURE = "unsure"


class Mailbox:
    """Letters by whom they are for."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters += envelope.rcpt_tos
        return "250 taken"


@dataclass
class World:
    """The company's CRM and mail server, and the node's database. numbers: whom it called."""

    data_dir: Path
    storage: Storage
    crm: BitrixStand
    mailbox: Mailbox
    environment: dict[str, str]
    campaign: Campaign
    numbers: list[str] = field(default_factory=list)
    lives: int = 0

    async def call(self) -> Ended:
        """One that is about to end in a meeting."""
        number, now = phone(), self.now()
        self.numbers.append(number)
        lead = NewLead(number, "Пётр Иванов", "Ромашка", fields={"email": self.address(number)})
        await self.storage.leads.add(self.campaign.id, [lead], now=now)
        (claimed,) = await self.storage.queue.claim(self.campaign, limit=1, now=now, node="a", lease=LEASE)
        attempt_id = uuid4()
        assert await self.storage.attempts.begin(claimed, attempt_id=attempt_id, node="a", now=now)
        span = {"after": now, "before": now + timedelta(days=30), "duration": timedelta(minutes=30), "now": now}
        slot = (await self.storage.calendar.free_slots(self.campaign, **span))[0]  # type: ignore[arg-type]
        assert await self.storage.calendar.hold(attempt_id, slot, now=now)
        return Ended(attempt_id, slot, "recordings/talk.ogg")

    @staticmethod
    def address(number: str) -> str:
        return f"client{number[1:]}@romashka.example"

    def now(self) -> datetime:
        return utc_now() + self.lives * LEASE

    async def live(self, call: Ended | None, before: Ended | None = None, **more: object) -> int | None:
        """A process, to its end; its exit code. It begins when the last one's leases are over."""
        self.lives += 1
        life = Life(self.data_dir, self.environment, self.lives * LEASE, call, before, **more)  # type: ignore[arg-type]
        process = _NURSERY.Process(target=live, args=(life,))
        process.start()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, ended.set)
        try:
            async with asyncio.timeout(4 * HANGS_S):
                await ended.wait()
        finally:
            asyncio.get_running_loop().remove_reader(process.sentinel)
            process.kill()
            process.join()
        return process.exitcode

    async def look_for_letters_in_doubt(self) -> None:
        """As a person does whom `zvonar outbox list` asks: is it there?"""
        for entry in await self.storage.outbox_desk.entries(Wanted((State.PARKED,)), limit=9, now=self.now()):
            assert (entry.target, entry.problem.code if entry.problem else "") == ("sending", UNSURE)
            lead = await self.storage.leads.card(entry.lead_id)
            assert lead is not None
            arrived = self.address(lead.lead.phone) in self.mailbox.letters
            decide = self.storage.outbox_desk.drop if arrived else self.storage.outbox_desk.retry
            assert await decide(Wanted((State.PARKED,), ids=[entry.id]), now=self.now()) == 1


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    mailbox, loop, talks = Mailbox(), asyncio.get_running_loop(), list[SMTP]()

    def talk() -> SMTP:
        talks.append(SMTP(mailbox, hostname="mail.example"))
        return talks[-1]

    folder(tmp_path)
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "talk.ogg").write_bytes(SOUND)
    async with FakeBitrix24(per_s=1e6, burst=10**6) as fake, await loop.create_server(talk, "127.0.0.1", 0) as server:
        crm = {
            "WEBHOOK": fake.webhook_url,
            "STAGES": json.dumps(STAGES),
            "MANAGERS": json.dumps({MANAGER: USER}),
            "FIELDS": json.dumps({FIELD: "ufCrmNeed"}),
            "PER_S": "50",
            "BURST": "50",
        }
        port = str(server.sockets[0].getsockname()[1])
        mail = {"HOST": "127.0.0.1", "PORT": port, "SECURITY": "none", "SENDER": "a@romashka.example", "PER_S": "100"}
        environment = {f"ZVONAR_CRM__BITRIX24__{name}": value for name, value in crm.items()}
        environment |= {f"ZVONAR_SENDING__MAIL__{name}": value for name, value in mail.items()}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings = Settings(data_dir=tmp_path)
        async with open_storage(settings.database, targets=targets(settings)) as storage:
            campaign = await storage.campaigns.ensure(Campaign(0, "cold", "", "cold_call", quota=9999, window=ALWAYS))
            hours = WorkingHours(opens=time(0), closes=time(23, 30), weekdays=frozenset(range(7)))
            await storage.managers.ensure(MANAGER, hours, campaigns=[campaign.id])
            campaign = await storage.campaigns.get("cold")
            stand = BitrixStand(fake, tmp_path, application=False)
            yield World(tmp_path, storage, stand, mailbox, environment, campaign)
        for one in talks:
            if isinstance(one.transport, asyncio.WriteTransport):
                one.transport.abort()
    await asyncio.sleep(0)


async def test_killed_at_every_step_one_lead_one_meeting_one_letter(world: World) -> None:
    notes = world.data_dir / "steps"
    assert await world.live(await world.call(), notes=notes) == 0
    steps = notes.read_text().splitlines()
    for what in ("the end of the call", "keep", "settle", "a request", "the card's line", "smtp data"):
        assert {f"before {what} 1", f"after {what} 1"} <= set(steps), "each is among the steps"

    before = None
    fatal_steps = steps[1::EVERY]  # before the first one the call has not ended: other tests kill nodes that talk
    for fatal in fatal_steps:
        call = await world.call()
        assert await world.live(call, before, fatal=fatal) == -signal.SIGKILL, fatal
        await world.look_for_letters_in_doubt()
        before = call
    for last in (before, None):
        assert await world.live(None, last) == 0
        await world.look_for_letters_in_doubt()

    assert sorted(world.mailbox.letters) == sorted(map(world.address, world.numbers))
    for place, number in enumerate(world.numbers):
        (lead,) = await world.crm.seen(number)
        killed_at = fatal_steps[place - 1] if place else "none"
        assert (len(lead.meetings), len(lead.tasks), len(lead.calls)) == (1, 1, 1), killed_at
        assert lead.stage == "meeting", killed_at
    assert await world.storage.outbox_desk.entries(Wanted(), limit=9, now=world.now()) == []
