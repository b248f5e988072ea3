"""/api/campaigns/{slug}/plan: from a month's revenue to meetings a day, and what is missing. Nothing is changed: the
quota is set by its own address."""

from __future__ import annotations

from aiohttp import web

from robot.analytics.errors import InvalidPlan
from robot.analytics.plan import Code, Plan
from robot.analytics.plan_course import course
from robot.analytics.plan_text import Text, note, obstacle
from robot.analytics.planner import plan as calculate
from robot.analytics.rates import Estimate, Supposed
from robot.analytics.target import Target
from robot.analytics.workdays import Month
from robot.domain.access import Right
from robot.domain.campaigns import Campaign
from robot.i18n import tr
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import Unusable
from robot.web.schemas_plan import (
    PLAN_EXAMPLE,
    CountSpanOut,
    CourseDayOut,
    EstimateOut,
    MeansOut,
    NoteOut,
    ObstacleOut,
    PlanOut,
    PlanQuery,
    RatesOut,
)
from robot.web.services import SERVICES, answer


async def show(request: web.Request) -> web.Response:
    """Raises Unusable with the calculator's own sentence."""
    services, asked = request.app[SERVICES], read_query(request, PlanQuery)
    campaign = await services.ports.campaigns.get(request.match_info["slug"])
    now = services.now()
    lines = services.lines if asked.channels is None else asked.channels
    try:
        month = Month.parse(asked.month) if asked.month else Month.of(campaign.day(now))
        target = Target(month, asked.revenue, asked.average_deal, asked.meetings_per_deal, asked.show_up, asked.won)
        supposed = Supposed(asked.answered, asked.booked)
        source = services.ports.reports.plan
        made = await calculate(source, campaign, target, channels=lines, now=now, supposed=supposed)
    except InvalidPlan as refused:
        raise Unusable(refused.code, refused.ru, refused.en) from None
    return answer(_out(made, campaign))


def _out(plan: Plan, campaign: Campaign) -> PlanOut:
    per_dial, calls = plan.expected, plan.calls_a_day
    return PlanOut(
        campaign=campaign.slug,
        title=campaign.title,
        month=str(plan.target.month),
        today=plan.progress.today,
        deals=plan.target.deals,
        deals_left=plan.target.deals_left,
        meetings_left=plan.meetings,
        meetings_reachable=plan.reachable,
        working_days=len(plan.month_days),
        working_days_left=len(plan.days),
        meetings_a_day=plan.meetings_a_day,
        settable=_settable(plan),
        quota=campaign.quota,
        hard=campaign.hard_quota,
        calls_a_day=CountSpanOut(value=calls.value, low=calls.low, high=calls.high),
        line_minutes_a_day=plan.line_minutes_a_day,
        leads_a_day=plan.leads_a_day,
        lines=MeansOut(need=plan.channels, have=plan.means.channels),
        leads=plan.means.leads,
        slots=plan.means.slots,
        list_ends=plan.list_ends,
        rates=RatesOut(
            answered=_estimate(per_dial.answered),
            booked=_estimate(per_dial.booked),
            seconds_per_dial=round(per_dial.seconds, 1),
            dials_per_lead=round(per_dial.dials_per_lead, 2),
        ),
        course=[
            CourseDayOut(date=day.date, booked=day.booked, to_come=day.to_come, even=day.even) for day in course(plan)
        ],
        obstacles=list(_obstacles(plan)),
        notes=[NoteOut(code=said, message=_told(note(said, plan))) for said in plan.notes],
    )


def _settable(plan: Plan) -> bool:
    """A quota is of today: that of a month to come, or of no day at all, is nobody's."""
    of_today = Month.of(plan.progress.today) == plan.target.month
    return of_today and not any(found.code in (Code.NO_DAYS, Code.NO_HOURS) for found in plan.obstacles)


def _obstacles(plan: Plan) -> list[ObstacleOut]:
    told = [(found, *obstacle(found, plan)) for found in plan.obstacles]
    return [
        ObstacleOut(
            code=found.code,
            need=found.need,
            have=found.have,
            short=found.short,
            day=found.day,
            message=_told(what),
            remedy=_told(remedy),
        )
        for found, what, remedy in told
    ]


def _estimate(estimate: Estimate) -> EstimateOut:
    return EstimateOut(value=estimate.value, low=estimate.low, high=estimate.high, measured=estimate.measured)


def _told(text: Text) -> str:
    return tr(text.ru, text.en)


ENDPOINTS = (
    Endpoint("GET", "/api/campaigns/{slug}/plan", show, Right.SEE_REPORTS,
             "What a month's revenue takes: meetings a day, calls, lines, leads, managers' time", "Plan",
             query=PlanQuery, answer=PlanOut, params={"slug": "The campaign's short name"}, example=PLAN_EXAMPLE),
)  # fmt: skip
