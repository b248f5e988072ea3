"""One lab for the whole run, on ports of its own; its Asterisk is unpacked once per user, not per run."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
import pytest

from telephony.asterisk.ami.base import Ami
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import LabError
from telephony.lab import exchange, ringing
from telephony.lab import lab as lab_commands
from telephony.lab.settings import LabSettings, Step
from tests.conftest import HANGS_S


def quiet(step: Step) -> None:
    """Progress is for people."""


def free_port_base() -> int:
    for base in range(22_000, 29_000, 200):
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", base + 2))
                udp.bind(("127.0.0.1", base))
            except OSError:
                continue
            return base
    raise LabError("no free ports for the lab")


def lab_in(directory: Path) -> LabSettings:
    data = Path(os.environ.get("ZVONAR_DATA_DIR") or platformdirs.user_data_dir("zvonar"))
    usual = LabSettings.under(data, port_base=free_port_base())
    return replace(usual, directory=directory, subscribers="tests.contracts.people:contract_directory")


def patient(lab: LabSettings, *, inbound: bool = False) -> AsteriskSettings:
    """How the robot reaches the lab; a machine that stands still for seconds is no line that is down."""
    usual = lab_commands.asterisk_settings(lab, inbound=inbound)
    return replace(usual, ami_action_timeout_s=HANGS_S, connect_wait_s=HANGS_S)


@pytest.fixture(scope="session", autouse=True)
def patient_lab() -> Iterator[None]:
    """What the lab and those who ring in wait for, they wait for as long as it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "QUALIFY_TIMEOUT_S", 10.0)
        patch.setattr(ringing, "CONNECT_S", HANGS_S)
        yield


@dataclass(frozen=True)
class Silence:
    quiet_s: float
    replied: bool
    connects: int
    pinged_connects: int


class SilentMinute:
    """Two AMI connections left alone for a minute in a thread of their own: one pings as usual, one says nothing."""

    def __init__(self, settings: AsteriskSettings) -> None:
        self._executor = ThreadPoolExecutor(1)
        self._outcome = self._executor.submit(lambda: asyncio.run(self._keep_silent(settings)))

    def outcome(self) -> Silence:
        return self._outcome.result(timeout=3 * HANGS_S)

    def close(self) -> None:
        self._executor.shutdown()

    @staticmethod
    async def _keep_silent(settings: AsteriskSettings) -> Silence:
        mute, usual = replace(settings, ami_ping_interval_s=3600).ami_client(), settings.ami_client()
        work = [asyncio.create_task(ami.run()) for ami in (mute, usual)]
        try:
            await asyncio.gather(mute.connected(HANGS_S), usual.connected(HANGS_S))
            started_s = time.monotonic()
            await asyncio.wait(work, timeout=61)
            quiet_s = time.monotonic() - started_s
            replied = (await mute.action("Ping")).ok and (await usual.action("Ping")).ok
            return Silence(quiet_s, replied, mute.state.connects, usual.state.connects)
        finally:
            for task in work:
                task.cancel()
            await asyncio.wait(work)


@pytest.fixture(scope="session", autouse=True)
def silent_minute(lab: LabSettings, request: pytest.FixtureRequest) -> Iterator[SilentMinute | None]:
    """Begins with the first test, where the test that wants it is among the chosen ones."""
    if not any("silent_minute" in item.nodeid for item in request.session.items):
        yield None
        return
    minute = SilentMinute(patient(lab))
    yield minute
    minute.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, patient_lab: None) -> Iterator[LabSettings]:
    settings = lab_in(tmp_path_factory.mktemp("lab"))
    try:
        asyncio.run(lab_commands.up(settings, quiet))
    except LabError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the lab cannot run here: {error}")
    try:
        yield settings
    finally:
        asyncio.run(lab_commands.down(settings, quiet))


@asynccontextmanager
async def running(settings: AsteriskSettings, ami: Ami | None = None) -> AsyncIterator[AsteriskLine]:
    """A line that runs, and is ready to dial."""
    ami = ami or settings.ami_client()
    line = AsteriskLine(settings, ami)
    work = asyncio.create_task(line.run())
    try:
        await ami.connected(HANGS_S)
        yield line
    finally:
        work.cancel()
        await asyncio.wait([work])


@pytest.fixture
async def line(lab: LabSettings) -> AsyncIterator[AsteriskLine]:
    async with running(patient(lab)) as running_line:
        yield running_line
