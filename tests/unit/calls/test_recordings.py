"""Recordings: written as the call goes, readable up to any cut, compressed after it and still aligned."""

import asyncio
import io
import os
import sys
import time
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from robot.calls.archive import Archive
from robot.calls.recorder import Recorder, RecordingFailed, Tape
from robot.calls.recordings import RecordingUnreadable, compress, find, read
from telephony.audio import FRAME_BYTES
from telephony.base import Frame

pytestmark = pytest.mark.unit

SPEECH = Path(__file__).parents[2] / "fixtures" / "speech_dev"
RATE = 8000


def talk(seconds: float = 40.0) -> np.ndarray:
    """Real telephone speech on both sides, the sides in turn, as in a call."""
    files = sorted(SPEECH.glob("*.flac"))[:24]
    both = np.zeros((int(seconds * RATE), 2), np.int16)
    at = RATE
    for number, file in enumerate(files):
        sound, rate = soundfile.read(file, dtype="int16")
        assert rate == RATE
        piece = sound[: max(0, len(both) - at)]
        both[at : at + len(piece), number % 2] = piece
        at += len(sound) + RATE // 4
    return both


async def record(path: Path, both: np.ndarray) -> Path:
    recorder = Recorder(path)
    for start in range(0, len(both), FRAME_BYTES // 2):
        heard, said = (both[start : start + FRAME_BYTES // 2, side].astype("<i2").tobytes() for side in (0, 1))
        recorder.add(Frame(0.0, heard=heard, said=said))
        if start % RATE == 0:
            await asyncio.sleep(0)
    return await recorder.close()


def lag(original: np.ndarray, decoded: np.ndarray) -> int:
    """By how many samples the second is later, by the peak of their correlation."""
    size = 2 * max(len(original), len(decoded))
    spectrum = np.fft.rfft(decoded.astype(float), size) * np.conj(np.fft.rfft(original.astype(float), size))
    peak = int(np.argmax(np.fft.irfft(spectrum, size)))
    return peak if peak < size // 2 else peak - size


async def test_what_is_recorded_is_what_was_said_and_heard(tmp_path: Path) -> None:
    both = talk(10.0)
    path = await record(tmp_path / "day" / "call.wav", both)
    assert np.array_equal(soundfile.read(path, dtype="int16")[0], both)
    assert path.stat().st_mode & 0o077 == 0
    assert path.stat().st_size == 44 + both.nbytes


async def test_a_recording_cut_off_at_any_byte_is_readable_up_to_there(tmp_path: Path) -> None:
    both = talk(5.0)
    whole = (await record(tmp_path / "call.wav", both)).read_bytes()
    for size in (44, 45, 47, 48, 1001, 40_002, len(whole) - 1, len(whole)):
        there, _ = soundfile.read(io.BytesIO(whole[:size]), dtype="int16", always_2d=True)
        assert len(there) == (size - 44) // 4
        assert np.array_equal(there, both[: len(there)])


async def test_before_the_end_of_a_call_any_player_finds_all_but_the_last_moments(tmp_path: Path) -> None:
    """The process may be killed at any time: the header always tells what is there."""
    recorder, both = Recorder(tmp_path / "call.wav"), talk(9.0)
    for start in range(0, len(both), 160):
        heard, said = (both[start : start + 160, side].astype("<i2").tobytes() for side in (0, 1))
        recorder.add(Frame(0.0, heard=heard, said=said))
        if flushing := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(flushing)
    there = (tmp_path / "call.wav").read_bytes()
    declared = int.from_bytes(there[40:44], "little")
    assert declared == len(there) - 44
    assert declared // 4 >= len(both) - 2.6 * RATE
    await recorder.close()


async def test_a_disk_that_refuses_ends_the_recording_and_not_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RecordingFailed):
        await record(tmp_path / "file" / "call.wav", talk(5.0))
    tape = Tape(Recorder(tmp_path / "file" / "call.wav"), uuid4())
    tape.add(Frame(0.0, heard=bytes(320), said=bytes(320)))
    await tape.close()
    tape.add(Frame(0.0, heard=bytes(320), said=bytes(320)))
    await tape.close()


async def test_compressed_sound_lies_where_it_lay(tmp_path: Path) -> None:
    both = talk()
    raw = await record(tmp_path / "call.wav", both)
    kept = compress(raw)
    sides = read(kept)
    assert not raw.exists()
    assert not list(tmp_path.glob("*.part"))  # noqa: ASYNC240
    assert kept.stat().st_mode & 0o077 == 0
    assert soundfile.info(kept).subtype == "OPUS"
    assert kept.stat().st_size * 8 / 40.0 <= 40_000, "bits a second, both sides together"
    for side, original in ((sides.client, both[:, 0]), (sides.robot, both[:, 1])):
        assert len(side) == len(original)
        for second in range(0, 40, 10):  # no drift: each stretch for itself
            there = slice(second * RATE, (second + 10) * RATE)
            if np.abs(original[there]).max() > 1000:
                assert abs(lag(original[there], side[there])) <= 0.020 * RATE
    assert abs(lag(both[:, 0], sides.client)) <= 0.002 * RATE


async def test_sides_stay_apart_when_compressed(tmp_path: Path) -> None:
    """The client's words are recognized from his side: the robot's must not be heard in it."""
    both = talk()
    both[:, 0] = 0
    sides = read(compress(await record(tmp_path / "call.wav", both)))
    assert np.abs(sides.client).max() <= 0.01 * np.abs(sides.robot).max()


def test_a_recording_is_found_compressed_or_not(tmp_path: Path) -> None:
    stored = tmp_path / "call.ogg"
    assert find(stored) is None
    with pytest.raises(RecordingUnreadable):
        read(stored)
    soundfile.write(tmp_path / "call.wav", np.zeros((800, 2), np.int16), RATE)
    assert find(stored) == tmp_path / "call.wav"
    assert len(read(stored).client) == 800
    compress(tmp_path / "call.wav")
    assert find(stored) == stored
    stored.write_bytes(stored.read_bytes()[:40])
    with pytest.raises(RecordingUnreadable):
        read(stored)


def test_what_cannot_be_compressed_stays_as_it_is(tmp_path: Path) -> None:
    raw = tmp_path / "call.wav"
    for content in (b"", b"no sound", b"RIFF" + bytes(40)):
        raw.write_bytes(content)
        with pytest.raises(RecordingUnreadable):
            compress(raw)
        assert [one.name for one in tmp_path.iterdir()] == ["call.wav"]
        assert raw.read_bytes() == content
    soundfile.write(raw, np.zeros((0, 2), np.int16), RATE)
    with pytest.raises(RecordingUnreadable):
        compress(raw)
    assert raw.exists()


def _sound(raw: Path, *, age_s: float = 0.0) -> Path:
    raw.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(raw, talk(3.0), RATE)
    os.utime(raw, (time.time() - age_s,) * 2)
    return raw


async def test_recordings_of_ended_calls_are_compressed_and_what_a_crash_left_too(tmp_path: Path) -> None:
    left = _sound(tmp_path / "2026-11-20" / "left.wav", age_s=100)
    live = _sound(tmp_path / "2026-11-21" / "live.wav")
    half = tmp_path / "2026-11-20" / "left.ogg.part"
    half.write_bytes(b"half")
    os.utime(half, (time.time() - 100,) * 2)
    async with Archive(tmp_path, patience_s=120) as archive:
        ended = [_sound(tmp_path / "2026-11-21" / f"{number}.wav") for number in range(3)]
        for raw in ended:
            archive.add(raw)
        archive.add(tmp_path / "2026-11-21" / "never.wav")
    assert [find(raw) for raw in (left, *ended)] == [raw.with_suffix(".ogg") for raw in (left, *ended)]
    assert live.exists(), "its call is under way"
    assert not half.exists()


async def test_a_recording_that_breaks_the_worker_costs_no_other_and_stays(tmp_path: Path) -> None:
    broken = tmp_path / "day" / "broken.wav"
    broken.parent.mkdir()
    broken.write_bytes(b"no sound")
    async with Archive(tmp_path, patience_s=120) as archive:
        archive.add(broken)
        archive.add(_sound(tmp_path / "day" / "good.wav"))
    assert broken.exists()
    assert find(tmp_path / "day" / "good.ogg") == tmp_path / "day" / "good.ogg"


@pytest.mark.parametrize("command", [("/no/such/program",), (sys.executable, "-c", "raise SystemExit(3)")])
async def test_without_its_worker_everything_stays_as_recorded(tmp_path: Path, command: tuple[str, ...]) -> None:
    raw = _sound(tmp_path / "day" / "call.wav")
    async with Archive(tmp_path, command=command) as archive:
        archive.add(raw)
    assert raw.exists()


async def test_a_worker_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    raw = _sound(tmp_path / "day" / "call.wav")
    hangs = (sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(1000)")
    async with Archive(tmp_path, command=hangs, patience_s=0.3) as archive:
        archive.add(raw)
    assert raw.exists()
