"""What pages are told while they are open: only what they may see, nothing twice, and never silently too little."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientResponse
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.access import Principal, Role, rights_of
from robot.web.events import KEPT, QUEUE, EventHub, Listener, Topic
from tests.conftest import HANGS_S
from tests.unit.web.office import Office, Person

pytestmark = pytest.mark.unit

HEAD = Principal("head", rights_of(Role.HEAD))


async def drained(listener: Listener) -> list[tuple[str, object]]:
    """All that waits, without what is not there yet."""
    found: list[tuple[str, object]] = []
    while True:
        try:
            async with asyncio.timeout(0):
                told = await listener.get()
        except TimeoutError:
            return found
        assert told is not None
        found.append((told.event.topic.value, told.event.data.get("n")))


async def test_everybody_who_listens_is_told_in_order() -> None:
    hub = EventHub()
    with hub.listen(HEAD) as one, hub.listen(HEAD) as other:
        for number in range(3):
            hub.publish(Topic.LIVE, n=number)
        assert await drained(one) == await drained(other) == [("live", 0), ("live", 1), ("live", 2)]
    assert hub.listeners == 0


async def test_nobody_is_told_what_he_may_not_see() -> None:
    hub = EventHub()
    with hub.listen(Principal("ops", rights_of(Role.OPS))) as ops, hub.listen(Principal("none", frozenset())) as none:
        for topic in Topic:
            hub.publish(topic)
        seen = {topic for topic, _ in await drained(ops)}
        assert seen == {"campaigns", "deliveries", "scripts", "settings", "reload"}
        assert await drained(none) == [("reload", None)]


@given(st.integers(1, 40), st.data())
def test_who_comes_back_is_told_exactly_what_he_missed(count: int, data: st.DataObject) -> None:
    seen = data.draw(st.integers(1, count))

    async def work() -> None:
        hub = EventHub()
        with hub.listen(HEAD) as first:
            for number in range(1, count + 1):
                hub.publish(Topic.CALLS, n=number)
            ids = [told.id for _ in range(count) if (told := await first.get()) is not None]
        with hub.listen(HEAD, ids[seen - 1]) as again:
            assert await drained(again) == [("calls", number) for number in range(seen + 1, count + 1)]

    asyncio.run(work())


async def test_who_missed_more_than_is_kept_asks_for_everything_again() -> None:
    hub = EventHub()
    with hub.listen(HEAD) as first:
        hub.publish(Topic.CALLS, n=0)
        told = await first.get()
    assert told is not None
    for number in range(KEPT + 1):
        hub.publish(Topic.CALLS, n=number)
    with hub.listen(HEAD, told.id) as again:
        assert await drained(again) == [("reload", None)]


@pytest.mark.parametrize("last_seen", ["deadbeef-1", "x", "-", "a-b-c", "1", "\u0661-\u0661"])
async def test_an_id_of_another_life_means_asking_for_everything_again(last_seen: str) -> None:
    hub = EventHub()
    hub.publish(Topic.CALLS)
    with hub.listen(HEAD, last_seen) as listener:
        assert await drained(listener) == [("reload", None)]


async def test_who_is_too_slow_loses_what_waits_and_is_told_so() -> None:
    hub = EventHub()
    with hub.listen(HEAD) as slow:
        for number in range(QUEUE + 3):
            hub.publish(Topic.LIVE, n=number)
        assert await drained(slow) == [("reload", None), ("live", QUEUE + 1), ("live", QUEUE + 2)]


async def test_the_end_of_the_service_ends_every_stream() -> None:
    hub = EventHub()
    with hub.listen(HEAD) as listener:
        waiting = asyncio.create_task(listener.get())
        await asyncio.sleep(0)
        hub.close()
        assert await waiting is None


def headers_of(office: Office, person: Person, **headers: str) -> dict[str, str]:
    return {"Cookie": f"{office.cookie}={person.secret}", **headers}


async def event_of(response: ClientResponse) -> tuple[str, str, object]:
    """The next one: id, name, data."""
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if not name and "event" in fields:
            break
        fields[name] = value
    return fields["id"], fields["event"], json.loads(fields["data"])


async def test_the_stream_tells_and_a_reader_who_comes_back_goes_on(office: Office) -> None:
    person = await office.person()
    async with office.client.get("/api/events", headers=headers_of(office, person)) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        office.hub.publish(Topic.SAID, call="1", text="Здравствуйте!\nДа")
        ident, name, data = await event_of(stream)
        assert (name, data) == ("said", {"call": "1", "text": "Здравствуйте!\nДа"})
    office.hub.publish(Topic.CAMPAIGNS, campaign="cold")
    again = headers_of(office, person, **{"Last-Event-ID": ident})
    async with office.client.get("/api/events", headers=again) as stream:
        assert (await event_of(stream))[1:] == ("campaigns", {"campaign": "cold"})


async def cut(stream: ClientResponse) -> None:
    async with asyncio.timeout(HANGS_S):
        async for _ in stream.content:
            pass


@pytest.mark.parametrize("way", ["role", "disabled", "link"])
async def test_what_is_taken_from_a_user_cuts_his_stream_at_once(
    office: Office, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.web.standing.EVERY_S", 3600.0)  # nothing is asked twice but after a change
    head, person = await office.person(), await office.person()
    path, user = f"/api/users/{person.user.id}", headers_of(office, person)
    async with (
        office.client.get("/api/events", headers=user) as stream,
        office.client.get("/api/events", headers=headers_of(office, head)) as kept,
    ):
        if way == "link":
            assert (await head.ask("POST", f"{path}/link")).status == 200
        else:
            change = {"role": "ops"} if way == "role" else {"disabled": True}
            assert (await head.ask("PATCH", path, change)).status == 200
        await cut(stream)
        office.hub.publish(Topic.LIVE)
        assert (await event_of(kept))[1] == "live", "who lost nothing goes on"


@pytest.mark.parametrize("path", ["/api/sign-out", "/api/sign-out/everywhere"])
async def test_the_stream_ends_with_the_session(office: Office, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.standing.EVERY_S", 3600.0)
    person = await office.person()
    async with office.client.get("/api/events", headers=headers_of(office, person)) as stream:
        assert (await person.ask("POST", path)).status == 204
        await cut(stream)
    assert office.hub.listeners == 0


async def test_a_token_that_is_taken_back_cuts_its_stream(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.standing.EVERY_S", 3600.0)
    head = await office.person()
    made = await (await head.ask("POST", "/api/tokens", {"name": "board", "scopes": ["see_today"]})).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    async with office.client.get("/api/events", headers=bearer) as stream:
        assert (await head.ask("POST", f"/api/tokens/{made['token']['id']}/revoke")).status == 200
        await cut(stream)


async def test_what_another_node_took_away_is_seen_soon(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.standing.EVERY_S", 0.01)
    await office.person()
    person = await office.person()
    async with office.client.get("/api/events", headers=headers_of(office, person)) as stream:
        await office.store.users.set_role(person.user.id, Role.OPS)
        await cut(stream)
