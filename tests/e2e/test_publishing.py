"""What is published over the API while the robot calls: the call under way finishes as it began, the next one speaks
the new version. A whole robot on a database file and real time, speaking in tones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from robot import app
from robot.calls.events import CallEnded, CallEvent, PhraseStarted
from robot.crm.base import NewLead
from robot.demo.past import tone_town
from robot.demo.showcase import Showcase, showcase
from robot.domain.access import Right
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.settings import Settings
from robot.web.auth import hash_of, new_token
from tests.conftest import HANGS_S
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

SEED = 121
GREETING = "Это новое приветствие?"
E = TypeVar("E")


class Watched:
    """What the calls of the robot do, as it happens."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[CallEvent] = asyncio.Queue()

    def __call__(self, event: CallEvent) -> None:
        self._events.put_nowait(event)

    async def next(self, kind: type[E], fits: Callable[[E], bool] = lambda _event: True) -> E:
        async with asyncio.timeout(HANGS_S):
            while True:
                event = await self._events.get()
                if isinstance(event, kind) and fits(event):
                    return event


class Office:
    """The robot at work, and a program that has its token."""

    def __init__(self, shown: Showcase, watched: Watched, session: aiohttp.ClientSession) -> None:
        self.robot = shown.robot
        self.watched = watched
        self._session = session

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        async with self._session.request(method, path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def call(self, index: int) -> None:
        """Somebody more is to be called, and is at once."""
        number = tone_town(SEED).number_for("agrees", index)
        campaign = await self.robot.storage.campaigns.get("cold_call")
        await self.robot.storage.leads.add(campaign.id, [NewLead(number, "Иван")], now=utc_now())


@asynccontextmanager
async def at_work(home: Path) -> AsyncIterator[Office]:
    port = free_port()
    settings = Settings(data_dir=home, line="simulated", web={"port": port, "host": "127.0.0.1"})
    watched, stop, token = Watched(), asyncio.Event(), new_token()
    async with showcase(settings, home, seed=SEED) as shown:
        store = shown.robot.storage
        campaign = await store.campaigns.ensure(Campaign(0, "cold_call", "Холодные", "cold_call", window=ALWAYS))
        await store.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])
        await store.campaigns.set_quota("cold_call", 5)
        await store.api_tokens.add("site", hash_of(token), frozenset(Right), by="test", now=utc_now())
        serving = asyncio.create_task(app.serve(shown.robot, stop, shown.observer, watched))
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
            yield Office(shown, watched, session)
        stop.set()
        await serving


async def test_the_next_call_speaks_what_was_published_and_the_one_under_way_finishes_as_it_began(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path) as office:
        await office.call(0)
        first = await office.watched.next(PhraseStarted)
        old = (await office.ask("GET", "/api/scripts/cold_call"))["live"]
        edit = {"op": "set_say", "phrase": "greeting", "variants": [{"texts": [GREETING]}]}
        draft = await office.ask("POST", "/api/scripts/cold_call/draft/edits", {"revision": 0, "edits": [edit]})
        job = await office.ask(
            "POST", "/api/scripts/cold_call/publish", {"revision": draft["revision"], "note": "короче"}
        )
        await office.robot.desk.publisher.finished("cold_call")
        job = await office.ask("GET", f"/api/scripts/cold_call/jobs/{job['id']}")
        assert (job["state"], job["version"]["version"]) == ("done", 2)
        await office.robot.line.end_call(first.attempt_id)
        ended = await office.watched.next(CallEnded)
        assert (ended.attempt_id, ended.result.script_version) == (first.attempt_id, old["hash"])
        await office.call(1)
        second = await office.watched.next(PhraseStarted, lambda event: event.attempt_id != first.attempt_id)
        assert (second.phrase, second.text) == ("greeting", GREETING)
        await office.robot.line.end_call(second.attempt_id)
        ended = await office.watched.next(CallEnded)
        assert ended.result.script_version == job["version"]["hash"] != old["hash"]
    async with showcase(Settings(data_dir=tmp_path), tmp_path, seed=SEED) as again:
        await again.robot.desk.watch.refresh()  # as `zvonar serve` begins
        campaign = await again.robot.storage.campaigns.get("cold_call")
        spoken = again.robot.scripts.spoken_to(campaign).engine.script
        assert spoken.version_hash == job["version"]["hash"]
