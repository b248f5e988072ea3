"""Who is told of alerts: what prepare.sh makes of .env and the secrets, taken by amtool, sent by Alertmanager."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.conftest import HANGS_S, missing_service
from tests.unit.deployment.conftest import DOCKER, documents

pytestmark = [pytest.mark.unit, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]

SUMMARY = "Линия не работает, звонков нет: robot:8080 | The line is down, nobody is called"
HOSTILE = '12345:it\'s "a" token # {{ . }}'
ALL = {
    "ALERTS_TELEGRAM_CHAT": "-1001234567890",
    "ALERTS_MAIL_TO": "duty@example.ru",
    "ALERTS_MAIL_FROM": '"robot@example.ru"',
    "ALERTS_MAIL_SERVER": "smtp.example.ru:587  # of the office",
    "ALERTS_MAIL_USER": "robot@example.ru",
}
SECRETS = {
    "alerts_telegram_token": f"{HOSTILE}\n",
    "alerts_mail_password": "pass'word\n",
    "alerts_webhook_url": "https://chat.example.ru/hooks/abc\n",
}


class Installed:
    """docker/ of an installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "docker"
        shutil.copytree(DOCKER, self.folder, ignore=shutil.ignore_patterns(".env", "secrets"))
        self.prepare()

    def prepare(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", self.folder / "prepare.sh"], check=False, capture_output=True, text=True, timeout=60
        )

    def set(self, variables: Mapping[str, str], secrets: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Those before are gone; prepares."""
        text = (self.folder / ".env.example").read_text(encoding="utf-8")
        lines = "".join(f"{name}={value}\n" for name, value in variables.items())
        (self.folder / ".env").write_text(text + lines, encoding="utf-8")
        for name in SECRETS:
            (self.folder / "secrets" / name).write_text(secrets.get(name, ""), encoding="utf-8")
        return self.prepare()

    @property
    def config(self) -> Path:
        return self.folder / "secrets" / "alertmanager"

    def receivers(self) -> dict[str, Any]:
        """As amtool takes them."""
        amtool = shutil.which("amtool") or missing_service("amtool: apt-get install prometheus-alertmanager")
        checked = subprocess.run([amtool, "check-config", self.config], check=False, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        return {one.pop("name"): one for one in documents(self.config)[0]["receivers"]}


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_without_an_address_nobody_is_told_and_that_is_said(installed: Installed) -> None:
    done = installed.prepare()
    assert done.returncode == 0
    assert "nobody is told" in done.stderr
    assert installed.receivers() == {"duty": {}, "head_of_sales": {}}


def test_every_way_of_the_settings_is_taken_and_the_plan_goes_the_same_way(installed: Installed) -> None:
    done = installed.set(ALL, SECRETS)
    assert (done.returncode, done.stderr) == (0, "")
    told = installed.receivers()
    assert told["duty"] == told["head_of_sales"]
    (telegram,), (mail,), (hook,) = (told["duty"][f"{way}_configs"] for way in ("telegram", "email", "webhook"))
    assert (telegram["bot_token"], telegram["chat_id"]) == (HOSTILE, -1001234567890)
    assert (mail["to"], mail["from"], mail["smarthost"]) == (
        "duty@example.ru",
        "robot@example.ru",
        "smtp.example.ru:587",
    )
    assert (mail["auth_username"], mail["auth_password"]) == ("robot@example.ru", "pass'word")
    assert "require_tls" not in mail, "a password goes encrypted unless somebody says otherwise"
    assert hook["url"] == "https://chat.example.ru/hooks/abc"
    assert installed.folder.joinpath("secrets").stat().st_mode & 0o077 == 0


def test_the_plan_can_have_a_reader_of_its_own(installed: Installed) -> None:
    assert installed.set(ALL | {"ALERTS_TELEGRAM_CHAT_PLAN": "77"}, SECRETS).returncode == 0
    told = installed.receivers()
    assert set(told["head_of_sales"]) == {"telegram_configs"}
    assert told["head_of_sales"]["telegram_configs"][0]["chat_id"] == 77
    assert len(told["duty"]) == 3


@pytest.mark.parametrize(
    ("variables", "secrets", "said"),
    [
        ({"ALERTS_TELEGRAM_CHAT": "@duty"}, SECRETS, "a number"),
        ({"ALERTS_TELEGRAM_CHAT": "77"}, {}, "alerts_telegram_token"),
        ({"ALERTS_MAIL_TO": "a@b.ru"}, {}, "ALERTS_MAIL_FROM and ALERTS_MAIL_SERVER"),
        (ALL | {"ALERTS_MAIL_SERVER": "smtp.example.ru"}, SECRETS, "needs a port"),
        (ALL, SECRETS | {"alerts_mail_password": ""}, "alerts_mail_password"),
        (ALL | {"ALERTS_MAIL_TLS": "no"}, SECRETS, "true or false"),
        ({}, {"alerts_webhook_url": "chat.example.ru"}, "https://"),
    ],
)
def test_what_could_not_be_sent_is_refused_and_the_one_before_stays(
    variables: Mapping[str, str], secrets: Mapping[str, str], said: str, installed: Installed
) -> None:
    assert installed.set(ALL, SECRETS).returncode == 0
    before = installed.config.read_bytes()
    done = installed.set(variables, secrets)
    assert done.returncode != 0
    assert said in done.stderr
    assert installed.config.read_bytes() == before


class Posts:
    """Takes what Alertmanager sends: webhooks, Telegram's API, mail."""

    def __init__(self) -> None:
        self.webhooks: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.messages: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.letters: asyncio.Queue[bytes] = asyncio.Queue()

    async def hook(self, request: web.Request) -> web.Response:
        self.webhooks.put_nowait(await request.json())
        return web.Response()

    async def message(self, request: web.Request) -> web.Response:
        body = await request.text()
        told = json.loads(body) if body.startswith("{") else dict(await request.post())
        self.messages.put_nowait((request.path, told))
        return web.json_response({"ok": True, "result": {"message_id": 1, "chat": {"id": 77}, "date": 1}})

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.put_nowait(envelope.content)
        return "250 OK"


@asynccontextmanager
async def posts() -> AsyncIterator[tuple[Posts, int, int]]:
    """With the ports of HTTP and SMTP."""
    taken = Posts()
    app = web.Application()
    app.router.add_post("/hooks/abc", taken.hook)
    app.router.add_post("/{bot:bot.*}/{method}", taken.message)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    mail = await asyncio.get_running_loop().create_server(lambda: SMTP(taken, hostname="mail.example"), "127.0.0.1", 0)
    try:
        async with mail:
            yield taken, runner.addresses[0][1], mail.sockets[0].getsockname()[1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def alertmanager(config: Path, folder: Path) -> AsyncIterator[str]:
    """Its address. It says on which port it listens."""
    program = shutil.which("prometheus-alertmanager") or missing_service("apt-get install prometheus-alertmanager")
    process = await asyncio.create_subprocess_exec(
        program,
        f"--config.file={config}",
        f"--storage.path={folder}",
        "--cluster.listen-address=",
        "--web.listen-address=127.0.0.1:0",
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stderr is not None
    try:
        while b"Listening on" not in (line := await process.stderr.readline()):
            assert line, "it ended"
        yield f"http://{line.decode().split('address=')[1].split()[0]}"
    finally:
        process.terminate()
        await process.communicate()


async def test_a_real_alertmanager_sends_it_by_every_way(installed: Installed, tmp_path: Path) -> None:
    async with posts() as (taken, http, smtp), asyncio.timeout(HANGS_S), aiohttp.ClientSession() as session:
        variables = ALL | {
            "ALERTS_TELEGRAM_CHAT": "77",
            "ALERTS_MAIL_SERVER": f"127.0.0.1:{smtp}",
            "ALERTS_MAIL_USER": "",
        }
        secrets = {"alerts_telegram_token": "12345:token", "alerts_webhook_url": f"http://127.0.0.1:{http}/hooks/abc"}
        assert installed.set(variables | {"ALERTS_MAIL_TLS": "false"}, secrets).returncode == 0
        here = f"    telegram_configs:\n      - api_url: http://127.0.0.1:{http}\n        bot_token"
        config = installed.config.read_text(encoding="utf-8")
        config = config.replace("    telegram_configs:\n      - bot_token", here)
        config = config.replace("group_wait: 10s", "group_wait: 0s")
        assert config.count(here) == 2
        installed.config.write_text(config, encoding="utf-8")
        async with alertmanager(installed.config, tmp_path / "state") as address:
            alert = {
                "labels": {"alertname": "LineDown", "severity": "critical", "instance": "robot:8080"},
                "annotations": {"summary": SUMMARY, "runbook": "docs/runbooks/LineDown.md"},
            }
            async with session.post(f"{address}/api/v2/alerts", json=[alert]) as response:
                assert response.status == 200, await response.text()
            webhook, (path, message) = await taken.webhooks.get(), await taken.messages.get()
            letter = message_from_bytes(await taken.letters.get(), policy=default)
    assert webhook["alerts"][0]["annotations"]["summary"] == SUMMARY
    assert path == "/bot12345:token/sendMessage"
    assert (str(message["chat_id"]), message["text"]) == ("77", f"🔴 {SUMMARY} (docs/runbooks/LineDown.md)\n")
    assert (letter["To"], letter["From"]) == ("duty@example.ru", "robot@example.ru")
    assert str(make_header(decode_header(str(letter["Subject"])))) == f"🔴 {SUMMARY}"
