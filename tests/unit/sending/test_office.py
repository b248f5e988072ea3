"""The whole way of a promise: the talk ends, the outbox's worker sends it, the card tells; on a real store, by a real
SMTP server and a real SMSC."""

from __future__ import annotations

import asyncio
import email
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from robot.crm.base import NewLead
from robot.crm.errors import Limited, Refused, Unauthorized, Unreachable, Unsure
from robot.crm.http import HttpWire
from robot.crm.outbox import Outbox, OutboxSettings
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import State
from robot.crm.sent import Channel, SentState
from robot.crm.throttle import MemoryThrottle
from robot.domain.calls import Wish
from robot.domain.outcomes import Outcome
from robot.sending.gateway import Gateway, HttpSms
from robot.sending.messenger import Message, Messenger
from robot.sending.office import Sending, Stores, targets
from robot.sending.press import Press, ProcessPress
from robot.sending.settings import SendingSettings
from robot.storage.store import Storage, open_storage
from tests.conftest import HANGS_S
from tests.contracts.storage_contract import NOW, Scene
from tests.unit.sending.scene import AT, QuickPress, folder
from tests.unit.sending.test_mail import Mailbox, server
from tests.unit.sending.test_smpp import smsc

pytestmark = [pytest.mark.unit, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]

SECRET = "0123456789abcdef0123456789abcdef"
PHONE = "+79161234567"


@asynccontextmanager
async def working(
    tmp_path: Path, settings: SendingSettings, press: Press | None = None
) -> AsyncIterator[tuple[Storage, asyncio.Queue[tuple[str, str]]]]:
    """A store whose outbox is being delivered; what each try came to."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'zvonar.db'}"
    async with open_storage(address, targets=targets(settings)) as storage:
        stores = Stores(storage.sent, storage.call_reports, storage.leads)
        sending = Sending(
            settings,
            stores,
            MemoryThrottle(),
            data_dir=tmp_path,
            wire=HttpWire,
            now=lambda: NOW,
            press=press or QuickPress(),
        )
        tried: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        pace = OutboxSettings(poll_s=0.01)
        outbox = Outbox(
            storage.outbox, sending.deliverers, pace, now=lambda: NOW.replace(year=2030),
            on_tried=lambda delivery, end: tried.put_nowait((delivery.kind, str(end.state))),
        )  # fmt: skip
        stop = asyncio.Event()
        running = [asyncio.create_task(outbox.run(stop)), asyncio.create_task(sending.run(stop))]
        try:
            yield storage, tried
        finally:
            stop.set()
            await asyncio.wait(running)
            await sending.close()


async def talk(storage: Storage, *, email: str = "irina@vasilek.example", **more: Any) -> int:
    """A client is promised an invoice; his id."""
    scene = await Scene.set(storage, leads=0)
    await storage.leads.add(
        scene.campaign.id, [NewLead(PHONE, name="Ирина Петрова", timezone="Europe/Moscow")], now=NOW
    )
    claimed, attempt_id = await scene.call()
    wishes = (Wish("send_document", {"document": "invoice", "email": email}),)
    collected = {"lead.email": email} if email else {}
    await scene.finish(attempt_id, Outcome.INFO_REQUESTED, answered_at=NOW, collected=collected, wishes=wishes, **more)
    return claimed.lead.id


async def test_what_was_promised_in_a_talk_comes_by_mail_and_stands_on_the_card(tmp_path: Path) -> None:
    folder(tmp_path)
    mailbox = Mailbox()
    async with server(mailbox) as there:
        mail = {"host": there.host, "port": there.port, "security": "none", "sender": "sales@romashka.example"}
        settings = SendingSettings.model_validate({"mail": {**mail, "per_s": 100}})
        async with working(tmp_path, settings, ProcessPress(timeout_s=HANGS_S)) as (storage, tried):
            lead = await talk(storage)
            assert await asyncio.wait_for(tried.get(), HANGS_S) == ("document", "delivered")
            card = await storage.leads.card(lead)
    (letter,) = mailbox.letters
    assert letter.rcpt_tos == ["irina@vasilek.example"]
    (pdf,) = email.message_from_bytes(bytes(letter.content or b""), policy=default).iter_attachments()
    assert (pdf.get_content()[:5], (pdf.get_filename() or "")[:5]) == (b"%PDF-", "Счёт ")
    assert card is not None
    (line,) = card.sent
    assert (line.channel, line.title, line.state) == (Channel.MAIL, "Счёт на оплату", SentState.SENT)


async def test_a_letter_in_doubt_is_parked_until_a_person_says_to_send_it_again(tmp_path: Path) -> None:
    folder(tmp_path)
    mailbox = Mailbox()
    mailbox.cut = True
    async with server(mailbox) as there:
        mail = {"host": there.host, "port": there.port, "security": "none", "sender": "sales@romashka.example"}
        settings = SendingSettings.model_validate({"mail": {**mail, "per_s": 100}})
        async with working(tmp_path, settings) as (storage, tried):
            lead = await talk(storage)
            assert (await asyncio.wait_for(tried.get(), HANGS_S))[1] == "parked"
            desk = storage.outbox_desk
            (entry,) = await desk.entries(Wanted(), limit=9, now=NOW)
            assert entry.problem is not None
            assert (entry.problem.code, entry.state) == ("unsure", State.PARKED)
            await desk.retry(Wanted(), now=NOW)  # of all: nobody looked at this one
            assert (await asyncio.wait_for(tried.get(), HANGS_S))[1] == "parked"
            assert len(mailbox.letters) == 1
            mailbox.cut = False
            await desk.retry(Wanted(ids=[entry.id]), now=NOW)
            assert (await asyncio.wait_for(tried.get(), HANGS_S))[1] == "delivered"
            card = await storage.leads.card(lead)
    assert len(mailbox.letters) == 2
    assert card is not None
    assert [line.state for line in card.sent] == [SentState.SENT]


async def test_an_sms_goes_out_and_its_receipts_reach_the_card(tmp_path: Path) -> None:
    folder(tmp_path)
    async with smsc() as (peer, there):
        smpp = {"host": there.host, "port": there.port, "system_id": "robot", "password": "x", "source": "Romashka"}
        settings = SendingSettings.model_validate({"smpp": {**smpp, "per_s": 100}})
        async with working(tmp_path, settings) as (storage, tried):
            lead = await talk(storage, email="")
            assert await asyncio.wait_for(tried.get(), HANGS_S) == ("document", "delivered")
            parts = len(peer.taken)
            assert parts > 1
            assert await _state(storage, lead) is SentState.SENT
            client = await asyncio.wait_for(peer.bound.get(), HANGS_S)
            for number in range(1, parts + 1):
                await client.deliver_sm("Romashka", f"id:id-{number} stat:DELIVRD".encode(), esm_class=4)
            assert await _state(storage, lead) is SentState.DELIVERED


async def _state(storage: Storage, lead: int) -> SentState:
    card = await storage.leads.card(lead)
    assert card is not None
    return card.sent[0].state


class Site:
    """Somebody's HTTP: answers in turn, keeps what came."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[Any, bytes]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers.copy(), await request.read() or request.query_string.encode()))
        status, text = self.answers.pop(0)
        return web.Response(status=status, text=text)


@asynccontextmanager
async def site(*answers: tuple[int, str]) -> AsyncIterator[tuple[Site, str]]:
    at, app = Site(*answers), web.Application()
    app.router.add_route("*", "/{tail:.*}", at)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield at, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


PARAMS = {"to": "{phone}", "msg": "{text}", "id": "{key}", "login": "robot", "psw": "{password}"}


async def test_a_gateway_is_asked_in_its_own_words(tmp_path: Path) -> None:
    async with site((200, "OK - 1 SMS, ID - 42"), (200, "ERROR = 6")) as (at, url):
        gateway = Gateway(url, PARAMS, secrets={"password": "s&cret"}, accepted="^OK", id=r"ID - (\d+)")
        sms = HttpSms(gateway, HttpWire(timeout_s=HANGS_S))
        try:
            assert await sms.send("k:1", PHONE, "Привет & {password} {phone}", 0) == "42"
            with pytest.raises(Refused) as raised:
                await sms.send("k:1", PHONE, "Привет", 0)
            assert not raised.value.may_have_arrived
        finally:
            await sms.close()
        form = dict(part.split("=") for part in at.requests[0][1].decode().split("&"))
        assert (form["to"], form["id"], form["psw"]) == ("79161234567", "k%3A1", "s%26cret")
        assert "s%26cret" not in form["msg"]  # what a client is called never brings our secret


@pytest.mark.parametrize(
    ("status", "safe", "error"),
    [
        (500, False, Unsure), (500, True, Unreachable), (401, False, Unauthorized), (429, False, Limited),
    ],
)  # fmt: skip
async def test_a_gateway_that_fails(status: int, safe: bool, error: type[Exception]) -> None:
    async with site((status, "")) as (_, url):
        sms = HttpSms(Gateway(url, PARAMS, how="json", repeats_safely=safe), HttpWire(timeout_s=HANGS_S))
        try:
            with pytest.raises(error):
                await sms.send("k", PHONE, "Привет", 0)
        finally:
            await sms.close()


async def test_a_messenger_can_trust_what_it_gets() -> None:
    async with site((200, '{"id": 7}'), (503, "")) as (at, url):
        messenger = Messenger(url, SECRET, HttpWire(timeout_s=HANGS_S), now=lambda: AT)
        message = Message("k:1", PHONE, "Ирина\r\nX-Evil: 1", "Ждём вас", "meeting_booked")
        try:
            assert await messenger.send(message) == "7"
            with pytest.raises(Unreachable):
                await messenger.send(message)
        finally:
            await messenger.close()
        headers, body = at.requests[0]
        stamp = headers["X-Zvonar-Timestamp"]
        digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        assert headers["X-Zvonar-Signature"] == f"sha256={digest}"
        assert int(stamp) == int(AT.timestamp())
        assert json.loads(body)["id"] == headers["Idempotency-Key"] == "k:1"
        assert "X-Evil" not in headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail": {"host": "mail.example", "sender": "nobody"}},
        {"mail": {"host": "mail.example", "sender": "a@b.ru", "security": "none", "user": "u"}},
        {"messenger": {"url": "https://x.example", "secret": "short"}},
        {"messenger": {"url": "ftp://x.example", "secret": SECRET}},
        {"sms_http": {"url": "https://x.example", "params": {"to": "{phone}"}}},
        {"sms_http": {"url": "https://x.example", "params": PARAMS, "id": "("}},
        {"messages": {"meeting": "meeting_booked"}},
        {"smpp": {"host": "h", "system_id": "s", "password": "p", "source": "Слишком русское"}},
    ],
)
def test_settings_that_cannot_work_are_refused_without_their_secrets(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SendingSettings.model_validate(wrong)


def test_nothing_is_planned_where_nothing_is_set_up() -> None:
    assert list(targets(SendingSettings())) == []
    settings = SendingSettings.model_validate({"messenger": {"url": "https://x.example", "secret": SECRET}})
    assert [target.name for target in targets(settings)] == ["sending"]
    assert SECRET not in repr(settings)
