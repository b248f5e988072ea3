"""/api/stoplist/import: the stop list from a file, and what was taken off it."""

from __future__ import annotations

from aiohttp import web

from robot.crm.csv_table import ImportRefused
from robot.crm.import_report import masked
from robot.crm.reading_apart import read_apart
from robot.crm.stop_import import StopFile, read_stops
from robot.domain.access import Right
from robot.domain.phones import mask_phone
from robot.domain.stops import StopPattern
from robot.i18n import tr
from robot.web.body import read_body, read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import Unusable
from robot.web.journal import note
from robot.web.routes.stoplist import is_pattern
from robot.web.schemas_leads import RefusedRow, RemovalOut, RemovalsOut, StopImportOut, StopImportQuery
from robot.web.services import SERVICES, answer

MOST_BYTES = 8 * 1024 * 1024
READ_WITHIN_S = 60.0
BATCH = 1000
"""Entries of one transaction: calls under way write between them."""

MOST_TOLD = 1000
MOST_REMOVALS = 200


async def load(request: web.Request) -> web.Response:
    """The file is the body: CSV or XLSX, up to 8 MB, with a column of telephones or patterns and perhaps one of
    reasons. Given again it changes nothing."""
    asked = read_query(request, StopImportQuery)
    content = await read_body(request, most=MOST_BYTES, within_s=READ_WITHIN_S)
    try:
        listed = await read_apart(read_stops, content)
    except ImportRefused as error:
        raise Unusable("import_refused", error.reason.ru, error.reason.en) from None
    closed = 0
    if not asked.dry_run:
        stops, now = request.app[SERVICES].ports.lists.stops, request.app[SERVICES].now()
        for start in range(0, len(listed.entries), BATCH):
            closed += await stops.add_all(listed.entries[start : start + BATCH], now=now)
        await note(request, "stop_list_imported", after={"entries": len(listed.entries), "closed": closed})
    return answer(_told(listed, closed, dry_run=asked.dry_run))


def _told(listed: StopFile, closed: int, *, dry_run: bool) -> StopImportOut:
    refused = [
        RefusedRow(line=one.line, phone=masked(one.phone), why=tr(one.reason.ru, one.reason.en))
        for one in listed.refused[:MOST_TOLD]
    ]
    return StopImportOut(
        dry_run=dry_run,
        entries=len(listed.entries),
        patterns=sum(isinstance(entry, StopPattern) for entry, _ in listed.entries),
        refused_rows=len(listed.refused),
        refused=refused,
        closed=closed,
    )


async def removals(request: web.Request) -> web.Response:
    """The latest first."""
    found = await request.app[SERVICES].ports.lists.stops.removals(limit=MOST_REMOVALS)
    return answer(
        RemovalsOut(
            items=[
                RemovalOut(
                    entry=one.entry if is_pattern(one.entry) else mask_phone(one.entry),
                    at=one.at,
                    by=one.by,
                    reason=one.reason,
                )
                for one in found
            ]
        )
    )


_TAG = "Stop list"

ENDPOINTS = (
    Endpoint("POST", "/api/stoplist/import", load, Right.EDIT_LEADS, "Never call whoever is in a file", _TAG,
             query=StopImportQuery, answer=StopImportOut),
    Endpoint("GET", "/api/stoplist/removals", removals, Right.SEE_LEADS, "What was taken off the list, and who did it",
             _TAG, answer=RemovalsOut),
)  # fmt: skip
