"""What changes, told to every page that is open: a hub with a bounded queue for each, that nobody waits for.

An event names what changed, and carries no more than is needed to know whom it concerns: the page asks the API again.
The one exception is what is said in a call under way, which nobody could ask for faster. Whoever was away tells the
last event he saw (Last-Event-ID) and gets what he missed; when that is not known any more, or he is too slow for his
queue, he is told to ask for everything again (RELOAD).
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from secrets import token_hex

from robot.domain.access import Principal, Right

KEPT = 500
"""Events that somebody who comes back may still be told."""
QUEUE = 200
"""Events that wait for one slow page."""


class Topic(StrEnum):
    CAMPAIGNS = "campaigns"
    """A quota, a state, or how the day goes."""
    LIVE = "live"
    """A call began, was answered, or ended."""
    SAID = "said"
    """Something was said in a call under way."""
    CALLS = "calls"
    """A call that is over: there is one more, or somebody corrected it."""
    DELIVERIES = "deliveries"
    SCRIPTS = "scripts"
    MEETINGS = "meetings"
    LEADS = "leads"
    SETTINGS = "settings"
    RELOAD = "reload"
    """What was told meanwhile is lost: ask for everything again."""


RIGHTS: Mapping[Topic, Right | None] = {
    Topic.CAMPAIGNS: Right.SEE_TODAY,
    Topic.LIVE: Right.SEE_CALLS,
    Topic.SAID: Right.SEE_CALLS,
    Topic.CALLS: Right.SEE_CALLS,
    Topic.DELIVERIES: Right.SEE_TODAY,
    Topic.SCRIPTS: Right.SEE_SCRIPTS,
    Topic.MEETINGS: Right.SEE_MEETINGS,
    Topic.LEADS: Right.SEE_LEADS,
    Topic.SETTINGS: Right.SEE_SETTINGS,
    Topic.RELOAD: None,
}
"""Who is told. What an event carries must be no secret for whoever has this right."""


@dataclass(frozen=True, slots=True)
class Event:
    """data: JSON; ids and codes, and for SAID the words."""

    topic: Topic
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its place in the order of this hub."""

    id: str
    event: Event

    def encoded(self) -> bytes:
        """As text/event-stream has it."""
        data = json.dumps(dict(self.event.data), ensure_ascii=False, separators=(",", ":"))
        return f"id: {self.id}\nevent: {self.event.topic}\ndata: {data}\n\n".encode()


class Listener:
    """One open page. `get` gives what comes, in order."""

    def __init__(self, principal: Principal, reload: Callable[[], Told]) -> None:
        self._principal = principal
        self._reload = reload
        self._waiting: deque[Told] = deque()
        self._there = asyncio.Event()
        self._closed = False

    def put(self, told: Told) -> None:
        """Never waits: whoever reads too slowly loses all that waits, and is told so."""
        right = RIGHTS[told.event.topic]
        if right is not None and not self._principal.may(right):
            return
        if len(self._waiting) >= QUEUE:
            self._waiting.clear()
            told = self._reload()
        self._waiting.append(told)
        self._there.set()

    async def get(self) -> Told | None:
        """None: the hub was closed."""
        while not self._waiting:
            if self._closed:
                return None
            self._there.clear()
            await self._there.wait()
        return self._waiting.popleft()

    def close(self) -> None:
        self._closed = True
        self._there.set()


class EventHub:
    """Of one process. Everything runs on the loop."""

    def __init__(self) -> None:
        self._name = token_hex(4)  # another life of the process counts anew
        self._numbers = count(1)
        self._last = 0
        self._kept: deque[tuple[int, Told]] = deque(maxlen=KEPT)
        self._listeners: set[Listener] = set()

    def publish(self, topic: Topic, **data: object) -> None:
        """Returns at once."""
        told = self._told(Event(topic, data))
        self._kept.append((self._last, told))
        for listener in tuple(self._listeners):
            listener.put(told)

    @contextmanager
    def listen(self, principal: Principal, last_seen: str = "") -> Iterator[Listener]:
        """last_seen: the id of the event he saw last, "" when he comes for the first time."""
        listener = Listener(principal, lambda: self._mark(Topic.RELOAD))
        for told in self._missed(last_seen):
            listener.put(told)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """The service ends: every page's stream does."""
        for listener in self._listeners:
            listener.close()

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def _told(self, event: Event) -> Told:
        self._last = next(self._numbers)
        return Told(f"{self._name}-{self._last}", event)

    def _mark(self, topic: Topic) -> Told:
        """An event for one listener alone: it stands where the last one stood."""
        return Told(f"{self._name}-{self._last}", Event(topic))

    def _missed(self, last_seen: str) -> list[Told]:
        if not last_seen:
            return []
        name, _, number = last_seen.partition("-")
        if name != self._name or not (number.isascii() and number.isdecimal()) or int(number) > self._last:
            return [self._mark(Topic.RELOAD)]
        seen, oldest = int(number), self._kept[0][0] if self._kept else 1
        if seen + 1 < oldest:
            return [self._mark(Topic.RELOAD)]
        return [told for at, told in self._kept if at > seen]
