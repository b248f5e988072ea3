"""The worker that delivers what goes out, on a virtual clock, over a store in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from robot.crm.errors import BadDocument, BrokeOff, DeliveryError, Misconfigured, NotThere, Unauthorized, Unreachable
from robot.crm.outbox import Outbox, OutboxSettings
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_pace import FIRST_PAUSE, LONGEST_PAUSE, pause
from robot.crm.outbox_ports import Delivery, State
from robot.crm.outbox_try import Tried
from robot.crm.writes import Keep
from robot.storage.errors import DatabaseUnavailable
from tests.contracts.storage_contract import phone
from tests.unit.crm.outbox_office import Office, now

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

HOUR_S = 3600.0
SELDOM = OutboxSettings(poll_s=60)


def loop_s() -> float:
    return asyncio.get_running_loop().time()


async def test_a_call_is_delivered_to_every_target_once() -> None:
    office = await Office.open()
    await office.call()
    told: list[tuple[str, State]] = []
    worker = office.worker(on_tried=lambda delivery, tried: told.append((delivery.target, tried.state)))
    await office.work_for(60, worker)

    assert office.crm.count() == Counter(lead=1, stage=1, meeting=1, note=1)
    assert office.mail.count() == Counter(mail=1)
    assert sorted(told) == [("crm", State.DELIVERED), ("mail", State.DELIVERED)]
    assert await office.counts() == Counter({State.DELIVERED: 2})


async def test_a_crm_down_for_a_day_loses_nothing_and_keeps_no_mail_back() -> None:
    office = await Office.open(leads=20)
    for _ in range(20):
        await office.call()
    day_s = 24 * HOUR_S
    office.crm.fails = lambda _what, _mark: Unreachable("down") if loop_s() < day_s else None
    stop = asyncio.Event()
    running = asyncio.create_task(office.worker(settings=SELDOM).run(stop))

    await asyncio.sleep(300)
    assert office.mail.count() == Counter(mail=20)
    await asyncio.sleep(day_s - loop_s())
    assert (await office.counts())[State.WAITING] == 20
    assert office.crm.requests < 420, "one delivery at a time finds out whether it is back"
    await asyncio.sleep(600)
    assert office.crm.count() == Counter(lead=20, stage=20, meeting=20, note=20)
    assert await office.counts() == Counter({State.DELIVERED: 40})
    stop.set()
    await running


async def test_a_revoked_token_parks_few_and_all_go_out_when_it_is_renewed() -> None:
    office = await Office.open(leads=30)
    for _ in range(30):
        await office.call()
    refused = Unauthorized("the token was revoked", remedy="make a new one")
    office.crm.fails = lambda _what, _mark: refused if loop_s() < HOUR_S else None
    stop = asyncio.Event()
    running = asyncio.create_task(office.worker(settings=SELDOM).run(stop))
    await asyncio.sleep(HOUR_S - 60)
    parked = await office.deliveries(State.PARKED)
    assert 0 < len(parked) < 30
    assert {(one.problem.code, one.problem.remedy) for one in parked if one.problem} == {
        ("unauthorized", "make a new one")
    }
    await asyncio.sleep(1200)
    assert office.crm.count() == Counter(lead=30, stage=30, meeting=30, note=30)
    stop.set()
    await running


async def test_what_was_parked_for_settings_is_tried_when_the_node_starts() -> None:
    office = await Office.open()
    await office.call()
    office.crm.fails = lambda _what, _mark: Unauthorized("revoked")
    await office.work_for(60)
    assert len(await office.deliveries(State.PARKED)) == 1
    office.crm.fails = lambda _what, _mark: None
    await office.work_for(60)
    assert await office.counts() == Counter({State.DELIVERED: 2})


async def test_settings_that_are_wrong_for_some_do_not_hold_up_the_others() -> None:
    office = await Office.open(leads=30)
    for _ in range(10):
        await office.call()
    office.crm.fails = lambda what, _mark: Misconfigured("nobody mapped him") if what == "meeting" else None
    await office.work_for(60)
    assert len(await office.deliveries(State.PARKED)) == 10
    for _ in range(20):
        await office.call(booked=False)
    await office.work_for(60)  # the parked ones are tried first, as the node has started
    assert await office.counts() == Counter({State.DELIVERED: 30, State.PARKED: 10})


@pytest.mark.parametrize("error", [BadDocument("no such file"), BrokeOff("the printer died")])
async def test_a_document_that_cannot_be_made_keeps_no_other_back_and_does_not_come_back(error: DeliveryError) -> None:
    office = await Office.open(leads=3)
    bad = await office.call()
    office.mail.fails = lambda _what, mark: error if str(bad) in mark else None
    for _ in range(2):
        await office.call()
    stop = asyncio.Event()
    running = asyncio.create_task(office.worker(settings=OutboxSettings(poll_s=1, at_once=1)).run(stop))
    await asyncio.sleep(2.5)  # a target that was closed would rest for FIRST_PAUSE / 2 at least
    assert office.mail.count() == Counter(mail=2)
    await asyncio.sleep(60)
    asked = office.mail.requests - 2
    assert asked == 1 if not error.retryable else 1 < asked < 20
    stop.set()
    await running


async def test_what_a_person_must_decide_is_parked_and_the_rest_goes_on() -> None:
    office = await Office.open(leads=3)
    first = await office.call()
    await office.call()

    def fails(what: str, mark: str) -> DeliveryError | None:
        return NotThere("no such stage", remedy="choose another") if (what, mark) == ("stage", str(first)) else None

    office.crm.fails = fails
    await office.work_for(60)
    (parked,) = await office.deliveries(State.PARKED)
    assert (parked.attempt_id, parked.done) == (first, ["lead", "meeting", "note"])
    assert office.crm.count() == Counter(lead=2, stage=1, meeting=2, note=2)

    office.crm.fails = lambda _what, _mark: None
    await office.work_for(60)
    assert (await office.counts())[State.PARKED] == 1, "only a person brings it back"


async def test_a_managers_name_is_shown_to_people_and_not_logged() -> None:
    office = await Office.open()
    await office.call()
    office.mail.fails = lambda _what, _mark: Misconfigured("nobody mapped Анна", remedy="map Анна: 7", named="Анна")
    with capture_logs() as logs:
        await office.work_for(60)
    (parked,) = await office.deliveries(State.PARKED)
    assert parked.problem is not None
    assert (parked.problem.text, parked.problem.remedy) == ("nobody mapped Анна", "map Анна: 7")
    (line,) = [one for one in logs if one["event"] == "delivery_failed"]
    assert (line["problem"], line["remedy"]) == ("nobody mapped …", "map …: 7")


async def test_a_fault_of_ours_is_parked_and_its_text_is_not_told() -> None:
    office = await Office.open()
    await office.call()

    class Broken:
        async def deliver(self, delivery: Delivery, keep: Keep) -> None:
            raise KeyError(phone(1))

    with capture_logs() as logs:
        await office.work_for(60, office.worker(crm=Broken()))
    (parked,) = await office.deliveries(State.PARKED)
    assert parked.problem is not None
    assert (parked.problem.code, parked.problem.text) == ("fault", "KeyError")
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["delivery_fault"]
    assert office.mail.count() == Counter(mail=1)


async def test_a_slow_target_keeps_its_lease_and_others_wait_for_nothing() -> None:
    office = await Office.open()
    await office.call()
    begun: list[float] = []

    class Slow:
        async def deliver(self, delivery: Delivery, keep: Keep) -> None:
            begun.append(loop_s())
            await asyncio.sleep(600)

    nodes = [office.worker(crm=Slow(), settings=SELDOM) for _ in range(2)]
    await asyncio.gather(*(office.work_for(700, node) for node in nodes))
    assert len(begun) == 1
    assert await office.counts() == Counter({State.DELIVERED: 2})


async def test_what_was_dropped_meanwhile_is_left_at_once() -> None:
    office = await Office.open()
    await office.call(booked=False)
    left: list[float] = []

    class Endless:
        async def deliver(self, delivery: Delivery, keep: Keep) -> None:
            try:
                await asyncio.sleep(HOUR_S)
            finally:
                left.append(loop_s())

    tried: list[Tried] = []
    running = asyncio.create_task(
        office.work_for(100, office.worker(crm=Endless(), on_tried=lambda _delivery, one: tried.append(one)))
    )
    await asyncio.sleep(30)
    (entry,) = await office.deliveries()
    assert await office.store.outbox_desk.drop(Wanted(ids=[entry.id]), now=now()) == 1
    await running
    assert left[0] <= 60
    assert (tried, await office.counts()) == ([], Counter({State.DROPPED: 1}))


async def test_a_stopping_node_lets_what_is_under_way_end() -> None:
    office = await Office.open()
    await office.call(booked=False)

    class Takes:
        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

        async def deliver(self, delivery: Delivery, keep: Keep) -> None:
            await asyncio.sleep(self.seconds)

    await office.work_for(1, office.worker(crm=Takes(500)))
    assert loop_s() == pytest.approx(1 + OutboxSettings().drain_s)
    assert await office.counts() == Counter({State.WAITING: 1})
    await asyncio.sleep(60)  # the lease of what was left
    await office.work_for(1, office.worker(crm=Takes(5)))
    assert await office.counts() == Counter({State.DELIVERED: 1})


class Away:
    """A store that does not answer for a while."""

    def __init__(self, store: Any, until_s: float) -> None:
        self._store = store
        self._until_s = until_s

    def __getattr__(self, name: str) -> Any:
        async def ask(*args: Any, **named: Any) -> Any:
            if loop_s() < self._until_s:
                raise DatabaseUnavailable("away")
            return await getattr(self._store, name)(*args, **named)

        return ask


async def test_a_store_that_is_away_is_waited_for_and_does_not_hold_up_the_end() -> None:
    office = await Office.open()
    await office.call()
    await office.work_for(100, office.worker(store=Away(office.store.outbox, 90)))
    assert await office.counts() == Counter({State.DELIVERED: 2})
    began_s = loop_s()
    await office.work_for(5, office.worker(store=Away(office.store.outbox, 10**9)))
    assert loop_s() - began_s <= 6


async def test_a_store_that_fails_for_good_ends_the_worker() -> None:
    office = await Office.open()

    class Gone:
        async def revive(self, target: str, codes: Sequence[str], *, now: object) -> int:
            raise RuntimeError("no such table")

    with pytest.raises(RuntimeError):
        await office.work_for(60, office.worker(store=Gone()))  # type: ignore[arg-type]


async def test_without_targets_it_only_waits() -> None:
    office = await Office.open()
    await office.work_for(5, Outbox(office.store.outbox, {}, OutboxSettings(), now=now))
    assert loop_s() == pytest.approx(5)


async def test_pauses_double_up_to_an_hour_and_the_other_sides_word_counts() -> None:
    pauses = [pause(failures, longest=LONGEST_PAUSE) for failures in range(1, 99)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert pause(1, longest=LONGEST_PAUSE, after=timedelta(hours=5)) == timedelta(hours=5)
    assert pause(99, longest=LONGEST_PAUSE, chance=1.0) == 0.5 * LONGEST_PAUSE
