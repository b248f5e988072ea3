"""What a measuring client has to say in a call, and what he notes. Notes are raw: one JSON object a line with `at`
(seconds of the machine's monotonic clock, the same in all of its processes), `call` (his number) and `event`:

    start                               he has taken the receiver
    told    phrase, text                what the robot is about to say
    on, off                             the robot's sound begins, has ended (`soundmarks`)
    said    id, kind, from, to          he has said an utterance: its first and its last sound
    speaks, silent                      a simulated person's sound begins, has ended (`measured_town`)
    gone                                he hangs up

Both directions of one tick lie in the same 20 ms, as in the recording of a client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    OPENING = "opening"
    """On taking the receiver, before anything is said to him."""
    ANSWER = "answer"
    BARGE_IN = "barge_in"
    """A real sentence in the middle of a long phrase."""
    MURMUR = "murmur"
    """A listener's sound in the middle of a long phrase, which is then answered as usual."""


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance of his: an 8 kHz file, and where the sound in it begins and ends."""

    id: str
    file: str
    kind: Kind
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """All of one call. again: he begins anew when all is said, and never hangs up. hints: he is told what each phrase
    means; whoever is not takes any sound for a phrase, of whatever length."""

    lines: Sequence[Line]
    again: bool = False
    hints: bool = True

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Part:
        lines = [
            Line(one["id"], one["file"], Kind(one["kind"]), one["first_ms"], one["last_ms"]) for one in fields["lines"]
        ]
        return cls(lines, bool(fields["again"]), bool(fields.get("hints", True)))


class Notes:
    """Writes events; a file that is not there yet is made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, event: str, at_s: float, call: str, **more: object) -> None:
        entry = {"event": event, "at": round(at_s, 4), "call": call, **more}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
