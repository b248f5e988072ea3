"""The pages in a real browser, over a real robot: `Workplace` is what `zvonar serve` runs (robot.demo.showcase), with a
past of real calls, and people it can really call. Made once for all tests of the pages; each test has its own page.

    def test_something(page: Page, workplace: Workplace) -> None:
        page.goto("/calls")                      # signed in as the head of sales
        expect(page.get_by_role("heading", name="Звонки")).to_be_visible()
        check_accessibility(page)

`as_role` opens pages of other roles. What a page writes to the console as an error, or breaks with, fails the test.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from robot import app
from robot.demo.past import Past, office_hours
from robot.demo.showcase import Showcase, make_past, showcase
from robot.domain.access import Role
from robot.domain.campaigns import CampaignState
from robot.domain.clock import utc_now
from robot.settings import Settings
from robot.storage.store import Storage
from robot.web.auth import hash_of, new_secret
from robot.web.cookies import COOKIE
from robot.web.invitations import invite
from robot.web.static_files import BUILT, PAGE
from tests.conftest import HANGS_S, missing_service
from tests.ports import free_port

UI = BUILT.parent / "ui"
AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
ZONE = "Europe/Moscow"
"""Of whoever looks."""
LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
CAMPAIGN = "cold_call"
SEED = 121
NOBODY = "Сейчас никто не разговаривает"
TALKS_END_MS = 300_000
NAMES = {Role.HEAD: "Анна Петрова", Role.MANAGER: "Олег Ким", Role.OPS: "Иван Сбоев", Role.AUDITOR: "Вера Строгая"}

AT_REST = """() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
  Promise.allSettled(document.getAnimations()
    .filter((one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime))
    .map((one) => one.finished)))"""
"""What moves has come to where it stays: half faded in, a text has half its contrast."""
NOT_BY_THE_CLOCK = """const every = window.setInterval;
window.setInterval = (what, ms, ...more) => (ms >= 1000 ? 0 : every(what, ms, ...more));"""
EVERY_NOTE = """window.noted = [];
new MutationObserver((seen) => {
  for (const one of seen) for (const node of one.addedNodes) window.noted.push(node.textContent ?? "");
}).observe(document, {childList: true, subtree: true});"""

expect.set_options(timeout=HANGS_S * 1000)
T = TypeVar("T")


@dataclass(slots=True)
class Workplace:
    """A robot that serves its pages in a thread of its own. The campaign is paused: who wants calls starts it."""

    home: Path
    url: str
    past: Past
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _showcase: Showcase | None = None

    @property
    def robot(self) -> app.Robot:
        assert self._showcase is not None, "it runs"
        return self._showcase.robot

    @property
    def store(self) -> Storage:
        return self.robot.storage

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something in the robot's own loop."""

        async def done() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(HANGS_S)

    def link(self, name: str, role: Role) -> str:
        """A one-time link for a new user."""

        async def work() -> str:
            user = await self.store.users.add(name, role, now=utc_now())
            return (await invite(self.store.credentials, user.id, self.url, now=utc_now())).link

        return self.run(work)

    def signed_in(self, role: Role) -> Any:
        """The browser's state of somebody of this role: a session of his own, and a password that nobody needs."""

        async def work() -> str:
            users = {user.name: user for user in await self.store.users.all()}
            name, secret = NAMES[role], new_secret()
            user = users.get(name) or await self.store.users.add(name, role, now=utc_now())
            if not user.has_password:
                await self.store.credentials.set_password(user.id, "no password has this hash")
            await self.store.sessions.open(hash_of(secret), user.id, now=utc_now())
            return secret

        port = self.url.rsplit(":", 1)[1]
        cookie = {
            "name": f"{COOKIE}-{port}", "value": self.run(work), "domain": "127.0.0.1", "path": "/",
            "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
        }  # fmt: skip
        return {"cookies": [cookie], "origins": []}


def noon_zone(now: datetime) -> str:
    """A zone in which it is early afternoon, so that the calls of today began today at whatever hour tests run."""
    shift = 14 - now.hour
    shift = shift - 24 if shift > 12 else shift + 24 if shift < -11 else shift
    return f"Etc/GMT{-shift:+d}"


@contextmanager
def served(place: Workplace) -> Iterator[None]:
    """Runs the service in a thread until the end of the context; what it fails with is raised here."""
    port = int(place.url.rsplit(":", 1)[1])
    settings = Settings(data_dir=place.home, line="simulated", web={"port": port, "host": "127.0.0.1"})  # type: ignore[arg-type]
    up, failed = threading.Event(), []
    stop = asyncio.Event()

    async def serve() -> None:
        async with showcase(settings, place.home, seed=SEED) as shown:
            place._showcase = shown
            await shown.robot.storage.campaigns.set_state(CAMPAIGN, CampaignState.PAUSED)
            place._loop.call_soon(_when_open, port, up)
            await app.serve(shown.robot, stop, shown.observer)

    def live() -> None:
        asyncio.set_event_loop(place._loop)
        try:
            place._loop.run_until_complete(serve())
        except BaseException as error:
            failed.append(error)
        finally:
            up.set()
            place._loop.close()

    def _when_open(port: int, up: threading.Event) -> None:
        with socket.socket() as probe:
            open_ = probe.connect_ex(("127.0.0.1", port)) == 0
        up.set() if open_ else place._loop.call_later(0.05, _when_open, port, up)

    thread = threading.Thread(target=live, name="workplace")
    thread.start()
    try:
        assert up.wait(HANGS_S), "the robot does not serve"
        assert not failed, failed
        yield
    finally:
        if thread.is_alive():
            place._loop.call_soon_threadsafe(stop.set)
        thread.join(2 * HANGS_S)
    assert not thread.is_alive(), "the robot does not end"
    assert not failed, failed


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Past]:
    """A folder with a database and recordings of some calls of two days and of today; how they came about."""
    home = tmp_path_factory.mktemp("past")
    until = datetime.now(UTC) - timedelta(minutes=2)
    made = Past(office_hours(until, 4, 4, 7), until, timezone=noon_zone(until), seed=SEED)
    with ThreadPoolExecutor(1) as thread:  # Playwright's loop runs in ours
        thread.submit(lambda: asyncio.run(make_past(home, made))).result()
    return home, made


@pytest.fixture(scope="session")
def workplace(past: tuple[Path, Past], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    if not (BUILT / PAGE).is_file():
        missing_service("the pages are not built: make ui")
    home, made = past
    place = Workplace(home, f"http://127.0.0.1:{free_port()}", made)
    with served(place):
        yield place


@pytest.fixture(autouse=True)
def _campaign_as_it_was(workplace: Workplace) -> Iterator[None]:
    """All tests share one campaign: what one of them sets is gone before the next."""
    yield
    workplace.run(lambda: workplace.store.campaigns.set_state(CAMPAIGN, CampaignState.PAUSED))
    workplace.run(lambda: workplace.store.campaigns.set_quota(CAMPAIGN, workplace.past.quota))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        missing_service("no chromium: make setup-dev")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started
        finally:
            started.close()


@dataclass(slots=True)
class Watched:
    """A page and what went wrong on it. expected: parts of texts that a test provokes on purpose."""

    page: Page
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(part in fault for part in self.expected)]


@pytest.fixture
def as_role(browser: Browser, workplace: Workplace) -> Iterator[Callable[..., Page]]:
    """Opens a page signed in as this role: `as_role(Role.MANAGER, viewport=PHONE)`."""
    opened: list[Watched] = []

    def open_as(role: Role | None, **options: Any) -> Page:
        state = None if role is None else workplace.signed_in(role)
        chosen = {"viewport": LAPTOP, "locale": "ru-RU", "timezone_id": ZONE, **options}
        context = browser.new_context(base_url=workplace.url, storage_state=state, **chosen)
        context.set_default_timeout(HANGS_S * 1000)
        watched = Watched(context.new_page())
        watched.page.add_init_script(EVERY_NOTE)
        watched.page.on("pageerror", lambda error: watched.faults.append(f"broke: {error}"))
        watched.page.on("console", lambda told: watched.faults.append(told.text) if told.type == "error" else None)
        opened.append(watched)
        watched.page.expected_faults = watched.expected  # type: ignore[attr-defined]
        return watched.page

    yield open_as
    for watched in opened:
        watched.page.context.close()
    assert [fault for watched in opened for fault in watched.unexpected()] == []


@pytest.fixture
def page(as_role: Callable[..., Page]) -> Page:
    """Of the head of sales, on a laptop."""
    return as_role(Role.HEAD)


def provoked(page: Page, *texts: str) -> None:
    """These errors on the console are what the test is about."""
    page.expected_faults.extend(texts)  # type: ignore[attr-defined]


def answered(page: Page, path: str, status: int = 200, body: object = None) -> None:
    """The server's answer to this address (a glob) is replaced: for the states that are hard to come by."""

    def fulfil(route: Route) -> None:
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    page.route(path, fulfil)


def was_noted(page: Page, text: str) -> None:
    """A note in the corner said so, though it may be gone by now."""
    page.wait_for_function("text => window.noted.some((one) => one.includes(text))", arg=text)


def told_alone(page: Page) -> None:
    """The page asks for nothing again because time has passed: what it shows anew it was told of."""
    page.add_init_script(NOT_BY_THE_CLOCK)


def nobody_talks(page: Page) -> None:
    """Wait until the calls under way are over, or later tests would see figures that go on growing."""
    page.goto("/live")
    expect(page.get_by_text(NOBODY)).to_be_visible(timeout=TALKS_END_MS)


def check_accessibility(page: Page, *, without: tuple[str, ...] = ()) -> None:
    """axe finds nothing serious; nothing is wider than the screen. without: rules by name, with a reason beside."""
    page.evaluate(AT_REST)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async (off) => (await axe.run(document, {rules: Object.fromEntries(off.map((id) => [id, {enabled: false}]))}))"
        ".violations.filter((one) => ['serious', 'critical'].includes(one.impact))"
        ".map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`)",
        list(without),
    )
    assert found == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{overflow} px wider than the screen"
