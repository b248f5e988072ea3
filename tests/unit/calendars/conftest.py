"""A real CalDAV server (Radicale) for the session, and an empty calendar for each test."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from caldav.aio import AsyncDAVClient

from robot.calendars.caldav import Place
from robot.calendars.settings import CalendarSettings
from tests.conftest import HANGS_S
from tests.ports import free_port

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; the user is boss with the password secret."""
    folder: Path = tmp_path_factory.mktemp("radicale")
    (folder / "users").write_text("boss:secret\n")
    port = free_port()
    options = {
        "--config": "",
        "--server-hosts": f"127.0.0.1:{port}",
        "--storage-filesystem-folder": str(folder / "collections"),
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(folder / "users"),
        "--auth-htpasswd-encryption": "plain",
        "--auth-delay": "0",
    }
    words = [word for pair in options.items() for word in pair]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen([sys.executable, "-m", "radicale", *words], stdout=log, stderr=log)
        try:
            _wait(process, port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(HANGS_S)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    while process.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError("Radicale did not start")


@pytest.fixture
def place(server: str) -> Place:
    """A calendar without any event."""
    place = Place("Анна", f"{server}boss/{uuid4()}/", MOSCOW, "boss", "secret", HANGS_S)
    asyncio.run(make(place))
    return place


async def make(place: Place) -> None:
    async with client(place) as dav:
        assert (await dav.mkcalendar(place.url)).status == 201


def client(place: Place) -> AsyncDAVClient:
    return AsyncDAVClient(
        url=place.url, username=place.user, password=place.password, enable_rfc6764=False, require_tls=False
    )


async def written(place: Place) -> list[str]:
    """All that lies in the calendar."""
    async with client(replace(place)) as dav:
        return [event.data for event in await dav.calendar(url=place.url).get_events()]


async def write(place: Place, name: str, *lines: str) -> None:
    """An event as the manager's own program writes it."""
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//EN", "BEGIN:VEVENT", f"UID:{name}"]
    body += ["DTSTAMP:20261120T000000Z", "SUMMARY:его дела", *lines, "END:VEVENT", "END:VCALENDAR"]
    async with client(place) as dav:
        assert (await dav.put(f"{place.url}{name}.ics", "\r\n".join([*body, ""]), {})).status == 201


def patient(calendars: CalendarSettings) -> CalendarSettings:
    """Asked for longer than any client would wait: here it counts what they answer, and not how soon."""
    return calendars.model_copy(update={"fresh_ms": round(1000 * HANGS_S), "timeout_s": HANGS_S})
