"""What the measuring clients noted, call by call. Pure but for reading the file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from telephony.simulated.measuring_part import Kind

TOLD_EARLY_S = 0.1
"""A client is told of a phrase within so much of its sound."""


@dataclass(frozen=True, slots=True)
class SaidByClient:
    """First and last sound of an utterance, seconds of the monotonic clock."""

    id: str
    kind: Kind
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Told:
    """phrase: "" of words that only cover a wait."""

    at_s: float
    phrase: str
    text: str


@dataclass(slots=True)
class Heard:
    """One call at the client's ear. sounds: from, to of the robot's sound, the last one perhaps without an end; voice:
    of a simulated person's own."""

    number: str
    started_s: float = 0.0
    said: list[SaidByClient] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    sounds: list[tuple[float, float]] = field(default_factory=list)
    voice: list[tuple[float, float]] = field(default_factory=list)

    def sounding_at(self, at_s: float) -> bool:
        return any(start <= at_s < end for start, end in self.sounds)

    def next_sound(self, after_s: float, before_s: float = inf) -> float | None:
        """The first beginning of sound in that time."""
        return next((start for start, _ in self.sounds if after_s <= start < before_s), None)

    def answered(self, after_s: float, before_s: float = inf) -> float | None:
        """The first beginning of the robot's next phrase in that time; words that only cover a wait are none."""
        first_s = self.next_sound(after_s, before_s)
        told = [one for one in self.told if after_s <= one.at_s < before_s]
        if first_s is None or not told or told[0].phrase:
            return first_s
        phrase = next((one for one in told if one.phrase), None)
        if phrase is None:
            return None
        # Told when it begins, and heard a moment later; its sound may follow the other's without a pause.
        return self.next_sound(max(phrase.at_s - TOLD_EARLY_S, first_s + TOLD_EARLY_S), before_s) or phrase.at_s

    def quiet_after(self, at_s: float, for_s: float) -> float | None:
        """The end of the sound at `at_s` (or of the next one) that is followed by so long a quiet."""
        ends = [(end, following) for (_, end), following in self._followed() if end >= at_s]
        return next((end for end, following in ends if following - end >= for_s), None)

    def _followed(self) -> Iterable[tuple[tuple[float, float], float]]:
        starts = [start for start, _ in self.sounds[1:]] + [inf]
        return zip(self.sounds, starts, strict=True)


def read_notes(file: Path) -> dict[str, Heard]:
    """By number. A line that is being written is left out; no file, no calls."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    calls: dict[str, Heard] = {}
    for line in lines:
        if line.endswith("\n"):
            note = json.loads(line)
            _add(calls.setdefault(note["call"], Heard(note["call"])), note)
    return calls


def _add(heard: Heard, note: dict[str, Any]) -> None:
    match note["event"]:
        case "start":
            heard.started_s = note["at"]
        case "told":
            heard.told.append(Told(note["at"], note["phrase"], note["text"]))
        case "on" | "speaks":
            _stretches(heard, note).append((note["at"], inf))
        case "off" | "silent" if stretches := _stretches(heard, note):
            stretches[-1] = (stretches[-1][0], note["at"])
        case "said":
            heard.said.append(SaidByClient(note["id"], Kind(note["kind"]), note["from"], note["to"]))


def _stretches(heard: Heard, note: dict[str, Any]) -> list[tuple[float, float]]:
    return heard.sounds if note["event"] in ("on", "off") else heard.voice
