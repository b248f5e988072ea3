"""SMS by HTTP through Kannel, a real gateway, to its own fake operator: what a telephone would show."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from robot.crm.errors import Unauthorized
from robot.crm.http import HttpWire
from robot.sending.gateway import Gateway, HttpSms
from tests.conftest import HANGS_S, missing_service
from tests.ports import free_ports

pytestmark = pytest.mark.e2e

FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")
TEXT = "Ромашка: ждём вас завтра в 12:00 & не опаздывайте"
PARAMS = {
    "username": "zvonar", "password": "{password}", "from": "Romashka", "to": "{phone}", "text": "{text}",
    "coding": "2", "charset": "UTF-8",
}  # fmt: skip
CONFIGURATION = """
group = core
admin-port = {}
admin-password = 0123456789
admin-interface = 127.0.0.1
smsbox-port = {}
smsbox-interface = 127.0.0.1

group = smsc
smsc = fake
smsc-id = FAKE
port = {}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = zvonar
password = s3cret
max-messages = 9
concatenation = true

group = sms-service
keyword = default
text = ok
"""


class Box:
    """One of Kannel's programs, told by its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, words: str) -> str:
        """The next line of the log with these words."""
        output = self._process.stdout
        assert output is not None
        async with asyncio.timeout(HANGS_S):
            while line := await output.readline():
                if words in line.decode("utf-8", "replace"):
                    return line.decode("utf-8", "replace")
        raise AssertionError(f"ended without: {words}")

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.communicate()


async def _started(*command: object) -> Box:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=pipe, stderr=asyncio.subprocess.STDOUT, stdin=asyncio.subprocess.DEVNULL
    )
    return Box(process)


def _needs_kannel() -> None:
    if not (FAKE_SMSC.exists() and shutil.which("bearerbox", path="/usr/sbin")):
        missing_service("Kannel (apt-get install kannel kannel-extras)")


@asynccontextmanager
async def kannel(place: Path) -> AsyncIterator[tuple[str, Box]]:
    """Where messages are asked for, and the operator that gets them."""
    _needs_kannel()
    ports = free_ports(4)
    configuration = place / "kannel.conf"
    configuration.write_text(CONFIGURATION.format(*ports))
    boxes: list[Box] = []
    try:
        boxes.append(await _started("/usr/sbin/bearerbox", "-v", 0, configuration))
        await boxes[0].says("entering mainloop")
        boxes.append(await _started("/usr/sbin/smsbox", "-v", 0, configuration))
        await boxes[1].says("Connected to bearerbox")
        boxes.append(await _started(FAKE_SMSC, "-H", "127.0.0.1", "-r", ports[2], "-m", 0, "1 2 text x"))
        await boxes[0].says("Fakesmsc client connected")
        yield f"http://127.0.0.1:{ports[3]}/cgi-bin/sendsms", boxes[2]
    finally:
        for box in reversed(boxes):
            await box.stop()


def shown(line: str) -> tuple[str, str]:
    """To whom, and the text of the telephone: "Got message 1: <from to ucs-2 TEXT>"."""
    _, to, _, text = line.partition("<")[2].rpartition(">")[0].split(" ", 3)
    return to, unquote_to_bytes(text.replace("+", " ")).decode("utf-16-be")


async def test_a_message_reaches_the_telephone_as_it_was_written(tmp_path: Path) -> None:
    async with kannel(tmp_path) as (url, operator):
        gateway = Gateway(url, PARAMS, how="query", secrets={"password": "s3cret"}, accepted="^0: Accepted")
        sms, stranger = (
            HttpSms(gateway, HttpWire(timeout_s=HANGS_S)),
            HttpSms(Gateway(url, PARAMS, how="query"), HttpWire(timeout_s=HANGS_S)),
        )
        try:
            assert await sms.send("k:1", "+79161234567", TEXT, 0) == "k:1"
            assert shown(await operator.says("Got message 1:")) == ("79161234567", TEXT)
            with pytest.raises(Unauthorized) as raised:
                await stranger.send("k:2", "+79161234567", TEXT, 0)
            assert not raised.value.may_have_arrived
        finally:
            await sms.close()
            await stranger.close()
