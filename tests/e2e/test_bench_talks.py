"""The measurements of talk, as commands: real speech to the real robot, figures out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from robot.proving.talks.plan import SCRIPT
from telephony.simulated.speech import MANIFEST, SPEECH
from tests.conftest import missing_service
from tests.e2e.conftest import Product

pytestmark = pytest.mark.e2e

SAID = {"Да, давайте.": "yes", "Нет, спасибо.": "no"}


def speech(folder: Path) -> Path:
    """Two sentences of the simulated people, one file each, labelled."""
    folder.mkdir()
    rows = map(json.loads, (SPEECH / MANIFEST).read_text(encoding="utf-8").splitlines())
    found = {row["text"]: row for row in rows if row["text"] in SAID}
    lines = []
    for text, label in SAID.items():
        source = SPEECH / found[text]["file"]
        shutil.copyfile(source, folder / source.name)
        lines.append(json.dumps({"file": source.name, "text": text, "label": label}))
    (folder / MANIFEST).write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_every_turn_is_measured_at_the_clients_ear(product: Product, tmp_path: Path) -> None:
    turns = tmp_path / "turns.jsonl"
    arguments = ("bench", "turn", "--line", "simulated", "--json", "--turns", str(turns))
    ran = product.run(*arguments, "--speech", str(speech(tmp_path / "speech")))
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["turns"] + found["overlapped"], found["unsaid"]) == (2, 0)
    rows = [json.loads(line) for line in turns.read_text(encoding="utf-8").splitlines()]
    assert [row["label"] for row in rows if row["kind"] == "answer"] != []
    heard = [row for row in rows if row["gap_ms"] is not None and not row["overlapped"]]
    assert found["gap_ms"]["n"] == len(heard)
    assert all(row["gap_ms"] > 0 for row in heard)  # nobody answers before the last sound
    assert 0 <= found["false_cutoff_share"] <= 1
    assert found["line"] == "simulated"
    assert found["frame_lateness_ms"]["n"] > 100


def foreign_vosk(product: Product) -> tuple[str, ...]:
    """The model that can be had everywhere speaks Korean: times, frames and memory are those of the engine."""
    if not (product.data / "models" / "vosk-model-small-ko").is_dir():
        missing_service("no vosk-model-small-ko; zvonar models pull vosk-model-small-ko")
    return "--recognizer", "vosk", "--language", "ko"


def test_vosk_is_measured_by_the_same_bench(product: Product, tmp_path: Path) -> None:
    arguments = ("bench", "turn", "--line", "simulated", "--json", *foreign_vosk(product))
    ran = product.run(*arguments, "--speech", str(speech(tmp_path / "speech")))
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found["recognizer"] == "vosk"
    assert found["turns"] + found["overlapped"] + found["unsaid"] == 2  # it understands nothing, and may talk on
    assert found["frame_lateness_ms"]["n"] > 100


def test_a_soak_tells_what_is_held_while_talks_follow_one_another(product: Product, tmp_path: Path) -> None:
    arguments = ("bench", "soak", "--line", "simulated", "--minutes", "0.4", "--calls", "2", "--json")
    ran = product.run(*arguments, *foreign_vosk(product), "--speech", str(speech(tmp_path / "speech")))
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["recognizer"], found["calls_at_once"]) == ("vosk", 2)
    assert found["calls"] >= 1
    minute = found["per_minute"][-1]
    assert 0 < minute["robot_rss_mb"] < minute["rss_mb"], "the recognizer's process counts, too"
    assert {"open_files", "threads", "tasks"} <= {name for name, held in minute.items() if held}
    assert found["growth_per_hour"].keys() == {
        "rss_mb", "robot_rss_mb", "workers_rss_mb", "open_files", "threads", "tasks",
    }  # fmt: skip


def test_speech_that_is_not_there_is_refused_with_a_remedy(product: Product, tmp_path: Path) -> None:
    ran = product.run("bench", "turn", "--line", "simulated", "--speech", str(tmp_path))
    assert ran.code == 1
    assert MANIFEST in ran.err
    assert "Traceback" not in ran.err


def test_the_measuring_script_passes_the_check_of_scripts(product: Product) -> None:
    ran = product.run("script", "check", str(SCRIPT))
    assert ran.code == 0, ran.out + ran.err
