"""The Asterisk line when the real thing is disturbed: cables cut, processes killed, doors knocked at."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from telephony.asterisk.audiosocket import HANG_UP, Kind, encode
from telephony.asterisk.line import AsteriskLine
from telephony.audio import FRAME_MS, SAMPLE_RATE_HZ
from telephony.base import CallSpec, EndedBy, Frame
from telephony.errors import AmiRefused, Congestion, LabError, LineDown, PortInUse, UnsafeValue
from telephony.lab import lab as lab_commands
from telephony.lab.hints import Hints
from telephony.lab.processes import Daemon
from telephony.lab.settings import LabSettings
from telephony.simulated.subscriber import Said
from tests.asterisk.ami_proxy import AmiProxy, ami_proxy
from tests.asterisk.conftest import lab_in, patient, quiet, running
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.line_contract import eventually, first, heard

pytestmark = pytest.mark.asterisk


def spec(number: str, **more: str) -> CallSpec:
    return CallSpec(call_id=uuid4(), number=number, ring_timeout_s=8.0, **more)


def routed(lab: LabSettings) -> list[dict[str, str]]:
    return [json.loads(line) for line in lab.call_log.read_text().splitlines()] if lab.call_log.exists() else []


def kill(lab: LabSettings, name: str) -> None:
    process = Daemon(name, lab.directory).process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)


@pytest.fixture
async def own_lab(lab: LabSettings, tmp_path: Path) -> AsyncIterator[LabSettings]:
    """A second lab, to be broken; the first one tells that a lab can run here."""
    settings = lab_in(tmp_path)
    await lab_commands.up(settings, quiet)
    try:
        yield settings
    finally:
        await lab_commands.down(settings, quiet)


@asynccontextmanager
async def through_proxy(
    lab: LabSettings, action_timeout_s: float = HANGS_S
) -> AsyncIterator[tuple[AmiProxy, AsteriskLine]]:
    async with ami_proxy(lab.ami_port) as (proxy, port):
        settings = replace(patient(lab), ami_port=port, ami_action_timeout_s=action_timeout_s, ami_ping_interval_s=0.5)
        async with running(settings) as line:
            yield proxy, line


CHIRP_S = 0.3
CHIRPS = 5


def chirp() -> bytes:
    """From 300 to 1600 Hz: it resembles itself at one moment only."""
    at = np.arange(round(SAMPLE_RATE_HZ * CHIRP_S)) / SAMPLE_RATE_HZ
    sweep = 12_000 * np.sin(2 * np.pi * (300 + 1300 / (2 * CHIRP_S) * at) * at)
    return sweep.astype("<i2").tobytes()


def echoed(frames: list[Frame]) -> tuple[float, float]:
    """How like the chirp said in these ticks what came back is, 0..1, and after how many milliseconds it came."""
    sent = np.frombuffer(chirp(), "<i2").astype(float)
    aligned = np.zeros((len(frames) + 20) * 160)
    position = 0
    for number, frame in enumerate(frames):
        arrived = np.frombuffer(frame.heard, "<i2")
        position = max(position, number * 160)
        aligned[position : position + len(arrived)] = arrived
        position += len(arrived)
    match = np.correlate(aligned, sent, "valid")
    came = int(match.argmax())
    loudness = np.linalg.norm(aligned[came : came + len(sent)]) * np.linalg.norm(sent)
    said = next(number for number, frame in enumerate(frames) if not people.is_hushed(frame.said)) * 160
    return float(match[came] / loudness) if loudness else 0.0, (came - said) / SAMPLE_RATE_HZ * 1000


async def test_the_way_there_and_back_is_short(
    line: AsteriskLine, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """A chirp goes through two PBXs, A-law and RTP to a client who echoes it; where it comes back tells the delay.

    A machine that is busy with something else may lose or delay a frame of one chirp, never of all; a path that
    damages sound damages each.
    """
    call = await line.dial(spec(people.ECHO))
    await first(call, 0.5)
    windows = []
    for _ in range(CHIRPS):
        call.play(chirp())
        windows.append(await first(call, CHIRP_S + 0.6))
    await call.hang_up()
    came_back = [echoed(window) for window in windows]
    undamaged = [delay_ms for likeness, delay_ms in came_back if likeness > 0.99]
    assert undamaged, f"the sound came back undamaged: {came_back}"
    record_testsuite_property("round_trip_ms", min(undamaged))
    assert min(undamaged) <= 10 * FRAME_MS


async def test_what_the_robot_means_reaches_the_client_beside_the_audio(line: AsteriskLine, lab: LabSettings) -> None:
    call = await line.dial(spec(people.OBEDIENT))
    assert people.share_of(people.CLIENT_HZ, heard(await first(call, 0.5))) < 0.1
    assert Hints(lab.hints_socket).told(people.OBEDIENT, Said("greeting", "Здравствуйте!"))
    frames = await first(call, 2.5)
    await call.hang_up()
    assert people.share_of(people.CLIENT_HZ, heard(frames[-50:])) > 0.9


async def test_the_audio_port_is_closed_to_whoever_was_not_issued_an_id(line: AsteriskLine) -> None:
    host, _, port = line.audio_address.rpartition(":")
    call = await line.dial(spec(people.LISTENER))
    for opening in (encode(Kind.UUID, uuid4().bytes), encode(Kind.UUID, call.call_id.bytes)):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(opening)
        assert await reader.read() == HANG_UP
        writer.close()
    assert call.ended is None
    await call.hang_up()


async def test_a_hostile_name_injects_nothing_and_an_awkward_one_arrives(lab: LabSettings) -> None:
    async with through_proxy(lab) as (proxy, line):
        with pytest.raises(UnsafeValue):
            await line.dial(spec(people.BUSY, caller_name="A\r\nAction: Originate\r\nChannel: PJSIP/1@telco\r\n\r\n"))
        assert b"Originate" not in proxy.sent_by_robot
        before = len(routed(lab))
        awkward = 'ООО "Ромашка" <+79990000000>; ${SHELL(id)} \\, @1'
        with pytest.raises(Exception, match="busy"):
            await line.dial(spec(people.BUSY, caller_id="+74950000000", caller_name=awkward))
        assert proxy.sent_by_robot.count(b"Action: Originate") == 1
    (entry,) = routed(lab)[before:]
    assert entry["caller"] == "+74950000000"
    assert entry["caller_name"] == "ООО 'Ромашка' +79990000000; ${SHELL(id)} , @1"


async def test_a_wrong_secret_is_refused_with_a_remedy(lab: LabSettings) -> None:
    settings = replace(patient(lab), ami_secret="wrong")
    async with asyncio.timeout(HANGS_S):
        with pytest.raises(AmiRefused) as caught:
            await AsteriskLine(settings, settings.ami_client()).run()
    assert "manager.conf" in caught.value.remedy
    assert "wrong" not in str(caught.value)


async def test_our_ami_user_has_no_right_to_the_system(lab: LabSettings) -> None:
    settings = patient(lab)
    ami = settings.ami_client()
    async with running(settings, ami):
        for action, fields in (
            ("Command", {"Command": "core show version"}),
            ("GetConfig", {"Filename": "manager.conf"}),
            ("Setvar", {"Variable": "GLOBAL(x)", "Value": "1"}),
            ("ModuleLoad", {"LoadType": "reload"}),
        ):
            try:
                reply = await ami.action(action, **fields)
            except AmiRefused:
                continue
            assert action == "Setvar" or not reply.ok, action


async def test_a_cut_cable_while_it_rings_changes_nothing(lab: LabSettings) -> None:
    async with through_proxy(lab) as (proxy, line):
        before = len(routed(lab))
        dialing = asyncio.create_task(line.dial(call_spec := spec(people.RINGS_LONG)))
        await eventually(lambda: _live(line, call_spec))
        proxy.cut()
        call = await dialing
        assert people.share_of(people.CLIENT_HZ, heard(await first(call, 1.0))) > 0.8
        await eventually(lambda: _healthy(line))
        await call.hang_up()
        await eventually(lambda: _routed_more(lab, before))
    assert len(routed(lab)) == before + 1, "the client's phone rang once"


async def _live(line: AsteriskLine, call: CallSpec) -> bool:
    try:
        return call.call_id in await line.live_calls()
    except LineDown:
        return False


async def _healthy(line: AsteriskLine) -> bool:
    return (await line.health()).ok


async def _routed_more(lab: LabSettings, before: int) -> bool:
    return len(routed(lab)) > before


async def test_a_lost_answer_to_the_dial_is_not_dialed_again(lab: LabSettings) -> None:
    async with through_proxy(lab, action_timeout_s=1.5) as (proxy, line):
        before = len(routed(lab))
        proxy.deaf = True
        dialing = asyncio.create_task(line.dial(spec(people.RINGS_LONG)))
        call = await dialing
        await first(call, 0.3)
        await call.hang_up()
        proxy.cut()
        await eventually(lambda: _routed_more(lab, before))
        assert proxy.sent_by_robot.count(b"Action: Originate") == 1
    assert len(routed(lab)) == before + 1


async def test_audio_that_cannot_reach_us_is_our_fault_with_a_remedy(lab: LabSettings) -> None:
    settings = replace(patient(lab), advertised_host="127.0.0.9")
    async with running(settings) as line:
        with pytest.raises(Congestion) as caught:
            await line.dial(spec(people.LISTENER))
        assert caught.value.remedy


async def test_asterisk_is_killed_and_started_again(own_lab: LabSettings) -> None:
    settings = patient(own_lab)
    ami = settings.ami_client()
    async with running(settings, ami) as line:
        call = await line.dial(spec(people.TALKER))
        dialing = asyncio.create_task(line.dial(ringing := spec(people.SLOW)))
        await eventually(lambda: _live(line, ringing))
        kill(own_lab, "pbx")
        async with asyncio.timeout(HANGS_S):
            async for _ in call.frames():
                pass
        assert call.ended is not None
        assert (call.ended.by, call.ended.cause) == (EndedBy.LINE, "connection_lost")
        assert not (await line.health()).ok
        assert not (await lab_commands.status(own_lab)).ok
        assert (await lab_commands.up(own_lab, quiet)).ok, "a second `up` heals it"
        with pytest.raises(LineDown):
            await dialing
        await ami.connected(HANGS_S)
        assert ami.state.reconnects == 1
        assert await line.live_calls() == frozenset()
        again = await line.dial(spec(people.TALKER))
        assert people.share_of(people.CLIENT_HZ, heard(await first(again, 1.0))) > 0.8
        await again.hang_up()
    assert [entry["number"] for entry in routed(own_lab)].count(people.SLOW) <= 1


async def test_a_trunk_that_is_down_is_named_and_no_client_is_blamed(own_lab: LabSettings) -> None:
    async with running(patient(own_lab)) as line:
        kill(own_lab, "telco")
        longer_than_the_trunk_is_trusted = replace(spec(people.TALKER), ring_timeout_s=20.0)
        dialing = asyncio.create_task(line.dial(longer_than_the_trunk_is_trusted))

        async def unhealthy() -> bool:
            return not await _healthy(line)

        await eventually(unhealthy)
        assert "telco" in (await line.health()).detail
        with pytest.raises((LineDown, Congestion)) as caught:
            await line.dial(spec(people.TALKER))
        assert caught.value.retryable
        with pytest.raises((LineDown, Congestion)):
            await dialing


async def test_up_is_idempotent_and_down_ends_exactly_its_own(own_lab: LabSettings, lab: LabSettings) -> None:
    before = await lab_commands.status(own_lab)
    assert before.ok
    assert set(before.pids) == {"pbx", "telco", "subscribers"}
    assert (await lab_commands.up(own_lab, quiet)).pids == before.pids
    await lab_commands.down(own_lab, quiet)
    after = await lab_commands.status(own_lab)
    assert after.pids == {}
    assert not after.ok
    assert (await lab_commands.status(lab)).ok, "the other lab still runs"
    await lab_commands.down(own_lab, quiet)


async def test_a_taken_port_is_named_and_only_one_command_works_at_a_time(lab: LabSettings, tmp_path: Path) -> None:
    same_ports = replace(lab, directory=tmp_path)
    with pytest.raises(PortInUse, match=str(lab.routing_port)):
        await lab_commands.up(same_ports, quiet)
    await lab_commands.down(same_ports, quiet)
    outcomes = await asyncio.gather(lab_commands.up(lab, quiet), lab_commands.up(lab, quiet), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(LabError) == 1


async def test_a_start_that_fails_says_why_and_leaves_nothing_running(lab: LabSettings, tmp_path: Path) -> None:
    broken = replace(lab_in(tmp_path), subscribers="tests.contracts.people:nobody")
    with pytest.raises(LabError, match="no directory of subscribers"):
        await lab_commands.up(broken, quiet)
    assert (await lab_commands.status(broken)).pids == {}
