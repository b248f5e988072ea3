"""The robot's side of a talk: takes what happened in order, asks the engine, and carries its actions out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from robot.calls.client_turns import ClientTurns
from robot.calls.ear import Ear
from robot.calls.hands import Done, Hands
from robot.calls.happened import Happened, SpokenOut
from robot.calls.mouth import Mouth, rendered
from robot.calls.ports import Dialog, PhraseSource
from robot.calls.removal import demanded, left_unanswered
from robot.calls.talk import Talk, turn_ending
from robot.calls.transfer import Bridge
from robot.calls.turnlog import TurnLog
from robot.calls.utterances import Words
from robot.domain.calls import Turn, TurnEnding
from scripts_dialog import actions as act
from scripts_dialog import events as ev

log = structlog.get_logger(__name__)

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
    """Of one call. `run` ends when everything is said and the call hung up, or the client has gone."""

    def __init__(
        self,
        talk: Talk,
        *,
        dialog: Dialog,
        client: ClientTurns,
        ear: Ear,
        mouth: Mouth,
        phrases: PhraseSource,
        recordings: Mapping[str, bytes],
        hands: Hands,
        bridge: Bridge,
        turns: TurnLog,
        happened: asyncio.Queue[Happened],
        now: Callable[[], datetime],
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
        self._begun = False
        self.at_ms = 0
        self.left = False
        self.quiet = asyncio.Event()

    async def run(self) -> None:
        await self._client.opened.wait()
        if not self.left:
            self._begun = True
            await self._carry_out(self._dialog.start(self._now()))
        while not self._over():
            happened = await self._happened.get()
            if self.left:
                break
            match happened:
                case Words():
                    await self._take(happened)
                case SpokenOut():
                    pass
                case _ if self._talk.verdict is None:
                    await self._step(happened)
        await self.quiet.wait()
        self._turns.end_open(TurnEnding.SPOKEN)

    def finish(self) -> None:
        """The call is over: what the client demanded last counts although nobody will answer it."""
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
        self._before = _Before(words, self._turns.asked, self._hands.done, dict(self._talk.collected))
        self._turns.heard(transcript.text, transcript.confidence, words.where)
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
        return rest.after(before.words)

    async def _step(self, event: ev.Event) -> None:
        if not isinstance(event, (ev.Heard, *_KEEPS)):
            self._before = None
        if not isinstance(event, ev.Interrupted):
            self._ear.stop_waiting()
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
                    self._ear.recognition.expect(action.bias)
                    self._ear.wait_for_answer(action.silence_after_s)
                case act.Understood():
                    self._log_answer(action)
                case act.Collected(variable, value):
                    self._talk.collected[variable] = value
                case act.Transfer(to):
                    await self._transfer(to)
                case act.End():
                    self._talk.verdict = self._talk.verdict if self.left else action
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
        self.quiet.clear()
        self._mouth.say(number, pcm, interruptible=say.interruptible)

    async def _transfer(self, to: str) -> None:
        """What is said to the music counts for nothing; the script goes on with what came of it, before it is told
        that the client has gone."""
        self._before = None
        await self.quiet.wait()
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
