"""/api/campaigns: how far each is, and what the head of sales changes while it runs; /api/spend."""

from __future__ import annotations

from aiohttp import web

from robot.domain.campaigns import Campaign
from robot.i18n import tr
from robot.web.body import read_model
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
    return answer(CampaignsOut(campaigns=campaigns))


async def set_state(request: web.Request) -> web.Response:
    """running, paused (calls under way go on) or stopped (they are ended). Takes effect within a second."""
    services = request.app[SERVICES]
    given = await read_model(request, StateIn)
    campaign = await services.ports.campaigns.set_state(request.match_info["slug"], given.state)
    return answer(await _out(services, campaign))


async def set_quota(request: web.Request) -> web.Response:
    """Goals a day; hard: calls under way when it is met book nothing more."""
    services = request.app[SERVICES]
    given = await read_model(request, QuotaIn)
    campaign = await services.ports.campaigns.set_quota(request.match_info["slug"], given.quota, hard=given.hard)
    return answer(await _out(services, campaign))


async def spend(request: web.Request) -> web.Response:
    """Of today; of calls under way the most they can cost."""
    services = request.app[SERVICES]
    spent = await services.ports.spending.spent(services.now())
    return answer(SpendOut(spent_kopecks=spent, ceiling_kopecks=services.ceiling_kopecks))


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


ROUTES = [
    web.get("/api/campaigns", index),
    web.post("/api/campaigns/{slug}/state", set_state),
    web.post("/api/campaigns/{slug}/quota", set_quota),
    web.get("/api/spend", spend),
]
