"""Signing in over real HTTP: sessions, one-time links, other sites, guessing; and what none of them gives away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import structlog
from aiohttp import ClientResponse
from argon2 import PasswordHasher

from robot.domain.access import Role
from robot.domain.errors import LastHead
from robot.domain.users import IDLE, LINK_LASTS, LONGEST_SESSION, TRIES_OF_ACCOUNT, TRIES_OF_ADDRESS, TRIES_WITHIN
from robot.web.auth import csrf_of, hash_of
from robot.web.invitations import invite
from robot.web.passwords import Passwords
from robot.web.routes.session import network_of
from tests.unit.web.office import Office, error_of

pytestmark = pytest.mark.unit

NAME = "Анна Петрова"
PASSWORD = "верный конь скрепка"
LOOPBACK = "127.0.0.1"


async def anna(office: Office, role: Role = Role.HEAD) -> int:
    user = await office.store.users.add(NAME, role, now=office.clock)
    await office.store.credentials.set_password(user.id, await Passwords().hash(PASSWORD))
    return user.id


async def sign_in(office: Office, name: str = NAME, password: str = PASSWORD, **headers: str) -> ClientResponse:
    body = {"name": name, "password": password}
    return await office.client.post("/api/sign-in", json=body, headers=headers)


def secret_of(response: ClientResponse) -> str:
    (morsel,) = response.cookies.values()
    return str(morsel.value)


async def me(office: Office, secret: str) -> ClientResponse:
    return await office.client.get("/api/me", headers={"Cookie": f"{office.cookie}={secret}"})


async def test_who_signs_in_is_told_who_he_is_and_keeps_a_guarded_cookie(office: Office) -> None:
    await anna(office, Role.MANAGER)
    response = await sign_in(office, "  анна   ПЕТРОВА ")
    told = await response.json()
    assert (response.status, told["name"], told["role"], told["needs_password"]) == (200, NAME, "manager", False)
    assert "see_today" in told["rights"]
    assert "manage_users" not in told["rights"]
    secret = secret_of(response)
    assert told["csrf"] == csrf_of(secret)
    assert secret not in await response.text()
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert await (await me(office, secret)).json() == told


async def test_over_tls_the_cookie_goes_nowhere_else() -> None:
    async with Office(proxies=LOOPBACK) as office:
        await anna(office)
        response = await sign_in(office, **{"X-Forwarded-Proto": "https", "Host": "robot.example.ru"})
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-zvonar=")
        assert "Secure" in cookie
    async with Office(url="https://robot.example.ru") as office:
        await anna(office)
        assert "Secure" in (await sign_in(office, Host="robot.example.ru")).headers["Set-Cookie"]


async def test_a_password_is_not_taken_in_clear_from_elsewhere(office: Office) -> None:
    await anna(office)
    refused = await sign_in(office, **{"Host": "192.168.1.5:8080", "X-Forwarded-Proto": "https"})
    assert await error_of(refused) == (403, "not_encrypted")


async def test_what_lies_in_the_database_signs_nobody_in(office: Office) -> None:
    await anna(office)
    secret = secret_of(await sign_in(office))
    async with office.store.database.read() as connection:
        (key,) = (await connection.exec_driver_sql("SELECT key FROM sessions")).scalars()
        (kept,) = (await connection.exec_driver_sql("SELECT password FROM users")).scalars()
    assert key == hash_of(secret)
    assert kept.startswith("$argon2id$")
    assert (await me(office, key)).status == 401
    assert await error_of(await sign_in(office, password=kept)) == (401, "wrong_password")


async def test_signing_in_begins_a_new_session_whatever_the_browser_brought(office: Office) -> None:
    await anna(office)
    planted = await sign_in(office, Cookie=f"{office.cookie}=chosen-by-somebody-else")
    assert secret_of(planted) != "chosen-by-somebody-else"
    assert (await me(office, "chosen-by-somebody-else")).status == 401
    first = secret_of(planted)
    second = secret_of(await sign_in(office, Cookie=f"{office.cookie}={first}"))
    assert (await me(office, first)).status == 401
    assert (await me(office, second)).status == 200


async def test_signing_out_ends_the_session_on_the_server(office: Office) -> None:
    person = await office.person(Role.MANAGER)
    other = await office.person(Role.MANAGER, person.user.name)
    left = await person.ask("POST", "/api/sign-out")
    assert left.status == 204
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    assert (await me(office, person.secret)).status == 401
    assert (await me(office, other.secret)).status == 200


async def test_signing_out_everywhere_ends_all_of_his_and_nobody_elses(office: Office) -> None:
    here = await office.person(Role.MANAGER)
    there = await office.person(Role.MANAGER, here.user.name)
    somebody = await office.person(Role.MANAGER)
    assert (await here.ask("POST", "/api/sign-out/everywhere")).status == 204
    assert [(await me(office, one.secret)).status for one in (here, there, somebody)] == [401, 401, 200]


async def test_a_session_ends_when_it_is_not_used_and_when_it_is_old(office: Office) -> None:
    idle, busy = await office.person(), await office.person()
    began = office.clock
    office.clock = began + IDLE - timedelta(seconds=1)
    assert (await me(office, busy.secret)).status == 200
    office.clock = began + IDLE
    assert [(await me(office, one.secret)).status for one in (idle, busy)] == [401, 200]
    while office.clock < began + LONGEST_SESSION - IDLE:
        office.clock += IDLE / 2
        assert (await me(office, busy.secret)).status == 200
    office.clock = began + LONGEST_SESSION
    assert (await me(office, busy.secret)).status == 401


async def test_a_role_that_is_taken_away_is_gone_with_the_next_request(office: Office) -> None:
    head, other = await office.person(Role.HEAD), await office.person(Role.HEAD)
    users = f"/api/users/{other.user.id}"
    assert (await other.ask("GET", "/api/users")).status == 200
    assert (await head.ask("PATCH", users, {"role": "auditor"})).status == 200
    assert await error_of(await other.ask("GET", "/api/users")) == (403, "forbidden")
    assert (await head.ask("PATCH", users, {"disabled": True})).status == 200
    assert (await other.ask("GET", "/api/me")).status == 401
    assert (await head.ask("PATCH", users, {"disabled": False})).status == 200
    assert (await other.ask("GET", "/api/me")).status == 401  # the session is over, not asleep


async def test_the_last_head_stays(office: Office) -> None:
    head = await office.person(Role.HEAD)
    for change in ({"role": "ops"}, {"disabled": True}):
        assert await error_of(await head.ask("PATCH", f"/api/users/{head.user.id}", change)) == (409, "last_head")
    other = await office.person(Role.HEAD)
    users = office.store.users
    done = await asyncio.gather(
        users.set_role(head.user.id, Role.OPS), users.set_role(other.user.id, Role.OPS), return_exceptions=True
    )
    assert sum(isinstance(one, LastHead) for one in done) == 1


# Other sites


STRANGERS: list[dict[str, str]] = [
    {"X-CSRF-Token": ""},
    {"X-CSRF-Token": "0" * 64},
    {"X-CSRF-Token": "не то"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", STRANGERS)
async def test_another_site_changes_nothing_with_his_cookie(office: Office, headers: dict[str, str]) -> None:
    head = await office.person()
    refused = await head.ask("POST", "/api/campaigns/cold/quota", {"quota": 1}, **headers)
    assert await error_of(refused) == (403, "cross_site")
    assert (await office.store.campaigns.get("cold")).quota == 5


async def test_the_token_of_another_session_is_none(office: Office) -> None:
    head, other = await office.person(), await office.person()
    refused = await head.ask("POST", "/api/campaigns/cold/quota", {"quota": 1}, **{"X-CSRF-Token": other.csrf})
    assert await error_of(refused) == (403, "cross_site")


async def test_a_page_of_ours_may(office: Office) -> None:
    head = await office.person()
    own = {"Origin": f"http://127.0.0.1:{office.client.port}", "Sec-Fetch-Site": "same-origin"}
    for headers in (own, {"Origin": own["Origin"]}, {}):
        assert (await head.ask("POST", "/api/campaigns/cold/quota", {"quota": 7}, **headers)).status == 200


async def test_a_socket_names_whose_page_it_is_of(office: Office) -> None:
    head = await office.person()
    own = f"http://127.0.0.1:{office.client.port}"
    for origin, expected in (("", 403), ("https://evil.example", 403), (own, 200)):
        answered = await head.ask("GET", "/api/me", None, Upgrade="websocket", Connection="Upgrade", Origin=origin)
        assert answered.status == expected


async def test_another_site_signs_nobody_in(office: Office) -> None:
    await anna(office)
    refused = await sign_in(office, Origin="https://evil.example")
    assert await error_of(refused) == (403, "cross_site")


async def test_a_program_needs_no_token_of_a_page_and_no_cookie_helps_it(office: Office) -> None:
    head = await office.person()
    assert (await office.post("/api/campaigns/cold/quota", {"quota": 8})).status == 200
    refused = await head.ask("GET", "/api/me", None, Authorization="Bearer zv_nothing")
    assert await error_of(refused) == (401, "unauthorized")


# Guessing


async def test_the_same_answer_after_the_same_work_whoever_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = await anna(office)
    other = await office.store.users.add("Без пароля", Role.HEAD, now=office.clock)
    verified: list[str] = []
    real: Callable[..., Any] = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, given: str) -> bool:
        verified.append(kept.split("$")[3])
        return bool(real(self, kept, given))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = []
    for name in (NAME, "Никого Такого", other.name, "x" * 64, "' OR 1=1 --"):
        response = await sign_in(office, name, "не тот пароль")
        kept = {key: value for key, value in response.headers.items() if key != "Date"}
        answers.append((response.status, await response.text(), kept))
    await office.store.users.set_disabled(other.id, True, now=office.clock)
    assert answers == [answers[0]] * 5
    assert answers[0][0] == 401
    assert verified == [verified[0]] * 5
    assert "m=" in verified[0]
    assert await office.store.users.get(user_id)


async def test_a_disabled_user_is_told_nothing_even_with_the_right_password(office: Office) -> None:
    user_id = await anna(office)
    await office.person()
    await office.store.users.set_disabled(user_id, True, now=office.clock)
    assert await error_of(await sign_in(office)) == (401, "wrong_password")


async def test_who_guesses_is_stopped_on_all_nodes_and_for_names_that_nobody_has(office: Office) -> None:
    await anna(office)
    for name in (NAME, "Никого Такого"):
        wrong = [await sign_in(office, name, f"догадка {n}") for n in range(TRIES_OF_ACCOUNT)]
        assert {one.status for one in wrong} == {401}
        refused = await sign_in(office, name, PASSWORD)
        assert await error_of(refused) == (429, "too_many")
        assert 0 < int(refused.headers["Retry-After"]) <= TRIES_WITHIN.total_seconds()
    async with Office(store=office.store) as other_node:
        assert await error_of(await sign_in(other_node)) == (429, "too_many")
    office.clock += TRIES_WITHIN
    assert (await sign_in(office)).status == 200


async def test_guesses_at_once_are_counted_each(office: Office) -> None:
    await anna(office)
    answers = await asyncio.gather(*(sign_in(office, password=f"догадка {n}") for n in range(3 * TRIES_OF_ACCOUNT)))
    assert sum(one.status == 401 for one in answers) == TRIES_OF_ACCOUNT


async def test_one_address_does_not_try_name_after_name(office: Office) -> None:
    for n in range(TRIES_OF_ADDRESS):
        response = await office.client.post("/api/sign-in/link", json={"link": f"guess-{n}"})
        assert response.status == 401
    await anna(office)
    assert await error_of(await sign_in(office)) == (429, "too_many")


async def test_who_knows_his_password_starts_afresh(office: Office) -> None:
    await anna(office)
    for _ in range(2):
        for n in range(TRIES_OF_ACCOUNT - 1):
            assert (await sign_in(office, password=f"догадка {n}")).status == 401
        assert (await sign_in(office)).status == 200


def test_an_address_is_what_a_provider_gives_out() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("203.0.113.7") != network_of("203.0.113.8")
    assert len(network_of("<script>" * 100)) == 64


# Links and passwords


async def link_for(office: Office, user_id: int) -> str:
    made = await invite(office.store.credentials, user_id, "http://here", now=office.clock)
    return made.link.partition("#link=")[2]


async def test_a_link_lets_in_once_and_for_a_day(office: Office) -> None:
    user_id = await anna(office)
    old = secret_of(await sign_in(office))
    link = await link_for(office, user_id)
    assert (await me(office, old)).status == 401
    assert await error_of(await sign_in(office)) == (401, "wrong_password")
    for wrong in (link[:-1], hash_of(link), "x"):
        assert (await office.client.post("/api/sign-in/link", json={"link": wrong})).status == 401
    came = await office.client.post("/api/sign-in/link", json={"link": link})
    told = await came.json()
    assert (came.status, told["needs_password"], told["knows_old_password"]) == (200, True, False)
    assert await error_of(await office.client.post("/api/sign-in/link", json={"link": link})) == (401, "wrong_password")

    late = await link_for(office, user_id)
    office.clock += LINK_LASTS
    assert (await office.client.post("/api/sign-in/link", json={"link": late})).status == 401


async def test_a_link_is_gone_with_its_user(office: Office) -> None:
    user_id = await anna(office)
    await office.person()
    link = await link_for(office, user_id)
    await office.store.users.set_disabled(user_id, True, now=office.clock)
    await office.store.users.set_disabled(user_id, False, now=office.clock)
    assert (await office.client.post("/api/sign-in/link", json={"link": link})).status == 401


async def test_who_came_by_a_link_sets_a_password_and_then_needs_the_old_one(office: Office) -> None:
    person = await office.person(Role.MANAGER, by_link=True)
    elsewhere = await office.person(Role.MANAGER, person.user.name)
    changed = await person.ask("PUT", "/api/me/password", {"new": PASSWORD})
    assert changed.status == 200
    assert (await changed.json())["knows_old_password"] is True
    assert [(await me(office, one.secret)).status for one in (person, elsewhere)] == [401, 401]
    secret = secret_of(changed)
    headers = {"Cookie": f"{office.cookie}={secret}", "X-CSRF-Token": csrf_of(secret)}
    for old in ("", "не тот пароль"):
        refused = await office.client.put(
            "/api/me/password", json={"old": old, "new": "другой пароль"}, headers=headers
        )
        assert await error_of(refused) == (401, "wrong_password")
    body = {"old": PASSWORD, "new": "другой пароль"}
    assert (await office.client.put("/api/me/password", json=body, headers=headers)).status == 200
    assert (await sign_in(office, person.user.name, "другой пароль")).status == 200
    assert (await sign_in(office, person.user.name, PASSWORD)).status == 401


@pytest.mark.parametrize("new", ["короткий", "aaaaaaaaaaaaaa", "abababababab", "manager 0", "Manager0123456"])
async def test_a_password_that_is_guessed_first_is_refused(office: Office, new: str) -> None:
    person = await office.person(Role.MANAGER, by_link=True)
    refused = await person.ask("PUT", "/api/me/password", {"new": new})
    assert refused.status == 422
    assert new not in await refused.text()


async def test_no_password_and_no_secret_gets_into_the_log(office: Office) -> None:
    await anna(office)
    with structlog.testing.capture_logs() as logs:
        secret = secret_of(await sign_in(office))
        await sign_in(office, password="не тот пароль")
        await sign_in(office, "Никого Такого")
    told = repr(logs)
    assert {entry["event"] for entry in logs} == {"signed_in", "sign_in_refused"}
    for hidden in (PASSWORD, secret, "не тот пароль", NAME, "Никого Такого", csrf_of(secret)):
        assert hidden not in told
