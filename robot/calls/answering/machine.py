"""The first seconds of one answered call, step by step: when the robot may speak, and when it hangs up without a word.

Pure; milliseconds of the call come in. A person is answered as soon as he falls silent: nothing here ever waits for
words, they only have to come in time.

    nothing said for 0.8 s                        speak
    the first utterance is over                   speak
    it goes on for 3 s                            speak, unless it began as recordings do: then hear it out, 4 s more
    sure words or tones of a machine              hang up, up to 10 s of the call, even when the robot has spoken
    a firm's menu or queue                        wait in silence for a person, 20 s
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from robot.calls.answering.tones import Tone, Toned, ToneDetector
from robot.calls.answering.verdict import NOBODY_YET, Answer, Heard, Verdict, classify
from robot.calls.turns import Utterance


@dataclass(frozen=True, slots=True)
class AnsweringSettings:
    """quiet: whoever answers a telephone says so; this long the robot waits for a first word. limit: from the first
    sound, by then the verdict stands. hear_out: so much longer what began like a recording is listened to.
    watched: from the answer, so long a machine is still noticed. menu: so long a person is waited for."""

    quiet_ms: int = 800
    limit_ms: int = 3000
    hear_out_ms: int = 4000
    watched_ms: int = 10_000
    menu_ms: int = 20_000
    first_look_ms: int = 1400
    look_every_ms: int = 650
    pause_ms: int = 200
    least_ms: int = 1000
    tone_gap_ms: int = 500


class Move(Enum):
    LISTEN = auto()
    TALK = auto()
    LEAVE = auto()


class Answering:
    """Follows one call. `step` every tick; `words` whenever there are some; look at words when `wants_words` says."""

    def __init__(self, settings: AnsweringSettings | None = None) -> None:
        self._settings = settings or AnsweringSettings()
        self._detector = ToneDetector()
        self._tones: list[Toned] = []
        self._heard: list[Heard] = []
        self._verdict = NOBODY_YET
        self._first_ms: int | None = None
        self._menu_ms: int | None = None
        self._decided_ms: int | None = None
        self._open = False
        self._looked_ms: int | None = None
        self._looked_in_pause = False
        self._utterance: Utterance | None = None

    @property
    def verdict(self) -> Verdict:
        return self._verdict

    @property
    def decided_ms(self) -> int | None:
        """When the first move was made, in milliseconds of the call."""
        return self._decided_ms

    @property
    def first_ms(self) -> int | None:
        """When the first utterance began."""
        return self._first_ms

    def words(self, heard: Heard) -> None:
        """Words of an utterance, or of its part so far; they may come after the utterance is over. What begins after
        the watched time changes nothing."""
        if self._open and heard.from_ms > self._settings.watched_ms:
            return
        before = [one for one in self._heard if one.from_ms != heard.from_ms]
        old = next((one for one in self._heard if one.from_ms == heard.from_ms), None)
        if old is not None and old.final and not heard.final:
            return  # a look that came late
        self._heard = sorted([*before, heard], key=lambda one: one.from_ms)
        self._judge()

    def step(self, at_ms: int, pcm: bytes, utterance: Utterance | None) -> Move:
        """20 ms of the client's sound that ended at `at_ms`. utterance: the one under way, None while nobody speaks."""
        watched = not self._open or at_ms <= self._settings.watched_ms
        if watched and (new := self._detector.hear(pcm, at_ms)):
            self._tones += new
            self._judge()
        if utterance is None or self._utterance is None or utterance.from_ms != self._utterance.from_ms:
            self._looked_ms, self._looked_in_pause = None, False
        self._utterance = utterance
        if utterance is not None and self._first_ms is None:
            self._first_ms = utterance.from_ms
        move = self._move(at_ms, speaking=utterance is not None)
        self._open = self._open or move is Move.TALK
        if move is not Move.LISTEN and self._decided_ms is None:
            self._decided_ms = at_ms
        return move

    def wants_words(self, at_ms: int) -> bool:
        """Whether what was said of the utterance under way should be recognized now. Rarely, it costs: not before any
        machine has said something, then now and then, and once in the pause that may be its end."""
        now = self._utterance
        if now is None or self._verdict.kind is Answer.MENU or (self._open and at_ms > self._settings.watched_ms):
            return False
        length_ms, quiet_ms = now.to_ms - now.from_ms, at_ms - now.to_ms
        if quiet_ms >= self._settings.pause_ms:
            due = not self._looked_in_pause and length_ms >= self._settings.least_ms and not self._open
            self._looked_in_pause = True
        else:
            self._looked_in_pause = False
            since_ms = at_ms - (self._looked_ms or now.from_ms)
            due = since_ms >= (self._settings.look_every_ms if self._looked_ms else self._settings.first_look_ms)
        if due:
            self._looked_ms = at_ms
        return due

    def _judge(self) -> None:
        self._verdict = classify(self._heard, self._tones)

    def _move(self, at_ms: int, *, speaking: bool) -> Move:
        if self._verdict.kind is Answer.MENU:
            return self._wait_for_person(at_ms)
        self._menu_ms = None
        if not self._verdict.is_person:
            return self._leave(at_ms, speaking=speaking)
        return Move.TALK if self._open or self._may_talk(at_ms, speaking=speaking) else Move.LISTEN

    def _leave(self, at_ms: int, *, speaking: bool) -> Move:
        """At once; but in the robot's silence an operator may tell more about the number until the limit."""
        vague = self._verdict.kind is Answer.OPERATOR and self._verdict.why != Tone.BUSY
        more = vague and speaking and not self._open and at_ms < (self._first_ms or 0) + self._settings.limit_ms
        return Move.LISTEN if more else Move.LEAVE

    def _wait_for_person(self, at_ms: int) -> Move:
        if self._menu_ms is None:
            self._menu_ms = at_ms
        return Move.LEAVE if self._open or at_ms - self._menu_ms >= self._settings.menu_ms else Move.LISTEN

    def _may_talk(self, at_ms: int, *, speaking: bool) -> bool:
        since_ms = self._first_ms or 0
        if at_ms - since_ms < self._settings.limit_ms and self._tone_lasts(at_ms):
            return False
        if self._first_ms is None:
            return at_ms >= self._settings.quiet_ms
        if not speaking:
            return True
        limit_ms = self._settings.limit_ms + (self._settings.hear_out_ms if self._verdict.recorded else 0)
        return at_ms - self._first_ms >= limit_ms

    def _tone_lasts(self, at_ms: int) -> bool:
        """A tone sounds, or did a moment ago: no person makes one, and it will soon tell what it is."""
        last_ms = self._detector.last_ms
        return last_ms is not None and at_ms - last_ms < self._settings.tone_gap_ms
