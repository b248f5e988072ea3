"""Which happening starts which call, and when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from robot.crm.connector import Change
from robot.domain.hours import CallingWindow


class On(StrEnum):
    """STAGE, CREATED, TASK and ROBOT (a CRM's own automation asks for a call) are kinds of a CRM's changes; MEETING is
    the time before a meeting in our calendar, SENT that after a document was sent, ENDS that before a day on the lead's
    card in the CRM."""

    STAGE = "stage"
    CREATED = "created"
    TASK = "task"
    ROBOT = "robot"
    MEETING = "meeting"
    SENT = "sent"
    ENDS = "ends"


OURS = frozenset({On.MEETING, On.SENT})
"""Known without any CRM."""

ANSWERED = "answered"
"""Kind of a change: a person of the company talked to the client, or wrote to him."""
DELETED = "deleted"
SETTLES = frozenset({"stage", DELETED, ANSWERED})
"""Kinds of changes after which calls that were to be made for something earlier may have no point."""

MOST_BEFORE = timedelta(days=14)
NIGHTS = timedelta(days=4)
"""So far ahead of its hour a reminder may move, to a time at which the client may be called."""
STEP = timedelta(minutes=15)
LAST_MINUTES = timedelta(minutes=5)
"""Nobody is reminded of a meeting that begins within this."""
MOST_AHEAD = timedelta(days=366)
"""Of an end."""
CATCH_UP = timedelta(days=4)
"""What fell due before that, while no node worked or there was no rule, is left."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """campaign: its slug. crm: the connector's name, "" any. stage: ours or the CRM's id, "" any. before: a meeting, or
    an end. delay: after the happening. within: of becoming due, else the call has no point any more. priority: None is
    the campaign's. script: spoken instead of the campaign's, "" is that one. document: the script's word for what was
    sent, "" any. field: of the lead, by our name, that tells the end."""

    name: str
    on: On
    campaign: str
    crm: str = ""
    stage: str = ""
    before: timedelta = timedelta(0)
    delay: timedelta = timedelta(0)
    within: timedelta | None = None
    priority: int | None = None
    script: str = ""
    document: str = ""
    field: str = ""

    def fits(self, crm: str, change: Change) -> bool:
        named = change.rule in ("", self.name)
        return named and change.kind == self.on and self.crm in ("", crm) and self.stage in ("", change.stage)

    def due(self, change: Change) -> datetime:
        """When the client is to be called; maybe long ago. A task of the CRM's says so itself."""
        return (change.due_at or change.at) + self.delay

    def until(self, due_at: datetime, window: CallingWindow, zones: Sequence[str]) -> datetime | None:
        """From when on the call has no point: counted from when the client may be called."""
        return None if self.within is None else (window.opening(due_at, *zones) or due_at) + self.within


def first_fitting(triggers: Sequence[Trigger], crm: str, change: Change) -> Trigger | None:
    """One happening starts one call: the rule that stands first in the file wins."""
    return next((one for one in triggers if one.fits(crm, change)), None)


def reminder_at(trigger: Trigger, starts_at: datetime, window: CallingWindow, zones: Sequence[str]) -> datetime | None:
    """When to remind of a meeting: so long before it, or the last quarter of an hour before that at which the client
    may be called (of a meeting at nine: in the evening). None where there is no such time."""
    wanted = starts_at - trigger.before
    moment = wanted
    while moment > wanted - NIGHTS:
        if window.allows(moment, *zones):
            return moment
        moment -= STEP
    return None
