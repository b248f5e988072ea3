"""`make screenshots`: every page of the menu and what it leads to, on a robot with a past of real calls, as pictures.

    python -m tests.web.screenshots [FOLDER [WORD]]      light, dark, phone; and empty, loading, failed, 10,000 rows

The last four are answers of the API replaced on their way to the browser; all else is what the robot says. WORD: only
pages whose address has it.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from robot.analytics.call_search import CallsWanted
from robot.demo.past import Past, office_hours
from robot.demo.showcase import make_past
from robot.domain.access import Role
from robot.domain.outcomes import Outcome
from tests.ports import free_port
from tests.web.conftest import CAMPAIGN, LAPTOP, PHONE, SEED, Workplace, noon_zone, served

OUT = Path("screenshots")
ROWS = 10_000
GROWS_WITH_CALLS = ("/api/calls", "/api/leads", "/api/stoplist", "/api/consents", "/api/journal", "/api/deliveries")
MANY = 100
"""Of campaigns, managers, users: what grows with the company, not with its calls."""
SETTLED_MS = 1000
"""What a chart takes to be drawn after its figures have come."""
LONGEST_MS = 60_000
BROKEN = "Страница сломалась"
"""What a page says of itself whose code has failed."""
OURS = frozenset({"/api/me", "/api/events"})
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("light", {"viewport": LAPTOP, "color_scheme": "light"}),
    ("dark", {"viewport": LAPTOP, "color_scheme": "dark"}),
    ("phone", {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2}),
)


def _failed(route: Route) -> None:
    body = {"error": {"code": "unavailable", "message": "хранилище занято: повторите"}}
    route.fulfill(status=422, content_type="application/json", body=json.dumps(body))


def _waiting(_route: Route) -> None:
    """Never answered."""


def _empty(route: Route) -> None:
    _changed(route, lambda _items: [])


def _long(route: Route) -> None:
    rows = ROWS if urlsplit(route.request.url).path.startswith(GROWS_WITH_CALLS) else MANY

    def many(items: list[Any]) -> list[Any]:
        return [*items, *(_another(items[n % len(items)], n) for n in range(len(items), rows))] if items else []

    _changed(route, many)


STATES: tuple[tuple[str, Callable[[Route], None]], ...] = (
    ("empty", _empty),
    ("loading", _waiting),
    ("failed", _failed),
    ("long", _long),
)


def _changed(route: Route, change: Callable[[list[Any]], list[Any]]) -> None:
    response = route.fetch()
    if "json" not in response.headers.get("content-type", ""):
        route.fulfill(response=response)
        return
    body = response.json()
    if isinstance(body, dict) and isinstance(body.get("items"), list):
        body = {**body, "items": change(body["items"]), "next": ""}
    route.fulfill(response=response, body=json.dumps(body))


def _another(row: Any, number: int) -> Any:
    """Rows are told apart by their ids, campaigns by their slugs, scripts and versions by what they are called."""
    if not isinstance(row, dict):
        return row
    another = dict(row)
    if "id" in row:
        another["id"] = str(UUID(int=number)) if isinstance(row["id"], str) else 1_000_000 + number
    for name in ("slug",) if {"id", "slug"} & row.keys() else ("name", "script", "version"):
        if isinstance(row.get(name), str):
            another[name] = f"{row[name]}-{number}"
    return another


def _door(browser: Browser, place: Workplace, out: Path) -> None:
    page = browser.new_page(base_url=place.url, locale="ru-RU", viewport=LAPTOP)
    page.goto("/")
    page.get_by_label("Имя").wait_for()
    page.screenshot(path=out / "sign-in-light.png")
    page.close()


def _menu(page: Page) -> list[str]:
    page.goto("/")
    page.get_by_role("navigation").wait_for()
    links = page.get_by_role("navigation").get_by_role("link").all()
    found = [link.get_attribute("href") or "" for link in links]
    return [path for path in found if path.startswith("/")]


def _deeper(place: Workplace) -> list[str]:
    """Where the pages of the menu lead to."""

    async def found() -> tuple[str, int]:
        store = place.store
        calls = await store.call_search.find(CallsWanted(outcomes=frozenset({Outcome.REFUSED}), talked=True), limit=1)
        return str(calls.items[0].record.id), calls.items[0].lead_id

    call, lead = place.run(found)
    graph = f"/scripts/{CAMPAIGN}?period=all"
    settings = [f"/settings?part={part}" for part in ("campaigns", "managers", "telephony", "crm")]
    lists = [f"/leads/{lead}", "/leads/import", "/leads/stoplist", "/leads/consents"]
    plan = f"/plan?campaign={CAMPAIGN}&revenue=3000000&deal=150000"
    return [
        graph,
        f"{graph}&phrase=greeting",
        f"{graph}&phrase=greeting&tab=calls",
        f"/calls/{call}",
        *lists,
        *settings,
        plan,
    ]


def _name(path: str) -> str:
    """Of the file: the address without what makes it long."""
    return re.sub(r"[^a-z]+", "-", re.sub(r"/([0-9a-f]{8}-[0-9a-f-]+|[0-9]+)", "/one", path)).strip("-")


def _take(
    context: BrowserContext,
    path: str,
    file: Path,
    change: Callable[[Route], None] | None = None,
    *,
    whole: bool = False,
) -> None:
    """whole: all of the page, not only what the window shows."""
    page = context.new_page()
    page.set_default_timeout(LONGEST_MS)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    if change is not None:
        page.route(lambda url: _ours(urlsplit(url).path), change)
    page.goto(path)
    page.get_by_role("heading", level=1).first.wait_for()
    if change is not _waiting:
        page.locator(".mantine-Skeleton-root").first.wait_for(state="detached")
    page.wait_for_timeout(SETTLED_MS)
    if page.get_by_role("heading", name=BROKEN).count():
        sys.exit(f"{path} breaks, {file.stem}: {told}")
    page.screenshot(path=file, full_page=whole, timeout=LONGEST_MS, animations="disabled")
    page.close()


def _ours(path: str) -> bool:
    return path.startswith("/api/") and path not in OURS


def take_all(browser: Browser, place: Workplace, out: Path, word: str = "") -> None:
    _door(browser, place, out)
    common = {
        "base_url": place.url,
        "storage_state": place.signed_in(Role.HEAD),
        "locale": "ru-RU",
        "timezone_id": "Europe/Moscow",
    }
    first = browser.new_context(**common, viewport=LAPTOP)
    menu = [path for path in _menu(first.new_page()) if word in path]
    paths = [*menu, *(path for path in _deeper(place) if word in path)]
    for look, options in LOOKS:
        context = browser.new_context(**common, **options)
        for path in paths:
            _take(context, path, out / f"{_name(path)}-{look}.png", whole=True)
        context.close()
    for path in menu:
        for name, change in STATES:
            _take(first, path, out / f"{_name(path)}-{name}.png", change)
    first.close()


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zvonar-screenshots-") as folder:
        until = datetime.now(UTC) - timedelta(minutes=2)
        past = Past(office_hours(until, 4, 5, 5, 9), until, timezone=noon_zone(until), seed=SEED)
        home = Path(folder)
        asyncio.run(make_past(home, past))
        place = Workplace(home, f"http://127.0.0.1:{free_port()}", past)
        with served(place), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            take_all(browser, place, out, sys.argv[2] if len(sys.argv) > 2 else "")
            browser.close()
    print(f"{len(list(out.glob('*.png')))} pictures in {out} after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
