"""/api/consents: the ledger of consents to advertising calls."""

from __future__ import annotations

import structlog
from aiohttp import web

from robot.crm.csv_safe import csv_text
from robot.domain.consent import Consent
from robot.domain.people import Lead
from robot.web.body import read_model
from robot.web.errors import NotFound
from robot.web.schemas import ClosedOut, ConsentFor, PhoneIn
from robot.web.services import SERVICES, WHO, Services, answer, number, table

log = structlog.get_logger(__name__)

HEADER = ("телефон", "источник согласия", "дата согласия", "текст согласия", "отозвано")
"""What an import reads back, and when it was revoked."""


async def record(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    given = await read_model(request, ConsentFor)
    lead = await _lead(services, given.phone)
    await services.ports.consents.record(lead.id, Consent(given.source, given.given_at, given.text))
    log.info("consent_recorded", by=request[WHO], lead=lead.id)
    return answer(ClosedOut(closed=0), 201)


async def revoke(request: web.Request) -> web.Response:
    """All that the person agreed to; open tasks of advertising campaigns are closed at once."""
    services = request.app[SERVICES]
    given = await read_model(request, PhoneIn)
    lead = await _lead(services, given.phone)
    closed = await services.ports.consents.revoke(lead.id, now=services.now())
    log.info("consent_revoked", by=request[WHO], lead=lead.id, closed=closed)
    return answer(ClosedOut(closed=closed))


async def export(request: web.Request) -> web.Response:
    """The whole ledger, revoked ones too: who took it is logged."""
    lines = await request.app[SERVICES].ports.consents.ledger()
    log.info("consents_exported", by=request[WHO], lines=len(lines))
    rows = [
        (
            line.phone,
            line.consent.source,
            line.consent.given_at.isoformat(),
            line.consent.text,
            line.consent.revoked_at.isoformat() if line.consent.revoked_at else "",
        )
        for line in lines
    ]
    return table(csv_text(HEADER, rows), "consents.csv")


async def _lead(services: Services, phone: str) -> Lead:
    lead = await services.ports.leads.find(number(phone))
    if lead is None:
        raise NotFound("unknown_lead", "такого лида нет: сначала добавьте его", "no such lead: add him first")
    return lead


ROUTES = [
    web.post("/api/consents", record),
    web.post("/api/consents/revoke", revoke),
    web.get("/api/consents/export", export),
]
