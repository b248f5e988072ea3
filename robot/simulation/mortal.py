"""A store as one node sees it: counted, timed, and gone when the node dies."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from robot.simulation.clock import VirtualLoop
from robot.storage.store import Storage


@dataclass(slots=True)
class Load:
    """Of all nodes together. took_s: of the machine's time, by what was asked. statements, transactions: of the
    database, told by its driver."""

    took_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statements: int = 0
    transactions: int = 0


class Life:
    """Of a node. `finishing`: attempts whose end is being written at this moment."""

    def __init__(self) -> None:
        self.dead = False
        self.finishing: set[UUID] = set()
        self.finished: set[UUID] = set()


class _Part:
    """One store: every method of it waits outside of the virtual clock, and for ever once the node is dead."""

    def __init__(self, part: object, name: str, life: Life, load: Load) -> None:
        self._part = part
        self._name = name
        self._life = life
        self._load = load

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        use: Callable[..., Awaitable[Any]] = getattr(self._part, method)
        label = f"{self._name}.{method}"

        async def used(*arguments: Any, **more: Any) -> Any:
            if self._life.dead:
                await asyncio.Event().wait()
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualLoop)  # noqa: S101 - a simulation has no other
            began_s = time.perf_counter()
            ends = arguments[0] if label == "attempts.finish" else None
            if ends is not None:
                self._life.finishing.add(ends)
            with loop.outside():
                done = await use(*arguments, **more)
            self._load.took_s[label].append(time.perf_counter() - began_s)
            if ends is not None:
                self._life.finishing.discard(ends)
                self._life.finished.add(ends)
            if self._life.dead:
                await asyncio.Event().wait()
            return done

        return used


class MortalStore:
    """The parts of a store that a dialer and its callers use."""

    def __init__(self, store: Storage, life: Life, load: Load) -> None:
        self.queue: Any = _Part(store.queue, "queue", life, load)
        self.progress: Any = _Part(store.progress, "progress", life, load)
        self.attempts: Any = _Part(store.attempts, "attempts", life, load)
        self.calls: Any = _Part(store.calls, "calls", life, load)
        self.calendar: Any = _Part(store.calendar, "calendar", life, load)
