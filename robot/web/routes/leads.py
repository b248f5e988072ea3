"""POST /api/leads: one lead, as a new request or into the campaign's list."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web

from robot.crm.base import NewLead
from robot.crm.lead_row import RowRefused, lead_from
from robot.domain.access import Right
from robot.domain.consent import Consent
from robot.web.body import read_model
from robot.web.endpoint import Endpoint, who
from robot.web.errors import Unusable
from robot.web.routes.intake import key_of, take_in
from robot.web.schemas import LeadIn, LeadOut
from robot.web.services import SERVICES

KEY = "Idempotency-Key"
SOURCE = "api"
LONGEST_KEY = 200


async def add(request: web.Request) -> web.Response:
    """With an Idempotency-Key the same request may be sent again for a day: the lead is queued once."""
    services = request.app[SERVICES]
    given = await read_model(request, LeadIn)
    lead = lead_of(given)
    campaign = await services.ports.campaigns.get(given.campaign)
    told = request.headers.get(KEY, "")
    if len(told) > LONGEST_KEY:
        raise Unusable("invalid", f"{KEY} длиннее {LONGEST_KEY} знаков", f"{KEY} exceeds {LONGEST_KEY} characters")
    key = key_of(SOURCE, who(request), campaign.slug, told) if told else uuid4().hex
    return await take_in(services, campaign, lead, key=key, urgent=given.urgent)


def lead_of(given: LeadIn) -> NewLead:
    """Cleaned as a row of an import is. Raises Unusable."""
    columns = {name: getattr(given, name) for name in ("phone", "name", "company", "city", "region", "timezone")}
    columns["score"] = "" if given.score is None else str(given.score)
    try:
        row = lead_from({**given.fields, **columns})
    except RowRefused as refused:
        raise Unusable("invalid", refused.reason.ru, refused.reason.en) from None
    agreed = given.consent
    consent = None if agreed is None else Consent(agreed.source, agreed.given_at, agreed.text)
    return NewLead(
        phone=row.phone,
        name=row.name,
        company=row.company,
        city=row.city,
        timezone=row.timezone,
        fields=row.fields,
        score=row.score,
        consent=consent,
        source=SOURCE,
    )


ENDPOINTS = (
    Endpoint("POST", "/api/leads", add, Right.EDIT_LEADS, "Add a lead: to be rung within a minute, or to the list",
             "Leads", body=LeadIn, answer=LeadOut, status=202),
)  # fmt: skip
