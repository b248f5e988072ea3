"""What the desk asks of storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from robot.domain.scripts import KeptRecording, Pin, Revision, StoredScript, Version, VersionMark


class Scripts(Protocol):
    """Scripts by name, those that ship only once they were edited."""

    async def all(self) -> Sequence[StoredScript]:
        """By name; put away ones are left out."""
        ...

    async def add(self, name: str, *, by: str, now: datetime) -> bool:
        """False when the name is taken, also by one that was put away: then that one is left as it is."""
        ...

    async def get(self, name: str) -> StoredScript | None: ...

    async def put_away(self, name: str, *, now: datetime | None) -> None:
        """None brings it back."""
        ...

    async def place(self, name: str, positions: Mapping[str, tuple[float, float] | None]) -> None:
        """Where cards stand; None forgets it. What is not named stays. Nothing for a script that is not kept."""
        ...


class Drafts(Protocol):
    async def current(self, script: str) -> Revision | None:
        """None before the first edit."""
        ...

    async def get(self, script: str, number: int) -> Revision | None: ...

    async def save(self, revision: Revision) -> bool:
        """Keep the next state. False when its number is not the one after the current: somebody was faster. The
        oldest are let go when there are more than MOST_REVISIONS."""
        ...

    async def rebase(self, script: str, version: int, *, since: int) -> None:
        """The draft now grows from this version: revisions from number `since` on."""
        ...

    async def history(self, script: str, *, before: int | None, limit: int) -> Sequence[Revision]:
        """The newest first, only those below `before`."""
        ...


class Versions(Protocol):
    async def live(self) -> Mapping[str, VersionMark]:
        """The newest version of every script that has any."""
        ...

    async def get(self, script: str, version: int) -> Version | None: ...

    async def of(self, script: str, *, before: int | None, limit: int) -> Sequence[VersionMark]:
        """The newest first, only those below `before`."""
        ...

    async def publish(self, version: Version, *, shipped: Version | None = None) -> bool:
        """Keep it for ever; the calls that begin from now on speak it. shipped: the version 1 that came with the
        product, kept with it when it is not yet. All or nothing; False when there is a version of this number."""
        ...


class Pins(Protocol):
    async def all(self) -> Sequence[Pin]: ...

    async def set(self, campaign_id: int, script: str, version: int | None) -> None:
        """None: the campaign follows the newest."""
        ...


class Sounds(Protocol):
    """Studio recordings."""

    async def keep(self, script: str, file: str, content: bytes, *, seconds: float, now: datetime) -> KeptRecording:
        """What the draft means by this file from now on; versions keep what they meant."""
        ...

    async def of(self, script: str) -> Sequence[KeptRecording]:
        """By file."""
        ...

    async def content(self, digest: str) -> bytes | None: ...

    async def remove(self, script: str, file: str) -> bool:
        """From the draft; versions keep it. False when there was none."""
        ...


MOST_REVISIONS = 300
