"""/api/campaigns: how far each is, and what the head of sales changes while it runs; /api/spend."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from robot.domain.access import Right
from robot.domain.campaigns import Campaign
from robot.domain.journal import Scalar
from robot.i18n import tr
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.journal import note
from robot.web.schemas import (
    CampaignOut,
    CampaignsOut,
    PaceOut,
    QuotaIn,
    QuotaOut,
    SpendOut,
    StateIn,
    WaitingOut,
)
from robot.web.services import SERVICES, Services, answer


async def index(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    campaigns = [await _out(services, campaign) for campaign in await services.ports.campaigns.all()]
    return answer(CampaignsOut(items=campaigns))


async def set_state(request: web.Request) -> web.Response:
    """running, paused (calls under way go on) or stopped (they are ended). Takes effect within a second."""
    services = request.app[SERVICES]
    given = await read_model(request, StateIn)
    before = await services.ports.campaigns.get(request.match_info["slug"])
    campaign = await services.ports.campaigns.set_state(before.slug, given.state)
    if campaign.state is not before.state:
        states = {"before": {"state": before.state}, "after": {"state": campaign.state}}
        await note(request, "campaign_state_changed", subject=campaign.slug, **states)
    return answer(await _out(services, campaign))


async def set_quota(request: web.Request) -> web.Response:
    """Goals a day; hard: calls under way when it is met book nothing more."""
    services = request.app[SERVICES]
    given = await read_model(request, QuotaIn)
    before = await services.ports.campaigns.get(request.match_info["slug"])
    campaign = await services.ports.campaigns.set_quota(before.slug, given.quota, hard=given.hard)
    if _quota(campaign) != _quota(before):
        await note(request, "quota_changed", subject=campaign.slug, before=_quota(before), after=_quota(campaign))
    return answer(await _out(services, campaign))


async def spend(request: web.Request) -> web.Response:
    """Of today; of calls under way the most they can cost."""
    services = request.app[SERVICES]
    spent = await services.ports.spending.spent(services.now())
    return answer(SpendOut(spent_kopecks=spent, ceiling_kopecks=services.ceiling_kopecks))


def _quota(campaign: Campaign) -> Mapping[str, Scalar]:
    return {"quota": campaign.quota, "hard": campaign.hard_quota}


async def _out(services: Services, campaign: Campaign) -> CampaignOut:
    state = await services.ports.progress.quota(campaign, services.now())
    waiting = await services.ports.requests.waiting(campaign.id)
    return CampaignOut(
        slug=campaign.slug,
        title=campaign.title,
        script=campaign.script,
        timezone=campaign.timezone,
        hours=campaign.window.text,
        goal=campaign.goal,
        state=campaign.state,
        advertising=campaign.advertising,
        priority=campaign.priority,
        max_attempts=campaign.max_attempts,
        quota=QuotaOut(
            target=campaign.quota,
            hard=campaign.hard_quota,
            booked=state.booked,
            remaining=state.remaining,
            met=campaign.quota is not None and state.met,
            dials=state.attempts,
        ),
        requests=WaitingOut(count=waiting.count, earliest_deadline=waiting.earliest),
        pace=_pace(services, campaign),
    )


def _pace(services: Services, campaign: Campaign) -> PaceOut | None:
    last = services.pace.last.get(campaign.slug)
    if last is None:
        return None
    pace, at = last
    return PaceOut(sentence=tr(pace.ru, pace.en), dial=pace.dial, limit=pace.limit.value, at=at)


_SLUG = {"slug": "The campaign's short name"}
_TAG = "Campaigns"

ENDPOINTS = (
    Endpoint("GET", "/api/campaigns", index, Right.SEE_TODAY, "All campaigns: plan, what is booked, the pace", _TAG,
             answer=CampaignsOut),
    Endpoint("POST", "/api/campaigns/{slug}/state", set_state, Right.RUN_CAMPAIGNS, "Start, pause or stop", _TAG,
             body=StateIn, answer=CampaignOut, params=_SLUG),
    Endpoint("POST", "/api/campaigns/{slug}/quota", set_quota, Right.RUN_CAMPAIGNS, "Change the day's quota", _TAG,
             body=QuotaIn, answer=CampaignOut, params=_SLUG),
    Endpoint("GET", "/api/spend", spend, Right.SEE_TODAY, "What today's calls cost", _TAG, answer=SpendOut,
             example={"spent_kopecks": 41250, "ceiling_kopecks": 500000}),
)  # fmt: skip
