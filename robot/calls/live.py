"""The talks of one node that are under way, for people who listen in, take over or hang up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol
from uuid import UUID

from robot.calls.monitor import Tap


class LiveCall(Protocol):
    """A talk between its answer and its end."""

    async def take_down(self) -> None:
        """A person hangs up. Returns when the client has been let go."""
        ...

    async def take_over(self, number: str) -> bool:
        """Ring him, a number or an extension, while the talk goes on; join him with the client when he has answered.
        True after the people have talked; False when he could not be had, or must not be rung: nothing has changed."""
        ...

    def listening(self) -> AbstractContextManager[Tap]:
        """What both sides say from now on."""
        ...


class LiveBoard:
    def __init__(self) -> None:
        self._calls: dict[UUID, LiveCall] = {}

    @contextmanager
    def entered(self, call_id: UUID, call: LiveCall) -> Iterator[None]:
        """For as long as the context lasts."""
        self._calls[call_id] = call
        try:
            yield
        finally:
            del self._calls[call_id]

    def get(self, call_id: UUID) -> LiveCall | None:
        """None for a call that is not under way, is ringing, or is another node's."""
        return self._calls.get(call_id)
