"""Requests as they arrive, and what an answer's headers say about trying again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from robot.crm.http import LONGEST_WAIT, Answer, HttpWire, Request, retry_after
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("999999", LONGEST_WAIT),
        ("9999999", None),
        ("-1", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_the_other_sides_word_counts_within_reason(told: str, wait: timedelta | None) -> None:
    assert retry_after(Answer(429, headers={"retry-after": told})) == wait


@pytest.mark.parametrize(
    ("request_of", "kind"),
    [
        (lambda sound: {"json": {"sound": sound}}, "application/json"),
        (lambda sound: {"body": sound.encode(), "headers": {"Content-Type": "audio/wav"}}, "audio/wav"),
        (lambda sound: {"form": {"sound": sound[:999]}}, "application/x-www-form-urlencoded"),
    ],
)
async def test_a_recording_of_megabytes_arrives_whole_and_of_known_length(request_of: Any, kind: str) -> None:
    arrived: list[tuple[str, int, int]] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        arrived.append((request.content_type, request.content_length or 0, len(body)))
        return web.Response()

    app = web.Application(client_max_size=4 * 2**20)
    app.router.add_post("/", take)
    wire = HttpWire(timeout_s=HANGS_S)
    try:
        async with TestServer(app) as server:
            answer = await wire.send(Request("POST", str(server.make_url("/")), **request_of("x" * 2**21)))
    finally:
        await wire.close()
    ((content_type, length, whole),) = arrived
    assert (answer.status, content_type, length) == (200, kind, whole)
    assert whole >= (999 if kind == "application/x-www-form-urlencoded" else 2**21)
