"""Calls under way over real HTTP: a talk on the scripted line in real time, and what people do with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from robot.calls.live import LiveBoard
from robot.calls.order_worker import OrderWorker
from robot.crm.base import NewLead
from robot.domain.access import Role
from robot.domain.call_orders import HOLDS, OrderKind, OrderProblem
from robot.domain.calls import CallResult
from robot.domain.journal import Wanted
from robot.domain.outcomes import Outcome
from robot.storage.wake import SqlWake
from robot.web.events import Topic
from telephony.fake import Answer, HangUp, Hear, Silence, Step
from tests.conftest import HANGS_S
from tests.contracts.people import CLIENT_HZ, share_of, tone
from tests.unit.calls.test_live import TALKS, Chatter
from tests.unit.calls.test_session_transfer import CLIENT, DESK, Stage
from tests.unit.web.office import Office, Person, error_of
from tests.unit.web.test_calls import called, told

pytestmark = pytest.mark.unit

CALL = UUID(int=7)


class Talk:
    """An office with one call under way on this node. `result`: what it came to."""

    def __init__(self, office: Office, person: Person, calling: asyncio.Task[CallResult]) -> None:
        self.office = office
        self.person = person
        self.calling = calling

    async def live(self) -> Any:
        (one,) = (await told(self.person, "/api/live"))["items"]
        return one

    async def until(self, holds: Callable[[Any], bool]) -> Any:
        """The call as it is told when this holds."""
        async with asyncio.timeout(HANGS_S):
            while not holds(one := await self.live()):
                await asyncio.sleep(0.05)
        return one

    async def order(self) -> Any:
        async with asyncio.timeout(HANGS_S):
            while (order := (await self.office.store.call_orders.last_of([CALL]))[CALL]).done_at is None:
                await asyncio.sleep(0.05)
        return order


@asynccontextmanager
async def talking(
    tmp_path: Path, client: Sequence[Step], manager: Sequence[Step] = (), *, here: bool = True
) -> AsyncIterator[Talk]:
    """here: the office's node has the call; else another one."""
    board = LiveBoard()
    async with Office(live=board if here else LiveBoard()) as office:
        await begin(office)
        stage = Stage(tmp_path, client, manager)
        stage.script, talks = Chatter(), stage.caller._conversations
        talks._live, talks._calls = board, office.store.calls
        wake = SqlWake(office.store.database)
        worker = OrderWorker(board, office.store.call_orders, wake, node="a", now=lambda: office.clock)
        working, calling = asyncio.create_task(worker.run()), asyncio.create_task(stage.call())
        try:
            talk = Talk(office, await office.person(), calling)
            await talk.until(lambda one: any(turn["heard"] for turn in one["turns"]))
            yield talk
        finally:
            for task in (calling, working):
                task.cancel()
                await asyncio.wait([task])


async def begin(office: Office) -> None:
    await office.store.leads.add(office.campaign.id, [NewLead(CLIENT, "Иван")], now=office.clock)
    (claimed,) = await office.store.queue.claim(
        office.campaign, limit=1, now=office.clock, node="a", lease=timedelta(minutes=1)
    )
    assert await office.store.attempts.begin(claimed, attempt_id=CALL, node="a", now=office.clock)


async def test_calls_under_way_are_shown_with_what_was_said_so_far(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(20_000)]) as talk:
        one = await talk.until(lambda one: one["phrase"] == "more" and one["phrase_at_ms"])
        assert (one["call"]["id"], one["node"], one["audible"]) == (str(CALL), "a", True)
        assert (one["call"]["name"], one["call"]["phone"], one["call"]["outcome"]) == ("Иван", "+7495*****01", None)
        assert [(turn["phrase"], turn["heard"]) for turn in one["turns"]] == [("ask", "да"), ("more", "")]
        assert one["phrase_at_ms"] > one["turns"][0]["said_from_ms"]
        assert one["order"] is None


async def test_a_person_hangs_up(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)]) as talk:
        with talk.office.hub.listen(talk.person.user.principal) as page:
            response = await talk.person.ask("POST", f"/api/live/{CALL}/hang-up")
            assert (response.status, (await response.json())["kind"]) == (202, "hang_up")
            assert (await page.get()).event.topic is Topic.LIVE
        result = await asyncio.wait_for(talk.calling, HANGS_S)
        assert (result.outcome, result.reason) == (Outcome.INTERRUPTED, "hung_up_by_person")
        assert (await talk.order()).problem is OrderProblem.NONE
        (change,) = await talk.office.store.journal.changes(Wanted("call_hung_up"), before=None, limit=9)
        assert (change.who, change.subject) == (talk.person.user.name, str(CALL))


async def test_a_person_takes_the_client_over_at_his_own_telephone(tmp_path: Path) -> None:
    manager: Sequence[Step] = [Answer(0.5), Silence(2500), HangUp()]
    async with talking(tmp_path, [*TALKS, Silence(60_000)], manager) as talk:
        take = f"/api/live/{CALL}/take-over"
        assert await error_of(await talk.person.ask("POST", take)) == (409, "no_telephone")
        put = await talk.person.ask("PUT", "/api/live/telephone", {"number": f" {DESK} "})
        assert await put.json() == await told(talk.person, "/api/live/telephone") == {"number": DESK}
        order = await (await talk.person.ask("POST", take)).json()
        assert (order["kind"], order["by"], order["done"]) == ("take_over", talk.person.user.name, False)
        assert (await talk.live())["order"]["id"] == order["id"]
        result = await asyncio.wait_for(talk.calling, HANGS_S)
        assert (result.outcome, result.reason) == (Outcome.TRANSFERRED, "taken_over")
        assert (await talk.order()).problem is OrderProblem.NONE


async def test_where_nobody_answers_the_page_is_told(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)]) as talk:
        await talk.person.ask("PUT", "/api/live/telephone", {"number": "112"})
        await talk.person.ask("POST", f"/api/live/{CALL}/take-over")
        one = await talk.until(lambda one: one["order"] is not None and one["order"]["done"])
        assert one["order"]["problem"] == "not_answered", "and an emergency number is never rung"


@pytest.mark.parametrize("number", ["8 (495) 123", "скорая", "+7", "'; DROP TABLE users; --"])
async def test_what_is_no_telephone_is_refused(office: Office, number: str) -> None:
    person = await office.person()
    assert (await person.ask("PUT", "/api/live/telephone", {"number": number})).status == 422


async def test_a_listener_hears_the_call_until_its_end(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Hear(tone(CLIENT_HZ, 2.0)), HangUp()]) as talk:
        heard, messages = bytearray(), 0
        async with connect(talk, talk.person) as socket:
            assert await socket.receive_json() == {"rate": 8000, "channels": 2}
            async for message in socket:
                assert message.type is WSMsgType.BINARY
                heard, messages = heard + message.data, messages + 1
        assert socket.close_code == 1000
        client = np.frombuffer(bytes(heard), "<i2").reshape(-1, 2)[:, 0]
        assert share_of(CLIENT_HZ, client[-8000:].tobytes()) > 0.9
        assert messages <= len(client) // 800 + 1
        (change,) = await talk.office.store.journal.changes(Wanted("call_listened_to"), before=None, limit=9)
        assert change.subject == str(CALL)


async def test_who_goes_away_leaves_the_call_alone(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)]) as talk:
        async with connect(talk, talk.person) as socket:
            await socket.receive()
        assert (await talk.live())["audible"]
        assert not talk.calling.done()


async def test_who_may_not_listen_any_more_is_cut_off_and_the_call_goes_on(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)]) as talk:
        head = await talk.office.person()
        async with connect(talk, talk.person) as socket:
            assert await socket.receive_json() == {"rate": 8000, "channels": 2}
            await head.ask("PATCH", f"/api/users/{talk.person.user.id}", {"role": "ops"})
            async with asyncio.timeout(HANGS_S):
                async for _ in socket:
                    pass
        assert socket.close_code == 1008
        assert not talk.calling.done()


async def test_other_sites_and_people_without_the_right_do_not_listen(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)]) as talk:
        ops = await talk.office.person(Role.OPS)
        for person, origin in ((talk.person, "https://evil.example"), (talk.person, ""), (ops, None)):
            with pytest.raises(WSServerHandshakeError) as refused:
                async with connect(talk, person, origin=origin):
                    pass
            assert refused.value.status == 403
        plain = await talk.person.ask("GET", f"/api/live/{CALL}/listen")
        assert await error_of(plain) == (426, "not_websocket")


async def test_a_call_of_another_node_is_ordered_about_and_not_heard(tmp_path: Path) -> None:
    async with talking(tmp_path, [*TALKS, Silence(60_000)], here=False) as talk:
        assert not (await talk.live())["audible"]
        refused = await talk.person.ask("GET", f"/api/live/{CALL}/listen")
        assert await error_of(refused) == (409, "elsewhere")
        assert " a" in (await refused.json())["error"]["message"]
        assert (await talk.person.ask("POST", f"/api/live/{CALL}/hang-up")).status == 202
        assert (await asyncio.wait_for(talk.calling, HANGS_S)).reason == "hung_up_by_person"


async def test_nothing_is_ordered_in_a_call_that_rings_or_is_over(office: Office) -> None:
    person = await office.person()
    over = await called(office)
    await begin(office)
    assert [one["call"]["answered_at"] for one in (await told(person, "/api/live"))["items"]] == [None]
    for call, refusal in (
        (over, (409, "call_over")),
        (CALL, (409, "not_answered_yet")),
        (uuid4(), (404, "unknown_call")),
    ):
        assert await error_of(await person.ask("POST", f"/api/live/{call}/hang-up")) == refusal
    assert await error_of(await person.ask("GET", f"/api/live/{CALL}/listen")) == (404, "unknown_call")


async def test_an_order_that_nobody_took_up_in_time_is_not_carried_out(office: Office) -> None:
    await begin(office)
    orders = office.store.call_orders
    order = await orders.place(CALL, OrderKind.HANG_UP, "", who="Ольга", now=office.clock)
    wake = SqlWake(office.store.database)
    office.clock += HOLDS + timedelta(seconds=1)
    worker = OrderWorker(LiveBoard(), orders, wake, node="a", now=lambda: office.clock)
    working = asyncio.create_task(worker.run())
    async with asyncio.timeout(HANGS_S):
        while (kept := (await orders.last_of([CALL]))[CALL]).done_at is None:
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.wait([working])
    assert (kept.id, kept.problem) == (order.id, OrderProblem.LATE)
    assert list(await orders.waiting("a")) == []


def connect(talk: Talk, person: Person, origin: str | None = None) -> Any:
    office = talk.office
    site = f"http://{office.client.host}:{office.client.port}"
    headers = {"Cookie": f"{office.cookie}={person.secret}"}
    if origin != "":
        headers["Origin"] = origin or site
    return office.client.ws_connect(f"/api/live/{CALL}/listen", headers=headers)
