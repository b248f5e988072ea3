"""Signing in and out, and who is signed in: /api/sign-in, /api/sign-out, /api/me.

Whoever guesses is slowed down by account and by address, over all nodes, and learns nothing: a name that nobody has is
answered with the same words, after the same work, as a wrong password.
"""

from __future__ import annotations

import ipaddress

import structlog
from aiohttp import web

from robot.domain.access import Principal, Right, Role
from robot.domain.users import TRIES_OF_ACCOUNT, TRIES_OF_ADDRESS, Session, Tries, User, check_password, key_of
from robot.web.auth import csrf_of, hash_of, new_secret
from robot.web.body import read_model
from robot.web.cookies import demand_encrypted, give, take_back
from robot.web.endpoint import PRINCIPAL, Endpoint
from robot.web.errors import Forbidden, TooMany, WrongPassword
from robot.web.gate import SIGNED_IN, SignedIn
from robot.web.journal import note
from robot.web.routes.hooks import source_of
from robot.web.schemas_access import LanguageIn, LinkIn, MeOut, PasswordIn, SignInIn
from robot.web.services import SERVICES, Services, answer

log = structlog.get_logger(__name__)

TAG = "Access"


async def sign_in(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    demand_encrypted(request, services.settings)
    given = await read_model(request, SignInIn)
    await _count(request, services, given.name)
    found = await services.ports.access.credentials.find(given.name)
    user, kept = found or (None, "")
    fits = await services.passwords.fits("" if user is None or user.disabled_at else kept, given.password)
    if user is None or not fits:
        log.info("sign_in_refused")
        raise WrongPassword
    await services.ports.access.guesses.forget(_account(given.name))
    return await _opened(request, services, user)


async def sign_in_by_link(request: web.Request) -> web.Response:
    """Once. The link is in the part of the address that browsers send nobody (#…), so no proxy's log keeps it."""
    services = request.app[SERVICES]
    demand_encrypted(request, services.settings)
    given = await read_model(request, LinkIn)
    await _count(request, services)
    user = await services.ports.access.credentials.redeem(hash_of(given.link), now=services.now())
    if user is None:
        raise WrongPassword
    return await _opened(request, services, user, by_link=True)


async def sign_out(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    await services.ports.access.sessions.close(hash_of(_signed_in(request).secret))
    services.standing.changed()
    response = web.Response(status=204)
    take_back(request, response, services.settings)
    return response


async def sign_out_everywhere(request: web.Request) -> web.Response:
    """On every device, this one too."""
    services = request.app[SERVICES]
    await services.ports.access.sessions.close_all(_signed_in(request).session.user.id)
    services.standing.changed()
    await note(request, "signed_out_everywhere", subject=request[PRINCIPAL].name)
    response = web.Response(status=204)
    take_back(request, response, services.settings)
    return response


async def me(request: web.Request) -> web.Response:
    signed_in = request.get(SIGNED_IN)
    if signed_in is None:
        return answer(_program(request[PRINCIPAL]))
    return answer(_person(signed_in.session, signed_in.csrf))


async def set_password(request: web.Request) -> web.Response:
    """With the old one, unless he came by a link. Every other session of his ends."""
    services, signed_in = request.app[SERVICES], _signed_in(request)
    demand_encrypted(request, services.settings)
    given = await read_model(request, PasswordIn)
    user, credentials = signed_in.session.user, services.ports.access.credentials
    if not signed_in.session.by_link:
        await _count(request, services, user.name)
        found = await credentials.find(user.name)
        if not await services.passwords.fits(found[1] if found else "", given.old):
            raise WrongPassword
        await services.ports.access.guesses.forget(_account(user.name))
    plain = check_password(given.new, user.name)
    await credentials.set_password(user.id, await services.passwords.hash(plain))
    services.standing.changed()
    await note(request, "password_changed", subject=user.name)
    return await _opened(request, services, await services.ports.access.users.get(user.id))


async def set_language(request: web.Request) -> web.Response:
    user = _signed_in(request).session.user
    given = await read_model(request, LanguageIn)
    await request.app[SERVICES].ports.access.credentials.set_language(user.id, given.language)
    return web.Response(status=204)


async def _opened(request: web.Request, services: Services, user: User, *, by_link: bool = False) -> web.Response:
    """A new session under a new secret, whatever the browser sent before."""
    secret, now = new_secret(), services.now()
    before = request.get(SIGNED_IN)
    if before is not None:
        await services.ports.access.sessions.close(hash_of(before.secret))
    await services.ports.access.sessions.open(hash_of(secret), user.id, now=now, by_link=by_link)
    log.info("signed_in", user=user.id, by_link=by_link)
    response = answer(_person(Session(user, now, now, by_link), csrf_of(secret)))
    give(request, response, services.settings, secret)
    return response


async def _count(request: web.Request, services: Services, name: str | None = None) -> None:
    """Raises TooMany."""
    tries = [Tries(_address(request, services), TRIES_OF_ADDRESS)]
    if name is not None:
        tries.append(Tries(_account(name), TRIES_OF_ACCOUNT))
    wait = await services.ports.access.guesses.take(tries, now=services.now())
    if wait:
        log.warning("sign_in_slowed_down")
        raise TooMany(wait.total_seconds())


def _account(name: str) -> str:
    return "account:" + hash_of(key_of(name))


def _address(request: web.Request, services: Services) -> str:
    told = request.headers.getall("X-Forwarded-For", [])
    return "address:" + network_of(source_of(request.remote or "", told, services.settings.proxies))


def network_of(address: str) -> str:
    """Of IPv6 the half that a provider gives a customer: the other half is his to choose anew for each try."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return hash_of(address)
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address


def _signed_in(request: web.Request) -> SignedIn:
    """A program has no session to change. Raises Forbidden."""
    if SIGNED_IN not in request:
        raise Forbidden
    return request[SIGNED_IN]


def _person(session: Session, csrf: str) -> MeOut:
    user = session.user
    return MeOut(
        id=user.id,
        name=user.name,
        role=user.role,
        rights=sorted(user.principal.rights),
        language=user.language,
        csrf=csrf,
        needs_password=not user.has_password,
        knows_old_password=not session.by_link,
    )


def _program(principal: Principal) -> MeOut:
    return MeOut(name=principal.name, rights=sorted(principal.rights))


_ME = MeOut(
    id=1, name="Анна Петрова", role=Role.MANAGER, rights=[Right.SEE_TODAY], csrf="9f86d081884c7d65…"
).model_dump(mode="json")

ENDPOINTS = (
    Endpoint("POST", "/api/sign-in", sign_in, None, "Sign in with name and password; answers with a cookie", TAG,
             body=SignInIn, answer=MeOut, example=_ME, open=True),
    Endpoint("POST", "/api/sign-in/link", sign_in_by_link, None, "Sign in with a one-time link", TAG,
             body=LinkIn, answer=MeOut, example=_ME, open=True),
    Endpoint("POST", "/api/sign-out", sign_out, None, "End this session", TAG, status=204),
    Endpoint("POST", "/api/sign-out/everywhere", sign_out_everywhere, None, "End all my sessions", TAG, status=204),
    Endpoint("GET", "/api/me", me, None, "Who asks, and what he may do", TAG, answer=MeOut, example=_ME),
    Endpoint("PUT", "/api/me/password", set_password, None, "Change my password; begins a new session", TAG,
             body=PasswordIn, answer=MeOut, example=_ME),
    Endpoint("PUT", "/api/me/language", set_language, None, "The language of my pages", TAG,
             body=LanguageIn, status=204),
)  # fmt: skip
