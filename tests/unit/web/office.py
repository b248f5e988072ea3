"""The web application over real HTTP, on stores in memory and a clock that stands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web_runner import BaseRunner

from robot.calls.live import LiveBoard
from robot.domain.access import Role
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.rules import DialingRules
from robot.domain.users import User
from robot.privacy.erasure import Eraser
from robot.scripts.desk import ScriptsDesk
from robot.settings_web import WebSettings
from robot.storage.memory import MemoryStorage
from robot.web.app import Probes, Readiness, make_app
from robot.web.auth import csrf_of, hash_of, new_secret
from robot.web.cookies import COOKIE
from robot.web.hook_tally import Hook, HookResult
from robot.web.pace_board import PaceBoard
from robot.web.services import Services
from robot.web.settings_ports import Plant
from robot.web.signature import SIGNATURE, TIMESTAMP, sign
from robot.wiring.web_ports import web_ports

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, noon in Moscow."""

TOKEN = "zv_0123456789"
SECRET = "first-" * 8
OTHER_SECRET = "second-" * 8
HOOKS: dict[str, Any] = {"cold": {"secret": SECRET}, "other": {"secret": OTHER_SECRET}}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class _Served(TestServer):
    """As the product serves: aiohttp's server for tests ends the work for a client who has gone."""

    async def _make_runner(self, **kwargs: Any) -> BaseRunner:
        return await super()._make_runner(**{**kwargs, "handler_cancellation": False})


class Office:
    """A running server with its stores; `clock` is what it takes for now."""

    def __init__(
        self,
        store: MemoryStorage | None = None,
        *,
        data_dir: Path | None = None,
        scripts: ScriptsDesk | None = None,
        live: LiveBoard | None = None,
        plant: Plant | None = None,
        eraser: Eraser | None = None,
        node: str = "",
        **settings: Any,
    ) -> None:
        """store: of another office, which is then another node."""
        self.store = store or MemoryStorage(DialingRules(ceiling_kopecks=100_000))
        self.clock = NOW
        self.board = PaceBoard(lambda: self.clock)
        self.hooks: Counter[tuple[Hook, HookResult]] = Counter()
        values: dict[str, Any] = {"tokens": (f"crm:{hash_of(TOKEN)}",), "hooks": HOOKS, **settings}
        ports = web_ports(self.store)
        services = Services(
            ports,
            WebSettings(**values),
            self.board,
            100_000,
            now=lambda: self.clock,
            data_dir=data_dir,
            scripts=scripts,
            live=live,
            plant=plant,
            eraser=eraser,
            node=node,
            on_hook=lambda hook, result: self.hooks.update([(hook, result)]),
        )
        self.hub = services.hub
        self.client: TestClient[Any, Any] = TestClient(
            _Served(make_app(Probes(_ready, _metrics), services)), cookie_jar=DummyCookieJar()
        )
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

    @property
    def connections(self) -> int:
        """How many clients the server still has on the line."""
        runner = self.client.server.runner
        assert runner.server is not None, "it runs"
        return sum(connection.transport is not None for connection in runner.server.connections)

    @property
    def cookie(self) -> str:
        """What the cookie of a session is called on this machine."""
        return f"{COOKIE}-{self.client.port}"

    async def person(self, role: Role = Role.HEAD, name: str = "", *, by_link: bool = False) -> Person:
        """A user with a session; each call without a name makes a new one."""
        found = await self.store.credentials.find(name) if name else None
        number = len(await self.store.users.all())
        user = found[0] if found else await self.store.users.add(name or f"{role} {number}", role, now=self.clock)
        secret = new_secret()
        await self.store.sessions.open(hash_of(secret), user.id, now=self.clock, by_link=by_link)
        return Person(self, secret, user)

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


class Person:
    """Somebody who is signed in, in his browser: his cookie goes with everything, and what his page was told as csrf
    with whatever changes something."""

    def __init__(self, office: Office, secret: str, user: User) -> None:
        self._office = office
        self.user = user
        self.secret = secret
        self.csrf = csrf_of(secret)

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> ClientResponse:
        """headers win over what a page of ours sends; one that is "" is not sent at all."""
        sent = {"Cookie": f"{self._office.cookie}={self.secret}", "X-CSRF-Token": self.csrf, **headers}
        data = None if body is None else json.dumps(body)
        kept = {name: value for name, value in sent.items() if value}
        return await self._office.client.request(method, path, data=data, headers=kept)


async def error_of(response: ClientResponse) -> tuple[int, str]:
    body = await response.json()
    assert set(body) == {"error"}
    assert body["error"]["message"]
    return response.status, body["error"]["code"]


async def _ready() -> Readiness:
    return Readiness({})


async def _metrics() -> tuple[bytes, str]:
    return b"up 1\n", "text/plain"
