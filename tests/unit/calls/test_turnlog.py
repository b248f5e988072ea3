"""What is written of a call's turns, and how often."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from robot.calls.turnlog import TurnLog
from robot.calls.turns import Utterance
from robot.domain.calls import Turn, TurnEnding

pytestmark = [pytest.mark.unit, pytest.mark.asyncio]


class Store:
    """Keeps what it is told. refuse: so many writes fail first."""

    def __init__(self, refuse: int = 0) -> None:
        self.kept: list[Turn] = []
        self._refuse = refuse

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        raise AssertionError("nobody told it")

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        await asyncio.sleep(0)
        if self._refuse:
            self._refuse -= 1
            raise ConnectionError("the store is away")
        self.kept.append(turn)

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        raise AssertionError("nobody told it")


def a_turn_that_is_answered(log: TurnLog) -> None:
    number = log.open(Turn(0, "offer", role="say", said="Удобно говорить?"))
    log.began(number, 100, None)
    log.finished(number, 1200, played_ms=1100, length_ms=1100)
    log.heard("да", 0.9, Utterance(1300, 1500))
    log.answered(TurnEnding.ANSWERED, kind="answer", intent="yes", matched="да", went_to="book")


async def test_what_changed_before_its_turn_to_be_written_is_written_once() -> None:
    store = Store()
    log = TurnLog(uuid4(), store, lambda _event: None)
    a_turn_that_is_answered(log)
    log.close()
    await log.run()
    assert [(turn.number, turn.heard, turn.ending) for turn in store.kept] == [(1, "да", TurnEnding.ANSWERED)]


async def test_what_changes_while_it_is_written_is_written_too() -> None:
    store = Store()
    log = TurnLog(uuid4(), store, lambda _event: None)
    writing = asyncio.create_task(log.run())
    number = log.open(Turn(0, "offer", role="say", said="Удобно говорить?"))
    while not store.kept:
        await asyncio.sleep(0)
    log.began(number, 100, None)
    log.close()
    await writing
    assert [turn.said_from_ms for turn in store.kept] == [Turn(0, "").said_from_ms, 100]


async def test_a_failing_write_keeps_the_turn_for_the_next_try() -> None:
    store = Store(refuse=1)
    log = TurnLog(uuid4(), store, lambda _event: None)
    a_turn_that_is_answered(log)
    log.close()
    with pytest.raises(ConnectionError):
        await log.run()
    await log._write(1)
    assert [turn.heard for turn in store.kept] == ["да"]


async def test_a_change_during_a_failing_write_goes_with_the_next_try_and_is_not_written_twice() -> None:
    store = Store(refuse=1)
    log = TurnLog(uuid4(), store, lambda _event: None)
    number = log.open(Turn(0, "offer", role="say", said="Удобно говорить?"))
    writing = asyncio.create_task(log._write(number))
    await asyncio.sleep(0)
    log.began(number, 100, None)
    with pytest.raises(ConnectionError):
        await writing
    log.close()
    await log.run()
    assert [turn.said_from_ms for turn in store.kept] == [100]
