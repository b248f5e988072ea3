"""/api/recordings: the sound of a call and its outline, at addresses that hold for one user and a short time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from robot.calls.peaks import peaks_of
from robot.calls.recordings import KEPT, RAW, RecordingUnreadable
from robot.domain.access import Right
from robot.domain.journal import Wanted
from robot.web import calls_view as view
from robot.web.body import read_query
from robot.web.endpoint import PRINCIPAL, Endpoint, who
from robot.web.errors import ApiError, NotFound
from robot.web.journal import note
from robot.web.routes.calls import call_of, unknown
from robot.web.schemas_calls import PeaksOut, SignedQuery
from robot.web.services import SERVICES, answer
from robot.web.signed import KEY, LASTS, holds

HEARD = "recording_heard"
MEDIA = {KEPT: "audio/ogg", RAW: "audio/wav"}


class BadAddress(ApiError):
    """Of another user, changed, or too old."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "stale_address", "ссылка на запись устарела: обновите страницу", "the address is too old: reload the page"
        )


class Sound(web.FileResponse):
    """A file in parts. A range that was asked for on condition (If-Range) of another version of the file is not given:
    the whole file is, as RFC 9110 has it; aiohttp looks at dates alone."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        condition = request.headers.get("If-Range", "")
        if condition.startswith(('"', "W/")) and condition != await asyncio.to_thread(_etag, Path(self._path)):
            headers = request.headers.copy()
            headers.popall("Range", None)
            return await super().prepare(request.clone(headers=headers))
        return await super().prepare(request)


async def sound(request: web.Request) -> web.StreamResponse:
    """Answers range requests, as players make them. Who hears any of it is written into the journal: at each beginning,
    and when he begins elsewhere."""
    call, recording = await _allowed(request)
    suffix = f".{request.match_info['kind']}"
    path = view.recorded_at(request.app[SERVICES].data_dir, recording)
    file = path.with_suffix(suffix) if path is not None and suffix in MEDIA else None
    if file is None or not await asyncio.to_thread(file.is_file):
        raise _not_here()
    if request.method == "GET" and (_from_beginning(request) or not await _noted(request, call)):
        await note(request, HEARD, subject=str(call))
    return Sound(file, headers={"Content-Type": MEDIA[suffix], "Content-Disposition": "inline"})


def _from_beginning(request: web.Request) -> bool:
    return request.headers.get("Range", "bytes=0-").startswith("bytes=0-")


async def _noted(request: web.Request, call: UUID) -> bool:
    """A player that goes on: its beginning is in the journal, of this address or of one shortly before."""
    services = request.app[SERVICES]
    lately = Wanted(HEARD, who(request), str(call), services.now() - LASTS)
    return bool(await services.ports.access.journal.changes(lately, before=None, limit=1))


async def peaks(request: web.Request) -> web.Response:
    """For drawing it; worked out once."""
    _, recording = await _allowed(request)
    path = view.recorded_at(request.app[SERVICES].data_dir, recording)
    if path is None:
        raise _not_here()
    try:
        found = await asyncio.to_thread(peaks_of, path)
    except RecordingUnreadable:
        raise _not_here() from None
    return answer(
        PeaksOut(step_ms=found.step_ms, length_ms=found.length_ms, client=list(found.client), robot=list(found.robot))
    )


async def _allowed(request: web.Request) -> tuple[UUID, str]:
    """The call and its recording's stored path. Raises BadAddress, NotFound."""
    services, call = request.app[SERVICES], call_of(request)
    given = read_query(request, SignedQuery)
    now = services.now()
    key = await services.ports.calls.keys.key(KEY, now=now)
    if not holds(key, call, request[PRINCIPAL], now, expires=given.expires, given=given.signature):
        raise BadAddress
    found = await services.ports.calls.search.one(call)
    if found is None:
        raise unknown()
    return call, found.record.recording


def _etag(file: Path) -> str:
    """As aiohttp makes it."""
    stat = file.stat()
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def _not_here() -> NotFound:
    return NotFound(
        "no_recording",
        "записи здесь нет: файл на другом сервере или удалён",
        "the recording is not here: its file is on another server, or was removed",
    )


_ID = {"id": "Id of the call", "kind": "As the call's recording names it"}
ENDPOINTS = (
    Endpoint("GET", "/api/recordings/{id}/sound/{kind}", sound, Right.HEAR_CALLS,
             "The sound of a call: left the client, right the robot", "Recordings", query=SignedQuery,
             media="audio/ogg", params=_ID),
    Endpoint("GET", "/api/recordings/{id}/peaks", peaks, Right.HEAR_CALLS, "The outline of a recording", "Recordings",
             query=SignedQuery, answer=PeaksOut, params=_ID),
)  # fmt: skip
