"""At the door of the API: who asks. A cookie of a session, or a token of a program, becomes a Principal.

A browser sends its cookies with whatever any page makes it send. So what changes something is believed to be meant by
its user only when it carries the session's own X-CSRF-Token (a page of another site cannot read it), and does not come
from another site; a WebSocket, which cannot carry that header, only when it names this site as its origin.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from robot.domain.access import INTEGRATOR, Principal
from robot.domain.users import Session
from robot.settings_web import WebSettings
from robot.web.auth import LONGEST, ListedTokens, bearer, csrf_of, hash_of
from robot.web.cookies import cookie_name
from robot.web.endpoint import PRINCIPAL, Endpoint
from robot.web.errors import CrossSite, Unauthorized
from robot.web.services import SERVICES
from robot.web.standing import HOLD, Hold

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API = "/api/"
CSRF = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session of a request with the secret of its cookie."""

    session: Session
    secret: str

    @property
    def csrf(self) -> str:
        return csrf_of(self.secret)


SIGNED_IN = web.RequestKey("signed_in", SignedIn)
"""Set for people; programs have no session."""


def gate(settings: WebSettings, endpoints: Sequence[Endpoint]) -> Middleware:
    """Lets nobody to the API who does not say who he is, but for what is open to all."""
    listed = ListedTokens(settings.tokens)
    to_all = {(each.method, each.path) for each in endpoints if each.open}

    @web.middleware
    async def kept(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        canonical = resource.canonical if resource is not None else ""
        if not (request.path.startswith(API) or canonical.startswith(API)):
            return await handler(request)
        principal = await _principal(request, listed, settings)
        if principal is not None:
            request[PRINCIPAL] = principal
            request[HOLD] = Hold(lambda: _same(request, listed, settings, principal))
        if (request.method, canonical) in to_all:
            _refuse_strangers(request, settings)  # nor does another site sign anybody in
        elif principal is None:
            raise Unauthorized
        elif SIGNED_IN in request:
            _refuse_forged(request, settings)
        return await handler(request)

    return kept


async def _same(request: web.Request, listed: ListedTokens, settings: WebSettings, before: Principal) -> bool:
    return await _principal(request, listed, settings) == before


async def _principal(request: web.Request, listed: ListedTokens, settings: WebSettings) -> Principal | None:
    """A header wins over a cookie: it is never sent by itself."""
    ports, now = request.app[SERVICES].ports.access, request.app[SERVICES].now()
    if "Authorization" in request.headers:
        token = bearer(request.headers["Authorization"])
        name = listed.who(token)
        if name is not None:
            return Principal(name, INTEGRATOR)
        kept = await ports.tokens.find(hash_of(token), now=now) if token else None
        return kept.principal if kept else None
    secret = request.cookies.get(cookie_name(request, settings), "")[:LONGEST]
    session = await ports.sessions.get(hash_of(secret), now=now) if secret else None
    if session is None:
        return None
    request[SIGNED_IN] = SignedIn(session, secret)
    return session.user.principal


def _refuse_forged(request: web.Request, settings: WebSettings) -> None:
    """Raises CrossSite."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        _refuse_strangers(request, settings, named=True)
    elif request.method not in SAFE:
        _refuse_strangers(request, settings)
        given = request.headers.get(CSRF, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, request[SIGNED_IN].csrf.encode()):
            raise CrossSite


def _refuse_strangers(request: web.Request, settings: WebSettings, *, named: bool = False) -> None:
    """A browser tells whose page makes it ask; programs tell nothing. named: the origin must be told. Raises
    CrossSite."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OURS:
        raise CrossSite
    if origin is None:
        if named:
            raise CrossSite
        return
    if site is None and urlsplit(origin).netloc.lower() not in _hosts(request, settings):
        raise CrossSite


def _hosts(request: web.Request, settings: WebSettings) -> set[str]:
    told = {request.host.lower(), urlsplit(settings.url).netloc.lower()}
    if request.remote in settings.proxies:
        told.add(request.headers.get("X-Forwarded-Host", "").split(",")[-1].strip().lower())
    return told - {""}
