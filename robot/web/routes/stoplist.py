"""/api/stoplist: who is never called. Numbers travel in bodies, never in addresses: those are logged on the way."""

from __future__ import annotations

import structlog
from aiohttp import web

from robot.crm.csv_safe import csv_text
from robot.domain.phones import mask_phone
from robot.domain.stops import StopPattern
from robot.web.body import read_model
from robot.web.errors import NotFound
from robot.web.schemas import ClosedOut, PhoneIn, StopIn, StopOut, StoppedOut, StopsOut, UnstopIn
from robot.web.services import SERVICES, WHO, answer, number, table

log = structlog.get_logger(__name__)


def is_pattern(entry: str) -> bool:
    return "*" in entry or "?" in entry


async def index(request: web.Request) -> web.Response:
    entries = await request.app[SERVICES].ports.stop_list.entries()
    return answer(
        StopsOut(
            entries=[
                StopOut(
                    entry=one.entry if is_pattern(one.entry) else mask_phone(one.entry),
                    since=one.since,
                    reason=one.reason,
                )
                for one in entries
            ]
        )
    )


async def export(request: web.Request) -> web.Response:
    """Whole numbers: who took them is logged."""
    entries = await request.app[SERVICES].ports.stop_list.entries()
    log.info("stop_list_exported", by=request[WHO], entries=len(entries))
    rows = [(one.entry, one.since.isoformat(), one.reason) for one in entries]
    return table(csv_text(["номер", "с какого времени", "причина"], rows), "stoplist.csv")


async def add(request: web.Request) -> web.Response:
    """At once, in all campaigns. Raises InvalidPattern for a pattern that would stop nearly everybody."""
    services = request.app[SERVICES]
    given = await read_model(request, StopIn)
    stops, now = services.ports.stop_list, services.now()
    if is_pattern(given.entry):
        closed = await stops.add_pattern(StopPattern.parse(given.entry), reason=given.reason, now=now)
    else:
        closed = await stops.add(number(given.entry), reason=given.reason, now=now)
    log.info("stopped", by=request[WHO], pattern=is_pattern(given.entry), closed=closed)
    return answer(ClosedOut(closed=closed))


async def remove(request: web.Request) -> web.Response:
    """Kept with the token's name and the reason: it may bring somebody a call he forbade."""
    services = request.app[SERVICES]
    given = await read_model(request, UnstopIn)
    entry = StopPattern.parse(given.entry).text if is_pattern(given.entry) else number(given.entry)
    who = request[WHO]
    if not await services.ports.stop_list.remove(entry, by=who, reason=given.reason, now=services.now()):
        raise NotFound("not_listed", "этого нет в стоп-листе", "this is not on the stop list")
    log.info("unstopped", by=who, pattern=is_pattern(entry))
    return answer(StoppedOut(stopped=False))


async def check(request: web.Request) -> web.Response:
    """By number and by pattern."""
    given = await read_model(request, PhoneIn)
    stopped = await request.app[SERVICES].ports.stop_list.contains(number(given.phone))
    return answer(StoppedOut(stopped=stopped))


ROUTES = [
    web.get("/api/stoplist", index),
    web.post("/api/stoplist", add),
    web.get("/api/stoplist/export", export),
    web.post("/api/stoplist/remove", remove),
    web.post("/api/stoplist/check", check),
]
