"""/api/users, /api/tokens: who may use the application, managed by the head of sales."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right, Role
from robot.domain.users import ApiToken, User
from robot.web.auth import hash_of, new_token
from robot.web.body import read_model
from robot.web.endpoint import PRINCIPAL, Endpoint, who
from robot.web.errors import Forbidden, NotFound
from robot.web.invitations import invite
from robot.web.journal import note
from robot.web.schemas_access import (
    InvitedOut,
    NewTokenOut,
    TokenIn,
    TokenOut,
    TokensOut,
    UserChange,
    UserIn,
    UserOut,
    UsersOut,
)
from robot.web.services import SERVICES, answer, id_of

TAG = "Users"


async def index(request: web.Request) -> web.Response:
    users = await request.app[SERVICES].ports.access.users.all()
    return answer(UsersOut(items=[_out(user) for user in users]))


async def add(request: web.Request) -> web.Response:
    """He sets his password himself, by the link that is answered."""
    services = request.app[SERVICES]
    given = await read_model(request, UserIn)
    user = await services.ports.access.users.add(given.name, given.role, now=services.now())
    await note(request, "user_added", subject=user.name, after={"role": user.role})
    return await _invited(request, user, 201)


async def change(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    users = services.ports.access.users
    given = await read_model(request, UserChange)
    before = await users.get(id_of(request))
    after = before
    if given.role is not None and given.role is not before.role:
        after = await users.set_role(before.id, given.role)
        await note(
            request, "user_role_changed", subject=before.name, before={"role": before.role}, after={"role": after.role}
        )
    if given.disabled is not None and given.disabled is not (before.disabled_at is not None):
        after = await users.set_disabled(before.id, given.disabled, now=services.now())
        await note(request, "user_disabled" if given.disabled else "user_enabled", subject=before.name)
    services.standing.changed()
    return answer(_out(after))


async def send_link(request: web.Request) -> web.Response:
    """A new one-time link: the password and the sessions he had end now."""
    user = await request.app[SERVICES].ports.access.users.get(id_of(request))
    if user.id == request[PRINCIPAL].user_id:
        raise Forbidden  # he would lock himself out: his own password he changes on his own page
    response = await _invited(request, user, 200)
    await note(request, "user_link_made", subject=user.name)
    return response


async def tokens(request: web.Request) -> web.Response:
    kept = await request.app[SERVICES].ports.access.tokens.all()
    return answer(TokensOut(items=[_token(one) for one in kept]))


async def add_token(request: web.Request) -> web.Response:
    """With the rights of who makes it at most."""
    services = request.app[SERVICES]
    given = await read_model(request, TokenIn)
    scopes = frozenset(given.scopes)
    if not scopes <= request[PRINCIPAL].rights:
        raise Forbidden
    secret = new_token()
    made = await services.ports.access.tokens.add(
        given.name, hash_of(secret), scopes, by=who(request), now=services.now()
    )
    await note(request, "token_added", subject=made.name, after={"scopes": ", ".join(sorted(scopes))})
    return answer(NewTokenOut(token=_token(made), secret=secret), 201)


async def revoke_token(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    gone = await services.ports.access.tokens.revoke(id_of(request), now=services.now())
    if gone is None:
        raise NotFound("unknown_token", "такого токена нет", "there is no such token")
    services.standing.changed()
    await note(request, "token_revoked", subject=gone.name)
    return answer(_token(gone))


async def _invited(request: web.Request, user: User, status: int) -> web.Response:
    services = request.app[SERVICES]
    access, address = services.ports.access, services.settings.address
    made = await invite(access.credentials, user.id, address, now=services.now())
    services.standing.changed()  # the sessions he had are over
    return answer(InvitedOut(user=_out(await access.users.get(user.id)), link=made.link, until=made.until), status)


def _out(user: User) -> UserOut:
    return UserOut(
        id=user.id,
        name=user.name,
        role=user.role,
        waits_for_link=not user.has_password,
        made_at=user.made_at,
        signed_in_at=user.signed_in_at,
        disabled_at=user.disabled_at,
    )


def _token(token: ApiToken) -> TokenOut:
    return TokenOut(
        id=token.id,
        name=token.name,
        scopes=sorted(token.scopes),
        made_by=token.made_by,
        made_at=token.made_at,
        used_at=token.used_at,
        revoked_at=token.revoked_at,
    )


_ID = {"id": "Number of the user"}
_TOKEN_ID = {"id": "Number of the token"}
_USER = {
    "id": 2,
    "name": "Пётр Ильин",
    "role": Role.MANAGER.value,
    "waits_for_link": True,
    "made_at": "2026-11-23T09:00:00Z",
    "signed_in_at": None,
    "disabled_at": None,
}
_INVITED = {"user": _USER, "link": "https://robot.example.ru/sign-in#link=…", "until": "2026-11-24T09:00:00Z"}
_RIGHT = Right.MANAGE_USERS

ENDPOINTS = (
    Endpoint("GET", "/api/users", index, _RIGHT, "All users", TAG, answer=UsersOut,
             example={"items": [_USER], "next": ""}),
    Endpoint("POST", "/api/users", add, _RIGHT, "Add a user; answers with his one-time link", TAG,
             body=UserIn, answer=InvitedOut, status=201, example=_INVITED),
    Endpoint("PATCH", "/api/users/{id}", change, _RIGHT, "Change a user's role, or let him in no more", TAG,
             body=UserChange, answer=UserOut, params=_ID, example=_USER),
    Endpoint("POST", "/api/users/{id}/link", send_link, _RIGHT, "A one-time link instead of the password he had", TAG,
             answer=InvitedOut, params=_ID, example=_INVITED),
    Endpoint("GET", "/api/tokens", tokens, _RIGHT, "Tokens of programs", TAG, answer=TokensOut),
    Endpoint("POST", "/api/tokens", add_token, _RIGHT, "Make a token; its secret is shown once", TAG,
             body=TokenIn, answer=NewTokenOut, status=201),
    Endpoint("POST", "/api/tokens/{id}/revoke", revoke_token, _RIGHT, "Take a token back", TAG,
             answer=TokenOut, params=_TOKEN_ID),
)  # fmt: skip
