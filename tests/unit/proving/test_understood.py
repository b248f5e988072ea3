"""Recordings as figures: what counts as understood, and how it is grouped."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from robot.proving.understood import Recording, Report, Verdict, judge, read_manifest
from scripts_dialog import Understanding
from scripts_dialog.understanding.evaluation import NOTHING

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZoneInfo("Europe/Moscow"))


def verdict(label: str, heard: str, **more: str) -> Verdict:
    return judge(Recording(Path("a.flac"), heard, label, **more), heard, 0.1, Understanding.shared(), NOW)


@pytest.mark.parametrize(
    ("label", "heard", "right"),
    [
        ("yes", "да, говорите", True),
        ("no", "да, говорите", False),
        ("yes", "", False),
        ("time:tomorrow 12:00", "завтра в двенадцать", True),
        ("time:tomorrow 12:00", "завтра в час дня", False),
        ("time:tomorrow 12:00", "", False),
        ("choice:2", "второй вариант", True),
        ("choice:2", "первый вариант", False),
        ("choice:none", "ни один не подходит", True),
        ("choice:none", "", False),
        ("number", "сорок", True),
        ("number:40", "сорок", True),
        ("number:40", "пятьдесят", False),
        ("number", "не знаю", False),
        ("email", "инфо собака ромашка точка ру", True),
        ("email", "не знаю", False),
    ],
)
def test_what_is_heard_is_judged_by_the_label(label: str, heard: str, right: bool) -> None:
    assert verdict(label, heard).right is right


def test_nothing_heard_is_nothing_given() -> None:
    assert verdict("yes", "").given == NOTHING
    assert verdict("email", "").given == NOTHING


def test_intents_are_counted_by_voice_and_condition_and_values_apart() -> None:
    report = Report(
        "set",
        "whisper",
        [
            verdict("yes", "да, говорите", voice="anna", condition="alaw"),
            verdict("yes", "", voice="anna", condition="noise"),
            verdict("no", "нет, спасибо", voice="irina", condition="noise"),
            verdict("number", "сорок", voice="irina", condition="alaw"),
        ],
        left_out=1,
    )
    found = report.as_json()
    assert found["intent_accuracy"] == round(2 / 3, 4)
    assert found["by_voice"]["anna"] == {"n": 2, "right": 1, "accuracy": 0.5}
    assert found["by_condition"]["noise"] == {"n": 2, "right": 1, "accuracy": 0.5}
    assert found["by_label"]["yes"]["n"] == 2
    assert found["values"] == {"n": 1, "right": 1, "accuracy": 1.0}
    assert (found["nothing_heard"], found["left_out"], len(found["mistakes"])) == (1, 1, 1)
    assert "| anna | 2 | 1 | 50.0 % |" in report.markdown()


def test_a_manifest_names_files_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text(json.dumps({"file": "a.flac", "text": "да", "label": "yes", "voice": "anna"}) + "\n\n")
    assert read_manifest(file) == [Recording(tmp_path / "a.flac", "да", "yes", "anna", "")]


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", "{}", '{"file": "a.flac", "text": "ну"}', '{"file": "a", "text": "ну", "label": ""}']
)
def test_a_manifest_that_tells_nothing_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text(line)
    with pytest.raises(ValueError, match=r"."):
        read_manifest(file)
