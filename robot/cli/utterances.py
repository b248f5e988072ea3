"""One line of `zvonar understand --jsonl`: a question about an utterance, and its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import soundfile

from robot.calls.scripts import Published, ScriptShelf
from robot.i18n import tr
from robot.speech.base import Recognizer
from robot.speech.pcm import LINE_RATE_HZ, resample, to_pcm
from scripts_dialog import Understanding
from scripts_dialog.meaning import Meaning
from scripts_dialog.understanding.asking import Question, asked_by
from scripts_dialog.understanding.spotting import Values, spot

ZONE = ZoneInfo("Europe/Moscow")
"""Where the client is taken to be when `now` has no offset."""
LONGEST_S = 300
"""An answer on the telephone is over long before; a longer file is a mistake."""
FIELDS = frozenset({"text", "audio", "script", "phrase", "now", "offered"})


class Unclear(Exception):
    """A line that cannot be answered. The message and the remedy are for the person who wrote it."""

    code = "unclear_question"
    retryable = False

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it was meant. Exactly one of `text` and `audio` is set; `now` and `offered` are aware."""

    text: str | None
    audio: Path | None
    script: str | None
    phrase: str | None
    now: datetime
    offered: tuple[datetime, ...] = ()


def read(line: str, now: Callable[[], datetime]) -> Asked:
    """Raises Unclear. Fields left out or null are as if not given; `now()` is taken where the line has none."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as broken:
        raise Unclear(tr(f"не JSON: {broken}", f"not JSON: {broken}")) from broken
    if not isinstance(fields, dict):
        raise Unclear(tr("строка — не объект JSON", "the line is no JSON object"), '{"text": "…"}')
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise Unclear(
            tr(f"неизвестное поле {unknown[0]!r}", f"unknown field {unknown[0]!r}"), ", ".join(sorted(FIELDS))
        )
    given = {name: value for name, value in fields.items() if value is not None}
    if ("text" in given) == ("audio" in given):
        raise Unclear(tr("нужно одно из двух: text или audio", "give either text or audio"))
    if "phrase" in given and "script" not in given:
        raise Unclear(tr("phrase без script", "phrase without script"), tr("добавьте script", "add the script"))
    moment = _moment(_string(given, "now")) if "now" in given else now().astimezone(ZONE)
    offered = given.get("offered", [])
    if not isinstance(offered, list) or not all(isinstance(start, str) for start in offered):
        raise Unclear(tr("offered — не список времён", "offered is no list of times"), '["2026-03-19T11:00:00+03:00"]')
    audio = _string(given, "audio")
    return Asked(
        text=_string(given, "text"),
        audio=Path(audio) if audio is not None else None,
        script=_string(given, "script"),
        phrase=_string(given, "phrase"),
        now=moment,
        offered=tuple(_moment(start).astimezone(moment.tzinfo) for start in offered),
    )


def _string(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Unclear(tr(f"{name} — не строка", f"{name} is no string"))
    return value


def _moment(written: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(written or "")
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)
    except ValueError as broken:
        raise Unclear(tr(f"{written!r} — не время", f"{written!r} is no time"), "2026-03-18T11:20:00+03:00") from broken


class Questions:
    """Finds what a line was asked in. The shared library and each script are trained once, when first asked for."""

    def __init__(self, shelf: ScriptShelf) -> None:
        self._shelf = shelf

    def question(self, asked: Asked) -> tuple[Understanding, Question]:
        """Raises Unclear, ScriptError."""
        if asked.script is None:
            return Understanding.shared(), Question()
        published = self._published(asked.script)
        if asked.phrase is None:
            return published.understanding, Question()
        script = published.engine.script
        if asked.phrase not in script.phrases:
            raise Unclear(
                tr(f"в сценарии нет фразы {asked.phrase!r}", f"the script has no phrase {asked.phrase!r}"),
                ", ".join(sorted(script.phrases)),
            )
        question = asked_by(script, asked.phrase, published.understanding, asked.now, asked.offered)
        return published.understanding, question

    def _published(self, name: str) -> Published:
        try:
            return self._shelf.publish(name)
        except OSError as missing:
            raise Unclear(tr(f"нет сценария {name!r}: {missing}", f"no script {name!r}: {missing}")) from missing


async def transcribe(recognizer: Recognizer, pcm: bytes, question: Question) -> str:
    """The words of line audio. Raises SpeechError."""
    session = recognizer.session()
    try:
        session.expect(question.bias)
        session.accept(pcm)
        return (await session.finish()).text
    finally:
        await session.close()


def load_recording(file: Path) -> bytes:
    """A file of any rate and number of channels as line audio. Raises Unclear."""
    try:
        with soundfile.SoundFile(file) as sound:
            if sound.frames > LONGEST_S * sound.samplerate:
                raise Unclear(tr(f"{file}: длиннее {LONGEST_S} с", f"{file}: longer than {LONGEST_S} s"))
            samples = sound.read(dtype="float32", always_2d=True).mean(axis=1)
            rate = sound.samplerate
    except (soundfile.SoundFileError, OSError) as unreadable:
        raise Unclear(
            tr(f"{file} не читается: {unreadable}", f"{file} cannot be read: {unreadable}"),
            tr("нужен WAV, FLAC или OGG", "give a WAV, FLAC or OGG"),
        ) from unreadable
    return to_pcm(resample(np.nan_to_num(samples), rate, LINE_RATE_HZ))


def answer(transcript: str, meaning: Meaning, values: Values) -> dict[str, Any]:
    """What goes out. `intents` are all that were found, the weightiest first; the fields beside are the first one's."""
    first = meaning.intents[0] if meaning.intents else None
    return {
        "transcript": transcript,
        "intent": first.intent if first else None,
        "confidence": round(first.confidence, 3) if first else 0.0,
        "matched": first.matched if first else "",
        "intents": [
            {"intent": match.intent, "confidence": round(match.confidence, 3), "matched": match.matched}
            for match in meaning.intents
        ],
        "slots": slots(values),
    }


def slots(values: Values) -> dict[str, Any]:
    """Only the values that were found."""
    found: dict[str, Any] = {
        "choice": values.choice,
        "email": values.email,
        "number": values.number,
        "name": values.name,
    }
    if len(values.moments) == 1:
        found["datetime"] = values.moments[0].isoformat()
    elif values.moments:
        found["datetimes"] = [moment.isoformat() for moment in values.moments]
    return {name: value for name, value in found.items() if value is not None}


def understood(asked: Asked, transcript: str, understanding: Understanding, question: Question) -> dict[str, Any]:
    """The answer to words, however they were come by."""
    meaning = understanding.understand(transcript, expected=question.expected, also=question.also)
    return answer(transcript, meaning, spot(transcript, asked.now, expects=question.expects, offered=asked.offered))
