"""The API of a served application on a real database, asked what its own description allows and what it forbids."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from requests.adapters import BaseAdapter, HTTPAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.crm.base import NewLead
from robot.demo.past import tone_line, tone_town
from robot.domain.access import Right, Role
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.fake import FakeRecognizer, FakeVoice
from robot.speech.phrases import PhraseCache
from robot.speech.voices import Voices
from robot.storage.store import open_storage
from robot.web.api import ENDPOINTS
from robot.web.app import make_app
from robot.web.auth import hash_of, new_token
from robot.web.openapi import described_path, document
from tests.conftest import HANGS_S

CASES = int(os.environ.get("ZVONAR_FUZZ", "2"))
"""For each address, of what is allowed and of what is not."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

ENDLESS = "text/event-stream"

SCHEMA = schemathesis.openapi.from_dict(document(ENDPOINTS, "0"))
FINITE = [(one.method, described_path(one.path)) for one in ENDPOINTS if one.media != ENDLESS]
"""An event stream has no end to wait for; its own tests read it."""


class Adapter(BaseAdapter):  # type: ignore[misc]
    """The usual one. Schemathesis counts connections in the insides of urllib3, and what niquests puts in its place has
    others."""

    def __init__(self) -> None:
        super().__init__()
        self._usual = HTTPAdapter()

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        return self._usual.send(*arguments, **options)

    def close(self) -> None:
        self._usual.close()


class Served:
    """`address` of the running application; `token` makes a new one with every right, for what is asked may take the
    last one back."""

    def __init__(self, database: str, home: Path) -> None:
        self._database = database
        self._home = home
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="served")
        self._failed: BaseException | None = None
        self.address = ""

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(HANGS_S)
        if self._failed is not None:
            raise self._failed

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(HANGS_S)
        assert not self._thread.is_alive()

    def token(self) -> str:
        return asyncio.run_coroutine_threadsafe(self._new_token(), self._loop).result(HANGS_S)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self._failed = error
            self._ready.set()
            raise
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        async with open_storage(self._database) as self._store:
            await self._furnish()
            robot = self._robot()
            services = robot.services()
            runner = web.AppRunner(make_app(robot.probes(), services), access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            self._ready.set()
            await self._stop.wait()
            await runner.cleanup()
            if services.plant is not None:
                await services.plant.close()

    def _robot(self) -> app.Robot:
        """What `zvonar serve` runs, with engines of speech that need no model; it calls nobody."""
        voice = FakeVoice()
        phrases = PhraseCache(voice, self._home / "phrases")
        speech = app.Speech(FakeRecognizer(), voice, phrases, Voices(phrases, self._home / "phrases", lambda _: voice))
        settings = Settings(data_dir=self._home, line="simulated")
        scripts, recordings = ScriptShelf(utc_now, bytes), self._home / "recordings"
        return app.Robot(settings, self._store, speech, tone_line(tone_town(1)), Metrics(), recordings, scripts)

    async def _furnish(self) -> None:
        store, now = self._store, utc_now()
        campaign = await store.campaigns.ensure(Campaign(0, "cold", "Холодные", "cold_call"))
        await store.campaigns.set_quota("cold", 5)
        await store.managers.ensure("Анна", WorkingHours(), campaigns=[campaign.id])
        await store.leads.add(campaign.id, [NewLead("+79161234567", "Пётр")], now=now)
        for role in Role:
            await store.users.add(f"Some {role}", role, now=now)

    async def _new_token(self) -> str:
        token, now = new_token(), utc_now()
        await self._store.api_tokens.add(_name(now), hash_of(token), frozenset(Right), by="test", now=now)
        return token


def _name(now: datetime) -> str:
    return f"fuzz-{now.timestamp():.6f}"


@contextmanager
def served(database: str, home: Path) -> Iterator[Served]:
    """home: an empty folder."""
    running = Served(database, home)
    running.start()
    try:
        yield running
    finally:
        running.close()


def fuzz(api: Served, method: str, path: str, cases: int = CASES) -> None:
    """Raises where an answer is not of the described shape, has a status that is not described, or is a 5xx."""
    operation = SCHEMA[path][method]
    headers = {"Authorization": f"Bearer {api.token()}"}
    with requests.Session() as session:
        session.adapters.clear()
        session.mount("http://", Adapter())
        for mode in schemathesis.GenerationMode:
            _ask(
                operation.as_strategy(generation_mode=mode),
                cases,
                base_url=api.address,
                session=session,
                headers=headers,
            )


def _ask(strategy: SearchStrategy[schemathesis.Case], cases: int, **sent: Any) -> None:
    @settings(max_examples=cases, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @seed(1)
    @given(strategy)
    def asked(case: schemathesis.Case) -> None:
        case.validate_response(case.call(timeout=HANGS_S, **sent), checks=CHECKS)

    asked()
