"""A client who measures the robot on his own side of the line: says given utterances, notes when everything sounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

import soundfile

from telephony.audio import BYTES_PER_MS, FRAME_BYTES, FRAME_S, SILENCE
from telephony.simulated.measuring_part import Kind, Line, Notes, Part
from telephony.simulated.soundmarks import SoundMarks
from telephony.simulated.subscriber import Directory, PickUp, Ringing, Said, Subscriber

THINKS_S = (0.2, 0.9)
PAUSE_INSIDE_S = 0.9
"""A phrase that must be longer by its text goes on after a pause shorter than this."""
CHARACTERS_PER_S = 18.0
SPEAKS_INTO_S = (1.8, 3.0)
"""So long after its beginning he speaks into a long phrase."""
LONG_S = 5.0
WAITS_FOR_REST_S = 2.5
"""Whoever only murmured waits for the rest of the phrase."""
LAST_ANSWER_S = 5.0
HEARS_OUT_S = 0.7
GIVES_UP_S = 40.0


@dataclass(slots=True)
class _Phrase:
    said: Said
    told_s: float
    began_s: float | None = None

    @property
    def expected_s(self) -> float:
        return len(self.said.text) / CHARACTERS_PER_S


@dataclass(slots=True)
class _Speaking:
    """An utterance on its way. began_s: of its first sound."""

    line: Line
    pcm: bytes
    at: int = 0
    began_s: float = 0.0
    noted: bool = False


@dataclass(slots=True)
class _Turn:
    """Since he last spoke: what he was told, and how long he will think about it."""

    thinks_s: float
    into_s: float
    phrases: list[_Phrase] = field(default_factory=list)
    murmured: bool = False

    @property
    def bears_s(self) -> float:
        """How long a silence he bears in the middle of a phrase."""
        return WAITS_FOR_REST_S if self.murmured else max(PAUSE_INSIDE_S, self.thinks_s)


class MeasuringClient:
    """`telephony.simulated.subscriber.Subscriber`."""

    def __init__(self, number: str, part: Part, notes: Notes, pcm: Callable[[str], bytes]) -> None:
        self._number = number
        self._part = part
        self._notes = notes
        self._pcm = pcm
        self._random = Random(number)
        self._marks = SoundMarks()
        self._queue = list(part.lines)
        self._turn = self._next_turn()
        self._speaking: _Speaking | None = None
        self._started_s: float | None = None
        self._now_s = 0.0
        self._spoke_s = 0.0
        self._told: list[Said] = []

    @property
    def ringing(self) -> Ringing:
        return Ringing(PickUp.ANSWER, 0.2)

    def told(self, said: Said) -> None:
        self._told.append(said)

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        if self._started_s is None:
            self._started_s = self._spoke_s = at_s
            self._notes.write("start", at_s, self._number)
            self._open()
        self._now_s = at_s
        self._listen(heard)
        if self._speaking is None:
            if self._wants_to_go():
                self._notes.write("gone", at_s, self._number)
                return None
            if (line := self._choose()) is not None:
                self._speak(line)
        return self._say()

    def _listen(self, heard: bytes) -> None:
        for said in self._told:
            self._notes.write("told", self._now_s, self._number, phrase=said.phrase, text=said.text)
            self._turn.phrases.append(_Phrase(said, self._now_s))
        self._told.clear()
        for mark in self._marks.hear(self._now_s, heard):
            self._notes.write("on" if mark.on else "off", mark.at_s, self._number)
        if self._marks.on and not self._turn.phrases and not self._part.hints:
            self._turn.phrases.append(_Phrase(Said("", ""), self._now_s))
        if self._marks.on and self._turn.phrases and self._turn.phrases[-1].began_s is None:
            self._turn.phrases[-1].began_s = self._now_s

    # What he says next

    def _open(self) -> None:
        if self._queue and self._queue[0].kind is Kind.OPENING:
            self._speak(self._queue.pop(0))

    def _choose(self) -> Line | None:
        if not self._queue:
            if not self._part.again:
                return None
            self._queue = [line for line in self._part.lines if line.kind is not Kind.OPENING]
        phrase = self._turn.phrases[-1] if self._turn.phrases else None
        if phrase is None or phrase.began_s is None:
            return None
        if self._queue[0].kind in (Kind.BARGE_IN, Kind.MURMUR):
            return self._speak_into(phrase)
        return self._queue.pop(0) if self._finished() else None

    def _speak_into(self, phrase: _Phrase) -> Line | None:
        """In the middle of a long phrase; a short one is answered with the next answer, so that the talk goes on."""
        assert phrase.began_s is not None  # noqa: S101 - the caller has seen it
        if phrase.expected_s >= LONG_S:
            if self._marks.on and self._now_s - phrase.began_s >= self._turn.into_s:
                return self._queue.pop(0)
            if not self._finished():
                return None
        elif not self._finished():
            return None
        place = next((n for n, line in enumerate(self._queue) if line.kind is Kind.ANSWER), None)
        return None if place is None else self._queue.pop(place)

    def _finished(self) -> bool:
        """The robot has said its phrase, and he has thought about it."""
        began = [phrase for phrase in self._turn.phrases if phrase.began_s is not None]
        waits = [phrase for phrase in self._turn.phrases if phrase.began_s is None]
        if self._marks.on or (waits and self._now_s - waits[-1].told_s < PAUSE_INSIDE_S):
            return False
        first_s = began[0].began_s or 0.0
        whole = self._marks.last_s - first_s >= sum(phrase.expected_s for phrase in began)
        quiet_s = self._now_s - self._marks.last_s
        return quiet_s >= (self._turn.thinks_s if whole else self._turn.bears_s)

    def _wants_to_go(self) -> bool:
        if self._now_s - self._spoke_s > GIVES_UP_S:
            return True
        if self._queue or self._part.again:
            return False
        heard = self._turn.phrases and self._turn.phrases[-1].began_s
        if heard and self._now_s - heard >= HEARS_OUT_S:
            return True
        return self._now_s - self._spoke_s >= LAST_ANSWER_S

    # Saying it

    def _speak(self, line: Line) -> None:
        self._speaking = _Speaking(line, self._pcm(line.file))

    def _say(self) -> bytes:
        one = self._speaking
        if one is None:
            return SILENCE
        frame = one.pcm[one.at : one.at + FRAME_BYTES]
        first, last = one.line.first_ms * BYTES_PER_MS, one.line.last_ms * BYTES_PER_MS
        if one.at <= first < one.at + FRAME_BYTES:
            one.began_s = self._now_s + (first - one.at) / BYTES_PER_MS / 1000
        one.at += FRAME_BYTES
        if not one.noted and one.at >= min(last, len(one.pcm)):
            one.noted = True
            ended_s = self._now_s + FRAME_S - (one.at - last) / BYTES_PER_MS / 1000
            self._note(one, ended_s)
        if one.at >= len(one.pcm):
            self._speaking = None
        return frame.ljust(FRAME_BYTES, b"\0")

    def _note(self, one: _Speaking, ended_s: float) -> None:
        """Its last sound is out; a file's silence after that is still to come."""
        began_s = round(one.began_s, 4)
        self._spoke_s = ended_s
        self._notes.write(
            "said",
            ended_s,
            self._number,
            **{"id": one.line.id, "kind": one.line.kind.value, "from": began_s, "to": round(ended_s, 4)},
        )
        if one.line.kind is Kind.MURMUR:  # he hears the phrase out
            self._turn.murmured = True
            return
        under_way = [phrase for phrase in self._turn.phrases if self._still_to_hear(phrase, one)]
        self._turn = self._next_turn()
        self._turn.phrases += under_way

    def _still_to_hear(self, phrase: _Phrase, one: _Speaking) -> bool:
        """Not begun yet, or begun while he spoke and not broken off."""
        return phrase.began_s is None or (self._marks.on and phrase.began_s > one.began_s)

    def _next_turn(self) -> _Turn:
        return _Turn(self._random.uniform(*THINKS_S), self._random.uniform(*SPEAKS_INTO_S))


class Nobody:
    """Who has no part in the measurement."""

    @property
    def ringing(self) -> Ringing:
        return Ringing(PickUp.UNKNOWN_NUMBER)

    def tick(self, at_s: float, heard: bytes) -> bytes | None:  # noqa: ARG002
        return None

    def told(self, said: Said) -> None:
        """He hears nothing."""


class MeasuringDirectory:
    """`telephony.simulated.subscriber.Directory` over a plan: who says what, and where it is noted."""

    def __init__(self, parts: Mapping[str, Part], notes: Notes) -> None:
        self._parts = parts
        self._notes = notes

    def subscriber(self, number: str) -> Subscriber:
        part = self._parts.get(number)
        return Nobody() if part is None else MeasuringClient(number, part, self._notes, _pcm)


def measuring_directory(_seed: int, plan: Path) -> Directory:
    """From a JSON file: `notes`, and the `calls` by number. Raises OSError, ValueError, KeyError for no such plan."""
    fields = json.loads(plan.read_text(encoding="utf-8"))
    parts = {number: Part.read(part) for number, part in fields["calls"].items()}
    return MeasuringDirectory(parts, Notes(Path(fields["notes"])))


@lru_cache(maxsize=4096)
def _pcm(file: str) -> bytes:
    samples, _rate = soundfile.read(file, dtype="int16")
    return bytes(samples.astype("<i2").tobytes())
