"""What a killed process had heard and not stored is stored by the next one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from robot.calls.journal import SUFFIX, Entry, FileJournal, store_left
from robot.calls.turnlog import TurnLog
from robot.calls.turns import Utterance
from robot.domain.calls import HeardWord, Turn, TurnEnding
from robot.patience import Patience
from tests.conftest import HANGS_S

pytestmark = [pytest.mark.unit, pytest.mark.asyncio]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Away(Exception):
    retryable = True


class Store:
    """Keeps what it is told, in order. hangs: no write comes to its end. error: raised so many times first."""

    def __init__(self, *, hangs: bool = False, error: Exception | None = None, times: int = 0) -> None:
        self.told: list[tuple[UUID, object]] = []
        self.asked = asyncio.Event()
        self._hangs, self._error, self._times = hangs, error, times

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        await self._keep(attempt_id, ("answered", at))

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        await self._keep(attempt_id, turn)

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        await self._keep(attempt_id, ("stop", at))

    async def _keep(self, attempt_id: UUID, what: object) -> None:
        self.asked.set()
        if self._hangs:
            await asyncio.Event().wait()
        if self._error is not None and self._times:
            self._times -= 1
            raise self._error
        self.told.append((attempt_id, what))


def talk(log: TurnLog) -> None:
    log.answered_at(NOON)
    number = log.open(Turn(0, "offer", role="say", said="Удобно говорить?"))
    log.began(number, 100, None)
    log.heard("не звоните мне\nбольше", 0.9, Utterance(1300, 1500), (HeardWord("не", 1300, 1400, 0.9),))
    log.answered(TurnEnding.ANSWERED, kind="answer", intent="stop", matched="", went_to="goodbye")
    log.stop_calling(NOON)
    log.open(Turn(0, "goodbye", said="До свидания."))


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def killed(folder: Path) -> tuple[UUID, list[Turn]]:
    """A talk in a process that dies while its store hangs: what it had said."""
    call = uuid4()
    store = Store(hangs=True)
    log = TurnLog(call, store, lambda _event: None, FileJournal(folder, call))
    writing = asyncio.create_task(log.run())
    talk(log)
    await asyncio.wait_for(store.asked.wait(), HANGS_S)
    writing.cancel()
    await asyncio.wait([writing])
    return call, log.turns


async def test_nothing_is_left_of_a_call_that_is_stored(tmp_path: Path) -> None:
    call, store = uuid4(), Store()
    log = TurnLog(call, store, lambda _event: None, FileJournal(tmp_path / "made", call))
    talk(log)
    assert left_in(tmp_path / "made"), "it is there before the store has it"
    log.close()
    await log.run()
    assert left_in(tmp_path / "made") == []
    assert [turn for _, turn in store.told if isinstance(turn, Turn)] == log.turns


async def test_the_next_process_stores_what_the_last_one_had_said(tmp_path: Path) -> None:
    call, turns = await killed(tmp_path)
    store = Store()

    await store_left(tmp_path, store, Patience())

    assert store.told == [(call, one) for one in (("answered", NOON), ("stop", NOON), *turns)]
    assert turns[0].words == (HeardWord("не", 1300, 1400, 0.9),)
    assert left_in(tmp_path) == []


async def test_it_waits_for_a_store_that_is_away(tmp_path: Path) -> None:
    _, turns = await killed(tmp_path)
    store = Store(error=Away(), times=5)

    await store_left(tmp_path, store, Patience(pause_s=0.01))

    assert len(store.told) == 2 + len(turns)


async def test_it_stays_when_the_process_is_told_to_stop_meanwhile(tmp_path: Path) -> None:
    await killed(tmp_path)
    patience = Patience()
    patience.give_up()
    with pytest.raises(Away):
        await store_left(tmp_path, Store(error=Away(), times=100), patience)
    assert len(left_in(tmp_path)) == 1


async def test_what_the_store_refuses_for_good_is_dropped_and_told(tmp_path: Path) -> None:
    erased, _ = await killed(tmp_path)
    store = Store(error=LookupError("no attempt"), times=1)
    with capture_logs() as logs:
        await store_left(tmp_path, store, Patience())
    assert left_in(tmp_path) == []
    assert (logs[0]["event"], logs[0]["attempt"]) == ("journal_refused", str(erased))
    assert store.told[0] == (erased, ("stop", NOON)), "what is refused takes nothing along"


async def test_a_talk_whose_store_refuses_for_good_leaves_nothing(tmp_path: Path) -> None:
    call = uuid4()
    store = Store(error=LookupError("no attempt"), times=1)
    log = TurnLog(call, store, lambda _event: None, FileJournal(tmp_path, call))
    talk(log)
    with pytest.raises(LookupError):
        await log.run()
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    "torn", [b'\n{"turn": {"number": 2, "phr', b"\n\x00\xff", b"\n{}", b"\n[1]", b'\n{"turn": {}}']
)
async def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path, torn: bytes) -> None:
    call, turns = await killed(tmp_path)
    with (tmp_path / f"{call}{SUFFIX}").open("ab") as file:
        file.write(torn)
    store = Store()
    await store_left(tmp_path, store, Patience())
    assert [one for _, one in store.told if isinstance(one, Turn)] == turns


async def test_files_that_are_no_journals_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / f"mine{SUFFIX}").write_text("{}")
    store = Store()
    await store_left(tmp_path, store, Patience())
    await store_left(tmp_path / "never made", store, Patience())
    assert store.told == []
    assert len(left_in(tmp_path)) == 2


async def test_a_disk_that_takes_nothing_ends_no_talk_and_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file where a folder should be")
    journal = FileJournal(tmp_path / "full", uuid4())
    with capture_logs() as logs:
        for _ in range(3):
            journal.note(Entry(answered=NOON))
        journal.forget()
    assert [one["event"] for one in logs] == ["journal_failed"]
