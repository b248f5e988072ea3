"""The web application over real HTTP, on stores in memory and a clock that stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.rules import DialingRules
from robot.settings_web import WebSettings
from robot.storage.memory import MemoryStorage
from robot.web.app import Probes, Readiness, make_app
from robot.web.auth import hash_of
from robot.web.pace_board import PaceBoard
from robot.web.services import Services
from robot.web.signature import SIGNATURE, TIMESTAMP, sign
from robot.wiring.web_ports import web_ports

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, noon in Moscow."""

TOKEN = "zv_0123456789"
SECRET = "first-" * 8
OTHER_SECRET = "second-" * 8
HOOKS: dict[str, Any] = {"cold": {"secret": SECRET}, "other": {"secret": OTHER_SECRET}}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Office:
    """A running server with its stores; `clock` is what it takes for now."""

    def __init__(self, **settings: Any) -> None:
        self.store = MemoryStorage(DialingRules(ceiling_kopecks=100_000))
        self.clock = NOW
        self.board = PaceBoard(lambda: self.clock)
        values: dict[str, Any] = {"tokens": (f"crm:{hash_of(TOKEN)}",), "hooks": HOOKS, **settings}
        ports = web_ports(self.store)
        services = Services(ports, WebSettings(**values), self.board, 100_000, now=lambda: self.clock)
        self.client: TestClient[Any, Any] = TestClient(TestServer(make_app(Probes(_ready, _metrics), services)))
        self.campaign: Campaign = Campaign(0, "cold", "Холодные", "cold_call")

    async def __aenter__(self) -> Office:
        await self.client.start_server()
        self.campaign = await self.store.campaigns.ensure(self.campaign)
        await self.store.campaigns.set_quota("cold", 5)
        await self.store.managers.ensure("Анна", WorkingHours(), campaigns=[self.campaign.id])
        await self.store.campaigns.ensure(Campaign(0, "other", "Другие", "cold_call", advertising=True))
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.client.close()

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers={**BEARER, **headers})

    async def post(self, path: str, body: object, **headers: str) -> ClientResponse:
        return await self.client.post(path, data=json.dumps(body), headers={**BEARER, **headers})

    async def hook(
        self,
        body: object,
        *,
        to: str = "cold",
        secret: str = SECRET,
        at: datetime | None = None,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> ClientResponse:
        """A signed webhook; a body that is not bytes is sent as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int((at or self.clock).timestamp()))
        signed = {TIMESTAMP: stamp, SIGNATURE: sign(secret, stamp, raw), "Content-Type": kind}
        return await self.client.post(f"/hooks/leads/{to}", data=raw, headers={**signed, **(headers or {})})

    async def claimed(self) -> list[str]:
        """Numbers that the dialer would be given now, the most urgent first."""
        queue = self.store.queue
        tasks = await queue.claim(self.campaign, limit=50, now=self.clock, node="a", lease=timedelta(minutes=1))
        return [one.lead.phone for one in tasks]


async def error_of(response: ClientResponse) -> tuple[int, str]:
    body = await response.json()
    assert set(body) == {"error"}
    assert body["error"]["message"]
    return response.status, body["error"]["code"]


async def _ready() -> Readiness:
    return Readiness({})


async def _metrics() -> tuple[bytes, str]:
    return b"up 1\n", "text/plain"
