"""What a call needs of the world beside its line and its speech: a log of turns, and the managers' calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from robot.domain.calls import Turn
from robot.domain.campaigns import Campaign
from robot.domain.meetings import Slot
from scripts_dialog.actions import Action
from scripts_dialog.completeness import Completeness
from scripts_dialog.events import Event


class CallLog(Protocol):
    async def answered(self, attempt_id: UUID, *, at: datetime) -> None: ...

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        """Store a turn as it stands; called again with the same number when it goes on or ends."""
        ...

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        """The client demands never to be called again: from now on nobody calls his number, in any campaign, whatever
        this attempt comes to. May be called twice."""
        ...


class Calendar(Protocol):
    async def free_slots(
        self,
        campaign: Campaign,
        *,
        after: datetime,
        before: datetime,
        duration: timedelta,
        now: datetime,
        attempt_id: UUID | None = None,
    ) -> Sequence[Slot]:
        """Slots of the campaign's managers that nobody is offered or holds, earliest first, one per start; none when a
        hard quota is met. attempt_id: for whom: what he is offered himself is free to him, and of the managers those
        come first that his card asks for."""
        ...

    async def offer(self, attempt_id: UUID, slots: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:
        """Keep these for the client to choose from, best first, instead of what he was offered before; nobody else is
        offered them or can hold them. Those that were kept: somebody may have been faster, and of the last slots
        everyone in a call is left one. What is held stays held."""
        ...

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        """Keep the slot for this attempt; what it held or was offered before is let go in the same transaction. False
        when somebody else has it, or when a hard quota is met."""
        ...

    async def release(self, attempt_id: UUID) -> None:
        """Let go of what this attempt holds and is offered."""
        ...


class PhraseSource(Protocol):
    def get(self, text: str) -> bytes | None:
        """Speech for a text that is in memory, at once; else None."""
        ...

    async def speech(self, text: str) -> bytes:
        """Speech for a text, 8 kHz PCM; at once when it was prepared. Raises SynthesisFailed."""
        ...


class PhraseStore(PhraseSource, Protocol):
    async def prepare(self, texts: Sequence[str]) -> object:
        """Render what is not rendered yet. A text that cannot be spoken is left for `speech` to raise."""
        ...


class Dialog(Protocol):
    """The engine with its state for one call."""

    def start(self, now: datetime) -> list[Action]: ...

    def step(self, event: Event, now: datetime) -> list[Action]: ...

    def take_back(self) -> None:
        """Go back to where the dialog was before it was told the client's last words: he had not finished."""
        ...

    def forbids(self, text: str) -> bool:
        """Whether these words surely demand never to be called again, whenever they are said. Changes nothing."""
        ...

    def completeness(self, text: str) -> Completeness:
        """Whether the client, who has paused after these words, has finished his answer. A few milliseconds at most;
        changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A dialog ready to start, the texts it may say that are known before the dial, the version of its script, and its
    studio recordings (8 kHz PCM by name)."""

    dialog: Dialog
    texts: Sequence[str]
    version: str
    recordings: Mapping[str, bytes]
