"""The process of pyttsx3 over the real espeak-ng, against three faults of pyttsx3 that it goes round."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from tests.conftest import missing_service

pytestmark = pytest.mark.speech

SHORT, LONG = "Да.", "Здравствуйте, меня зовут Анна. " * 20
RATE_HZ = 22_050


class Worker:
    """Asked as the voice asks it."""

    def __init__(self, process: subprocess.Popen[str], target: Path) -> None:
        self._process = process
        self._target = target

    def seconds_of(self, text: str) -> float:
        """Of the file it has written."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"text": text, "file": str(self._target)}) + "\n")
        self._process.stdin.flush()
        assert self.answer() == {"ok": True}
        with wave.open(str(self._target)) as written:
            return written.getnframes() / RATE_HZ

    def answer(self) -> object:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"it ended with {self._process.wait()}"
        return json.loads(line)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    if find_library("espeak-ng") is None:
        missing_service("espeak-ng is not installed; apt-get install espeak-ng")
    command = [sys.executable, "-m", "robot.speech.engines.pyttsx3_worker", "ru", "150"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        worker = Worker(process, tmp_path / "speech.wav")
        assert worker.answer() == {"ok": True}
        yield worker
        process.stdin.close()
        assert process.wait() == 0


def test_no_memory_behind_a_text_is_read(worker: Worker) -> None:
    """Ten times this length, of which pyttsx3 tells espeak-ng, ends in pages that are not there."""
    assert 0.2 < worker.seconds_of(SHORT + " " * 1_000_000) < 1.5


def test_the_first_phrase_is_whole_and_the_next_ones_too(worker: Worker) -> None:
    """A short one after a long one came out empty now and then, and the rate was lost with it."""
    long = worker.seconds_of(LONG)
    assert 45 < long < 55, "at 150 words a minute"
    for _ in range(25):
        assert 0.2 < worker.seconds_of(SHORT) < 1.5
        assert worker.seconds_of(LONG) == pytest.approx(long, abs=0.1)
