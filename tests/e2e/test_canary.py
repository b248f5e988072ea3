"""One person, and a value for every secret setting, go through the whole product, with an error provoked in each part
at the chattiest level of the logs: they appear in no log, metric, error page or file name."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import logging
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID

import pytest
import structlog
from pydantic import BaseModel, SecretStr

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.crm.base import NewLead
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import Kind, NewDelivery
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.observability.log import setup_logging
from robot.observability.metrics import Metrics
from robot.settings import Settings, load_settings
from robot.speech.fake import FakeRecognizer, FakeVoice
from robot.speech.phrases import PhraseCache
from robot.speech.voices import Voices
from robot.storage.store import Storage, open_storage
from robot.web.signature import SIGNATURE, TIMESTAMP
from telephony.simulated.directory import default_directory
from telephony.simulated.line import SimulatedLine
from tests.conftest import HANGS_S
from tests.ports import free_port
from tests.unit.sending.scene import folder

pytestmark = pytest.mark.e2e

NAME = "Акакий Канарейкин"
EMAIL = "akakij@kanarejka.example"
PHONE = default_directory().number_for("hangs_up_at_once", 7531)
NATIONAL = PHONE[2:]
SECRET = "kanarejka0secret0kanarejka0secret0"
PASSWORD = "knrk-pwd"
"""Of protocols that take eight characters at most, and of nobody else."""

TARGETS = {"webhook", "bitrix24", "amocrm", "odoo", "onec", "sending", "messages"}
RULES = "triggers:\n  - {name: new_lead, on: created, campaign: cold_call, priority: request}\n"

ELSEWHERE = {
    "database_password": "of PostgreSQL; the database of this run is a file",
    "database_url": "as above; its errors never hold it: tests/postgres/test_nodes.py",
    "sending.smpp.password": "SMS go out one way: HTTP here",
    "crm.amocrm.client_secret": "an account has a token or an integration",
    "crm.amocrm.code": "as above",
    "crm.amocrm.refresh_token": "as above",
    "crm.bitrix24.client_secret": "a portal has a webhook or an application",
    "crm.bitrix24.refresh_token": "as above",
}
"""Secrets that cannot stand beside the others."""


class Echo(BaseHTTPRequestHandler):
    """A CRM, a gateway and a calendar that fail with all they were told in their answers."""

    def _fail(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = f"{self.path} {self.headers} ".encode() + body
        self.send_response(400 if len(body) % 2 else 500)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_PROPFIND = do_REPORT = do_OPTIONS = _fail  # noqa: N815

    def log_message(self, *_: object) -> None:
        """The test's output is the robot's."""


@contextmanager
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def secret(place: str) -> str:
    """Each setting has one of its own: a leak tells whose it is."""
    return SECRET + hashlib.sha256(place.encode()).hexdigest()[:16]


def environment(url: str, rules: Path = Path("triggers.yaml")) -> dict[str, str]:
    """Every part that talks to others is turned on. rules: of the triggers."""
    one = {
        "ASTERISK__AMI_SECRET": secret("asterisk.ami_secret"),
        "TRUNK__HOST": "127.0.0.1",
        "TRUNK__USER": "robot",
        "TRUNK__PASSWORD": secret("trunk.password"),
        "CRM__WEBHOOK__URL": f"{url}/hook",
        "CRM__WEBHOOK__SECRET": secret("crm.webhook.secret"),
        "CRM__BITRIX24__WEBHOOK": f"{url}/rest/1/{secret('crm.bitrix24.webhook')}/",
        "CRM__BITRIX24__APPLICATION_TOKEN": secret("crm.bitrix24.application_token"),
        "CRM__AMOCRM__URL": url,
        "CRM__AMOCRM__TOKEN": secret("crm.amocrm.token"),
        "CRM__ODOO__URL": url,
        "CRM__ODOO__DATABASE": "zvonar",
        "CRM__ODOO__LOGIN": "robot",
        "CRM__ODOO__KEY": secret("crm.odoo.key"),
        "CRM__ONEC__URL": f"{url}/odata/standard.odata",
        "CRM__ONEC__LOGIN": "robot",
        "CRM__ONEC__PASSWORD": secret("crm.onec.password"),
        "CRM__ONEC__LEAD": json.dumps({"entity": "Catalog_Leads", "phone": "Phone"}),
        "CRM__ONEC__CALL": json.dumps({"entity": "Document_Call", "mark": "Mark", "lead": "Lead"}),
        "SENDING__MAIL__HOST": "127.0.0.1",
        "SENDING__MAIL__PORT": str(free_port()),
        "SENDING__MAIL__SECURITY": "none",
        "SENDING__MAIL__USER": "robot",
        "SENDING__MAIL__PASSWORD": secret("sending.mail.password"),
        "SENDING__MAIL__SENDER": "robot@romashka.example",
        "SENDING__SMS_HTTP__URL": f"{url}/sms",
        "SENDING__SMS_HTTP__PARAMS": json.dumps({"to": "{phone}", "text": "{text}", "key": "{key}"}),
        "SENDING__SMS_HTTP__SECRETS": json.dumps({"key": secret("sending.sms_http.secrets")}),
        "SENDING__MESSENGER__URL": f"{url}/messenger",
        "SENDING__MESSENGER__SECRET": secret("sending.messenger.secret"),
        "SENDING__MESSAGES": json.dumps({"refused": "meeting_booked"}),
        "CALENDARS__URL": f"{url}/dav/",
        "CALENDARS__USER": "robot",
        "CALENDARS__PASSWORD": secret("calendars.password"),
        "TRIGGERS__FILE": str(rules),
        "TRIGGERS__HOOKS": json.dumps({"bitrix24": secret("triggers.hooks")}),
        "WEB__HOOKS": json.dumps({"cold_call": {
            "secret": secret("web.hooks.secret"), "previous": secret("web.hooks.previous")}}),
        "LOG_LEVEL": "DEBUG",
        "DIALER__CHANNELS": "2",
    }  # fmt: skip
    return {f"ZVONAR_{name}": value for name, value in one.items()}


def secret_settings(model: type[BaseModel] = Settings, before: str = "") -> Iterator[str]:
    """Where the settings have a secret."""
    for name, field in model.model_fields.items():
        place = f"{before}{name}"
        kinds = list(_kinds(field.annotation))
        if SecretStr in kinds:
            yield place
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from secret_settings(kind, f"{place}.")


def _kinds(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _kinds(one)


def test_every_secret_setting_is_in_the_run() -> None:
    told = " ".join(environment("http://127.0.0.1:1").values())
    places = {place.replace("calendars.accounts.", "calendars.") for place in secret_settings()}
    lacking = {place for place in places if place not in ELSEWHERE and secret(place) not in told}
    assert lacking == set()


def ask(port: int, path: str, body: bytes = b"", **headers: str) -> str:
    """What a stranger is answered, whatever it is."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body or None, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=HANGS_S) as answer:  # noqa: S310
            told = answer.read().decode()
    except urllib.error.HTTPError as refused:
        told = f"{refused.headers}{refused.read().decode()}"
    return str(told)


def strangers(port: int) -> str:
    """Requests that are refused, each with him in it."""
    lead = json.dumps({"phone": PHONE, "name": NAME, "email": EMAIL}).encode()
    bad = json.dumps({"phone": f"{PHONE}99999999", "name": NAME}).encode()
    pages = [
        ask(port, f"/api/leads?words={NATIONAL}"),
        ask(port, f"/api/nothing/{quote(PHONE)}/{quote(NAME)}"),
        ask(port, f"/{quote(PHONE)}"),
        ask(port, "/hooks/leads/cold_call", lead, **{TIMESTAMP: "1", SIGNATURE: "00"}),
        ask(port, f"/hooks/crm/bitrix24/{SECRET}wrong", lead),
        ask(port, f"/hooks/crm/bitrix24/{secret('triggers.hooks')}", lead),
        ask(port, "/api/sign-in", json.dumps({"name": NAME, "password": PASSWORD}).encode()),
        ask(port, "/api/leads", lead, Authorization=f"Bearer {SECRET}"),
    ]
    for body in (bad, lead, b"\xff" + lead):
        stamp = str(int(time.time()))
        key = secret("web.hooks.secret").encode()
        signed = "sha256=" + hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        pages.append(ask(port, "/hooks/leads/cold_call", body, **{TIMESTAMP: stamp, SIGNATURE: signed}))
    return "\n".join(pages)


async def send_him_everything(storage: Storage, lead: int, call: UUID) -> None:
    """As a call that ended in a promise does: letters, messages and a calendar entry."""
    wanted: list[tuple[str, Kind, dict[str, str]]] = [
        ("sending", Kind.DOCUMENT, {"template": "offer", "email": EMAIL}),
        ("sending", Kind.INVITATION, {"email": EMAIL}),
        ("messages", Kind.MESSAGE, {"stage": "refused", "stage_before": "new"}),
        ("calendar", Kind.INVITATION, {}),
    ]
    now = utc_now()
    new = [NewDelivery(f"canary:{n}", to, kind, lead, call, now, told) for n, (to, kind, told) in enumerate(wanted)]
    await storage.outbox.add(new, now=now)


def leaks(text: str) -> list[str]:
    """Whatever tells of him or of a secret, in any spelling."""
    number = r"[\s().\-]{0,3}".join(NATIONAL)
    signs = [NAME.split()[1], "kanarejka", "akakij", PASSWORD, SECRET[:20]]
    signs += [json.dumps(signs[0])[1:-1], quote(signs[0])]
    found = [match.group() for match in re.finditer(number, text)]
    return found + [sign for sign in signs if sign.casefold() in text.casefold()]


@pytest.mark.parametrize("spelling", [
    PHONE, PHONE[1:], f"8{NATIONAL}", f"8 ({NATIONAL[:3]}) {NATIONAL[3:6]}-{NATIONAL[6:8]}-{NATIONAL[8:]}",
    quote(PHONE), NAME.upper(), json.dumps(NAME), quote(NAME), EMAIL, secret("trunk.password"),
])  # fmt: skip
def test_the_search_finds_every_spelling(spelling: str) -> None:
    assert leaks(f'{{"event": "x", "told": "a{spelling}b"}}')


def names_in(place: Path) -> str:
    return "\n".join(str(file) for file in place.rglob("*"))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, as JSON, from DEBUG on."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    setup_logging(level="DEBUG", json=True)
    told = io.StringIO()
    root.handlers[0].setStream(told)  # type: ignore[attr-defined]
    yield told
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[app.Robot, asyncio.Task[None]]]:
    """What `zvonar serve` runs, over engines of speech that need no model; he is called at once."""
    voice = FakeVoice()
    phrases = PhraseCache(voice, settings.phrases_dir)
    voices = Voices(phrases, settings.phrases_dir, lambda _name: voice)
    speech = app.Speech(FakeRecognizer(), voice, phrases, voices)
    scripts = ScriptShelf(utc_now, bytes)
    await asyncio.to_thread(scripts.publish, "cold_call")
    async with open_storage(settings.database, settings.dialing_rules(), app.targets(settings)) as storage:
        campaign = await storage.campaigns.ensure(Campaign(0, "cold_call", "", "cold_call", window=ALWAYS))
        await storage.campaigns.set_quota("cold_call", 1)
        await storage.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])
        lead = NewLead(PHONE, NAME, fields={"email": EMAIL})
        await storage.leads.add(campaign.id, [lead], now=utc_now())
        line = SimulatedLine(default_directory())
        robot = app.Robot(settings, storage, speech, line, Metrics(), settings.recordings_dir, scripts)
        stop = asyncio.Event()
        serving = asyncio.create_task(app.serve(robot, stop))
        try:
            yield robot, serving
            stop.set()
            await asyncio.wait_for(serving, HANGS_S)
        finally:
            serving.cancel()
            await asyncio.wait([serving])


async def until(serving: asyncio.Task[None], condition: Callable[[], Awaitable[bool]]) -> None:
    """What has ended the service is raised at once: it would be waited for in vain, and lost."""
    async with asyncio.timeout(6 * HANGS_S):
        while not await condition():
            assert not serving.done(), serving.exception()
            await asyncio.sleep(0.2)


async def test_nothing_of_him_is_told_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    folder(data)
    rules = tmp_path / "triggers.yaml"
    rules.write_text(RULES, encoding="utf-8")
    with echo() as url:
        own = {"DATA_DIR": str(data), "CACHE_DIR": str(tmp_path / "cache"), "LINE": "simulated", "WEB__PORT": str(port)}
        for name, value in {**environment(url, rules), **{f"ZVONAR_{n}": v for n, v in own.items()}}.items():
            monkeypatch.setenv(name, value)
        settings = load_settings()
        told = {"settings": repr(settings) + str(settings)}
        async with running(settings) as (robot, serving):
            storage = robot.storage
            lead = await storage.leads.find(PHONE)
            assert lead is not None
            card = partial(storage.leads.card, lead.id)

            async def called() -> bool:
                return bool((await card()).activities)  # type: ignore[union-attr]

            async def tried() -> bool:
                entries = await storage.outbox_desk.entries(Wanted(), limit=50, now=utc_now())
                return {one.target for one in entries} >= TARGETS and all(one.problem for one in entries)

            await until(serving, called)
            call = (await card()).activities[0].attempt_id  # type: ignore[union-attr]
            await send_him_everything(storage, lead.id, call)
            told["answers"] = await asyncio.to_thread(strangers, port)
            await until(serving, tried)
            told["metrics"] = (await robot.probes().metrics())[0].decode()
    told["log"] = log.getvalue()
    told["files"] = await asyncio.to_thread(names_in, tmp_path)
    assert {part: leaks(text) for part, text in told.items() if leaks(text)} == {}
    assert told["log"].count('"delivery_failed"') >= len(TARGETS), "errors were provoked, and told"
    assert told["answers"].count('"error"') >= 8
    for line in told["log"].splitlines():
        json.loads(line)
