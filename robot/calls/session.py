"""One call from the answer to the hang-up: the line, the ear, the mouth, the dialog engine and the log held together.

Three tasks. `_listen` follows the line's clock: records, hears, notices turns; it never waits for anything but the next
tick. `Conversing` takes what happened in order, asks the engine, and carries its actions out. The turn log writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import structlog

from robot.calls.answering import Answer, AnswerWatch, Move, ending
from robot.calls.client_turns import ClientTurns
from robot.calls.conversing import Conversing
from robot.calls.ear import Ear
from robot.calls.events import Observer, PhraseStarted
from robot.calls.hands import Hands
from robot.calls.happened import Happened, SpokenOut
from robot.calls.hold_watch import Hold, HoldWatch
from robot.calls.monitor import Tap, Taps
from robot.calls.mouth import Mouth, Utterable
from robot.calls.ports import Dialog, PhraseStore
from robot.calls.recorder import Recorder, Tape
from robot.calls.talk import Talk
from robot.calls.tasks import until_done
from robot.calls.transfer import Bridge, NoBridge
from robot.calls.turnlog import TurnLog
from robot.domain.calls import TurnEnding
from scripts_dialog import events as ev
from telephony.audio import FRAME_MS
from telephony.base import Call, Ended, EndedBy, Frame

log = structlog.get_logger(__name__)

LONGEST_TALK_MS = 10 * 60 * 1000
"""With the robot, whatever goes wrong."""


class CallSession:
    """Runs once. called_us: the client rang, so a person is there, and waits to be greeted. `run` returns when the
    call is over and every turn is stored; a failing store or engine raises after the call was hung up."""

    def __init__(
        self,
        call: Call,
        *,
        number: str,
        attempt_id: UUID,
        dialog: Dialog,
        recordings: Mapping[str, bytes],
        ear: Ear,
        phrases: PhraseStore,
        hands: Hands,
        turns: TurnLog,
        recorder: Recorder,
        observe: Observer,
        now: Callable[[], datetime],
        bridge: Bridge | None = None,
        called_us: bool = False,
        longest_s: float = 900.0,
        look_delay: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """longest_s: of the whole call, a manager's talk with the client included: what it may cost was reserved.
        look_delay: see `Glances`."""
        self._call = call
        self._number = number
        self._attempt_id = attempt_id
        self._ear = ear
        self._turns = turns
        self._tape = Tape(recorder, attempt_id)
        self._observe = observe
        self._now = now
        self._bridge = bridge or NoBridge()
        self._called_us = called_us
        self._longest_ms = (longest_s - 1) * 1000  # a second for hanging up
        self._at_ms = 0
        self._happened: asyncio.Queue[Happened] = asyncio.Queue()
        self._mouth = Mouth(call)
        self._talk = Talk()
        self._taps = Taps()
        self._taking: set[asyncio.Task[bool]] = set()
        self._watch = AnswerWatch(ear)
        self._hold: HoldWatch | None = None
        self._client = ClientTurns(
            attempt_id,
            ear=ear,
            mouth=self._mouth,
            dialog=dialog,
            turns=turns,
            watch=self._watch,
            happened=self._happened,
            observe=observe,
            called_us=called_us,
            look_delay=look_delay,
        )
        self._conversing = Conversing(
            self._talk,
            dialog=dialog,
            client=self._client,
            ear=ear,
            mouth=self._mouth,
            phrases=phrases,
            recordings=recordings,
            hands=hands,
            bridge=self._bridge,
            turns=turns,
            happened=self._happened,
            now=now,
            seed=attempt_id.int,
        )

    async def run(self) -> Talk:
        writing = asyncio.create_task(self._turns.run())
        listening = asyncio.create_task(self._listen())
        conversing = asyncio.create_task(self._converse())
        try:
            await until_done(conversing, listening, writing)
        finally:
            await asyncio.shield(self._close(listening, conversing, writing))
        for task in (listening, conversing, writing):
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        self._talk.turns = self._turns.turns
        self._talk.answered_as = Answer.HUMAN if self._called_us else self._watch.verdict.kind
        return self._talk

    async def take_down(self) -> None:
        """A person hangs up."""
        self._talk.taken_down = self._talk.verdict is None
        await self._call.hang_up()

    async def take_over(self, number: str) -> bool:
        """A person takes the client over, at this number or extension; see `LiveCall`."""
        taking = asyncio.create_task(self._conversing.take_over(number), name="take over")
        self._taking.add(taking)
        taking.add_done_callback(self._taking.discard)
        return await asyncio.shield(taking)

    def listening(self) -> AbstractContextManager[Tap]:
        return self._taps.listening()

    async def _converse(self) -> None:
        await self._conversing.run()
        await self._call.hang_up()

    async def _close(self, *tasks: asyncio.Task[None]) -> None:
        """Hang up, let the ear hear the last frames, store the last turn, close the recording."""
        listening, conversing, writing = tasks
        await self._call.hang_up()
        conversing.cancel()
        await asyncio.wait({listening, conversing, *self._taking})
        self._taps.close()
        self._conversing.finish()
        self._client.cancel()
        self._watch.cancel()
        self._turns.end_open(TurnEnding.CUT_OFF)
        self._turns.close()
        await asyncio.wait({writing})
        await self._ear.recognition.close()
        await self._tape.close()

    async def _listen(self) -> None:
        async for frame in self._call.frames():
            self._at_ms += FRAME_MS
            self._conversing.at_ms = self._at_ms
            self._tape.add(frame)
            self._taps.add(frame)
            self._follow_mouth()
            if self._client.fell_silent_ms is not None:
                self._conversing.cover(self._at_ms - self._client.fell_silent_ms)
            if self._client.deaf:
                self._bridge.hear(frame)
            if not self._bridge.joined:
                await self._hear(frame)
            if self._at_ms >= (self._longest_ms if self._bridge.joined else min(self._longest_ms, LONGEST_TALK_MS)):
                await self._call.hang_up()
        self._talk.ended, self._talk.ended_at = self._call.ended or Ended(EndedBy.LINE, "lost"), self._now()
        self._bridge.client_left()
        if (current := self._mouth.current) is not None:
            self._finished(current)
        self._client.opened.set()
        self._conversing.quiet.set()
        await self._client.last_words()
        self._happened.put_nowait(ev.HungUp(ev.Side(self._talk.ended.by.value)))

    async def _hear(self, frame: Frame) -> None:
        on_hold = self._on_hold(frame)
        for cue in self._ear.hear(frame, self._at_ms, robot_speaking=self._mouth.speaking, on_hold=on_hold):
            self._client.cue(cue, self._at_ms)
        if not self._client.deaf:
            await self._watch_answer(frame)
            for digit in frame.digits:
                self._happened.put_nowait(ev.Dtmf(digit))

    def _on_hold(self, frame: Frame) -> bool:
        """Somebody is being fetched, and this is the music or the ringback meanwhile: nothing of it is an answer, and
        the patience of the phrase is not broken by it."""
        if not self._conversing.waits_for_somebody or self._mouth.busy:
            self._hold = None
            return False
        self._hold = self._hold or HoldWatch()
        return self._hold.hear(frame.heard, self._at_ms) is not Hold.NONE

    def _follow_mouth(self) -> None:
        begun, ended = self._mouth.follow()
        for one in begun:
            began_ms = self._at_ms - one.played_ms
            response = None
            if self._client.fell_silent_ms is not None:
                response = began_ms - self._client.fell_silent_ms
                self._client.fell_silent_ms = None
            turn = self._turns.began(one.turn, began_ms, response)
            to_yes_no = response is not None and self._conversing.heard_yes_no
            self._observe(PhraseStarted(self._attempt_id, self._number, turn.phrase, turn.said, response, to_yes_no))
        for one in ended:
            if not one.announced:  # stopped before its first frame: it lasted no time
                self._turns.began(one.turn, self._ended_ms(one), None)
            self._finished(one)
        quiet = self._conversing.quiet
        if self._mouth.busy:
            quiet.clear()
        elif not quiet.is_set():
            quiet.set()
            if self._talk.verdict is not None:
                self._happened.put_nowait(SpokenOut())

    def _finished(self, one: Utterable) -> None:
        self._turns.finished(one.turn, self._ended_ms(one), played_ms=one.played_ms, length_ms=one.total_ms)

    def _ended_ms(self, one: Utterable) -> int:
        return self._at_ms if one.cut_ms is None else one.cut_ms

    async def _watch_answer(self, frame: Frame) -> None:
        """Let the talk begin when a person may be there; no machine is talked with."""
        opened = self._client.opened
        if self._called_us:
            opened.set()
            return
        move = self._watch.step(frame, self._at_ms, opening=not opened.is_set())
        if move is Move.LEAVE and not self._conversing.left and self._talk.verdict is None:
            self._conversing.left = True
            self._talk.verdict = ending(self._watch.verdict)
            log.info("machine_answered", attempt=str(self._attempt_id), answered_as=self._watch.verdict.kind.value)
            await self._call.hang_up()
        if move is not Move.LISTEN:
            opened.set()
