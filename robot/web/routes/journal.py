"""GET /api/journal: who changed what, the newest first."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right
from robot.domain.journal import Wanted
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.schemas_access import ChangeOut, ChangesOut, ChangesQuery
from robot.web.services import SERVICES, answer


async def index(request: web.Request) -> web.Response:
    asked = read_query(request, ChangesQuery)
    wanted = Wanted(asked.what, asked.who, asked.subject, asked.since, asked.until)
    before = int(asked.after) if asked.after else None
    journal = request.app[SERVICES].ports.access.journal
    found = await journal.changes(wanted, before=before, limit=asked.limit + 1)
    items = [
        ChangeOut(
            id=one.id,
            at=one.at,
            who=one.who,
            user_id=one.user_id,
            what=one.what,
            subject=one.subject,
            before=one.before,
            after=one.after,
        )
        for one in found[: asked.limit]
    ]
    return answer(ChangesOut(items=items, next=str(items[-1].id) if len(found) > asked.limit else ""))


_CHANGE = {
    "id": 7,
    "at": "2026-11-23T09:00:00Z",
    "who": "Анна Петрова",
    "user_id": 1,
    "what": "quota_changed",
    "subject": "cold",
    "before": {"quota": 10},
    "after": {"quota": 12},
}

ENDPOINTS = (
    Endpoint("GET", "/api/journal", index, Right.SEE_JOURNAL, "Who changed what, the newest first", "Journal",
             query=ChangesQuery, answer=ChangesOut, example={"items": [_CHANGE], "next": ""}),
)  # fmt: skip
