"""The port of Asterisk's manager interface (AMI). Nothing here shows which library speaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

CONNECTED = "-connected"
DISCONNECTED = "-disconnected"


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """One event. Besides Asterisk's own names there are CONNECTED and DISCONNECTED (no Asterisk event begins with a
    dash): events may have been missed between the two."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """A field, or "" when the event has none of this name."""
        return self.fields.get(key, "")


@dataclass(frozen=True, slots=True)
class AmiReply:
    """The answer to one action. items: the list events of an action that answers with a list."""

    ok: bool
    fields: Mapping[str, str]
    items: tuple[AmiEvent, ...] = ()

    @property
    def message(self) -> str:
        return self.fields.get("Message", "")


@dataclass(frozen=True, slots=True)
class AmiState:
    """For health and metrics. connects: successful logins so far; the first is not a reconnect. malformed: packets
    from there that Asterisk does not write so."""

    connected: bool = False
    connects: int = 0
    malformed: int = 0
    last_error: str = ""

    @property
    def reconnects(self) -> int:
        return max(0, self.connects - 1)


class Ami(Protocol):
    @property
    def state(self) -> AmiState: ...

    async def run(self) -> None:
        """Stay connected until cancelled. Raises AmiRefused when the login is refused."""
        ...

    async def connected(self, within_s: float) -> None:
        """Wait until logged in. Raises LineDown."""
        ...

    async def action(self, name: str, /, **fields: str) -> AmiReply:
        """Do one action. What Asterisk could not do is a reply that is not `ok`, never an exception.

        Raises AmiRefused when our user lacks the right to it, UnsafeValue before anything is sent, LineDown when there
        is no connection or it drops before the answer, AmiTimeout when the answer does not come. After the last two
        the action may or may not have been done.
        """
        ...

    def subscribe(self, on_event: Callable[[AmiEvent], None]) -> Callable[[], None]:
        """Have every event handed over on the loop, in order. Returns how to stop that."""
        ...
