"""What the Settings page asks for: what is kept in the store, and what only this node knows (its line, its voices, the
CRMs it writes to)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.crm.base import Managers
from robot.crm.connector import Findings
from robot.domain.company import Trial, TrialEnd
from robot.domain.weekly import WeeklySchedule


class KeptSettings(Protocol):
    """What is set in the browser."""

    async def company(self) -> Mapping[str, str]:
        """By the script's variable (company.name, …)."""

    async def set_company(self, facts: Mapping[str, str], *, now: datetime) -> Mapping[str, str]:
        """In all campaigns that have nothing of their own to say; what it was before."""

    async def mapping(self, crm: str) -> Mapping[str, str] | None:
        """None: that of the settings' file holds. Names as in CrmMapping."""

    async def set_mapping(self, crm: str, values: Mapping[str, str], *, now: datetime) -> None: ...


class WeeklySettings(Protocol):
    """When the week's report is sent by itself, and to whom."""

    async def schedule(self) -> WeeklySchedule: ...

    async def set_schedule(self, schedule: WeeklySchedule, *, now: datetime) -> None:
        """Holds from the next time on: what was due before `now` is not sent after the fact."""


class TrialCalls(Protocol):
    """Test calls, by the rules of every call."""

    async def begin(self, call_id: UUID, phone: str, *, by: str, now: datetime) -> str:
        """Written before the phone rings, its price taken from the day's ceiling. Why it may not ring: a code of
        robot.domain.rules or of the toll guard; "" when it may."""

    async def end(self, call_id: UUID, end: TrialEnd, *, now: datetime) -> None: ...

    async def latest(self, *, now: datetime, limit: int) -> Sequence[Trial]:
        """The newest first."""


@dataclass(frozen=True, slots=True)
class SettingsPorts:
    kept: KeptSettings
    managers: Managers
    trials: TrialCalls
    weekly: WeeklySettings


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen. lack: why not now, "" when it can."""

    name: str
    title: str
    lack: str = ""


@dataclass(frozen=True, slots=True)
class LineState:
    """kind: asterisk, lab or simulated. detail: why not, when it is not ok. callers: our numbers that clients see."""

    ok: bool
    kind: str
    detail: str
    trunk: str
    channels: int
    callers: Sequence[str]


@dataclass(frozen=True, slots=True)
class CrmMapping:
    """Ours -> theirs. responsible: who gets what no manager in particular has."""

    stages: Mapping[str, str]
    managers: Mapping[str, str]
    responsible: str = ""


class Plant(Protocol):
    """This node: its line, its voices, its scripts, the CRMs it writes to."""

    async def scripts(self) -> Sequence[Choice]: ...

    async def voices(self) -> Sequence[Choice]: ...

    async def line(self) -> LineState: ...

    def call(self, call_id: UUID, phone: str) -> bool:
        """Begin a test call, which is written down with TrialCalls when it ends. False while another one lasts."""

    async def close(self) -> None:
        """A test call that is under way is ended."""

    @property
    def crms(self) -> Crms: ...


class Crms(Protocol):
    """The CRMs of the settings."""

    @property
    def names(self) -> Sequence[str]: ...

    async def mapping(self, crm: str) -> CrmMapping:
        """What holds now. Raises KeyError for a CRM that is not used."""

    async def set_mapping(self, crm: str, mapping: CrmMapping) -> None:
        """From the next delivery on. Raises Wrong for ids that the CRM cannot have, KeyError."""

    async def look(self, crm: str) -> Findings:
        """Asks the CRM. Raises DeliveryError, KeyError."""
