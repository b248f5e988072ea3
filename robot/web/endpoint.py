"""One address of the API, declared once: its handler is served, its right is asked for, and its description in OpenAPI
is made from the same declaration. Nothing under /api/ is served in any other way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import BaseModel

from robot.domain.access import Principal, Right
from robot.web.errors import Forbidden, Unauthorized

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PRINCIPAL = web.RequestKey("principal", Principal)
"""Who asks; set by the middleware before any handler under /api/ runs."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """method: GET, POST, PUT, PATCH, DELETE. path: as aiohttp writes it, /api/calls/{id}. summary: English, one line.
    right: None for what anybody who is signed in may do. body, query, answer: models; answer None for one of
    `media` (audio, CSV, an event stream) or, with 204, for nothing. params: what the parts of the path are.
    example: of the answer. open: for who has not signed in too; there is no PRINCIPAL then."""

    method: str
    path: str
    handler: Handler
    right: Right | None
    summary: str
    tag: str
    answer: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    media: str = "application/json"
    params: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, object] | None = None
    open: bool = False


def routes_of(endpoints: Sequence[Endpoint]) -> list[web.RouteDef]:
    """What aiohttp serves. A request without the right is refused before its body is read."""
    return [web.route(each.method, each.path, _guarded(each)) for each in endpoints]


def _guarded(endpoint: Endpoint) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if not endpoint.open and PRINCIPAL not in request:
            raise Unauthorized
        if endpoint.right is not None and not request[PRINCIPAL].may(endpoint.right):
            raise Forbidden
        return await endpoint.handler(request)

    return handle


def who(request: web.Request) -> str:
    """The name that logs and the journal keep of who asks."""
    return request[PRINCIPAL].name
