"""Speech programs that hang, die or leave children behind; and the pyttsx3 process that is replaced."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from robot.speech.engines.pyttsx3 import Pyttsx3Voice
from robot.speech.engines.tool import render, run
from robot.speech.errors import EngineUnavailable, SynthesisFailed, VoiceDied
from robot.speech.process import SPEAKING_NICE, deaths_of
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit

WORKER = (sys.executable, str(Path(__file__).with_name("voice_worker.py")))


def alive(pid: int) -> bool:
    """Running, and not a zombie."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def test_text_goes_through_standard_input_untouched() -> None:
    hostile = b'$(touch /tmp/x) "; (system "rm")\n'
    assert await run(["cat"], hostile, HANGS_S) == hostile


async def test_programs_that_speak_stand_behind_the_calls() -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    nice = int(await run(["sh", "-c", "read word; nice"], b"go\n", HANGS_S))
    assert nice == max(ours, SPEAKING_NICE)


async def test_a_failing_program_is_reported_with_its_complaint() -> None:
    with pytest.raises(SynthesisFailed, match=r"code 3.*no such voice"):
        await run(["sh", "-c", "echo no such voice >&2; exit 3"], b"", HANGS_S)
    with pytest.raises(SynthesisFailed, match="cannot be started"):
        await run(["/nonexistent/voice"], b"", HANGS_S)


async def gone(pids: list[int]) -> None:
    """A child dies a moment after it was killed."""
    async with asyncio.timeout(HANGS_S):
        while any(map(alive, pids)):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("then", ["wait", "exit 0"])
async def test_a_hanging_program_dies_with_its_children_at_the_deadline(tmp_path: Path, then: str) -> None:
    note, deadline_s = tmp_path / "pids", 0.25
    script = f"tail -f /dev/null & echo $$ $! > {note}; {then}"
    while not (note.exists() and note.read_text()):  # a busy machine is given longer to begin at all
        deadline_s *= 2
        with pytest.raises(SynthesisFailed, match="longer"):
            await run(["sh", "-c", script], b"", deadline_s)
    await gone([int(pid) for pid in note.read_text().split()])


async def test_a_caller_who_gives_up_takes_the_program_with_him(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    task = asyncio.create_task(run(["sh", "-c", f"echo $$ > {fifo}; exec tail -f /dev/null"], b"", HANGS_S))
    while not (fifo.exists() and fifo.read_text().strip()):
        await asyncio.sleep(0)
    pid = int(fifo.read_text())
    assert alive(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid)


async def test_a_program_that_writes_no_audio_or_an_empty_file_fails_the_phrase() -> None:
    for script in ("true", 'touch "$0"', 'echo nonsense > "$0"'):
        with pytest.raises(SynthesisFailed):
            await render(lambda target, script=script: ["sh", "-c", script, str(target)], "да", HANGS_S)


async def test_a_program_that_a_signal_ends_has_died_one_that_refuses_a_phrase_has_not() -> None:
    with pytest.raises(VoiceDied):
        await run(["sh", "-c", "kill -9 $$"], b"", HANGS_S)
    with pytest.raises(SynthesisFailed) as refused:
        await run(["false"], b"", HANGS_S)
    assert not isinstance(refused.value, VoiceDied)


@pytest.mark.parametrize(("fault", "deaths"), [("умри", 1), ("зависни", 1), ("откажи", 0), ("чушь", 1)])
async def test_the_worker_is_replaced_after_a_fault_and_the_next_phrase_is_spoken(fault: str, deaths: int) -> None:
    voice = Pyttsx3Voice(deadline_s=HANGS_S, worker=WORKER)
    try:
        await voice.start()
        voice._deadline_s = 0.5 if fault == "зависни" else HANGS_S
        with pytest.raises(SynthesisFailed):
            await voice.synthesize(fault)
        voice._deadline_s = HANGS_S
        assert len(await voice.synthesize("да")) > 0
        assert deaths_of(voice) == deaths
    finally:
        await voice.close()


async def test_phrases_at_the_same_time_do_not_mix() -> None:
    voice = Pyttsx3Voice(deadline_s=HANGS_S, worker=WORKER)
    texts = ["да", "да да да", "да да да да да да", "да да"]
    try:
        lengths = [len(pcm) for pcm in await asyncio.gather(*map(voice.synthesize, texts))]
    finally:
        await voice.close()
    assert sorted(lengths) == [lengths[0], lengths[3], lengths[1], lengths[2]]


async def test_a_cancelled_phrase_does_not_answer_for_the_next() -> None:
    voice = Pyttsx3Voice(deadline_s=HANGS_S, worker=WORKER)
    try:
        await voice.start()
        expected = len(await voice.synthesize("да"))
        hanging = asyncio.create_task(voice.synthesize("зависни"))
        await asyncio.sleep(0)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert len(await voice.synthesize("да")) == expected
    finally:
        await voice.close()


async def test_a_worker_without_a_voice_is_an_unavailable_engine() -> None:
    for broken in (Pyttsx3Voice("none", deadline_s=HANGS_S, worker=WORKER), Pyttsx3Voice(worker=("false",))):
        with pytest.raises(EngineUnavailable) as refused:
            await broken.start()
        assert "espeak-ng" in refused.value.remedy
        await broken.close()
