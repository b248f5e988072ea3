"""`make screenshots`: every page of the menu, on a robot with a past of real calls, as pictures to be looked at.

    python -m tests.web.screenshots [FOLDER]      light, dark, phone; and empty, loading, failed, 10,000 rows

The last four are answers of the API replaced on their way to the browser; all else is what the robot says.
"""

from __future__ import annotations

import asyncio
import json
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

from robot.demo.past import Past, office_hours
from robot.demo.showcase import make_past
from robot.domain.access import Role
from tests.web.conftest import LAPTOP, PHONE, SEED, Workplace, free_port, noon_zone, served

OUT = Path("screenshots")
ROWS = 10_000
SETTLED_MS = 1500
"""What a chart takes to be drawn after its figures have come."""
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
    def many(items: list[Any]) -> list[Any]:
        return [_numbered(items[n % len(items)], n) for n in range(ROWS)] if items else []

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


def _numbered(row: Any, number: int) -> Any:
    """Rows are told apart by their ids."""
    if not isinstance(row, dict) or "id" not in row:
        return row
    return {**row, "id": str(UUID(int=number)) if isinstance(row["id"], str) else number}


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


def _take(context: BrowserContext, path: str, file: Path, change: Callable[[Route], None] | None = None) -> None:
    page = context.new_page()
    if change is not None:
        page.route(lambda url: _ours(urlsplit(url).path), change)
    page.goto(path)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=file)
    page.close()


def _ours(path: str) -> bool:
    return path.startswith("/api/") and path not in OURS


def take_all(browser: Browser, place: Workplace, out: Path) -> None:
    _door(browser, place, out)
    common = {
        "base_url": place.url,
        "storage_state": place.signed_in(Role.HEAD),
        "locale": "ru-RU",
        "timezone_id": "Europe/Moscow",
    }
    first = browser.new_context(**common, viewport=LAPTOP)
    paths = _menu(first.new_page())
    for look, options in LOOKS:
        context = browser.new_context(**common, **options)
        for path in paths:
            _take(context, path, out / f"{path.strip('/')}-{look}.png")
        context.close()
    for path in paths:
        for name, change in STATES:
            _take(first, path, out / f"{path.strip('/')}-{name}.png", change)
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
            take_all(browser, place, out)
            browser.close()
    print(f"{len(list(out.glob('*.png')))} pictures in {out} after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
