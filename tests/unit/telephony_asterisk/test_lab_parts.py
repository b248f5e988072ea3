"""The parts of the lab that need no Asterisk: processes, routing, hints, recordings."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from telephony.audio import SILENCE
from telephony.errors import LabError
from telephony.lab import lab
from telephony.lab.hints import Hints, HintServer
from telephony.lab.journal import Event, read_journal
from telephony.lab.processes import Daemon
from telephony.lab.recording import AlignedRecording, read_stereo
from telephony.lab.root import Asterisk
from telephony.lab.settings import LabSettings
from telephony.lab.subscribers import CLAIM_S, Exchange, load_directory
from telephony.simulated.subscriber import Said
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.unit.telephony_asterisk.ami_peers import tcp_peer

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def patient_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """How soon this machine asks and answers is no matter here."""
    monkeypatch.setattr("telephony.lab.subscribers.AGI_TIMEOUT_S", HANGS_S)
    monkeypatch.setattr("telephony.lab.processes.KILL_WAIT_S", HANGS_S)


def sleeper(directory: Path, code: str) -> Daemon:
    daemon = Daemon("sleeper", directory)
    daemon.start([sys.executable, "-c", code], {})
    return daemon


WAITS = "import signal; signal.pause()"
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("awake", flush=True)
while True:
    signal.pause()
"""


async def test_a_daemon_is_found_again_and_ended(tmp_path: Path) -> None:
    started = sleeper(tmp_path, WAITS).process
    found = Daemon("sleeper", tmp_path).process
    assert found == started
    assert found is not None
    assert await Daemon("sleeper", tmp_path).stop()
    assert not found.alive
    assert not await Daemon("sleeper", tmp_path).stop(), "nothing is left to end"


async def test_one_that_does_not_want_to_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.lab.processes.TERM_WAIT_S", 0.2)
    daemon = sleeper(tmp_path, STUBBORN)
    async with asyncio.timeout(HANGS_S):
        while "awake" not in daemon.last_words():
            await asyncio.sleep(0.01)
    process = daemon.process
    await daemon.stop()
    assert process is not None
    assert not process.alive


async def test_a_number_that_belongs_to_somebody_else_now_is_not_touched(tmp_path: Path) -> None:
    daemon = sleeper(tmp_path, WAITS)
    process = daemon.process
    assert process is not None
    pid_file = tmp_path / "sleeper.pid.json"
    for other in ({"started": process.started + 1}, {"boot_id": "another boot"}):
        pid_file.write_text(
            json.dumps({"pid": process.pid, "started": process.started, "boot_id": process.boot_id} | other)
        )
        assert Daemon("sleeper", tmp_path).process is None
        assert not await Daemon("sleeper", tmp_path).stop()
        assert process.alive
    pid_file.write_text(json.dumps({"pid": process.pid, "started": process.started, "boot_id": process.boot_id}))
    await daemon.stop()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "null", '{"pid": "x", "started": 1, "boot_id": ""}'])
def test_a_broken_pid_file_means_no_process(tmp_path: Path, content: str) -> None:
    (tmp_path / "sleeper.pid.json").write_text(content)
    assert Daemon("sleeper", tmp_path).process is None


def test_a_program_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Daemon("none", tmp_path).start(["/nowhere/asterisk"], {})


@asynccontextmanager
async def exchange(tmp_path: Path) -> AsyncIterator[tuple[Exchange, int]]:
    served = Exchange(people.contract_directory(), tmp_path, tmp_path / "calls.jsonl")
    async with tcp_peer(served.serve_route) as port:
        yield served, port


async def ask_route(port: int, *lines: str) -> dict[str, str]:
    """What an Asterisk would have been told to set."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{line}\n" for line in lines).encode() + b"\n")
    told: dict[str, str] = {}
    async with asyncio.timeout(HANGS_S):
        while line := (await reader.readline()).decode():
            _, _, name, value = line.split()
            told[name] = value.strip('"')
            writer.write(b"200 result=1\n")
    writer.close()
    return told


async def test_a_route_tells_how_the_call_is_taken(tmp_path: Path) -> None:
    async with exchange(tmp_path) as (_, port):
        answer = await ask_route(port, "agi_network: yes", f"agi_extension: {people.TALKER}", "agi_callerid: 7")
        assert answer["PICK_UP"] == "answer"
        assert answer["AFTER_S"] == "0.20"
        assert len(answer["CALL_ID"]) == 36
        busy = await ask_route(port, f"agi_extension: {people.BUSY}", "agi_calleridname: A: B")
        assert busy == {"PICK_UP": "busy", "AFTER_S": "0.20"}
        assert (await ask_route(port, "agi_extension: 112"))["PICK_UP"] == "unknown_number"
    log = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [entry["number"] for entry in log] == [people.BUSY, "112"]
    assert log[0]["caller_name"] == "A: B"


async def test_the_journal_tells_of_every_ring_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "journal.jsonl") == ()
    async with exchange(tmp_path) as (_, port):
        await ask_route(port, f"agi_extension: {people.BUSY}", "agi_uniqueid: 1.2", "agi_context: subscribers")
        await ask_route(port, f"agi_extension: {people.TALKER}", "agi_uniqueid: 1.3", "agi_context: calling")
        await ask_route(port, "agi_extension: h", "agi_uniqueid: 1.2", "agi_network_script: gone")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"at": ')
    entries = read_journal(tmp_path / "journal.jsonl")
    assert [(entry.event, entry.call, entry.number) for entry in entries] == [
        (Event.RING, "1.2", people.BUSY),
        (Event.GONE, "1.2", ""),
    ], "who calls us does not ring, and half a line is no entry"
    assert entries[0].at <= entries[1].at


@pytest.mark.parametrize(
    "lines", [["GET / HTTP/1.1"], ["agi_extension"], ["agi_x: " + "y" * 100_000], ["agi_x: 1"] * 200]
)
async def test_what_does_not_speak_agi_gets_no_route(tmp_path: Path, lines: list[str]) -> None:
    async with exchange(tmp_path) as (_, port):
        with suppress(ConnectionError):
            assert await ask_route(port, *lines) == {}
        assert (await ask_route(port, f"agi_extension: {people.BUSY}"))["PICK_UP"] == "busy", "others are still served"


@pytest.mark.looptime
async def test_a_call_given_up_before_its_audio_came_is_logged_too(tmp_path: Path) -> None:
    """AGI in memory, for the minute's wait to pass at once."""
    served = Exchange(people.contract_directory(), tmp_path, tmp_path / "calls.jsonl")
    reader = asyncio.StreamReader()
    reader.feed_data(f"agi_extension: {people.TALKER}\n\n200\n200\n200\n".encode())

    class Writer:
        def write(self, data: bytes) -> None: ...

        async def drain(self) -> None: ...

        def close(self) -> None: ...

    await served.serve_route(reader, cast(asyncio.StreamWriter, Writer()))
    assert not (tmp_path / "calls.jsonl").exists()
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=CLAIM_S + 1)
    (entry,) = (tmp_path / "calls.jsonl").read_text().splitlines()
    assert json.loads(entry)["ended_by"] == "caller"


async def test_a_hint_reaches_the_subscribers_and_nonsense_does_not(tmp_path: Path) -> None:
    path, told = tmp_path / "hints.sock", list[tuple[str, Said]]()
    all_told = asyncio.Event()

    def on_hint(number: str, said: Said) -> None:
        told.append((number, said))
        if said.phrase == "last":
            all_told.set()

    assert Hints(path).told("+7", Said("a", "b")) is False
    path.touch()  # as a killed process leaves it
    async with HintServer(path, on_hint), asyncio.timeout(HANGS_S):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mad:
            for datagram in (b"", b"\xff", b"[]", b"{}", b"null", b'{"number": 1, "phrase": 2, "text": 3}'):
                mad.sendto(datagram, str(path))
        assert Hints(path).told("+74951110001", Said("greeting", "Здравствуйте!"))
        assert Hints(path).told("+74951110001", Said("last", "\u2028\r\n"))
        await all_told.wait()
    assert told[0] == ("+74951110001", Said("greeting", "Здравствуйте!"))
    assert len(told) == 2
    assert not path.exists()


def test_a_recording_keeps_both_sides_aligned_over_uneven_arrival(tmp_path: Path) -> None:
    recorder = AlignedRecording(tmp_path / "call.wav")
    spoken, sent = people.tone(700, 5), people.tone(1100, 5)
    arrivals = [0, 2, 0, 1, 3, 0, 0, 2, 1, 1]  # frames a tick: as many as ticks, unevenly
    at = 0
    for number in range(250):
        heard = sent[at : at + 320 * arrivals[number % 10]]
        at += len(heard)
        recorder.add(spoken[number * 320 : number * 320 + 320], heard)
    assert not (tmp_path / "call.wav").exists(), "it has its name when it is whole"
    left, right = read_stereo(recorder.close())
    assert left == spoken
    assert right == sent


def test_a_silent_stretch_keeps_its_length(tmp_path: Path) -> None:
    recorder = AlignedRecording(tmp_path / "call.wav")
    for number in range(150):
        recorder.add(SILENCE, b"" if 20 <= number < 120 else people.tone(1100, 0.02))
    _, right = read_stereo(recorder.close())
    assert abs(len(right) // 320 - 150) <= 5
    assert people.share_of(1100, right[: 20 * 320]) > 0.9
    assert people.share_of(1100, right[40 * 320 : 110 * 320]) == 0
    assert people.share_of(1100, right[-20 * 320 :]) > 0.9


def test_a_call_without_sound_has_a_recording_too(tmp_path: Path) -> None:
    assert read_stereo(AlignedRecording(tmp_path / "call.wav").close()) == (b"", b"")


@pytest.mark.parametrize("factory", ["", "nowhere:x", "json", "json:nothing", "telephony.audio:FRAME_MS"])
def test_a_directory_that_is_not_there_is_named(factory: str) -> None:
    with pytest.raises(LabError):
        load_directory(factory, 0)


def test_settings_no_lab_can_be_started_with(tmp_path: Path) -> None:
    settings = LabSettings(tmp_path, tmp_path / "root")
    settings.check()
    for broken in (replace(settings, port_base=80), replace(settings, port_base=64_000)):
        with pytest.raises(LabError):
            broken.check()
    with pytest.raises(LabError, match="too long"):
        replace(settings, directory=tmp_path / ("x" * 100)).check()


def test_before_the_first_start_there_is_nothing_to_reach(tmp_path: Path) -> None:
    with pytest.raises(LabError) as caught:
        lab.asterisk_settings(LabSettings(tmp_path, tmp_path / "root"))
    assert caught.value.remedy


def test_a_damaged_root_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError) as caught:
        Asterisk(tmp_path).command(tmp_path / "asterisk.conf")
    assert caught.value.remedy


async def test_without_mmdebstrap_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError) as caught:
        await lab.up(LabSettings(tmp_path / "lab", tmp_path / "root"), lambda _: None)
    assert "mmdebstrap" in caught.value.remedy


async def test_a_failed_unpacking_tells_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "bin" / "mmdebstrap"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'E: the network is down' >&2\nexit 25\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    with pytest.raises(LabError, match="the network is down"):
        await lab.up(LabSettings(tmp_path / "lab", tmp_path / "asterisk" / "root"), lambda _: None)
    assert list((tmp_path / "asterisk").iterdir()) == []
