"""/api/consents: the ledger of consents to advertising calls."""

from __future__ import annotations

from aiohttp import web

from robot.crm.base import LedgerLine
from robot.crm.csv_safe import csv_text
from robot.domain.access import Right
from robot.domain.consent import Consent
from robot.domain.people import Lead
from robot.domain.phones import mask_phone
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.schemas import ClosedOut, ConsentFor, PhoneIn
from robot.web.schemas_leads import ConsentLine, ConsentsOut, ConsentsQuery
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


async def index(request: web.Request) -> web.Response:
    """The last written first."""
    asked = read_query(request, ConsentsQuery)
    page = await request.app[SERVICES].ports.lists.consents.page(after=asked.after, limit=asked.limit)
    return answer(ConsentsOut(items=[_line(one) for one in page.items], next=page.next))


async def check(request: web.Request) -> web.Response:
    """In the order they were written; none for a number nobody knows."""
    given = await read_model(request, PhoneIn)
    services = request.app[SERVICES]
    lead = await services.ports.leads.find(number(given.phone))
    lines = () if lead is None else await services.ports.lists.consents.of(lead.id)
    return answer(ConsentsOut(items=[_line(one) for one in lines]))


def _line(one: LedgerLine) -> ConsentLine:
    told = one.consent
    return ConsentLine(
        lead_id=one.lead_id,
        phone=mask_phone(one.phone),
        source=told.source,
        given_at=told.given_at,
        text=told.text,
        revoked_at=told.revoked_at,
    )


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
    Endpoint("GET", "/api/consents", index, Right.SEE_LEADS, "Who agreed to what; numbers are masked", _TAG,
             query=ConsentsQuery, answer=ConsentsOut),
    Endpoint("POST", "/api/consents/check", check, Right.SEE_LEADS, "What a number agreed to", _TAG,
             body=PhoneIn, answer=ConsentsOut),
    Endpoint("POST", "/api/consents", record, Right.EDIT_LEADS, "Write a consent down", _TAG,
             body=ConsentFor, answer=ClosedOut, status=201, example={"closed": 0}),
    Endpoint("POST", "/api/consents/revoke", revoke, Right.EDIT_LEADS, "All a person agreed to holds no more", _TAG,
             body=PhoneIn, answer=ClosedOut, example={"closed": 2}),
    Endpoint("GET", "/api/consents/export", export, Right.EDIT_LEADS, "The whole ledger, with numbers", _TAG,
             media="text/csv"),
)  # fmt: skip
