"""`zvonar understand --evaluate manifest.jsonl`: recordings recognized and understood, engine by engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from robot import app
from robot.cli.utterances import ZONE, load_recording, transcribe
from robot.proving.understood import NOT_JUDGED, Recording, Report, Verdict, judge
from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Recognizer
from scripts_dialog import Understanding
from scripts_dialog.understanding.asking import Question

NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZONE)
"""A Wednesday: what is said of days means the same whenever it is measured."""


async def evaluate_recordings(
    settings: Settings, title: str, recordings: Sequence[Recording], engines: Sequence[str]
) -> list[Report]:
    """A report for each engine; the one of the settings, or the best, where none is named. Raises Unclear,
    SpeechError."""
    options, understanding = app.recognizer_options(settings), Understanding.shared()
    judged = [one for one in recordings if one.label not in NOT_JUDGED]
    reports = []
    for name in engines or (settings.speech.recognizer,):
        engine = registry.recognizer(name, options) if name else registry.best_recognizer(options)
        try:
            await engine.start()
            verdicts = [await _verdict(engine, one, understanding) for one in judged]
        finally:
            await engine.close()
        reports.append(Report(title, engine.name, verdicts, len(recordings) - len(judged)))
    return reports


async def _verdict(engine: Recognizer, recording: Recording, understanding: Understanding) -> Verdict:
    """Heard as if nothing had been asked: no expected answers help."""
    pcm = load_recording(recording.file)
    began = time.perf_counter()
    words = await transcribe(engine, pcm, Question())
    return judge(recording, words, time.perf_counter() - began, understanding, NOW)


def manifest(file: Path) -> bool:
    """Recordings are to be evaluated, not texts."""
    return file.suffix == ".jsonl"
