"""The robot's side of a talk: takes what happened in order, asks the engine, and carries its actions out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from robot.calls.client_turns import ClientTurns
from robot.calls.ear import Ear
from robot.calls.fillers import AFTER_MS, Fillers, Wait
from robot.calls.foresight import Foreseeing, render_ahead
from robot.calls.hands import Done, Hands
from robot.calls.happened import Happened, SpokenOut
from robot.calls.mouth import Mouth, Utterable
from robot.calls.pieces import pieces
from robot.calls.ports import Dialog, PhraseStore
from robot.calls.removal import demanded, left_unanswered
from robot.calls.talk import Talk, turn_ending
from robot.calls.transfer import Bridge
from robot.calls.turnlog import TurnLog
from robot.calls.utterances import Words
from robot.domain.calls import Turn, TurnEnding
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog import outcomes
from scripts_dialog.values import Expects

log = structlog.get_logger(__name__)

LONG_WAIT_S = 10.0
"""A phrase that waits so long for an answer waits for somebody to be fetched."""

TAKEN_OVER = "taken_over"
"""The reason of a transfer that a person of the office asked for, and not the script."""

_KEEPS = (ev.SlotsFound, ev.SlotBooked, ev.SlotTaken)
"""Events that belong to the step of the client's last answer."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The talk as it was when the client's last answer came, to go back to when it was but half an answer."""

    words: Words
    turn: int
    done: Done
    collected: Mapping[str, str]


class Conversing:
    """Of one call. `run` ends when everything is said, or the client has gone.

    at_ms: the time of the call, kept by its listener. left: a machine answered; say nothing more. quiet: the robot has
    nothing to say. waits_for_somebody: a secretary fetches him; music and ringback are to be waited out. heard_yes_no:
    the last answer was one to a question of yes or no.
    """

    def __init__(
        self,
        talk: Talk,
        *,
        dialog: Dialog,
        client: ClientTurns,
        ear: Ear,
        mouth: Mouth,
        phrases: PhraseStore,
        recordings: Mapping[str, bytes],
        hands: Hands,
        bridge: Bridge,
        turns: TurnLog,
        happened: asyncio.Queue[Happened],
        now: Callable[[], datetime],
        seed: int = 0,
    ) -> None:
        self._talk = talk
        self._dialog = dialog
        self._client = client
        self._ear = ear
        self._mouth = mouth
        self._phrases = phrases
        self._recordings = recordings
        self._hands = hands
        self._bridge = bridge
        self._turns = turns
        self._happened = happened
        self._now = now
        self._before: _Before | None = None
        self._unheard: list[Words] = []
        self._foreseeing: asyncio.Task[int] | None = None
        self._fillers = Fillers(seed)
        self._waiting: Wait | None = None
        self._begun = False
        self.at_ms = 0
        self.left = False
        self.waits_for_somebody = False
        self.heard_yes_no = False
        self._expects = Expects.OPEN
        self._people: asyncio.Event | None = None
        self.quiet = asyncio.Event()

    async def run(self) -> None:
        await self._client.opened.wait()
        if not self.left:
            self._begun = True
            await self._carry_out(self._dialog.start(self._now()))
        while not self._over():
            happened = await self._happened.get()
            if self.left or self._people is not None:
                break
            match happened:
                case Words():
                    await self._take(happened)
                case SpokenOut():
                    pass
                case _ if self._talk.verdict is None:
                    await self._step(happened)
        if self._people is not None:
            await self._people.wait()
            self._talk.verdict = act.End(outcomes.Outcome.TRANSFERRED, TAKEN_OVER)
        await self.quiet.wait()
        self._turns.end_open(TurnEnding.SPOKEN)

    async def take_over(self, number: str) -> bool:
        """Somebody of the office wants the client. Until he has answered the talk goes on; then the robot is silent for
        good, and the call ends when the people have talked. False when nothing came of it."""
        joined = await self._bridge.take_over(number, dict(self._talk.collected), self._hand_over)
        if self._people is not None:
            self._people.set()
        return joined

    def _hand_over(self) -> None:
        self._people = asyncio.Event()
        self._look_no_further()
        self._client.deaf, self._client.fell_silent_ms = True, None
        self._mouth.hold(self.at_ms, anyway=True)
        self._mouth.drop()
        self._happened.put_nowait(SpokenOut())

    def cover(self, silent_ms: int) -> None:
        """The client has been silent for so long since his answer: say a word when the robot needs longer still."""
        waiting = self._waiting or (Wait.THINKING if self._client.unheard else None)
        if (
            self._people is not None
            or waiting is None
            or silent_ms < AFTER_MS
            or self._mouth.busy
            or self._ear.in_speech
        ):
            return
        text = self._fillers.next(waiting)
        pcm = self._phrases.get(text)
        if pcm is not None:
            self.quiet.clear()
            self._mouth.say(self._turns.aside(text), pcm, interruptible=True)

    def finish(self) -> None:
        """The call is over: what the client demanded last counts although nobody will answer it."""
        self._look_no_further()
        waiting = [self._happened.get_nowait() for _ in range(self._happened.qsize())]
        unheard = [*self._unheard, *(event for event in waiting if isinstance(event, Words))]
        if self._begun and left_unanswered(unheard, self._dialog, self._now()):
            self._hands.stop_calling()

    def _over(self) -> bool:
        return self._talk.verdict is not None and (self._talk.ended is not None or not self._mouth.busy)

    async def _take(self, words: Words) -> None:
        if words.goes_on:
            words = await self._whole(words)
        if self._talk.verdict is not None:
            self._unheard.append(words)
            return
        transcript = words.transcript
        self.heard_yes_no = self._expects is Expects.YES_NO
        self._before = _Before(words, self._turns.asked, self._hands.done, dict(self._talk.collected))
        self._turns.heard(transcript.text, transcript.confidence, words.where, words.timed)
        await self._step(ev.Heard(transcript.text, transcript.confidence))

    async def _whole(self, rest: Words) -> Words:
        """The client goes on with what the robot has begun to answer: it has said nothing, and hears the whole of it.
        Where what was done cannot be undone, the rest is an answer of its own."""
        before, self._before = self._before, None
        if before is None:
            if (interrupted := self._client.interrupt()) is not None and self._talk.verdict is None:
                await self._step(interrupted)
            return rest
        self._mouth.drop()
        await self._hands.take_back(before.done)
        self._dialog.take_back()
        self._talk.verdict = None
        self._talk.collected = dict(before.collected)
        self._turns.take_back(before.turn)
        self._client.was_cut_off()
        return rest.since(before.words)

    async def _step(self, event: ev.Event) -> None:
        if not isinstance(event, (ev.Heard, *_KEEPS)):
            self._before = None
        if not isinstance(event, ev.Interrupted):
            self._ear.stop_waiting()
            self._look_no_further()
        await self._carry_out(self._dialog.step(event, self._now()))

    async def _carry_out(self, actions: list[act.Action]) -> None:
        if demanded(actions):
            self._hands.stop_calling()
            self._before = None
        for action in actions:
            match action:
                case act.Say():
                    await self._say(action)
                case act.Listen():
                    self._listen(action)
                case act.Understood():
                    self._log_answer(action)
                case act.Collected(variable, value):
                    self._talk.collected[variable] = value
                case act.Transfer(to):
                    await self._transfer(to)
                case act.End():
                    self._talk.verdict = self._talk.verdict if self.left else action
                case _:
                    self._waiting = Wait.CALENDAR
                    try:
                        reply = await self._hands.do(action)
                    finally:
                        self._waiting = None
                    if reply is not None:
                        self._happened.put_nowait(reply)

    async def _say(self, say: act.Say) -> None:
        if self._talk.ended is not None or self._people is not None:
            return
        number = self._turns.open(
            Turn(0, say.phrase, role=say.role.value, visit=say.visit, variant=say.variant, said=say.text)
        )
        recorded = self._recordings.get(say.recording)
        if recorded is not None:
            self.quiet.clear()
            self._mouth.say(number, recorded, interruptible=say.interruptible)
        else:
            await self._speak(number, say)

    async def _speak(self, number: int, say: act.Say) -> None:
        """Piece by piece, as they are rendered. A phrase whose rest cannot be spoken is over with what was."""
        phrase: Utterable | None = None
        self._waiting = Wait.RENDERING
        try:
            async with pieces(self._phrases, say) as rendered:
                async for pcm in rendered:
                    if self._talk.ended is not None or self._people is not None:
                        break  # nobody would hear it, nor tell when it is over
                    self.quiet.clear()
                    if phrase is None:
                        phrase = self._mouth.say(number, pcm, interruptible=say.interruptible, whole=False)
                    else:
                        self._mouth.add(phrase, pcm)
        finally:
            self._waiting = None
            if phrase is not None:
                self._mouth.complete(phrase)

    def _listen(self, listen: act.Listen) -> None:
        self._ear.recognition.expect(listen.bias)
        self._ear.wait_for_answer(listen.silence_after_s)
        self._expects = listen.expects
        self._client.listen(listen.max_s)
        self.waits_for_somebody = listen.silence_after_s >= LONG_WAIT_S
        if isinstance(self._dialog, Foreseeing):
            self._look_no_further()
            self._foreseeing = asyncio.create_task(render_ahead(self._dialog, self._phrases), name="render ahead")

    def _look_no_further(self) -> None:
        if self._foreseeing is not None:
            self._foreseeing.cancel()
            self._foreseeing = None

    async def _transfer(self, to: str) -> None:
        """What is said to the music counts for nothing; the script goes on with what came of it, before it is told
        that the client has gone."""
        self._before = None
        await self.quiet.wait()
        if self._people is not None:
            return
        self._client.deaf = True
        ok = await self._bridge.connect(to, self._talk.collected)
        self._client.hear_again(self.at_ms)
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
