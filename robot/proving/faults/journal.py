"""The journal of a lab's subscribers, read as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from telephony.lab.journal import Entry, Event, entry_of


class Tail:
    """All entries up to the last `read`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.entries: list[Entry] = []

    def read(self) -> Sequence[Entry]:
        """The new ones."""
        if not self._path.exists():
            return ()
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        new = [entry_of(line) for line in whole.decode().splitlines()]
        self.entries += new
        return new

    def first_heard(self, since: datetime) -> datetime | None:
        """When somebody first heard the robot in a call that began since then."""
        rung: set[str] = set()
        for entry in self.entries[self._from(since) :]:
            if entry.event is Event.RING:
                rung.add(entry.call)
            elif entry.event is Event.HEARD and entry.call in rung:
                return entry.at
        return None

    def _from(self, since: datetime) -> int:
        place = len(self.entries)
        while place and self.entries[place - 1].at >= since:
            place -= 1
        return place
