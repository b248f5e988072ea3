"""Managers' calls under the spend ceiling: reserved before they ring, settled by how long they lasted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from robot.calls.channels import Channels
from robot.calls.managers import TransferTargets
from robot.calls.paid_line import STORE_S, PaidLine
from robot.calls.transfer import LineBridge, TransferSettings
from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.rules import DialingRules
from robot.domain.tariffs import Rate, Tariff
from robot.storage import tables as t
from robot.storage.memory import MemoryStorage
from telephony.audio import SILENCE
from telephony.base import CallSpec
from telephony.fake import Answer, Decline, HangUp, ScriptedLine, Silence, Step
from telephony.simulated.subscriber import PickUp

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLIENT, DESK, MOBILE, OTHER = "+74950100001", "101", "+79160100002", "+79160100003"


class Voice:
    async def speech(self, text: str) -> bytes:
        return SILENCE


class Office:
    """A client on the line, a store with a ceiling, and managers who may be dialed for him."""

    def __init__(self, managers: Mapping[str, Sequence[Step]], *, ceiling: int | None, client: Sequence[Step]) -> None:
        rules = DialingRules(
            tariff=Tariff((Rate("+7495", Decimal(1)), Rate("+79", Decimal(12)))),
            longest_call_s=120,
            ceiling_kopecks=ceiling,
        )
        self.store = MemoryStorage(rules)
        self.line = ScriptedLine({CLIENT: client, **managers})
        self.targets = TransferTargets({"sales": list(managers)}, rules.refusal)
        self.attempt_id = uuid4()

    async def begun(self) -> int:
        """An attempt to the client under way; what it has reserved."""
        campaign = await self.store.campaigns.ensure(Campaign(0, "cold", "", "cold_call", quota=5, window=ALWAYS))
        await self.store.managers.ensure("Анна", WorkingHours(), campaigns=[campaign.id])
        await self.store.leads.add(campaign.id, [NewLead(CLIENT)], now=NOW)
        lease = timedelta(hours=1)
        (claimed,) = await self.store.queue.claim(campaign, limit=1, now=NOW, node="a", lease=lease)
        assert await self.store.attempts.begin(claimed, attempt_id=self.attempt_id, node="a", now=NOW)
        return await self.store.spending.spent(NOW)

    async def transfer(self, *, talk_s: float = 3600, costs: object = None) -> bool:
        serving = asyncio.create_task(self.line.run())
        client = await self.line.dial(CallSpec(self.attempt_id, CLIENT))
        paid = PaidLine(self.line, costs or self.store.spending, self.attempt_id, now=lambda: NOW)  # type: ignore[arg-type]
        bridge = LineBridge(
            client,
            line=paid,
            managers=self.targets,
            announce=lambda _collected: "Клиент",
            phrases=Voice(),
            channels=Channels(4),
            settings=TransferSettings(talk_s=talk_s),
        )

        async def listen() -> None:
            async for frame in client.frames():
                bridge.hear(frame)
            bridge.client_left()

        listening = asyncio.create_task(listen())
        try:
            return await bridge.connect("sales", {})
        finally:
            await client.hang_up()
            await listening
            serving.cancel()
            await asyncio.wait([serving])

    async def legs(self) -> list[tuple[str, int, bool]]:
        """Number, kopecks, whether it is settled."""
        async with self.store.database.read() as connection:
            rows = await connection.execute(sa.select(t.transfer_legs).order_by(t.transfer_legs.c.number))
            return [(row.number, row.cost_kopecks, row.ended_at is not None) for row in rows]


STAYS: Sequence[Step] = [Answer(), Silence(100_000), HangUp()]
TALKS: Sequence[Step] = [Answer(2.0), Silence(90_000), HangUp()]


async def test_a_talk_with_a_manager_costs_what_it_lasted() -> None:
    office = Office({MOBILE: TALKS}, ceiling=None, client=STAYS)
    own = await office.begun()
    assert await office.transfer(talk_s=70)
    assert await office.legs() == [(MOBILE, 2 * 1200, True)]
    assert await office.store.spending.spent(NOW) == own + 2 * 1200


async def test_who_does_not_answer_costs_nothing() -> None:
    office = Office({MOBILE: [Decline(PickUp.BUSY, 0.5)], OTHER: TALKS}, ceiling=None, client=STAYS)
    own = await office.begun()
    assert await office.transfer(talk_s=10)
    assert await office.legs() == [(MOBILE, 0, True), (OTHER, 1200, True)]
    assert await office.store.spending.spent(NOW) == own + 1200


async def test_a_client_who_leaves_while_it_rings_or_talks_leaves_nothing_reserved() -> None:
    for stays_ms, cost in ((1000, 0), (5000, 1200)):
        office = Office({MOBILE: TALKS}, ceiling=None, client=[Answer(), Silence(stays_ms), HangUp()])
        own = await office.begun()
        assert await office.transfer() == bool(cost)
        assert await office.legs() == [(MOBILE, cost, True)]
        assert await office.store.spending.spent(NOW) == own + cost


async def test_what_the_ceiling_leaves_nothing_for_is_not_rung_and_an_extension_is() -> None:
    office = Office({MOBILE: TALKS, DESK: TALKS}, ceiling=200 + 2399, client=STAYS)
    assert await office.begun() == 200
    assert await office.transfer(talk_s=10)
    assert [spec.number for spec in office.line.dialed] == [CLIENT, DESK]
    assert await office.legs() == []
    assert await office.store.spending.spent(NOW) == 200


async def test_it_is_reserved_before_it_rings() -> None:
    office = Office({MOBILE: TALKS, OTHER: TALKS}, ceiling=200 + 2400, client=STAYS)
    await office.begun()
    transfer = asyncio.create_task(office.transfer(talk_s=10))
    await asyncio.sleep(1.0)
    assert await office.legs() == [(MOBILE, 2400, False)]
    assert not await office.store.spending.reserve(office.attempt_id, uuid4(), OTHER, now=NOW), "nothing is left"
    assert await transfer


class Away:
    """A store that does not answer."""

    async def reserve(self, attempt_id: UUID, leg: UUID, number: str, *, now: datetime) -> bool:
        await asyncio.Event().wait()
        return True

    async def settle(self, leg: UUID, *, talked_s: float, now: datetime) -> None:
        raise AssertionError("nothing was reserved")


async def test_a_store_that_is_away_lets_nobody_be_rung_uncounted_and_keeps_the_client_only_shortly() -> None:
    office = Office({MOBILE: TALKS, DESK: TALKS}, ceiling=None, client=STAYS)
    assert await office.transfer(talk_s=10, costs=Away())
    assert [spec.number for spec in office.line.dialed] == [CLIENT, DESK]
    assert asyncio.get_running_loop().time() < STORE_S + 15


async def test_an_extension_is_not_dialed_where_no_line_leads_to_the_office() -> None:
    targets = TransferTargets({"sales": [DESK, MOBILE]}, lambda _number: "", office=False)
    assert [one.number for one in targets.reach("sales")] == [MOBILE]
    assert targets.reach("204") == []
