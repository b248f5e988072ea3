"""Where a dialog is: frozen, and the same after a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from scripts_dialog.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Context:
    """What a call begins with.

    variables: nested or dotted, e.g. {"lead": {"name": "Иван"}, "company.name": "Ромашка"}; spoken as plain text.
    now: aware, in the client's zone (a ZoneInfo keeps daylight saving right).
    seed: chooses the variants of phrases; the same seed says the same words.
    """

    now: datetime
    variables: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.now.tzinfo is None or self.now.utcoffset() is None:
            raise ValueError("Context.now must be aware: give it the client's time zone")


@dataclass(frozen=True, slots=True)
class Ended:
    outcome: Outcome
    reason: str = ""
    callback_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All a dialog remembers. `phrase` is where the talk is, `memory` what that phrase keeps for itself, `awaiting`
    what was asked of the caller and not answered yet ("slots", "booking", "transfer")."""

    script: str
    version: str
    now: datetime
    zone: str = ""
    seed: int = 0
    phrase: str = ""
    memory: Mapping[str, Any] = field(default_factory=dict)
    awaiting: str = ""
    visits: Mapping[str, int] = field(default_factory=dict)
    raised: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    aside: str = ""
    """The objection answered last; its own answers count until the talk moves on."""
    last_said: str = ""
    silences: int = 0
    misses: int = 0
    heard: int = 0
    events: int = 0
    cut: float = 1.0
    """Share of the last phrase that the client let the robot say."""
    slots_held: bool = False
    reached: Outcome | None = None
    ended: Ended | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        data: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> State:
        """Raises pydantic.ValidationError when `data` is no state. `now` comes back in its named zone."""
        state = _adapter().validate_python(data)
        return replace(state, now=state.now.astimezone(ZoneInfo(state.zone))) if state.zone else state


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[State]:
    return TypeAdapter(State)
