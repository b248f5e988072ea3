"""Whose the processor's time is."""

import os
import threading
import time
from pathlib import Path

import pytest

from robot.proving.talks.cpu import Part, Profile, Spent, cpu_s, load, part_of, rss_mb, spent
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("/x/telephony/asterisk/audio_server.py", Part.AUDIO),
        ("/x/robot/calls/session.py", Part.AUDIO),
        ("/x/robot/speech/vad.py", Part.AUDIO),
        ("/x/robot/speech/engines/whisper.py", Part.RECOGNITION),
        ("/x/scripts_dialog/engine.py", Part.DIALOG),
        ("/x/robot/storage/calls.py", Part.STORAGE),
        ("/x/site-packages/sqlalchemy/engine/base.py", Part.STORAGE),
        ("/x/robot/cli/bench.py", Part.OTHER),
        ("/usr/lib/python3/asyncio/base_events.py", None),
    ],
)
def test_a_file_belongs_to_a_part_or_serves_everybody(file: str, part: Part | None) -> None:
    assert part_of(file) is part


def test_the_main_thread_is_shared_out_by_samples_and_workers_are_recognition() -> None:
    before = Spent(
        {"workers": 10.0, "asterisk": 5.0}, main_s=20.0, storage_s=1.0, helpers_s=2.0, samples={Part.AUDIO: 5}
    )
    after = Spent(
        {"workers": 18.0, "asterisk": 7.0},
        main_s=24.0,
        storage_s=1.5,
        helpers_s=2.5,
        samples={Part.AUDIO: 35, Part.DIALOG: 10},
    )
    found = load(before, after, 10.0)
    assert found.processes == pytest.approx({"robot": 0.5, "robot_workers": 0.8, "asterisk": 0.2})
    assert found.cores == pytest.approx(1.5)
    assert found.parts == pytest.approx(
        {"audio": 0.3, "dialog": 0.1, "recognition": 0.8, "storage": 0.05, "other": 0.05}
    )


def test_work_of_this_process_is_seen_and_waiting_is_not() -> None:
    with Profile() as profile:
        before = spent(profile, {})
        until = time.thread_time() + 0.3  # other tests may have left threads that work
        hangs = time.monotonic() + HANGS_S
        while time.thread_time() < until or (profile.samples.total() < 10 and time.monotonic() < hangs):
            pass  # where the machine stands still, many signals become one
        after = spent(profile, {})
        worked = profile.samples.total()
        threading.Event().wait(0.05)
    assert worked >= 10
    assert after.main_s - before.main_s >= 0.2
    assert rss_mb() > 10


def test_who_has_gone_has_spent_nothing() -> None:
    assert cpu_s(Path("/proc/0/stat")) == 0.0
    assert cpu_s(Path(f"/proc/{os.getpid()}/stat")) > 0
