"""The client's side of a talk: what he said becomes an answer, the rest of one, an aside, or nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from robot.calls.answering import AnswerWatch
from robot.calls.answering.signs import signs
from robot.calls.ear import GOES_ON_MS, Ear
from robot.calls.endpoint import Habits
from robot.calls.events import BargedIn, ClientHeard, Observer
from robot.calls.glances import Glances
from robot.calls.happened import Happened
from robot.calls.mouth import Mouth
from robot.calls.ports import Dialog
from robot.calls.turnlog import TurnLog
from robot.calls.turns import Cue
from robot.calls.utterances import Place, Utterances, Words
from scripts_dialog import events as ev
from scripts_dialog.completeness import Completeness

ALMOST_SAID_MS = 700
"""So near its end a phrase is answered, not murmured at."""
GREETING_WORDS = 3
MURMURED_MS = 260
"""After a murmur the robot goes on when it stays quiet for so long: the closure of a consonant is shorter, and whoever
interrupts in earnest is not talked into between two of his words."""
MOST_SAID_MS = 20_000
"""Of an answer, where the script has not told yet."""
_MURMURS = frozenset({"угу", "ага", "м", "мм", "ммм", "хм", "гм", "эм", "э", "да", "так", "ну", "понятно", "ясно"})
_MOST_MURMURS = 3
_WORD = re.compile(r"\w+")


def is_murmur(text: str) -> bool:
    """What a listener says without taking the turn."""
    words = _WORD.findall(text.lower())
    return len(words) <= _MOST_MURMURS and all(word in _MURMURS for word in words)


def adds_nothing(text: str, before: str) -> bool:
    """The sentence is what was said before, with a murmur or a noise after it."""
    words, known = _WORD.findall(text.lower()), _WORD.findall(before.lower())
    return words[: len(known)] == known and is_murmur(" ".join(words[len(known) :]))


class ClientTurns:
    """Of one call. called_us: the client rang, so nobody needs to find out who he is. happened: where answers go.
    look_delay: see `Glances`.

    opened: the robot has begun to talk. deaf: what is said now counts for nothing. fell_silent_ms: where the client's
    last answer ended, until the robot has answered it. unheard: so many answers are over whose words are not there yet.
    """

    def __init__(
        self,
        attempt_id: UUID,
        *,
        ear: Ear,
        mouth: Mouth,
        dialog: Dialog,
        turns: TurnLog,
        watch: AnswerWatch,
        happened: asyncio.Queue[Happened],
        observe: Observer,
        called_us: bool,
        look_delay: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._attempt_id = attempt_id
        self._ear = ear
        self._mouth = mouth
        self._dialog = dialog
        self._turns = turns
        self._watch = watch
        self._happened = happened
        self._observe = observe
        self._called_us = called_us
        self._habits = Habits()
        ear.goes_on = self._goes_on
        # Whoever was interrupted has fallen silent, and must know at once whether to go on.
        self._glances = Glances(ear, self._patience_with, lambda: 0.0 if mouth.holding else look_delay())
        self._utterances = Utterances(ear, self._take)
        self._paused_ms = 0
        self._answered: Words | None = None
        self._carried: Words | None = None
        self._deaf_until_ms = 0
        self._stop_ms: int | None = None
        self._most_ms = MOST_SAID_MS
        self.opened = asyncio.Event()
        self.deaf = False
        self.gone = False
        self.unheard = 0
        self.fell_silent_ms: int | None = None

    def cue(self, cue: Cue, at_ms: int) -> None:
        match cue:
            case Cue.SPEECH_STARTED if self._goes_on(self._ear.utterance.from_ms) and not self._mouth.speaking:
                self._mouth.hold(at_ms)  # the robot was about to answer half a sentence
                self._stop_ms = None
            case Cue.TALKED_OVER:
                self._talked_over(at_ms)
            case Cue.PAUSED:
                self._paused_ms = self._ear.utterance.to_ms
                self._glances.look()
            case Cue.RESUMED:
                self._glances.drop()
                self._habits.went_on(at_ms - self._paused_ms)
            case Cue.SPEECH_ENDED:
                self._glances.leave()
                self._ended()
            case Cue.ABANDONED:
                self._glances.drop()
                self._utterances.ended(Place.ASIDE)
                self._mouth.resume()
            case Cue.NO_ANSWER:
                self._happened.put_nowait(ev.Silence())

    def _talked_over(self, at_ms: int) -> None:
        current, from_ms = self._mouth.current, self._ear.utterance.from_ms
        if self._mouth.hold(at_ms, anyway=self._goes_on(from_ms)) and current is not None:
            self._stop_ms = min(at_ms - from_ms, current.played_ms)  # he may have begun before the robot did

    def _ended(self) -> None:
        if not self.opened.is_set():
            self._utterances.ended(Place.OPENING)
        elif self._mouth.speaking:
            self._utterances.ended(Place.ASIDE)
        else:
            self.unheard += 1
            self.fell_silent_ms = self._ear.utterance.to_ms
            self._utterances.ended(Place.ANSWER)

    def listen(self, most_s: float) -> None:
        """His next answer is over after so much speech at the latest: whoever goes on is answered all the same."""
        self._most_ms = round(1000 * most_s)
        self._ear.limit(self._most_ms)

    def hear_again(self, at_ms: int) -> None:
        """No more deaf; what began before counts for nothing still."""
        self.deaf, self._deaf_until_ms, self._carried, self._answered = False, at_ms, None, None

    def was_cut_off(self) -> None:
        """The robot took its turn too early."""
        self._habits.was_cut_off()

    async def last_words(self) -> None:
        """The call has ended."""
        self.gone = True
        await self._utterances.last_words()
        if self._carried is not None:
            self._happened.put_nowait(self._carried)

    def cancel(self) -> None:
        self._glances.drop()
        self._utterances.cancel()

    def _patience_with(self, text: str) -> int:
        if not self.opened.is_set():
            greeted = len(_WORD.findall(text)) <= GREETING_WORDS and signs().greeting(text) is not None
            return self._habits.wait_ms(Completeness.BARE) if greeted else self._habits.opening_ms
        if self._mouth.holding and (not text or is_murmur(text)):
            return MURMURED_MS
        return self._habits.wait_ms(self._dialog.completeness(text))

    def _goes_on(self, from_ms: int) -> bool:
        return self._answered is not None and from_ms - self._answered.where.to_ms <= GOES_ON_MS

    def _take(self, words: Words) -> None:
        text = words.transcript.text
        if words.place is Place.ANSWER:
            self.unheard = max(0, self.unheard - 1)
        if text:
            self._observe(ClientHeard(self._attempt_id, text, words.took_s))
        if not self._called_us:
            self._watch.heard(words)
        if self.deaf or words.where.from_ms < self._deaf_until_ms:
            self._mouth.resume()
            self.fell_silent_ms = None
            return
        if words.place is not Place.ANSWER and self._watch.verdict.is_person and self._dialog.forbids(text):
            words = replace(words, place=Place.ANSWER)  # heard wherever it is said: the script answers it
        if words.place is Place.OPENING:
            self._turns.opening(text, words.transcript.confidence, words.where, words.timed)
        elif words.place is Place.ANSWER:
            self._take_answer(words)

    def _take_answer(self, words: Words) -> None:
        text = words.transcript.text
        murmured = self._mouth.holding and is_murmur(text) and self._mouth.rest_ms > ALMOST_SAID_MS
        if self._answered is not None and self._goes_on(words.where.from_ms):
            murmured = adds_nothing(text, self._answered.transcript.text)
        if not self._watch.verdict.is_person:  # the line's next tick hangs up
            self._turns.heard(text, words.transcript.confidence, words.where, words.timed)
        elif self._carried is None and (not text or murmured):
            self._mouth.resume()
            self.fell_silent_ms = None
        else:
            self._answer(words)

    def _answer(self, words: Words) -> None:
        """An answer to the dialog, unless the client speaks again already: then it is the first half of one."""
        words, self._carried = words.after(self._carried), None
        left_ms = self._most_ms - (words.where.to_ms - words.where.from_ms)
        if self._ear.in_speech and not self._mouth.speaking and not self.gone and left_ms > 0:
            self._carried = words
            self._ear.limit(left_ms)
            return
        self._ear.limit(self._most_ms)
        words = replace(words, goes_on=self._goes_on(words.where.from_ms))
        self._answered = words if left_ms > 0 else None  # what follows a turn that was cut is not the rest of it
        self.fell_silent_ms = words.where.to_ms
        if not words.goes_on and (interrupted := self.interrupt()) is not None:
            self._happened.put_nowait(interrupted)
        self._happened.put_nowait(words)

    def interrupt(self) -> ev.Interrupted | None:
        """The client has taken the turn: what was held is given up. None when nothing was cut."""
        cut = self._mouth.drop()
        if cut is None:
            return None
        self._turns.interrupted(cut.turn)
        if self._stop_ms is not None:
            self._observe(BargedIn(self._attempt_id, self._stop_ms))
            self._stop_ms = None
        return ev.Interrupted(cut.played_ms, cut.total_ms)
