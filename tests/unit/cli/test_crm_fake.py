"""A CRM to practise on starts by a command's own parts, and the robot reaches it by the settings that are printed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import BaseModel

from robot.cli.crm_fake import settings_of
from robot.crm import registry
from robot.crm.amocrm import hooks as amo_hooks
from robot.crm.amocrm.fake.server import FakeAmo
from robot.crm.bitrix24 import hooks as bitrix_hooks
from robot.crm.bitrix24.fake.server import APPLICATION_TOKEN, FakeBitrix24
from robot.crm.faking import FakeServer
from robot.crm.http import HttpWire
from robot.crm.throttle import MemoryThrottle
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def patient_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.crm.faking.TOLD_WITHIN_S", HANGS_S)


def given(server: FakeServer, name: str) -> BaseModel:
    """The section as its printed lines say."""
    values = {}
    for line in settings_of(server):
        variable, _, value = line.partition("=")
        key = variable.removeprefix(f"ZVONAR_CRM__{name.upper()}__").lower()
        values[key] = json.loads(value) if value.startswith("{") else value
    return registry.section(name).model_validate(values)


@pytest.mark.parametrize("name", ["amocrm", "bitrix24"])
async def test_the_robot_reaches_it_by_the_settings_that_are_printed(name: str, tmp_path: Path) -> None:
    async with FakeAmo() if name == "amocrm" else FakeBitrix24() as server:
        parts = registry.Parts(HttpWire(timeout_s=HANGS_S), MemoryThrottle(), tmp_path)
        connector = registry.make(name, given(server, name), parts)
        found = await connector.check()
        await connector.close()
        assert found.stages
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/_fake/state") as state:
            assert (await state.json(content_type=None))["requests"]


class Listener:
    """Whoever is told by webhooks."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[bytes] = asyncio.Queue()
        app = web.Application()
        app.router.add_post("/hook", self._heard)
        self._server = FakeServer(app)

    async def _heard(self, request: web.Request) -> web.Response:
        self.bodies.put_nowait(await request.read())
        return web.Response()

    async def __aenter__(self) -> Listener:
        await self._server.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        return f"{self._server.url}/hook"


async def test_what_a_person_does_in_bitrix24_is_told_by_its_webhook() -> None:
    async with Listener() as listener, FakeBitrix24(webhook=listener.url) as fake, aiohttp.ClientSession() as session:
        body = {"entityTypeId": 1, "fields": {"title": "Заявка"}}
        async with session.post(f"{fake.url}/_fake/call/crm.item.add", json=body) as answer:
            lead = (await answer.json())["result"]["item"]["id"]
        (told,) = bitrix_hooks.parse(await asyncio.wait_for(listener.bodies.get(), HANGS_S))
        assert (told.kind, told.ref) == ("lead", str(lead))
        assert bitrix_hooks.genuine(told, APPLICATION_TOKEN)


async def test_what_a_person_does_in_amocrm_is_told_by_its_webhook() -> None:
    async with Listener() as listener, FakeAmo(webhook=listener.url) as fake, aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bearer fake-long-lived-token"}
        lead = [{"name": "Заявка", "_embedded": {"contacts": [{"name": "Пётр"}]}}]
        async with session.post(f"{fake.url}/api/v4/leads/complex", json=lead, headers=headers) as answer:
            ref = (await answer.json(content_type=None))[0]["id"]
        added = amo_hooks.parse(await asyncio.wait_for(listener.bodies.get(), HANGS_S))
        async with session.patch(f"{fake.url}/_fake/leads/{ref}", json={"status_id": 43}):
            moved = amo_hooks.parse(await asyncio.wait_for(listener.bodies.get(), HANGS_S))
        assert [one.ref for one in [*added, *moved]] == [str(ref)] * 2
