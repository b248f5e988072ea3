"""Values that pass between the dialog and whoever carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Expects(StrEnum):
    """What kind of answer is waited for; the recognizer and the end-of-turn rules may use it."""

    YES_NO = "yes_no"
    OPEN = "open"
    CHOICE = "choice"
    DATETIME = "datetime"
    NUMBER = "number"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of a manager. `start` is aware; `id` is the caller's key, opaque here."""

    id: str
    start: datetime
    duration_min: int
    manager: str = ""

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.duration_min)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "start": self.start.isoformat(),
            "duration_min": self.duration_min,
            "manager": self.manager,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Slot:
        return cls(data["id"], datetime.fromisoformat(data["start"]), data["duration_min"], data.get("manager", ""))


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """Which free times are wanted: at most `count`, starting within [not_before, not_after), those nearest to `near`
    first (the earliest first when it is None). All times are aware and in the client's zone; `except_ids` were
    refused or taken already. spread: the best one, and others on other days where there are any. exact: `near` alone
    when it is free. What is found is offered to this client only, so no more is asked for than will be read out."""

    duration_min: int
    count: int
    not_before: datetime
    not_after: datetime | None = None
    near: datetime | None = None
    except_ids: tuple[str, ...] = ()
    spread: bool = False
    exact: bool = False
