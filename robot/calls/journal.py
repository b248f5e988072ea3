"""What is said in a call stands on the node's own disk until the store has it: nothing is lost with a process that is
killed while the store is slow or away, least of all a demand never to be called again.

One file for each call, a line for each change, in order; removed when all of it is stored. A process that begins reads
what the last one left, before it closes its calls. Written at once and not synced: it outlives the process, not a loss
of power.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from robot.calls.ports import CallLog
from robot.domain.calls import Turn
from robot.patience import Patience, retryable

log = structlog.get_logger(__name__)

SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them is set."""

    answered: datetime | None = None
    stop_calling: datetime | None = None
    turn: Turn | None = None


_ENTRY = TypeAdapter(Entry)


class Journal(Protocol):
    """Of one call. All return at once and raise nothing."""

    def note(self, entry: Entry) -> None: ...

    def forget(self) -> None:
        """The store has it all, or will never take it."""
        ...


class NoJournal:
    """For talks that nobody keeps."""

    def note(self, entry: Entry) -> None:
        """Kept nowhere."""

    def forget(self) -> None:
        """There is nothing."""


class FileJournal:
    """folder: of one node's process; made with the first entry."""

    def __init__(self, folder: Path, attempt_id: UUID) -> None:
        self._path = folder / f"{attempt_id}{SUFFIX}"
        self._over = False
        self._told = False

    def note(self, entry: Entry) -> None:
        if self._over:
            return
        # A line that a full disk cut off ends where the next one begins.
        line = b"\n" + _ENTRY.dump_json(entry, exclude_defaults=True)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line)
        except OSError as error:  # ends no talk: the store most likely is there
            self._tell(error)

    def forget(self) -> None:
        self._over = True
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._tell(error)

    def _tell(self, error: OSError) -> None:
        """Once for each call."""
        if not self._told:
            log.warning("journal_failed", error=error.strerror)
        self._told = True


async def store_left(folder: Path, calls: CallLog, patience: Patience) -> None:
    """What the last process of this node noted and did not store. Waits for a store that is away. What it refuses for
    good (the call was erased meanwhile) is dropped, and told."""
    for attempt_id, path in await asyncio.to_thread(_left_in, folder):
        entries, stored = await asyncio.to_thread(_read, path), 0
        for entry in entries:
            try:
                await patience(partial(_store, calls, attempt_id, entry), doing="write what was said before")
            except Exception as error:
                if retryable(error):
                    raise
                log.warning("journal_refused", attempt=str(attempt_id), error=type(error).__name__)
            else:
                stored += 1
        log.info("journal_stored", attempt=str(attempt_id), entries=len(entries), stored=stored)
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _left_in(folder: Path) -> Sequence[tuple[UUID, Path]]:
    found: list[tuple[UUID, Path]] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with contextlib.suppress(ValueError):  # somebody else's file
            found.append((UUID(path.stem), path))
    return found


def _read(path: Path) -> Sequence[Entry]:
    """Of each turn, how it stood last. Without what was cut off in the middle of a line."""
    others: list[Entry] = []
    turns: dict[int, Entry] = {}
    for line in path.read_bytes().splitlines():
        try:
            entry = _ENTRY.validate_json(line)
        except ValidationError:
            continue
        if entry.turn is None:
            others.append(entry)
        else:
            turns[entry.turn.number] = entry
    return [*others, *(turns[number] for number in sorted(turns))]


async def _store(calls: CallLog, attempt_id: UUID, entry: Entry) -> None:
    if entry.answered is not None:
        await calls.answered(attempt_id, at=entry.answered)
    if entry.stop_calling is not None:
        await calls.stop_calling(attempt_id, at=entry.stop_calling)
    if entry.turn is not None:
        await calls.turn(attempt_id, entry.turn)
