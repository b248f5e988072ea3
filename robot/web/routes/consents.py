"""/api/consents: the ledger of consents to advertising calls."""

from __future__ import annotations

from aiohttp import web

from robot.crm.csv_safe import csv_text
from robot.domain.access import Right
from robot.domain.consent import Consent
from robot.domain.people import Lead
from robot.domain.phones import mask_phone
from robot.web.body import read_model
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.schemas import ClosedOut, ConsentFor, PhoneIn
from robot.web.services import SERVICES, Services, answer, number, table

HEADER = ("телефон", "источник согласия", "дата согласия", "текст согласия", "отозвано")
"""What an import reads back, and when it was revoked."""


async def record(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    given = await read_model(request, ConsentFor)
    lead = await _lead(services, given.phone)
    await services.ports.consents.record(lead.id, Consent(given.source, given.given_at, given.text))
    await note(request, "consent_recorded", subject=mask_phone(lead.phone), after={"source": given.source})
    return answer(ClosedOut(closed=0), 201)


async def revoke(request: web.Request) -> web.Response:
    """All that the person agreed to; open tasks of advertising campaigns are closed at once."""
    services = request.app[SERVICES]
    given = await read_model(request, PhoneIn)
    lead = await _lead(services, given.phone)
    closed = await services.ports.consents.revoke(lead.id, now=services.now())
    await note(request, "consent_revoked", subject=mask_phone(lead.phone), after={"closed": closed})
    return answer(ClosedOut(closed=closed))


async def export(request: web.Request) -> web.Response:
    """The whole ledger, revoked ones too: who took it is kept."""
    lines = await request.app[SERVICES].ports.consents.ledger()
    await note(request, "consents_exported", after={"lines": len(lines)})
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


_TAG = "Consents"

ENDPOINTS = (
    Endpoint("POST", "/api/consents", record, Right.EDIT_LEADS, "Write a consent down", _TAG,
             body=ConsentFor, answer=ClosedOut, status=201, example={"closed": 0}),
    Endpoint("POST", "/api/consents/revoke", revoke, Right.EDIT_LEADS, "All a person agreed to holds no more", _TAG,
             body=PhoneIn, answer=ClosedOut, example={"closed": 2}),
    Endpoint("GET", "/api/consents/export", export, Right.EDIT_LEADS, "The whole ledger, with numbers", _TAG,
             media="text/csv"),
)  # fmt: skip
