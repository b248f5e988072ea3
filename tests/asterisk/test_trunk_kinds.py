"""The configuration the product writes, loaded by a real Asterisk, tried against a real operator: by password, by
address, over TLS with SRTP; and what `zvonar telephony check` says where one thing of it is wrong."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from robot import app
from robot.calls import recordings
from robot.calls.trial import LISTENS_S
from robot.cli import telephony_check, telephony_words
from robot.cli.telephony_call import try_call
from robot.cli.telephony_check import check_all
from robot.domain.rules import HOURS, STOPPED
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.storage.store import open_storage
from telephony.asterisk.check.finding import Finding, Level, Part
from telephony.base import CallSpec
from telephony.errors import NoCommonCodec, TrunkRefused
from telephony.lab.root import Asterisk
from telephony.lab.settings import LabSettings
from tests.asterisk.telecom import (
    AMI_SECRET,
    BY_ADDRESS,
    BY_PASSWORD,
    BY_TLS,
    HOME,
    PASSWORD,
    Operator,
    free_ports,
    rtp_range,
    running_customer,
    running_operator,
)
from tests.conftest import HANGS_S

pytestmark = pytest.mark.asterisk

SOMEBODY = "+74951234567"
TONE_HZ = 440
LIKE_A_TONE = 0.3
"""Of the whole spectrum: silence and noise have a hundredth of that in 40 Hz."""


@dataclass(frozen=True)
class Ground:
    """An operator, and how one becomes his customer."""

    operator: Operator
    asterisk: Asterisk
    home: Path

    @asynccontextmanager
    async def customer(self, **trunk: Any) -> AsyncIterator[Settings]:
        ami_port, audio_port, agi_port, web_port, sip_port = free_ports(5)
        first = rtp_range()
        usual: dict[str, Any] = {"host": HOME, "port": self.operator.port, "sip_bind": BY_ADDRESS}
        usual |= {"sip_port": sip_port, "rtp_first_port": first, "rtp_last_port": first + 99}
        ours: Any = {"ami_port": ami_port, "ami_secret": AMI_SECRET, "trunk": "operator"}
        settings = Settings(
            data_dir=self.home / "data",
            cache_dir=self.home / "cache",
            trunk={**usual, **trunk},
            asterisk=ours | {"audiosocket_port": audio_port},
            inbound={"port": agi_port},  # type: ignore[arg-type]
            web={"port": web_port},  # type: ignore[arg-type]
        )
        folder = self.home / f"customer-{sip_port}"
        folder.mkdir()
        async with running_customer(folder, self.asterisk, settings):
            yield settings


@pytest.fixture(scope="module")
def ground(lab: LabSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One operator for all. The lab has seen to it that there is an Asterisk."""
    home = tmp_path_factory.mktemp("trunks")
    (home / "operator").mkdir()
    with asyncio.Runner() as runner:
        running = running_operator(home / "operator", Asterisk(lab.root))
        operator = runner.run(running.__aenter__())
        try:
            yield Ground(operator, Asterisk(lab.root), home)
        finally:
            runner.run(running.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def patient_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for seconds has no telephony that is down."""
    monkeypatch.setattr(telephony_check, "CONNECT_S", HANGS_S)
    monkeypatch.setattr(telephony_check, "WHOLLY_S", 20.0)


def found(findings: list[Finding]) -> Mapping[Part, Finding]:
    return {finding.part: finding for finding in findings}


async def echo_of_a_tone(settings: Settings) -> float:
    """How much of what comes back from the operator is the tone we say, of 1: nothing else sounds like it."""
    reach = replace(app.configured_asterisk(settings), audio_port=0, agi_port=None)
    reach = replace(reach, ami_action_timeout_s=HANGS_S, connect_wait_s=HANGS_S)
    line = app.asterisk_line(reach, Metrics())
    work = asyncio.create_task(line.run())
    heard = bytearray()
    try:
        async with asyncio.timeout(HANGS_S):
            call = await line.dial(CallSpec(uuid4(), SOMEBODY))
            call.play((8000 * np.sin(np.arange(8000) * 2 * np.pi * TONE_HZ / 8000)).astype("<i2").tobytes())
            async for frame in call.frames():
                heard += frame.heard
                if len(heard) > 16_000:
                    break
            await call.hang_up()
    finally:
        work.cancel()
        await asyncio.wait([work])
    spectrum = np.abs(np.fft.rfft(np.frombuffer(bytes(heard), "<i2").astype(float)))
    hertz = np.fft.rfftfreq(len(heard) // 2, 1 / 8000)
    return float(spectrum[np.abs(hertz - TONE_HZ) < 20].sum() / max(spectrum.sum(), 1))


def on_a_monday() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def by_password(**changed: Any) -> dict[str, Any]:
    return {"sip_bind": BY_PASSWORD, "user": "alice", "password": PASSWORD, **changed}


async def test_known_by_address(ground: Ground) -> None:
    async with ground.customer() as settings:
        checked = found(await check_all(settings))
        assert [part for part, one in checked.items() if one.level is Level.BROKEN] == []
        assert checked[Part.REGISTRATION].code == "by_address"
        assert checked[Part.RIGHTS].code == "fine"
        assert checked[Part.TRUNK].facts["where"] == f"{HOME}:{ground.operator.port}"
        assert await echo_of_a_tone(settings) > LIKE_A_TONE


async def test_registered_by_password(ground: Ground) -> None:
    async with ground.customer(**by_password()) as settings:
        checked = found(await check_all(settings))
        assert checked[Part.REGISTRATION].code == "fine"
        assert checked[Part.REGISTRATION].facts["user"] == "alice"
        assert await echo_of_a_tone(settings) > LIKE_A_TONE


async def test_over_tls_with_srtp(ground: Ground) -> None:
    operator = ground.operator
    trusted = {"transport": "tls", "srtp": True, "port": operator.tls_port, "authorities": operator.certificate}
    async with ground.customer(sip_bind=BY_TLS, user="bob", password=PASSWORD, **trusted) as settings:
        checked = found(await check_all(settings))
        assert checked[Part.REGISTRATION].code == "fine"
        assert checked[Part.CODECS].code == "encrypted"
        assert await echo_of_a_tone(settings) > LIKE_A_TONE


async def test_a_wrong_password_is_named(ground: Ground) -> None:
    async with ground.customer(**by_password(password="another-password")) as settings:
        checked = found(await check_all(settings))
        assert checked[Part.TRUNK].code == "fine"
        assert checked[Part.REGISTRATION].code == "refused"
        assert "ZVONAR_TRUNK__PASSWORD" in telephony_words.remedy(checked[Part.REGISTRATION])
        with pytest.raises(TrunkRefused):
            await echo_of_a_tone(settings)


async def test_a_wrong_port_is_named(ground: Ground) -> None:
    (nobody,) = free_ports(1, socket.SOCK_DGRAM)
    async with ground.customer(**by_password(port=nobody)) as settings:
        checked = found(await check_all(settings))
        assert checked[Part.TRUNK].code == "unreachable"
        assert str(nobody) in telephony_words.detail(checked[Part.TRUNK])
        assert checked[Part.REGISTRATION].code == "unanswered"


async def test_a_wrong_codec_is_named(ground: Ground) -> None:
    async with ground.customer(codecs=("ulaw",)) as settings:
        checked = found(await check_all(settings, SOMEBODY, now=on_a_monday))
        assert checked[Part.CODECS].code == "no_alaw"
        assert checked[Part.CALL].code == "no_common_codec"
        assert "ZVONAR_TRUNK__CODECS" in telephony_words.remedy(checked[Part.CALL])
        with pytest.raises(NoCommonCodec):
            await echo_of_a_tone(settings)


async def test_a_test_call_under_the_rules_of_every_call(ground: Ground, tmp_path: Path) -> None:
    """The operator's echo is a voice that answers: the robot's own words."""
    async with ground.customer() as settings:
        tried = await try_call(settings, SOMEBODY, tmp_path / "call.wav", now=on_a_monday)
        assert (tried.refusal, tried.end.code, tried.end.heard, tried.codec) == ("", "completed", True, "alaw")
        assert len(recordings.read(tmp_path / "call.wav").client) > 8000 * LISTENS_S / 2
        async with open_storage(settings.database) as storage:
            assert await storage.spending.spent(on_a_monday()) > 0
            await storage.stop_list.add(SOMEBODY, reason="", now=on_a_monday())
        assert (await try_call(settings, SOMEBODY, now=on_a_monday)).refusal == STOPPED
        at_night = on_a_monday() + timedelta(hours=12)
        assert (await try_call(settings, "+74951234568", now=lambda: at_night)).refusal == HOURS
