"""The plan calculator on the wire. Money is in the currency of whoever asks, whole units; shares are 0 to 1."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from robot.analytics.plan import Code, Note

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class PlanQuery(BaseModel):
    """month: 2026-12, the campaign's present one without. channels: lines of all nodes, this node's without. answered,
    booked: shares to try out in place of the campaign's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revenue: float
    average_deal: float
    meetings_per_deal: float
    month: Month | None = None
    show_up: float | None = None
    won: float | None = None
    channels: int | None = Field(default=None, ge=0, le=100_000)
    answered: float | None = None
    booked: float | None = None


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class EstimateOut(_Out):
    """95 times of 100 the true figure lies between low and high. measured: counted in this campaign's own calls."""

    value: float
    low: float
    high: float
    measured: bool


class CountSpanOut(_Out):
    """high: null where nobody can tell."""

    value: int
    low: int
    high: int | None


class MeansOut(_Out):
    need: int
    have: int


class ObstacleOut(_Out):
    """day: when it runs out."""

    code: Code
    need: int
    have: int
    short: int
    day: date | None
    message: str
    remedy: str


class NoteOut(_Out):
    code: Note
    message: str


class CourseDayOut(_Out):
    """Sums since the month's beginning: as booked, as the plan has them, and at an even pace."""

    date: date
    booked: int | None
    to_come: int | None
    even: int


class RatesOut(_Out):
    answered: EstimateOut
    booked: EstimateOut
    seconds_per_dial: float
    dials_per_lead: float


class PlanOut(_Out):
    """meetings_a_day is what the day's quota would be; settable: it can be made that now; quota, hard: the day's as
    they are. reachable: of meetings_left, with the lines, leads and managers' time there are. slots: free ones of
    managers, null where the campaign books none. list_ends: null where the list lasts longer than a year."""

    campaign: str
    title: str
    month: str
    today: date
    deals: int
    deals_left: int
    meetings_left: int
    meetings_reachable: int
    working_days: int
    working_days_left: int
    meetings_a_day: int
    settable: bool
    quota: int | None
    hard: bool
    calls_a_day: CountSpanOut
    line_minutes_a_day: int
    leads_a_day: int
    lines: MeansOut
    leads: int
    slots: int | None
    list_ends: date | None
    rates: RatesOut
    course: list[CourseDayOut]
    obstacles: list[ObstacleOut]
    notes: list[NoteOut]


PLAN_EXAMPLE = {
    "campaign": "cold", "title": "Холодный звонок", "month": "2026-11", "today": "2026-11-23", "deals": 20,
    "deals_left": 20, "meetings_left": 54, "meetings_reachable": 43, "working_days": 20, "working_days_left": 6,
    "meetings_a_day": 9, "settable": True, "quota": 6, "hard": False,
    "calls_a_day": {"value": 236, "low": 180, "high": 310},
    "line_minutes_a_day": 197, "leads_a_day": 101, "lines": {"need": 1, "have": 4}, "leads": 495, "slots": 70,
    "list_ends": "2026-11-27",
    "rates": {"answered": {"value": 0.39, "low": 0.36, "high": 0.42, "measured": True},
              "booked": {"value": 0.098, "low": 0.075, "high": 0.128, "measured": True},
              "seconds_per_dial": 50.0, "dials_per_lead": 2.3},
    "course": [{"date": "2026-11-23", "booked": 26, "to_come": 35, "even": 60}],
    "obstacles": [{"code": "list", "need": 618, "have": 495, "short": 123, "day": "2026-11-27",
                   "message": "список кончится 27 ноября: нужно лидов 618, есть 495, не хватает 123",
                   "remedy": "загрузите ещё лидов: zvonar leads import"}],
    "notes": [],
}  # fmt: skip
