"""A lead on its way into the queue, whoever brings it: the API or a webhook."""

from __future__ import annotations

import hashlib

import structlog
from aiohttp import web

from robot.crm.base import KNOWN, QUEUED, NewLead
from robot.crm.fates import fate_text
from robot.crm.requests import Received, Request
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.goals import Goal
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_REQUEST
from robot.web.errors import Unusable
from robot.web.schemas import LeadOut
from robot.web.services import Services, answer

log = structlog.get_logger(__name__)


def key_of(*parts: str) -> str:
    """A request's key: of the same parts the same, and nothing can be read from it."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


async def take_in(
    services: Services, campaign: Campaign, lead: NewLead, *, key: str, urgent: bool = True
) -> web.Response:
    """202 with an id, or 422 with why this person is never called. What is told again is answered as the first time."""
    async with services.intake:
        return await _taken(services, campaign, lead, key=key, urgent=urgent)


async def _taken(services: Services, campaign: Campaign, lead: NewLead, *, key: str, urgent: bool) -> web.Response:
    now = services.now()
    request = Request(key, campaign.id, lead, PRIORITY_REQUEST if urgent else None)
    received = await services.ports.requests.receive(request, now=now)
    log.info(
        "request_received",
        id=str(received.id),
        campaign=campaign.slug,
        source=lead.source,
        became=received.fate,
        again=received.again,
    )
    if received.fate not in {QUEUED, KNOWN}:
        text = fate_text(received.fate)
        raise Unusable(received.fate, text.ru, text.en)
    stored = await services.ports.leads.find(lead.phone)
    return answer(await _out(services, campaign, stored, received), 202)


async def _out(services: Services, campaign: Campaign, lead: Lead | None, received: Received) -> LeadOut:
    now = services.now()
    opens = None if lead is None else campaign.window.opening(now, *lead.zones)
    return LeadOut(
        id=str(received.id),
        status=received.fate,
        deadline=received.deadline,
        rings_from=opens,
        waits_for=await _hindrance(services, campaign) or ("" if opens == now else "hours"),
        again=received.again,
    )


async def _hindrance(services: Services, campaign: Campaign) -> str:
    """Why the campaign does not dial anybody now."""
    if campaign.state is not CampaignState.RUNNING:
        return campaign.state.value
    if campaign.quota is None:
        return "no_quota"
    progress, now = services.ports.progress, services.now()
    if (await progress.quota(campaign, now)).met:
        return "quota_met"
    if campaign.goal is Goal.MEETING and not await progress.slots_left(campaign, now):
        return "no_slots"
    return ""
