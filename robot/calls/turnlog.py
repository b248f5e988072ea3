"""Keeps the turns of one call and stores each as it happens, in order, without holding up the audio."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from robot.calls.events import Observer, TurnEnded
from robot.calls.journal import Entry, Journal, NoJournal
from robot.calls.ports import CallLog
from robot.calls.turns import Utterance
from robot.domain.calls import WITHDRAWN, HeardWord, Turn, TurnEnding
from robot.patience import Patience, retryable

FILLER = "filler"
"""The role of words that cover a wait."""


class TurnLog:
    """Changes are queued; `run` writes them. Use from the call's own tasks."""

    def __init__(self, attempt_id: UUID, log: CallLog, observe: Observer, journal: Journal | None = None) -> None:
        """journal: of what is not stored yet."""
        self._attempt_id = attempt_id
        self._log = log
        self._observe = observe
        self._journal = journal or NoJournal()
        self._turns: list[Turn] = []
        self._asked = 0
        self._opening: Turn | None = None
        self._to_write: asyncio.Queue[Callable[[], Awaitable[None]] | None] = asyncio.Queue()
        self._unwritten: dict[int, Turn] = {}

    @property
    def turns(self) -> list[Turn]:
        return [*([self._opening] if self._opening else []), *self._turns]

    async def run(self) -> None:
        """Write until `close`. A store that is away is waited for, with the talk going on; any other fault of it raises
        here. The journal stays for the next process when this one does not come to the end of it."""
        patience = Patience()
        try:
            while (write := await self._to_write.get()) is not None:
                await patience(write, doing="write what was said")
        except Exception as error:
            if not retryable(error):
                self._journal.forget()
            raise
        self._journal.forget()

    def close(self) -> None:
        self._to_write.put_nowait(None)

    def answered_at(self, at: datetime) -> None:
        """The client has taken the phone."""
        self._journal.note(Entry(answered=at))
        self._to_write.put_nowait(partial(self._log.answered, self._attempt_id, at=at))

    def stop_calling(self, at: datetime) -> None:
        """The client demands never to be called again. Written as turns are, so that it outlives a call cut short."""
        self._journal.note(Entry(stop_calling=at))
        self._to_write.put_nowait(partial(self._log.stop_calling, self._attempt_id, at=at))

    def open(self, turn: Turn) -> int:
        """A phrase is about to be said. Whatever stood open before it needed no answer. Gives the turn's number."""
        self.end_open(TurnEnding.SPOKEN)
        self._turns.append(replace(turn, number=len(self._turns) + 1))
        self._store(self._turns[-1])
        self._asked = len(self._turns)
        return self._asked

    def aside(self, said: str) -> int:
        """Words that belong to no phrase and end none. Gives the turn's number."""
        turn = Turn(len(self._turns) + 1, "", role=FILLER, said=said, ending=TurnEnding.SPOKEN)
        self._turns.append(turn)
        self._store(turn)
        return turn.number

    @property
    def asked(self) -> int:
        """The number of the turn to which the client's next words belong: the phrase said last; 0 before any."""
        return self._asked

    def take_back(self, number: int) -> None:
        """The robot began to answer too early: what it said since is no phrase of the script that anybody reached, and
        the client's turn after `number` goes on."""
        for turn in self._turns[number:]:
            self._change(turn.number, phrase="", role=WITHDRAWN, interrupted=True, ending=TurnEnding.SPOKEN)
        reopened = self._turns[number - 1]
        # Stored when it ends again: until then the store keeps how it ended before.
        self._turns[number - 1] = replace(
            reopened, ending=None, kind="", intent="", matched="", went_to="", false_starts=reopened.false_starts + 1
        )
        self._asked = number

    def opening(self, text: str, confidence: float, where: Utterance, words: tuple[HeardWord, ...] = ()) -> None:
        """What the client said on taking the phone, before any phrase: turn 0, for the transcript alone. Its words may
        come after the first phrase has begun."""
        if text:
            self._opening = Turn(
                0,
                "",
                role="opening",
                said_to_ms=0,
                heard=text,
                confidence=confidence,
                heard_from_ms=where.from_ms,
                heard_to_ms=where.to_ms,
                words=words,
                ending=TurnEnding.SPOKEN,
            )
            self._store(self._opening)

    def began(self, number: int, at_ms: int, response_ms: int | None) -> Turn:
        return self._change(number, said_from_ms=at_ms, response_ms=response_ms)

    def finished(self, number: int, at_ms: int, *, played_ms: int, length_ms: int) -> None:
        """played_ms: how much of the phrase was heard, of its `length_ms`."""
        self._change(number, said_to_ms=at_ms, played_ms=played_ms, length_ms=length_ms)

    def interrupted(self, number: int, *, interrupted: bool = True) -> None:
        self._change(number, interrupted=interrupted)

    def heard(self, text: str, confidence: float, where: Utterance, words: tuple[HeardWord, ...] = ()) -> None:
        if self._asked:
            self._change(
                self._asked,
                heard=text,
                confidence=confidence,
                heard_from_ms=where.from_ms,
                heard_to_ms=where.to_ms,
                words=words,
            )

    def answered(self, ending: TurnEnding, *, kind: str, intent: str, matched: str, went_to: str) -> None:
        """How the script took what was heard."""
        if self._asked and self._turns[self._asked - 1].ending is None:
            turn = self._change(self._asked, ending=ending, kind=kind, intent=intent, matched=matched, went_to=went_to)
            self._observe(TurnEnded(self._attempt_id, turn))

    def end_open(self, ending: TurnEnding) -> None:
        """Close what is still open with one ending."""
        for turn in self._turns:
            if turn.ending is None:
                self._change(turn.number, ending=ending)
                self._observe(TurnEnded(self._attempt_id, self._turns[turn.number - 1]))

    def _change(self, number: int, **changes: object) -> Turn:
        turn = replace(self._turns[number - 1], **changes)  # type: ignore[arg-type]
        self._turns[number - 1] = turn
        self._store(turn)
        return turn

    def _store(self, turn: Turn) -> None:
        """As it stands when its time comes: what changed meanwhile goes along."""
        self._journal.note(Entry(turn=turn))
        if turn.number not in self._unwritten:
            self._to_write.put_nowait(partial(self._write, turn.number))
        self._unwritten[turn.number] = turn

    async def _write(self, number: int) -> None:
        turn = self._unwritten.pop(number, None)
        if turn is None:
            return  # written by the second try of an earlier write
        try:
            await self._log.turn(self._attempt_id, turn)
        except BaseException:
            self._unwritten.setdefault(number, turn)  # it is tried again
            raise
