"""A call recorded, compressed and heard again by a real engine, through the command."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile

from robot.calls.recordings import compress
from robot.calls.review import CallReview, Disagreement
from robot.calls.scripts import ScriptShelf
from robot.domain.calls import Turn, TurnEnding
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from robot.storage.store import open_storage
from tests.conftest import missing_service
from tests.contracts.storage_contract import NOW, SOON, Scene
from tests.speech.conftest import FIXTURES, models_dir

pytestmark = pytest.mark.speech

SAID = (("000_irina_gsm", "да, говорите"), ("005_aleksandr_gsm", "да, конечно"), ("012_festival_gsm", "это дорого"))
"""Files of the client's words and what the robot is taken to have heard: the second is "нет, спасибо"."""
RATE = 8000


def recording(file: Path) -> list[Turn]:
    """A stereo recording of the three, a second apart, compressed; and the turns of the call."""
    pieces, turns = [np.zeros(RATE, np.int16)], []
    for number, (name, heard) in enumerate(SAID, 1):
        sound, _ = soundfile.read(FIXTURES / f"{name}.flac", dtype="int16")
        from_ms = sum(map(len, pieces)) * 1000 // RATE
        to_ms = from_ms + len(sound) * 1000 // RATE
        turns.append(
            Turn(number, "greeting", said="Есть минута?", said_to_ms=from_ms, heard=heard, heard_from_ms=from_ms,
                 heard_to_ms=to_ms, ending=TurnEnding.ANSWERED)
        )  # fmt: skip
        pieces += [sound, np.zeros(RATE, np.int16)]
    client = np.concatenate(pieces)
    file.parent.mkdir(parents=True)
    soundfile.write(file, np.stack([client, np.roll(client, RATE)], axis=1), RATE)
    compress(file)
    return turns


async def called(data: Path, turns: list[Turn]) -> UUID:
    version = ScriptShelf(utc_now).publish("cold_call").engine.script.version_hash
    async with open_storage(f"sqlite+aiosqlite:///{data / 'zvonar.db'}") as storage:
        scene = await Scene.set(storage, leads=1)
        _, call = await scene.call()
        await storage.calls.answered(call, at=NOW)
        for turn in turns:
            await storage.calls.turn(call, turn)
        kept = "recordings/day/call.ogg"
        await scene.finish(call, Outcome.REFUSED, recording=kept, script_version=version, ended_at=NOW + SOON)
        return call


async def reviewed(data: Path, call: UUID) -> CallReview | None:
    async with open_storage(f"sqlite+aiosqlite:///{data / 'zvonar.db'}") as storage:
        return await storage.reviews.of(call)


def test_what_was_misheard_is_marked_and_what_was_heard_right_is_not(tmp_path: Path) -> None:
    if not (models_dir() / "whisper-base" / "model.bin").is_file():
        missing_service("no Whisper model; zvonar models pull whisper-base")
    (tmp_path / "models").symlink_to(models_dir())
    call = asyncio.run(called(tmp_path, recording(tmp_path / "recordings" / "day" / "call.wav")))
    ran = subprocess.run(
        [sys.executable, "-c", "from robot.cli.main import main; main()", "calls", "review", "--json"],
        env={**os.environ, "ZVONAR_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ran.stdout)
    assert (told["calls"], told["turns"], told["other_meaning"], told["gave_way"]) == (1, 3, 1, False)
    assert told["disagreeing_calls"] == [str(call)]
    kept = asyncio.run(reviewed(tmp_path, call))
    assert kept is not None
    assert [turn.disagrees for turn in kept.turns] == [Disagreement.NONE, Disagreement.MEANING, Disagreement.NONE]
    assert "нет" in kept.turns[1].text.lower()
    shown = subprocess.run(
        [sys.executable, "-c", "from robot.cli.main import main; main()", "calls", "show", str(call), "--json"],
        env={**os.environ, "ZVONAR_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, _, last = json.loads(shown.stdout)["turns"]
    for turn in (first, last):
        assert [word["text"] for word in turn["words"]] == turn["heard"].split()
        places = [ms for word in turn["words"] for ms in (word["from_ms"], word["to_ms"])]
        assert turn["heard_from_ms"] - 300 <= places[0]
        assert places == sorted(places)
        assert places[-1] <= turn["heard_to_ms"] + 400
        assert all(0 < word["confidence"] <= 1 for word in turn["words"])
