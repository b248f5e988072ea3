"""/api/reports: what the calls add up to, out of the rollups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from robot.analytics.report import total
from robot.analytics.report_ports import ArmSums, Cut, SpokenSums
from robot.domain.access import Right
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.report_views import (
    channel_out,
    edges_out,
    experiments_out,
    funnel_out,
    hours_out,
    objections_out,
    phrase_out,
    ranked_out,
    reasons_out,
    scripts_out,
    share_out,
    trend_out,
    variants_out,
    versions_out,
)
from robot.web.schemas_reports import (
    DROPOFF_EXAMPLE,
    ChannelsOut,
    DropoffOut,
    DropoffQuery,
    ExperimentsOut,
    FunnelOut,
    FunnelQuery,
    HoursOut,
    ObjectionsOut,
    PeriodQuery,
    PhrasesOut,
    ReasonsOut,
    ScriptQuery,
    SpokenScriptsOut,
    TodaysOut,
    TrendOut,
    TrendQuery,
)
from robot.web.services import SERVICES, Services, answer
from robot.web.today import DAY_BOARD

USUAL_DAYS = 30


async def scripts(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, PeriodQuery)
    spoken = await services.ports.reports.attempts.spoken(await cut_of(services, asked))
    return answer(SpokenScriptsOut(items=scripts_out(spoken)))


async def dropoff(request: web.Request) -> web.Response:
    return answer(await dropoff_of(request.app[SERVICES], read_query(request, DropoffQuery)))


async def dropoff_of(services: Services, asked: DropoffQuery) -> DropoffOut:
    reports, cut = services.ports.reports, await cut_of(services, asked)
    phrases = await reports.scripts.phrases(cut)
    edges = await reports.scripts.edges(cut)
    arms = await reports.scripts.arms(cut)
    every = await reports.attempts.spoken(replace(cut, version=None))
    talks, goal = _calls(cut, every, arms)
    return DropoffOut(
        script=asked.script,
        campaign=asked.campaign,
        version=asked.version,
        variant=asked.variant,
        since=cut.since,
        until=cut.until,
        calls=talks,
        goal=share_out(goal, talks),
        phrases=[phrase_out(one) for one in phrases],
        edges=edges_out(edges, {one.counts.phrase: one.counts.reached for one in phrases}),
        versions=versions_out(every),
        variants=variants_out(arms),
    )


def _calls(cut: Cut, every: Sequence[SpokenSums], arms: Sequence[ArmSums]) -> tuple[int, int]:
    """Calls in which something was said, and those of them that reached the goal."""
    if cut.arm:
        heard = [one for one in arms if f"{one.phrase}:{one.variant}" == cut.arm]
        return sum(one.calls for one in heard), sum(one.goal for one in heard)
    sums = total(row for row in every if cut.version in (None, row.version))
    return sums.talked, sums.goal


async def funnel(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, FunnelQuery)
    cut = await cut_of(services, asked)
    return answer(funnel_out(await services.ports.reports.attempts.outcomes(cut), cut.since, cut.until))


async def phrases(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, DropoffQuery)
    sums = await services.ports.reports.scripts.phrases(await cut_of(services, asked))
    return answer(PhrasesOut(items=ranked_out(sums)))


async def objections(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, DropoffQuery)
    sums = await services.ports.reports.scripts.objections(await cut_of(services, asked))
    return answer(ObjectionsOut(items=objections_out(sums)))


async def reasons(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, FunnelQuery)
    rows = await services.ports.reports.attempts.outcomes(await cut_of(services, asked))
    return answer(ReasonsOut(items=reasons_out(rows)))


async def channels(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, PeriodQuery)
    sums = await services.ports.reports.leads.channels(await cut_of(services, asked))
    return answer(ChannelsOut(items=[channel_out(one) for one in sums]))


async def trend(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, TrendQuery)
    days = await services.ports.reports.attempts.days(await cut_of(services, asked))
    return answer(trend_out(days, asked.by))


async def experiments(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, ScriptQuery)
    reports, cut = services.ports.reports, await cut_of(services, asked)
    spoken = await reports.attempts.spoken(replace(cut, version=None))
    return answer(experiments_out(spoken, await reports.scripts.arms(cut)))


async def hours(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, PeriodQuery)
    return answer(hours_out(await services.ports.reports.attempts.week(await cut_of(services, asked))))


async def today(request: web.Request) -> web.Response:
    services, board, now = request.app[SERVICES], request.app[DAY_BOARD], request.app[SERVICES].now()
    return answer(TodaysOut(items=[await board.of(one, now) for one in await services.ports.campaigns.all()]))


async def cut_of(services: Services, asked: PeriodQuery) -> Cut:
    """Raises UnknownCampaign."""
    campaigns = services.ports.campaigns
    chosen = await campaigns.all() if asked.campaign is None else [await campaigns.get(asked.campaign)]
    today = max((one.day(services.now()) for one in chosen), default=services.now().date())
    until = asked.until or max(today, asked.since or today)
    since = asked.since or until - timedelta(days=USUAL_DAYS - 1)
    return Cut(
        since=since,
        until=until,
        script=getattr(asked, "script", None) or "",
        campaigns=None if asked.campaign is None else [one.id for one in chosen],
        version=getattr(asked, "version", None),
        arm=getattr(asked, "variant", None) or "",
    )


_TAG = "Reports"

ENDPOINTS = (
    Endpoint("GET", "/api/today", today, Right.SEE_TODAY,
             "Each campaign's day: by the hour against its plan, and what it will come to", _TAG, answer=TodaysOut),
    Endpoint("GET", "/api/reports/scripts", scripts, Right.SEE_REPORTS, "Scripts spoken in a period", _TAG,
             query=PeriodQuery, answer=SpokenScriptsOut),
    Endpoint("GET", "/api/reports/dropoff", dropoff, Right.SEE_REPORTS,
             "Where people leave a script: its phrases and the ways between them", _TAG,
             query=DropoffQuery, answer=DropoffOut, example=DROPOFF_EXAMPLE),
    Endpoint("GET", "/api/reports/funnel", funnel, Right.SEE_REPORTS, "From dials to the goal", _TAG,
             query=FunnelQuery, answer=FunnelOut),
    Endpoint("GET", "/api/reports/phrases", phrases, Right.SEE_REPORTS, "Phrases by people lost, worst first", _TAG,
             query=DropoffQuery, answer=PhrasesOut),
    Endpoint("GET", "/api/reports/objections", objections, Right.SEE_REPORTS, "Objections and what came of them", _TAG,
             query=DropoffQuery, answer=ObjectionsOut),
    Endpoint("GET", "/api/reports/reasons", reasons, Right.SEE_REPORTS, "Why people refused", _TAG,
             query=FunnelQuery, answer=ReasonsOut),
    Endpoint("GET", "/api/reports/channels", channels, Right.SEE_REPORTS, "Leads by the way they came", _TAG,
             query=PeriodQuery, answer=ChannelsOut),
    Endpoint("GET", "/api/reports/trend", trend, Right.SEE_REPORTS,
             "Conversion by day or week, and whether the script wears out", _TAG, query=TrendQuery, answer=TrendOut),
    Endpoint("GET", "/api/reports/experiments", experiments, Right.SEE_REPORTS,
             "Versions and variants against each other", _TAG, query=ScriptQuery, answer=ExperimentsOut),
    Endpoint("GET", "/api/reports/hours", hours, Right.SEE_REPORTS, "When dials reach the goal, by hour of the week",
             _TAG, query=PeriodQuery, answer=HoursOut),
)  # fmt: skip
