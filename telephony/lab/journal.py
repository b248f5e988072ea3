"""What the lab's subscribers live through, written as it happens: what a robot that was killed cannot tell any more.

One JSON object a line: `at` (UTC), `event`, `call` (the channel of the telephone company's Asterisk), `number`; with
`heard` also the `phrase` whose sound reached the subscriber.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path


class Event(StrEnum):
    RING = "ring"
    """The telephone company was asked for the number: it rings, or is busy, …"""
    ANSWER = "answer"
    HEARD = "heard"
    """A phrase of the robot began to sound."""
    GONE = "gone"
    """The telephone company has ended the call, whoever hung up."""


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    event: Event
    call: str
    number: str = ""
    phrase: str = ""


class Journal:
    """Writes entries; a file that is not there yet is made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, event: Event, call: str, number: str = "", phrase: str = "") -> None:
        entry = {"at": datetime.now(UTC).isoformat(), "event": event.value, "call": call, "number": number}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry | ({"phrase": phrase} if phrase else {})) + "\n")


def read_journal(path: Path) -> Sequence[Entry]:
    """All entries so far, in order; none where there is no file. A line that is being written is left out."""
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [entry_of(line) for line in lines if line.endswith("\n")]


def entry_of(line: str) -> Entry:
    """One that `Journal` wrote."""
    entry = json.loads(line)
    at, event = datetime.fromisoformat(entry["at"]), Event(entry["event"])
    return Entry(at, event, entry["call"], entry["number"], entry.get("phrase", ""))
