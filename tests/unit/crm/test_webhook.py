"""The contract of connectors on a receiver of signed JSON: a real server, which checks as ours does."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from robot.crm.errors import Limited, Misconfigured, Refused, TooLarge, Unreachable
from robot.crm.http import Answer, HttpWire, Request
from robot.crm.registry import Parts
from robot.crm.throttle import MemoryThrottle
from robot.crm.webhook import payload
from robot.crm.webhook.connector import Webhook, connect
from robot.crm.webhook.settings import Settings
from robot.domain.clock import utc_now
from robot.web import signature
from robot.web.errors import BadSignature
from tests.conftest import HANGS_S
from tests.contracts.bad_input_contract import BadInputContract
from tests.contracts.connector_contract import (
    FIELD,
    Broken,
    ConnectorContract,
    SeenCall,
    SeenLead,
    SeenMeeting,
    SeenTask,
    Tap,
    call,
    deliver,
    phone,
    untouched,
)

pytestmark = pytest.mark.unit

SECRET = "s" * 32


@dataclass
class Receiver:
    """Somebody's system: keeps keys, and puts calls on the card of the number. status: answered instead."""

    secret: str = SECRET
    status: int = 200
    keys: set[str] = field(default_factory=set)
    calls: list[dict[str, Any]] = field(default_factory=list)
    sounds: dict[str, bytes] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), request.headers
        try:
            signature.check(
                [self.secret], headers[signature.TIMESTAMP], headers[signature.SIGNATURE], body, now=utc_now()
            )
        except BadSignature:
            return web.Response(status=401)
        if self.status != 200:
            return web.Response(status=self.status, headers={"Retry-After": "7", "Location": "/elsewhere"})
        if headers["Idempotency-Key"] in self.keys:
            return web.Response(status=409)
        self.keys.add(headers["Idempotency-Key"])
        if headers["X-Zvonar-Event"] == "call":
            self.calls.append(json.loads(body))
        elif headers["X-Zvonar-Event"] == "recording":
            self.sounds[headers["X-Zvonar-Call"]] = body
        return web.Response()


class WebhookStand:
    def __init__(self, url: str, receiver: Receiver, data_dir: Path) -> None:
        self.url = url
        self.receiver = receiver
        self._data_dir = data_dir

    @property
    def data_dir(self) -> Path:
        return self._data_dir

    def connector(self, tap: Tap = untouched, **more: Any) -> Webhook:
        settings = {"url": self.url, "secret": SECRET, "recording_mb": 1, "per_s": 1000, "burst": 1000} | more
        return connect(
            Settings.model_validate(settings), Parts(tap(HttpWire(timeout_s=HANGS_S)), MemoryThrottle(), self.data_dir)
        )

    async def broken(self, how: Broken) -> Webhook:
        assert how is Broken.REVOKED
        return self.connector(secret="r" * 32)

    async def enter(self, number: str) -> str:
        return self.receiver.entered.setdefault(_end(number), f"card-{len(self.receiver.entered)}")

    async def seen(self, number: str) -> list[SeenLead]:
        """What such a system makes of it: later calls overwrite, a moved meeting replaces the one it moves."""
        calls = [one for one in self.receiver.calls if one["lead"]["phone"] == number]
        if not calls:
            return []
        moved = {one["meeting"]["moves"] for one in calls if one["meeting"]}
        booked = [one["meeting"] for one in calls if one["meeting"] and one["id"] not in moved]
        reached = [one for one in calls if one["call"]["outcome"] != "no_answer"]
        tasks = [task for one in calls if one["id"] not in moved for task in one["tasks"]]
        return [
            SeenLead(
                id=self.receiver.entered.get(_end(number), "card"),
                stage=reached[-1]["lead"]["stage"] if reached else "",
                name=calls[-1]["lead"]["name"],
                company=calls[-1]["lead"]["company"],
                fields={FIELD: calls[-1]["collected"].get(FIELD, "")},
                meetings=[
                    SeenMeeting(one["manager"], _time(one["starts_at"]), _time(one["ends_at"])) for one in booked
                ],
                tasks=[SeenTask(one["title"], one["manager"], _time(one["due_at"])) for one in tasks],
                calls=[self._call(one) for one in calls],
            )
        ]

    def _call(self, told: dict[str, Any]) -> SeenCall:
        seconds = told["call"]["talked_s"]
        said = "\n".join(one["text"] for one in told["transcript"])
        text = f"{seconds // 60}:{seconds % 60:02d} {told['call']['reason']}\n{said}"
        return SeenCall(text, self.receiver.sounds.get(told["id"]))


def _end(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[WebhookStand]:
    receiver = Receiver()
    app = web.Application(client_max_size=4 * 2**20)
    app.router.add_post("/calls", receiver.take)
    async with TestServer(app) as server:
        yield WebhookStand(str(server.make_url("/calls")), receiver, tmp_path)


class TestWebhook(BadInputContract, ConnectorContract):
    cannot_break = frozenset({Broken.STAGE_DELETED, Broken.FIELD_RENAMED})
    knows_stages = False


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, Misconfigured),
        (400, Refused),
        (413, TooLarge),
        (429, Limited),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
async def test_every_other_answer_is_an_error_of_ours(stand: WebhookStand, status: int, error: type[Exception]) -> None:
    stand.receiver.status = status
    with pytest.raises(error):
        await deliver(stand.connector(), call(phone()))


async def test_the_time_the_other_side_asks_for_is_told(stand: WebhookStand) -> None:
    stand.receiver.status = 429
    with pytest.raises(Limited) as told:
        await deliver(stand.connector(), call(phone()))
    assert told.value.after is not None
    assert told.value.after.total_seconds() == 7


async def test_nobody_who_listens_is_unreachable_and_the_address_is_not_told() -> None:
    wire = HttpWire(timeout_s=HANGS_S)
    try:
        with pytest.raises(Unreachable) as told:
            await wire.send(Request("POST", "http://127.0.0.1:9/rest/1/secret-code/x"))
    finally:
        await wire.close()
    assert "secret-code" not in str(told.value)


def test_a_page_instead_of_data_may_pass() -> None:
    with pytest.raises(Unreachable):
        Answer(200, b"<html>works</html>").json("CRM")


def test_the_example_in_the_folder_is_what_is_sent() -> None:
    example = json.loads((Path(payload.__file__).parent / "fixtures" / "call.json").read_text(encoding="utf-8"))
    report = call("+79161234567", attempt_id=UUID(example["id"]))
    assert json.loads(payload.encoded(payload.call(report, "Europe/Moscow"))) == example
