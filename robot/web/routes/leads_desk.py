"""GET /api/leads…: leads found, one lead with all that ever happened to him."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from robot.crm.fates import fate_text
from robot.crm.lead_desk import HistoryLine, LeadDesk, LeadFound, LeadsWanted, LeadTask
from robot.domain.access import Right
from robot.domain.phones import mask_phone
from robot.i18n import tr
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.routes.stoplist import stop_out
from robot.web.schemas_leads import (
    LeadCardOut,
    LeadEventOut,
    LeadRow,
    LeadsCount,
    LeadsFilter,
    LeadsOut,
    LeadsQuery,
    LeadTaskOut,
    PhoneOut,
)
from robot.web.services import SERVICES, answer, id_of

MOST_COUNTED = 10_000
MOST_OF_A_KIND = 200


async def index(request: web.Request) -> web.Response:
    """The latest first."""
    asked = read_query(request, LeadsQuery)
    page = await _desk(request).find(
        wanted_of(asked), after=asked.after, limit=asked.limit, now=request.app[SERVICES].now()
    )
    return answer(LeadsOut(items=[row_of(one) for one in page.items], next=page.next))


async def count(request: web.Request) -> web.Response:
    """Counting stops at ten thousand."""
    wanted = wanted_of(read_query(request, LeadsFilter))
    found = await _desk(request).count(wanted, most=MOST_COUNTED + 1, now=request.app[SERVICES].now())
    return answer(LeadsCount(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED))


async def show(request: web.Request) -> web.Response:
    services, found = request.app[SERVICES], await _found(request)
    lead = found.lead
    history = await _desk(request).history(lead.id, most=MOST_OF_A_KIND)
    stops = await services.ports.lists.stops.matching(lead.phone)
    return answer(
        LeadCardOut(
            lead=row_of(found),
            timezone=lead.timezone,
            stage=lead.stage,
            fields=dict(lead.fields),
            stops=[stop_out(one) for one in stops],
            history=[_line(one) for one in history],
        )
    )


async def phone(request: web.Request) -> web.Response:
    """The whole number: who asked for it is kept."""
    lead = (await _found(request)).lead
    await note(request, "number_shown", subject=mask_phone(lead.phone))
    return answer(PhoneOut(phone=lead.phone))


def wanted_of(asked: LeadsFilter) -> LeadsWanted:
    return LeadsWanted(
        words=asked.words,
        campaign=asked.campaign,
        state=asked.state,
        outcome=asked.outcome,
        stopped=asked.stopped,
        consent=asked.consent,
    )


def row_of(found: LeadFound) -> LeadRow:
    lead = found.lead
    return LeadRow(
        id=lead.id,
        name=lead.name,
        company=lead.company,
        city=lead.city,
        phone=mask_phone(lead.phone),
        score=found.score,
        created_at=found.created_at,
        cool_until=found.cool_until,
        stopped=found.stopped,
        consent=found.consent,
        task=None if found.task is None else _task(found.task),
    )


def _task(task: LeadTask) -> LeadTaskOut:
    return LeadTaskOut(**{**asdict(task), "reason": _words(task.reason)})


def _line(line: HistoryLine) -> LeadEventOut:
    reason = _words(line.text) if line.kind in {"task", "call"} else line.text
    return LeadEventOut(**{**asdict(line), "text": reason})


def _words(code: str) -> str:
    """A reason is a code of the rules, or the client's own words."""
    if not code:
        return ""
    told = fate_text(code)
    return tr(told.ru, told.en)


async def _found(request: web.Request) -> LeadFound:
    found = await _desk(request).one(id_of(request), now=request.app[SERVICES].now())
    if found is None:
        raise NotFound("unknown_lead", "такого лида нет", "there is no such lead")
    return found


def _desk(request: web.Request) -> LeadDesk:
    return request.app[SERVICES].ports.lists.leads


_ID = {"id": "Number of the lead"}
_TAG = "Leads"

ENDPOINTS = (
    Endpoint("GET", "/api/leads", index, Right.SEE_LEADS, "Find leads", _TAG, query=LeadsQuery, answer=LeadsOut),
    Endpoint("GET", "/api/leads/count", count, Right.SEE_LEADS, "How many leads there are of those that are asked for",
             _TAG, query=LeadsFilter, answer=LeadsCount, example={"count": 10000, "more": True}),
    Endpoint("GET", "/api/leads/{id:[0-9]+}", show, Right.SEE_LEADS, "A lead, and all that ever happened to him", _TAG,
             answer=LeadCardOut, params=_ID),
    Endpoint("POST", "/api/leads/{id:[0-9]+}/phone", phone, Right.EDIT_LEADS, "The whole number of a lead", _TAG,
             answer=PhoneOut, params=_ID, example={"phone": "+74951234567"}),
)  # fmt: skip
