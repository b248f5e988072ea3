"""Every address of the API with every role, with a token of each scope, and with nobody: exactly the declared right."""

from __future__ import annotations

import re

import pytest

from robot.domain.access import INTEGRATOR, RIGHTS, Right, Role
from robot.web.api import ENDPOINTS
from robot.web.auth import hash_of, new_token
from robot.web.endpoint import Endpoint
from robot.web.openapi import document
from tests.unit.web.office import BEARER, Office, error_of

pytestmark = pytest.mark.unit

REFUSALS = {(401, "unauthorized"), (403, "forbidden"), (403, "cross_site")}
OF_PEOPLE = {
    ("POST", "/api/sign-out"),
    ("POST", "/api/sign-out/everywhere"),
    ("PUT", "/api/me/password"),
    ("PUT", "/api/me/language"),
}
"""Without a right of their own, and nothing a program could mean by them."""

PUBLIC = {("POST", "/api/sign-in"), ("POST", "/api/sign-in/link")}


def address_of(endpoint: Endpoint) -> str:
    return re.sub(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", "0", endpoint.path)


async def refusal(office: Office, endpoint: Endpoint, headers: dict[str, str]) -> tuple[int, str] | None:
    """The refusal of the door; None when the handler was reached, whatever that makes of an empty body, or of an office
    without a robot (503)."""
    body = None if endpoint.body is None else b"{}"
    request = office.client.request(endpoint.method, address_of(endpoint), data=body, headers=headers)
    async with request as response:
        if response.status not in {401, 403}:
            assert response.status < 500 or response.status == 503, (endpoint.method, endpoint.path, response.status)
            return None
        refused = await error_of(response)
        return refused if refused in REFUSALS else None


async def test_nobody_gets_past_the_door(office: Office) -> None:
    for endpoint in ENDPOINTS:
        refused = await refusal(office, endpoint, {})
        assert refused == (None if endpoint.open else (401, "unauthorized")), endpoint.path


def test_open_to_all_is_only_how_one_signs_in() -> None:
    assert {(one.method, one.path) for one in ENDPOINTS if one.open} == PUBLIC


@pytest.mark.parametrize("role", Role)
async def test_a_role_reaches_what_its_rights_say_and_nothing_else(office: Office, role: Role) -> None:
    for endpoint in ENDPOINTS:
        person = await office.person(role)  # for each anew: signing out is among them
        headers = {"Cookie": f"{office.cookie}={person.secret}", "X-CSRF-Token": person.csrf}
        refused = await refusal(office, endpoint, headers)
        allowed = endpoint.right is None or endpoint.right in RIGHTS[role]
        assert refused == (None if allowed else (403, "forbidden")), (role, endpoint.method, endpoint.path)


@pytest.mark.parametrize("scope", Right)
async def test_a_token_reaches_what_its_scope_says_and_nothing_else(office: Office, scope: Right) -> None:
    token = new_token()
    await office.store.api_tokens.add("program", hash_of(token), frozenset({scope}), by="test", now=office.clock)
    for endpoint in ENDPOINTS:
        refused = await refusal(office, endpoint, {"Authorization": f"Bearer {token}"})
        allowed = endpoint.right in {None, scope} and (endpoint.method, endpoint.path) not in OF_PEOPLE
        assert refused == (None if allowed else (403, "forbidden")), (scope, endpoint.method, endpoint.path)


async def test_a_token_of_the_settings_has_the_rights_of_an_integrator(office: Office) -> None:
    for endpoint in ENDPOINTS:
        refused = await refusal(office, endpoint, BEARER)
        allowed = endpoint.right is None or endpoint.right in INTEGRATOR
        allowed = allowed and (endpoint.method, endpoint.path) not in OF_PEOPLE
        assert refused == (None if allowed else (403, "forbidden")), (endpoint.method, endpoint.path)


async def test_a_token_that_was_taken_back_is_nobodys(office: Office) -> None:
    token = new_token()
    made = await office.store.api_tokens.add(
        "program", hash_of(token), frozenset({Right.SEE_TODAY}), by="test", now=office.clock
    )
    headers = {"Authorization": f"Bearer {token}"}
    assert (await office.client.get("/api/campaigns", headers=headers)).status == 200
    assert await office.store.api_tokens.revoke(made.id, now=office.clock) is not None
    assert await error_of(await office.client.get("/api/campaigns", headers=headers)) == (401, "unauthorized")


async def test_nothing_of_the_api_is_served_that_is_not_declared(office: Office) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in office.client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api")
    }
    declared = {(one.method, re.sub(r"\{(\w+):[^/]*\}", r"{\1}", one.path)) for one in ENDPOINTS}
    assert served == declared | {("HEAD", path) for method, path in declared if method == "GET"}


def test_no_address_is_declared_twice() -> None:
    declared = [(one.method, one.path) for one in ENDPOINTS]
    assert len(set(declared)) == len(declared)


def test_no_two_shapes_share_a_name() -> None:
    """They would be told apart by their modules, and the names of modules would be in everybody's programs."""
    described = document(ENDPOINTS, "0")
    names = described["components"]["schemas"]
    assert isinstance(names, dict)
    assert [name for name in names if "__" in name] == []


def test_roles_differ_in_what_their_names_promise() -> None:
    assert len(set(RIGHTS.values())) == len(Role)
    assert RIGHTS[Role.HEAD] == frozenset(Right)
    changing = {Right.RUN_CAMPAIGNS, Right.EDIT_SCRIPTS, Right.EDIT_LEADS, Right.EDIT_SETTINGS, Right.MANAGE_USERS}
    assert not RIGHTS[Role.MANAGER] & changing
    assert not {right for right in RIGHTS[Role.AUDITOR] if not right.startswith(("see_", "hear_"))}
    assert not RIGHTS[Role.OPS] & {Right.SEE_CALLS, Right.HEAR_CALLS, Right.SEE_LEADS}
