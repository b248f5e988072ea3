"""The node is killed at every step between "the call has ended" and "all is delivered": one of everything is there."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from robot.crm.errors import Unreachable
from robot.crm.outbox_ports import State
from tests.unit.crm.outbox_office import SETTINGS, Office

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

ONE_OF_EACH = Counter(lead=1, stage=1, meeting=1, note=1)


class Killed(BaseException):
    """Nothing of the process goes on."""


class Steps:
    """Everything the process does to a store or over a network, before and after it is done, numbered."""

    def __init__(self, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.taken: list[str] = []
        self.killed = False

    async def __call__(self, step: str) -> None:
        await asyncio.sleep(0)
        self.killed = self.killed or len(self.taken) == self.fatal
        if self.killed:
            raise Killed(step)
        self.taken.append(step)


class Stepwise:
    """A store every use of which is two steps."""

    def __init__(self, store: Any, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        async def use(*args: Any, **named: Any) -> Any:
            await self._steps(f"before {name}")
            done = await getattr(self._store, name)(*args, **named)
            await self._steps(f"after {name}")
            return done

        return use


async def live(office: Office, steps: Steps) -> None:
    """One life of the worker: until everything is delivered, or it is killed."""
    office.crm.step = office.mail.step = steps
    worker = office.worker(store=Stepwise(office.store.outbox, steps))
    try:
        await office.work_for(1, worker)
    except Killed:
        await asyncio.sleep(SETTINGS.lease_s + 1)  # then another node may


async def assert_one_of_each(office: Office, where: str) -> None:
    assert office.crm.count() == ONE_OF_EACH, where
    assert office.mail.count() == Counter(mail=1), where
    assert not await office.deliveries(State.WAITING, State.PARKED), where
    office.crm.there.clear()
    office.mail.there.clear()


async def test_killed_at_every_step_one_lead_one_meeting_one_mail() -> None:
    office, whole = await Office.open(leads=99), Steps()
    await office.call()
    await live(office, whole)
    await assert_one_of_each(office, "undisturbed")
    for step in ("claim", "keep", "settle", "lead", "look lead", "meeting", "note", "mail"):
        assert {f"before {step}", f"after {step}"} <= set(whole.taken), "each is among the steps"

    for fatal in range(len(whole.taken)):
        first = Steps(fatal)
        await office.call()
        await live(office, first)
        where = f"killed at {fatal}, after {first.taken[-1:]}"
        assert first.killed, where
        await live(office, Steps())
        await assert_one_of_each(office, where)


async def test_killed_in_its_second_life_too() -> None:
    """First where the meeting has just arrived and nobody knows, then at every step of finding out."""
    office, first, second = await Office.open(leads=99), Steps(), Steps()
    await office.call()
    await live(office, first)
    await assert_one_of_each(office, "undisturbed")
    arrived = first.taken.index("after meeting")
    await office.call()
    await live(office, Steps(arrived))
    await live(office, second)
    await assert_one_of_each(office, "killed once")
    for fatal in range(len(second.taken)):
        await office.call()
        for steps in (Steps(arrived), Steps(fatal), Steps()):
            await live(office, steps)
        await assert_one_of_each(office, f"killed again at {second.taken[fatal]}")


async def test_every_answer_is_lost_once() -> None:
    """The write arrived, the connection broke: it is looked for, and not made again."""
    office = await Office.open(leads=5)
    for what in ("lead", "stage", "meeting", "note", "mail"):
        await office.call()
        lost: list[str] = []

        async def lose(step: str, wanted: str = f"after {what}", lost: list[str] = lost) -> None:
            if step == wanted and not lost:
                lost.append(step)
                raise Unreachable("the connection broke")

        office.crm.step = office.mail.step = lose
        await office.work_for(30)
        assert lost, what
        await assert_one_of_each(office, what)
