"""`zvonar understand`: hostile lines, answers in order, and what a phrase adds to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from robot.cli.understand import understand
from robot.cli.utterances import LONGEST_S, Unclear, load_recording, read
from robot.settings import Settings
from robot.speech.pcm import LINE_RATE_HZ, to_samples
from scripts_dialog import Script, Understanding
from scripts_dialog.understanding.asking import ANYTHING, Question, asked_by
from scripts_dialog.values import Expects

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 18, 8, 20, tzinfo=UTC)


def ask(tmp_path: Path, *lines: Any) -> list[dict[str, Any]]:
    """What the command answers to these lines; bytes go as they are."""
    raw = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    done = CliRunner().invoke(understand, ["--jsonl"], input=raw, obj=Settings(data_dir=tmp_path))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_lines_are_answered_in_order_whatever_they_are(tmp_path: Path) -> None:
    answers = ask(
        tmp_path,
        {"text": "дорого"},
        b"{",
        b"\xff\xfe",
        b"",
        {"text": "завтра в двенадцать", "now": "2026-03-18T11:20:00+03:00"},
        {"audio": "/no/such.wav"},
        {"text": "второе", "script": "cold_call", "phrase": "book"},
        {"text": ""},
    )
    assert [answer.get("intent", "error") for answer in answers[:3]] == ["expensive", "error", "error"]
    assert answers[3]["slots"] == {"datetime": "2026-03-19T12:00:00+03:00"}
    assert "/no/such.wav" in answers[4]["error"]
    assert answers[5]["slots"] == {"choice": 2}
    assert answers[6] == {
        "transcript": "", "intent": None, "confidence": 0.0, "matched": "", "intents": [], "slots": {}
    }  # fmt: skip
    assert {"transcript", "intent", "confidence", "matched", "slots"} <= set(answers[0])


def test_a_missing_model_is_the_error_of_its_line(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(800), 8000)
    answers = ask(tmp_path, {"audio": str(tmp_path / "silence.wav")}, {"text": "да"})
    assert "zvonar models pull" in answers[0]["remedy"]
    assert answers[1]["intent"] == "yes"


@pytest.mark.parametrize(
    "line",
    [
        "[]", "1", "null", "{}", '{"text": 1}', '{"text": "да", "audio": "a.wav"}', '{"text": "да", "nwo": "x"}',
        '{"text": "да", "now": "завтра"}', '{"text": "да", "now": 5}', '{"text": "да", "phrase": "offer"}',
        '{"text": "да", "script": 1}', '{"text": "да", "offered": "x"}', '{"text": "да", "offered": [1]}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_refused(line: str) -> None:
    with pytest.raises(Unclear):
        read(line, lambda: NOW)


def test_null_is_as_good_as_nothing_and_no_offset_is_moscow() -> None:
    asked = read('{"text": "да", "audio": null, "script": null, "now": "2026-03-18T11:20:00"}', lambda: NOW)
    assert asked.now.isoformat() == "2026-03-18T11:20:00+03:00"
    assert read('{"text": "да"}', lambda: NOW).now == NOW


@pytest.mark.parametrize(("script", "phrase"), [("../../etc/passwd", None), ("nope", None), ("cold_call", "nope")])
def test_an_unknown_script_or_phrase_is_told(tmp_path: Path, script: str, phrase: str | None) -> None:
    (answer,) = ask(tmp_path, {"text": "да", "script": script, "phrase": phrase})
    assert "error" in answer


@pytest.mark.parametrize(("rate", "channels", "suffix"), [(8000, 1, "wav"), (44_100, 2, "flac"), (48_000, 2, "ogg")])
def test_recordings_of_any_rate_become_line_audio(tmp_path: Path, rate: int, channels: int, suffix: str) -> None:
    seconds, tone = 0.5, 440.0
    wave = 0.5 * np.sin(2 * np.pi * tone * np.arange(int(rate * seconds)) / rate)
    file = tmp_path / f"tone.{suffix}"
    soundfile.write(file, np.column_stack([wave] * channels), rate)
    samples = to_samples(load_recording(file))
    assert len(samples) == pytest.approx(seconds * LINE_RATE_HZ, rel=0.05)
    loudest = np.argmax(np.abs(np.fft.rfft(samples))) * LINE_RATE_HZ / len(samples)
    assert loudest == pytest.approx(tone, abs=5)


def test_a_file_that_is_no_recording_or_too_long_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    soundfile.write(tmp_path / "long.wav", np.zeros(LONGEST_S * 1000 + 1000), 1000)
    for file in (tmp_path / "text.wav", tmp_path / "long.wav", tmp_path):
        with pytest.raises(Unclear):
            load_recording(file)


def test_a_phrase_tells_what_is_expected(cold_call: Script, understanding: Understanding) -> None:
    offer = asked_by(cold_call, "offer", understanding, NOW)
    assert offer.expects is Expects.YES_NO
    assert "yes" in offer.expected
    assert "expensive" in offer.also
    assert offer.bias != ANYTHING
    assert asked_by(cold_call, "book", understanding, NOW).expects is Expects.CHOICE
    offered = [NOW.replace(day=19), NOW.replace(day=20)]
    assert any("завтра" in words for words in asked_by(cold_call, "book", understanding, NOW, offered).bias)
    silent = next(name for name, node in cold_call.phrases.items() if node.key == "end")
    assert asked_by(cold_call, silent, understanding, NOW) == Question()


def test_evaluate_prints_a_report_and_refuses_what_is_none(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("yes: |\n  да\n  ага\n", encoding="utf-8")
    bad.write_text("[]", encoding="utf-8")
    run = CliRunner().invoke(understand, ["--evaluate", str(good)], obj=Settings(data_dir=tmp_path))
    assert "2 of 2 (100.0 %)" in run.output
    assert CliRunner().invoke(understand, ["--evaluate", str(bad)], obj=Settings(data_dir=tmp_path)).exit_code == 1
    assert CliRunner().invoke(understand, [], obj=Settings(data_dir=tmp_path)).exit_code == 2
