"""Webhooks of CRMs: answered at once, written down once; strangers and hostile bodies get nothing and break nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from robot.domain.clock import utc_now
from robot.settings_web import WebSettings
from robot.storage.store import Storage, open_storage
from robot.web.app import Probes, make_app
from robot.web.hook_tally import HookResult
from robot.web.pace_board import PaceBoard
from robot.web.routes.crm_hooks import CrmInlet, Door
from robot.web.services import Services
from robot.wiring.web_ports import web_ports
from tests.unit.web.office import _metrics, _ready, error_of

pytestmark = pytest.mark.unit

SECRET = "s" * 32
AMO = b"leads[status][0][id]=7&leads[status][0][status_id]=142&task[add][0][id]=9&task[add][0][element_type]=2"
BITRIX = b"event=ONCRMLEADUPDATE&data[FIELDS][ID]=5&auth[application_token]="


class Stand:
    def __init__(self, store: Storage) -> None:
        self.store = store
        ports = web_ports(store)
        self.results: list[HookResult] = []
        services = Services(
            ports, WebSettings(per_minute=10), PaceBoard(utc_now), on_hook=lambda _hook, one: self.results.append(one)
        )
        inlet = CrmInlet({"amocrm": Door(SECRET), "bitrix24": Door(SECRET, "portal")}, store.inbox)
        app = make_app(Probes(_ready, _metrics), services, inlet)
        self.client: TestClient[Any, Any] = TestClient(TestServer(app))

    async def post(self, body: bytes, path: str = f"amocrm/{SECRET}", **headers: str) -> ClientResponse:
        kind = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self.client.post(f"/hooks/crm/{path}", data=body, headers=kind)

    async def waiting(self, crm: str = "amocrm") -> list[tuple[str, str]]:
        return sorted((one.kind, one.ref) for one, _ in await self.store.inbox.waiting(crm, limit=999))


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_storage(f"sqlite:///{tmp_path / 'zvonar.db'}") as store:
        running = Stand(store)
        await running.client.start_server()
        try:
            yield running
        finally:
            await running.client.close()


async def test_what_is_told_is_written_down_once(stand: Stand) -> None:
    for _ in range(3):
        answer = await stand.post(AMO)
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    assert await stand.waiting() == [("lead", "7"), ("task", "9")]


@pytest.mark.parametrize("path", ["amocrm/wrong", f"odoo/{SECRET}", f"amocrm/{SECRET}x", "amocrm/%ff%00"])
async def test_without_the_secret_there_is_no_such_address(stand: Stand, path: str) -> None:
    assert await error_of(await stand.post(AMO, path)) == (404, "unknown_hook")
    assert await stand.waiting() == []


async def test_who_guesses_is_slowed_down_and_the_crm_is_not(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.limits.MINUTE_S", 3600.0)  # a slow machine takes long enough to earn one more
    statuses = [(await stand.post(AMO, "amocrm/guess")).status for _ in range(12)]
    assert statuses[-1] == 429
    assert (await stand.post(AMO)).status == 200


async def test_only_our_portal_is_believed(stand: Stand) -> None:
    for token in (b"", b"other"):
        assert (await stand.post(BITRIX + token, f"bitrix24/{SECRET}")).status == 200
    assert await stand.waiting("bitrix24") == []
    await stand.post(BITRIX + b"portal", f"bitrix24/{SECRET}")
    assert await stand.waiting("bitrix24") == [("lead", "5")]
    assert stand.results == [HookResult.UNSIGNED, HookResult.UNSIGNED, HookResult.TAKEN], "a changed token is noticed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"leads[status][0][id]=7' OR 1=1--",
        b"leads[status][0][id]=" + b"9" * 5000,
        b"leads[status]" + b"[x]" * 5000 + b"=1",
        b"leads=1&leads[status]=2&leads[status][0]=3",
        b'{"leads": {"status": [{"id": 7}]}}',
        b"&".join(b"x[%d]=1" % n for n in range(20_000)),
        Random(4096).randbytes(4096),
    ],
)
async def test_a_hostile_body_breaks_nothing(stand: Stand, body: bytes) -> None:
    assert (await stand.post(body)).status in {200, 413}
    assert await stand.waiting() == []
    assert (await stand.post(AMO)).status == 200


async def test_a_flood_in_one_body_is_cut(stand: Stand) -> None:
    body = b"&".join(b"leads[add][%d][id]=%d" % (n, n + 1) for n in range(1500))
    assert (await stand.post(body)).status == 200
    assert len(await stand.waiting()) == 100


async def test_a_robot_that_waits_for_an_answer_is_written_down_with_it_once(stand: Stand) -> None:
    body = b"document_id[2]=LEAD_7&event_token=a|b&properties[rule]=revive&auth[application_token]=portal"
    for _ in range(2):
        assert (await stand.post(body, f"bitrix24/{SECRET}")).status == 200
    ((one, _),) = await stand.store.inbox.waiting("bitrix24", limit=9)
    assert (one.kind, one.told["ref"], one.told["reply_to"], one.told["rule"]) == ("robot", "7", "a|b", "revive")
