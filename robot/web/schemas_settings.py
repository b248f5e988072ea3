"""What the Settings page sends and is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from robot.domain.campaigns import CampaignState
from robot.domain.choosing import ManagerBy
from robot.domain.goals import Goal
from robot.web.schemas import In, Needed, Out, Short

Fact = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=100)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Priority = Literal["cold", "revival", "follow_up", "reminder"]
MOST_FACTS = 100


class CompanyIn(In):
    """What every script says of the company; what is empty is left to the script. introduction: said first, by law
    or habit. meeting_with, meeting_format: with whom the meeting is and how, as in «встреча с …»."""

    company_name: Fact = ""
    company_does: Fact = ""
    robot_name: Fact = ""
    introduction: Fact = ""
    number_source: Fact = ""
    meeting_with: Fact = ""
    meeting_format: Fact = ""


class WeeklyIn(In):
    """The report of the week that is over. weekday: 0 is Monday; hour: of the company's clock; to: nobody switches it
    off."""

    weekday: Annotated[int, Field(ge=0, le=6)] = 0
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    to: Annotated[list[Annotated[str, StringConstraints(max_length=254, strip_whitespace=True)]], Field(max_length=20)]


class WeeklyOut(Out):
    """letters: there is a mail server to send it by."""

    weekday: int
    hour: int
    to: list[str]
    letters: bool


class CompanyOut(Out):
    company_name: str
    company_does: str
    robot_name: str
    introduction: str
    number_source: str
    meeting_with: str
    meeting_format: str


class ChoiceOut(Out):
    """lack: why it cannot be had now, "" when it can."""

    name: str
    title: str
    lack: str


class ChoicesOut(Out):
    scripts: list[ChoiceOut]
    voices: list[ChoiceOut]
    goals: list[Goal]
    priorities: list[Priority]
    managers_by: list[ManagerBy]


class CampaignChange(In):
    """What is absent stays. hours: by the client's clock, as in «пн-пт 09:00-20:00; сб 10:00-16:00». voice: "" that of
    the robot's settings. facts: variables of the script; replaces all of the campaign's own."""

    title: Needed | None = None
    script: Needed | None = None
    inbound_script: Needed | None = None
    hours: Needed | None = None
    timezone: Needed | None = None
    goal: Goal | None = None
    advertising: bool | None = None
    priority: Priority | None = None
    max_attempts: int | None = Field(default=None, ge=1, le=100)
    meeting_minutes: int | None = Field(default=None, ge=5, le=480)
    managers_by: list[ManagerBy] | None = Field(default=None, max_length=len(ManagerBy))
    voice: Short | None = None
    facts: Annotated[Mapping[FactName, Fact], Field(max_length=MOST_FACTS)] | None = None


class CampaignNew(CampaignChange):
    slug: Slug
    title: Needed
    script: Needed


class CampaignSettingsOut(Out):
    """facts: all that its script is told, the company's too. managers: ids of those who meet its clients."""

    slug: str
    title: str
    script: str
    inbound_script: str
    hours: str
    timezone: str
    goal: Goal
    advertising: bool
    priority: str
    max_attempts: int
    meeting_minutes: int
    managers_by: list[ManagerBy]
    voice: str
    facts: Mapping[str, str]
    state: CampaignState
    quota: int | None
    hard: bool
    managers: list[int]


class CampaignsSettingsOut(Out):
    items: list[CampaignSettingsOut]
    next: str = ""


class ManagerIn(In):
    """opens, closes: of his own clock. weekdays: Monday is 0. country: whose holidays he keeps, "" none's. days_off: as
    in 2026-12-28..2027-01-11, 2027-02-24. campaigns: short names of those whose clients he meets."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    timezone: Needed = "Europe/Moscow"
    opens: time = time(10, 0)
    closes: time = time(18, 0)
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = Field(
        default_factory=lambda: [0, 1, 2, 3, 4]
    )
    buffer_minutes: int = Field(default=0, ge=0, le=240)
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = "RU"
    days_off: Annotated[str, StringConstraints(max_length=2000)] = ""
    email: Annotated[
        str, StringConstraints(max_length=200, pattern=r'^([^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+)?$')
    ] = ""
    place: Short = ""
    regions: Annotated[list[Needed], Field(max_length=100)] = Field(default_factory=list)
    skills: Annotated[list[Needed], Field(max_length=100)] = Field(default_factory=list)
    calendar: Short = ""
    campaigns: Annotated[list[Slug], Field(max_length=200)] = Field(default_factory=list)


class ManagerOut(Out):
    id: int
    name: str
    timezone: str
    opens: str
    closes: str
    weekdays: list[int]
    buffer_minutes: int
    country: str
    days_off: str
    email: str
    place: str
    regions: list[str]
    skills: list[str]
    calendar: str
    campaigns: list[str]


class ManagersOut(Out):
    items: list[ManagerOut]
    next: str = ""


class TrialIn(In):
    phone: Needed


class TrialOut(Out):
    """phone: masked. code: "" while it lasts; completed, busy, no_answer, line_down, … text: the same in a sentence.
    heard: somebody spoke."""

    id: UUID
    phone: str
    by: str
    at: datetime
    code: str
    text: str
    answered: bool
    heard: bool
    talked_s: int


class TelephonyOut(Out):
    """kind: asterisk, lab or simulated. detail: what is wrong, "" nothing. trials: the last test calls."""

    ok: bool
    kind: str
    detail: str
    trunk: str
    channels: int
    callers: list[str]
    trials: list[TrialOut]


class NamedOut(Out):
    id: str
    title: str


class CrmOut(Out):
    """name: of the connector. error: why it cannot be asked, "" when it was. theirs: what there is in the CRM to choose
    from. ours: stages the robot knows of."""

    name: str
    account: str
    error: str
    problems: list[str]
    ours: list[NamedOut]
    their_stages: list[NamedOut]
    their_users: list[NamedOut]
    stages: Mapping[str, str]
    managers: Mapping[str, str]
    responsible: str


class CrmsOut(Out):
    """The names of the CRMs the robot writes to."""

    items: list[str]
    next: str = ""


Theirs = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class CrmMappingIn(In):
    """Our stage -> its id there; our manager's name -> his user's id there. What is absent is left alone."""

    stages: Annotated[Mapping[Needed, Theirs], Field(max_length=100)]
    managers: Annotated[Mapping[Needed, Theirs], Field(max_length=1000)]
