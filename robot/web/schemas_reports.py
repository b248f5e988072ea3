"""Reports on the wire. Days are the campaigns' own; periods include both days. Shares are 0 to 1; `low` and `high` are
the bounds in which the true share lies in 95 cases of 100; `small` marks what was counted too seldom to say much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Version = Annotated[str, StringConstraints(max_length=64)]
Arm = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^:]+:.+$")]
LONGEST_DAYS = 1100
"""Three years and a bit: a period beyond is a slip of the pen."""


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class PeriodQuery(_Query):
    """since, until: first and last day, both included; without them the last 30 days. campaign: all when absent."""

    campaign: Name | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and not 0 <= (self.until - self.since).days <= LONGEST_DAYS:
            raise ValueError("since comes after until, or years before it")
        return self


class ScriptQuery(PeriodQuery):
    """script: its name as campaigns have it. version: the hash of one published version."""

    script: Name
    version: Version | None = None


class FunnelQuery(PeriodQuery):
    """script, version: of all scripts and versions without them."""

    script: Name | None = None
    version: Version | None = None


class DropoffQuery(ScriptQuery):
    """variant: PHRASE:VARIANT; only calls in which this phrase was said in this variant."""

    variant: Arm | None = None


class ShareOut(_Out):
    """hits of trials."""

    hits: int
    trials: int
    share: float
    low: float
    high: float
    small: bool


class PhraseOut(_Out):
    """Calls, never turns, but for `visits`; robot.analytics.dropoff defines each. left = hung_up_during + hung_up_after
    + refused. left_share: left of reached. goal: of the calls that reached the phrase, those that reached the
    campaign's goal. objection: the phrase answers an objection (its name begins with "objections.")."""

    phrase: str
    objection: bool
    reached: int
    visits: int
    hung_up_during: int
    hung_up_after: int
    refused: int
    silent: int
    not_understood: int
    interrupted: int
    left: int
    left_share: float
    left_low: float
    left_high: float
    small: bool
    goal: int


class AnswerOut(_Out):
    """Why the talk went along an edge. kind: answer, hard_rule, objection, value, silence, not_understood, key, spoken
    (nothing was to be answered), hung_up_during, hung_up_after, cut_off (a fault of ours). intent: what was understood,
    "" for none."""

    kind: str
    intent: str
    calls: int


class EdgeOut(_Out):
    """Calls in which `to` was the next phrase said after `phrase`; each call once, by its first answer that led there.
    to: "" where the talk ended at `phrase`. share: of the calls that reached `phrase`; a call that came by twice may be
    on two edges, so shares may add up to more than 1."""

    phrase: str
    to: str
    calls: int
    share: float
    answers: list[AnswerOut]


class SpokenVersionOut(_Out):
    """One version that was spoken in the period. version "": calls that have not ended yet, or ended before the script
    was known. calls: in which a phrase was said."""

    version: str
    first_day: date
    last_day: date
    calls: int


class VariantOut(_Out):
    phrase: str
    variant: str
    calls: int


class DropoffOut(_Out):
    """calls: in which anything of the script was said; goal: those that reached the campaign's goal. versions and
    variants: what there is to choose from, in the period and campaign; of the version asked for, where one is."""

    script: str
    campaign: str | None
    version: str | None
    variant: str | None
    since: date
    until: date
    calls: int
    goal: ShareOut
    phrases: list[PhraseOut]
    edges: list[EdgeOut]
    versions: list[SpokenVersionOut]
    variants: list[VariantOut]


class SpokenScriptOut(_Out):
    """A script that was spoken in the period. talks: calls in which a phrase was said."""

    script: str
    talks: int
    goal: int
    last_day: date


class SpokenScriptsOut(_Out):
    items: list[SpokenScriptOut]
    next: str = ""


class StageOut(_Out):
    """stage: calls (all attempts), dials (ours, that reached the network), answered, talked (a phrase was said),
    engaged (the client answered one), goal. of_first, of_previous: shares of what stands above."""

    stage: str
    calls: int
    of_first: ShareOut
    of_previous: ShareOut


class EndOut(_Out):
    outcome: str
    calls: int
    share: float


class FunnelOut(_Out):
    """ends: how talks ended."""

    since: date
    until: date
    stages: list[StageOut]
    ends: list[EndOut]


class PhrasesOut(_Out):
    """Worst first, by the lower bound; small samples last, never ranked."""

    items: list[PhraseOut]
    next: str = ""


class ObjectionOut(_Out):
    """raised: calls. returned: the client went on with the talk afterwards; hung_up: on it or later; refused; booked:
    reached the goal all the same."""

    objection: str
    raised: int
    returned: ShareOut
    booked: ShareOut
    hung_up: int
    refused: int


class ObjectionsOut(_Out):
    """Most often raised first."""

    items: list[ObjectionOut]
    next: str = ""


class ReasonOut(_Out):
    """reason: the script's word, "" where it gave none. share: of all refusals."""

    outcome: str
    reason: str
    calls: int
    share: float


class ReasonsOut(_Out):
    items: list[ReasonOut]
    next: str = ""


class ChannelOut(_Out):
    """received: leads that came in the period. processed: called at all. wait_s: on average from coming to the first
    call, null where it is not known. within_…: of the leads called."""

    channel: str
    received: int
    processed: ShareOut
    wait_s: float | None
    within_1m: ShareOut
    within_5m: ShareOut
    within_1h: ShareOut
    qualified: ShareOut
    booked: ShareOut


class ChannelsOut(_Out):
    items: list[ChannelOut]
    next: str = ""


class TrendQuery(ScriptQuery):
    """by: day, or week from Monday on."""

    by: Literal["day", "week"] = "day"


class PointOut(_Out):
    """day: of a week, its Monday. talks, and those of them that reached the goal."""

    day: date
    talks: int
    goal: ShareOut


class WearOut(_Out):
    """worn: the share of talks that reach the goal has fallen, and hardly by chance; robot.analytics.wear has the rule.
    chance: of such a fall when nothing has changed."""

    worn: bool
    since: date
    before: ShareOut
    now: ShareOut
    chance: float
    sentence: str


class TrendOut(_Out):
    """wear: null while there are too few talks to say."""

    by: str
    points: list[PointOut]
    wear: WearOut | None


class ArmOut(_Out):
    """best: probability that it is the best. loss: the share of a point lost on average by choosing it."""

    name: str
    goal: ShareOut
    best: float
    loss: float


class ExperimentOut(_Out):
    """phrase "": versions of the script against each other. advice: wait (too few calls), keep_testing, choose. winner:
    "" where there is none yet."""

    phrase: str
    arms: list[ArmOut]
    advice: str
    winner: str


class ExperimentsOut(_Out):
    versions: ExperimentOut | None
    variants: list[ExperimentOut]


class HourOut(_Out):
    """weekday: Monday is 0. Of our dials."""

    weekday: int
    hour: int
    dials: int
    answered: ShareOut
    goal: ShareOut


class HoursOut(_Out):
    """best: the hours in which dials reach the goal most often, by the lower bound; empty while there are too few."""

    items: list[HourOut]
    best: list[HourOut]
    next: str = ""


class TodayHourOut(_Out):
    """goal: in this hour; goal_so_far, planned_so_far: by its end, the plan spread evenly over open minutes. open: the
    phone may ring in it."""

    hour: int
    open: bool
    dials: int
    answered: int
    goal: int
    goal_so_far: int
    planned_so_far: float


class ForecastOut(_Out):
    """Goals of the whole day, with bounds within which four days of five end. why: no_quota, met, stopped, closed,
    no_pace, on_plan, pace, slots, leads. dials_an_hour: null where nothing tells."""

    value: int
    low: int
    high: int
    why: str
    sentence: str
    dials_an_hour: float | None
    goal_per_dial: float


class TodayOut(_Out):
    """day: on the campaign's calendar. quota: null until somebody sets it. due: goals that the plan has due by now;
    behind: fewer are booked. calls: under way. slots, leads: left, slots null where the goal needs none."""

    campaign: str
    title: str
    day: date
    quota: int | None
    booked: int
    due: float
    behind: bool
    calls: int
    slots: int | None
    leads: int
    forecast: ForecastOut
    hours: list[TodayHourOut]


class TodaysOut(_Out):
    items: list[TodayOut]
    next: str = ""


class TableQuery(FunnelQuery):
    """As the report itself is asked; `script` where it needs one."""

    variant: Arm | None = None
    by: Literal["day", "week"] = "day"


DROPOFF_EXAMPLE: Mapping[str, object] = {
    "script": "cold_call",
    "campaign": "cold_call",
    "version": None,
    "variant": None,
    "since": "2026-10-24",
    "until": "2026-11-22",
    "calls": 412,
    "goal": {"hits": 39, "trials": 412, "share": 0.0947, "low": 0.0701, "high": 0.1268, "small": False},
    "phrases": [
        {
            "phrase": "greeting",
            "objection": False,
            "reached": 412,
            "visits": 418,
            "hung_up_during": 37,
            "hung_up_after": 21,
            "refused": 44,
            "silent": 19,
            "not_understood": 33,
            "interrupted": 58,
            "left": 102,
            "left_share": 0.2476,
            "left_low": 0.2083,
            "left_high": 0.2915,
            "small": False,
            "goal": 39,
        },
        {
            "phrase": "offer",
            "objection": False,
            "reached": 210,
            "visits": 215,
            "hung_up_during": 12,
            "hung_up_after": 8,
            "refused": 18,
            "silent": 6,
            "not_understood": 14,
            "interrupted": 22,
            "left": 38,
            "left_share": 0.181,
            "left_low": 0.1348,
            "left_high": 0.2386,
            "small": False,
            "goal": 39,
        },
        {
            "phrase": "objections.expensive",
            "objection": True,
            "reached": 27,
            "visits": 31,
            "hung_up_during": 1,
            "hung_up_after": 2,
            "refused": 5,
            "silent": 0,
            "not_understood": 1,
            "interrupted": 3,
            "left": 8,
            "left_share": 0.2963,
            "left_low": 0.1585,
            "left_high": 0.485,
            "small": True,
            "goal": 4,
        },
    ],
    "edges": [
        {
            "phrase": "greeting",
            "to": "offer",
            "calls": 210,
            "share": 0.5097,
            "answers": [
                {"kind": "answer", "intent": "decision_maker", "calls": 171},
                {"kind": "answer", "intent": "yes", "calls": 39},
            ],
        },
        {
            "phrase": "offer",
            "to": "objections.expensive",
            "calls": 27,
            "share": 0.1286,
            "answers": [{"kind": "objection", "intent": "expensive", "calls": 27}],
        },
        {
            "phrase": "offer",
            "to": "",
            "calls": 38,
            "share": 0.181,
            "answers": [
                {"kind": "hung_up_during", "intent": "", "calls": 12},
                {"kind": "hung_up_after", "intent": "", "calls": 8},
                {"kind": "answer", "intent": "no", "calls": 18},
            ],
        },
    ],
    "versions": [
        {"version": "9f2c61d0a7b4e835", "first_day": "2026-11-09", "last_day": "2026-11-22", "calls": 231},
        {"version": "41d7aa02c9e6f150", "first_day": "2026-10-24", "last_day": "2026-11-08", "calls": 181},
    ],
    "variants": [
        {"phrase": "offer", "variant": "a", "calls": 108},
        {"phrase": "offer", "variant": "b", "calls": 102},
    ],
}
