"""/api/stoplist: who is never called. Numbers travel in bodies, never in addresses: those are logged on the way."""

from __future__ import annotations

from aiohttp import web

from robot.crm.base import StopEntry
from robot.crm.csv_safe import csv_text
from robot.domain.access import Right
from robot.domain.phones import mask_phone
from robot.domain.stops import StopPattern
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint, who
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.schemas import (
    ClosedOut,
    PhoneIn,
    StopCheckOut,
    StopIn,
    StopOut,
    StoppedOut,
    StopsOut,
    StopsQuery,
    UnstopIn,
)
from robot.web.services import SERVICES, answer, number, table


def is_pattern(entry: str) -> bool:
    return "*" in entry or "?" in entry


async def index(request: web.Request) -> web.Response:
    """The latest first."""
    asked = read_query(request, StopsQuery)
    page = await request.app[SERVICES].ports.lists.stops.page(after=asked.after, limit=asked.limit)
    return answer(StopsOut(items=[stop_out(one) for one in page.items], next=page.next))


def stop_out(one: StopEntry) -> StopOut:
    return StopOut(entry=_shown(one.entry), since=one.since, reason=one.reason)


def _shown(entry: str) -> str:
    return entry if is_pattern(entry) else mask_phone(entry)


async def export(request: web.Request) -> web.Response:
    """Whole numbers: who took them is kept."""
    entries = await request.app[SERVICES].ports.stop_list.entries()
    await note(request, "stop_list_exported", after={"entries": len(entries)})
    rows = [(one.entry, one.since.isoformat(), one.reason) for one in entries]
    return table(csv_text(["номер", "с какого времени", "причина"], rows), "stoplist.csv")


async def add(request: web.Request) -> web.Response:
    """At once, in all campaigns. Raises InvalidPattern for a pattern that would stop nearly everybody."""
    services = request.app[SERVICES]
    given = await read_model(request, StopIn)
    stops, now = services.ports.stop_list, services.now()
    if is_pattern(given.entry):
        pattern = StopPattern.parse(given.entry)
        entry, closed = pattern.text, await stops.add_pattern(pattern, reason=given.reason, now=now)
    else:
        entry = number(given.entry)
        closed = await stops.add(entry, reason=given.reason, now=now)
    await note(request, "stop_added", subject=_shown(entry), after={"reason": given.reason, "closed": closed})
    return answer(ClosedOut(closed=closed))


async def remove(request: web.Request) -> web.Response:
    """Kept with the token's name and the reason: it may bring somebody a call he forbade."""
    services = request.app[SERVICES]
    given = await read_model(request, UnstopIn)
    entry = StopPattern.parse(given.entry).text if is_pattern(given.entry) else number(given.entry)
    by = who(request)
    if not await services.ports.stop_list.remove(entry, by=by, reason=given.reason, now=services.now()):
        raise NotFound("not_listed", "этого нет в стоп-листе", "this is not on the stop list")
    await note(request, "stop_removed", subject=_shown(entry), after={"reason": given.reason})
    return answer(StoppedOut(stopped=False))


async def check(request: web.Request) -> web.Response:
    """By number and by pattern."""
    given = await read_model(request, PhoneIn)
    found = await request.app[SERVICES].ports.lists.stops.matching(number(given.phone))
    return answer(StopCheckOut(stopped=bool(found), entries=[stop_out(one) for one in found]))


_TAG = "Stop list"

ENDPOINTS = (
    Endpoint("GET", "/api/stoplist", index, Right.SEE_LEADS, "Who is never called; numbers are masked", _TAG,
             query=StopsQuery, answer=StopsOut,
             example={"items": [{"entry": "+7495*", "since": "2026-11-23T09:00:00Z", "reason": "филиал"}], "next": ""}),
    Endpoint("POST", "/api/stoplist", add, Right.EDIT_LEADS, "Never call a number, or a pattern of numbers", _TAG,
             body=StopIn, answer=ClosedOut, example={"closed": 1}),
    Endpoint("GET", "/api/stoplist/export", export, Right.EDIT_LEADS, "The whole list, with numbers", _TAG,
             media="text/csv"),
    Endpoint("POST", "/api/stoplist/remove", remove, Right.EDIT_LEADS, "Take an entry off the list", _TAG,
             body=UnstopIn, answer=StoppedOut, example={"stopped": False}),
    Endpoint("POST", "/api/stoplist/check", check, Right.SEE_LEADS, "Is this number stopped", _TAG,
             body=PhoneIn, answer=StopCheckOut,
             example={"stopped": True, "entries": [{"entry": "+7495*", "since": "2026-11-23T09:00:00Z", "reason": "—"}]}
             ),
)  # fmt: skip
