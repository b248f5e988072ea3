"""One call from the answer to the hang-up: the line, the ear, the mouth, the dialog engine and the log held together.

Three tasks. `_listen` follows the line's clock: records, hears, notices turns; it never waits for anything but the next
tick. `_converse` takes what happened in order, asks the engine, and carries its actions out. The turn log writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog

from robot.calls.answering import Answer, AnswerWatch, Move, ending
from robot.calls.ear import Ear
from robot.calls.events import ClientHeard, Observer, PhraseStarted
from robot.calls.hands import Hands
from robot.calls.mouth import Mouth, rendered
from robot.calls.ports import Dialog, PhraseSource
from robot.calls.recorder import Recorder, Tape
from robot.calls.removal import demanded, left_unanswered
from robot.calls.talk import Talk, turn_ending
from robot.calls.tasks import until_done
from robot.calls.transfer import Bridge, NoBridge
from robot.calls.turnlog import TurnLog
from robot.calls.turns import Cue
from robot.calls.utterances import Place, Utterances, Words
from robot.domain.calls import Turn, TurnEnding
from scripts_dialog import actions as act
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
        phrases: PhraseSource,
        hands: Hands,
        turns: TurnLog,
        recorder: Recorder,
        observe: Observer,
        now: Callable[[], datetime],
        bridge: Bridge | None = None,
        called_us: bool = False,
        longest_s: float = 900.0,
    ) -> None:
        """longest_s: of the whole call, a manager's talk with the client included: what it may cost was reserved."""
        self._call = call
        self._number = number
        self._attempt_id = attempt_id
        self._dialog = dialog
        self._recordings = recordings
        self._ear = ear
        self._phrases = phrases
        self._hands = hands
        self._turns = turns
        self._tape = Tape(recorder, attempt_id)
        self._observe = observe
        self._now = now
        self._bridge = bridge or NoBridge()
        self._called_us = called_us
        self._longest_ms = (longest_s - 1) * 1000  # a second for hanging up
        self._mouth = Mouth(call)
        self._talk = Talk()
        self._happened: asyncio.Queue[ev.Event | Words] = asyncio.Queue()
        self._opened = asyncio.Event()
        self._quiet = asyncio.Event()
        self._utterances = Utterances(ear, self._take_words)
        self._watch = AnswerWatch(ear)
        self._left = False
        self._begun = False
        self._carried: Words | None = None
        self._transferring = False
        self._deaf_until_ms = 0
        self._at_ms = 0
        self._client_fell_silent_ms: int | None = None

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

    async def _close(self, *tasks: asyncio.Task[None]) -> None:
        """Hang up, let the ear hear the last frames, store the last turn, close the recording."""
        listening, conversing, writing = tasks
        await self._call.hang_up()
        conversing.cancel()
        await asyncio.wait({listening, conversing})
        if self._begun and left_unanswered(self._happened, self._dialog, self._now()):
            self._hands.stop_calling()
        self._utterances.cancel()
        self._watch.cancel()
        self._turns.end_open(TurnEnding.CUT_OFF)
        self._turns.close()
        await asyncio.wait({writing})
        await self._ear.recognition.close()
        await self._tape.close()

    # --- the line's clock -------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for frame in self._call.frames():
            self._at_ms += FRAME_MS
            self._tape.add(frame)
            self._follow_mouth()
            if self._transferring:
                self._bridge.hear(frame)
            if not self._bridge.joined:
                await self._hear(frame)
            if self._at_ms >= (self._longest_ms if self._bridge.joined else min(self._longest_ms, LONGEST_TALK_MS)):
                await self._call.hang_up()
        self._talk.ended, self._talk.ended_at = self._call.ended or Ended(EndedBy.LINE, "lost"), self._now()
        self._bridge.client_left()
        if (current := self._mouth.current) is not None:
            self._turns.finished(current.turn, self._at_ms)
        self._opened.set()
        self._quiet.set()
        await self._utterances.last_words()
        if self._carried is not None:
            self._happened.put_nowait(self._carried)
        self._happened.put_nowait(ev.HungUp(ev.Side(self._talk.ended.by.value)))

    async def _hear(self, frame: Frame) -> None:
        for cue in self._ear.hear(frame, self._at_ms, robot_speaking=self._mouth.speaking):
            self._take_cue(cue)
        if not self._transferring:
            await self._watch_answer(frame)
            for digit in frame.digits:
                self._happened.put_nowait(ev.Dtmf(digit))

    def _follow_mouth(self) -> None:
        begun, ended = self._mouth.follow()
        for one in begun:
            began_ms = self._at_ms - one.playback.played_ms
            response = None
            if self._client_fell_silent_ms is not None:
                response = began_ms - self._client_fell_silent_ms
                self._client_fell_silent_ms = None
            turn = self._turns.began(one.turn, began_ms, response)
            self._observe(PhraseStarted(self._attempt_id, self._number, turn.phrase, turn.said, response))
        for one in ended:
            if not one.announced:  # stopped before its first frame: it lasted no time
                self._turns.began(one.turn, self._at_ms, None)
            self._turns.finished(one.turn, self._at_ms)
        if not self._mouth.speaking:
            self._quiet.set()

    async def _watch_answer(self, frame: Frame) -> None:
        """Let the talk begin when a person may be there; no machine is talked with."""
        if self._called_us:
            self._opened.set()
            return
        move = self._watch.step(frame, self._at_ms, opening=not self._opened.is_set())
        if move is Move.LEAVE and not self._left and self._talk.verdict is None:
            self._left = True
            self._talk.verdict = ending(self._watch.verdict)
            log.info("machine_answered", attempt=str(self._attempt_id), answered_as=self._watch.verdict.kind.value)
            await self._call.hang_up()
        if move is not Move.LISTEN:
            self._opened.set()

    # --- the client's turns -----------------------------------------------------------------------------------------

    def _take_cue(self, cue: Cue) -> None:
        match cue:
            case Cue.BARGE_IN:
                cut = self._mouth.interrupt()
                if cut is not None:
                    self._turns.interrupted(cut.turn)
                    self._happened.put_nowait(ev.Interrupted(cut.playback.played_ms, cut.playback.total_ms))
            case Cue.SPEECH_ENDED:
                opening = not self._opened.is_set()
                aside = Place.ASIDE if self._mouth.speaking else Place.ANSWER
                self._utterances.ended(Place.OPENING if opening else aside)
            case Cue.NO_ANSWER:
                self._happened.put_nowait(ev.Silence())

    def _take_words(self, words: Words) -> None:
        text = words.transcript.text
        if text:
            self._observe(ClientHeard(self._attempt_id, text, words.took_s))
        if not self._called_us:
            self._watch.heard(words)
        if self._transferring or words.where.from_ms < self._deaf_until_ms:
            return
        if words.place is not Place.ANSWER and self._watch.verdict.is_person and self._dialog.forbids(text):
            words = replace(words, place=Place.ANSWER)  # heard wherever it is said: the script answers it
        if words.place is Place.ASIDE:
            return
        if words.place is Place.OPENING:
            self._turns.opening(text, words.transcript.confidence, words.where)
        elif not self._watch.verdict.is_person:  # the line's next tick hangs up
            self._turns.heard(text, words.transcript.confidence, words.where)
        elif not text and self._carried is None:
            self._mouth.resume()
        else:
            self._answer(words)

    def _answer(self, words: Words) -> None:
        """An answer to the dialog, unless the client goes on speaking: then it is the first half of one."""
        words, self._carried = words.after(self._carried), None
        if self._ear.in_speech and not self._mouth.speaking and self._talk.ended is None:
            self._carried = words
            return
        self._client_fell_silent_ms = words.where.to_ms
        self._happened.put_nowait(words)

    # --- the talk ---------------------------------------------------------------------------------------------------

    async def _converse(self) -> None:
        await self._opened.wait()
        if not self._left:
            self._begun = True
            await self._carry_out(self._dialog.start(self._now()))
        while self._talk.verdict is None:
            happened = await self._happened.get()
            if self._left:
                break
            if isinstance(happened, Words):
                self._turns.heard(happened.transcript.text, happened.transcript.confidence, happened.where)
                happened = ev.Heard(happened.transcript.text, happened.transcript.confidence)
            if not isinstance(happened, ev.Interrupted):
                self._ear.stop_waiting()
            await self._carry_out(self._dialog.step(happened, self._now()))
        await self._quiet.wait()
        self._turns.end_open(TurnEnding.SPOKEN)
        await self._call.hang_up()

    async def _carry_out(self, actions: list[act.Action]) -> None:
        if demanded(actions):
            self._hands.stop_calling()
        for action in actions:
            match action:
                case act.Say():
                    await self._say(action)
                case act.Listen():
                    self._ear.recognition.expect(action.bias)
                    self._ear.wait_for_answer(action.silence_after_s)
                case act.Understood():
                    self._log_answer(action)
                case act.Collected(variable, value):
                    self._talk.collected[variable] = value
                case act.Transfer(to):
                    await self._transfer(to)
                case act.End():
                    self._talk.verdict = self._talk.verdict if self._left else action
                case _:
                    reply = await self._hands.do(action)
                    if reply is not None:
                        self._happened.put_nowait(reply)

    async def _say(self, say: act.Say) -> None:
        if self._talk.ended is not None:
            return
        number = self._turns.open(
            Turn(0, say.phrase, role=say.role.value, visit=say.visit, variant=say.variant, said=say.text)
        )
        pcm = self._recordings.get(say.recording) or await rendered(self._phrases, say)
        self._quiet.clear()
        self._mouth.say(number, pcm, interruptible=say.interruptible)

    async def _transfer(self, to: str) -> None:
        """What is said to the music counts for nothing; the script goes on with what came of it, before it is told
        that the client has gone."""
        await self._quiet.wait()
        self._transferring = True
        ok = await self._bridge.connect(to, self._talk.collected)
        self._transferring, self._deaf_until_ms, self._carried = False, self._at_ms, None
        waiting = [self._happened.get_nowait() for _ in range(self._happened.qsize())]
        for event in waiting:
            if isinstance(event, ev.HungUp):
                self._happened.put_nowait(event)
        await self._carry_out(self._dialog.step(ev.Transferred(ok), self._now()))

    def _log_answer(self, understood: act.Understood) -> None:
        how = turn_ending(understood, self._talk.ended, speaking=self._mouth.speaking)
        if how is not None:
            self._turns.answered(
                how,
                kind=understood.kind.value,
                intent=understood.intent,
                matched=understood.matched,
                went_to=understood.next_phrase if self._talk.ended is None else "",
            )
