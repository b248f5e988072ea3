"""`zvonar hear`: what the robot would hear and understand of a recording, as an answer to a phrase of a script."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.cli.framework import EXIT_USAGE, Command, fail, option, run, terminal
from robot.cli.utterances import ZONE, Asked, Questions, Unclear, load_recording, transcribe, understood
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.speech import registry
from robot.speech.pcm import duration_s
from robot.speech.vad import voiced_ms
from scripts_dialog.state import State


@click.command(
    cls=Command,
    help="Что робот услышит и поймёт в записи ответа (WAV, FLAC, OGG): слова, намерение, закончен ли ответ и сколько "
    "времени ушло на каждый шаг. | What the robot hears and understands of a recorded answer (WAV, FLAC, OGG): words, "
    "intent, whether the answer is finished, and how long each step took.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--script", help="Сценарий: имя или файл. | The script: its name or file.")
@option("--phrase", help="Фраза, на которую отвечают. | The phrase that is answered.")
@option("--recognizer", default="", help="vosk, whisper; иначе лучший. | vosk, whisper; else the best one.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def hear(
    settings: Settings, file: Path, script: str | None, phrase: str | None, recognizer: str, *, as_json: bool
) -> None:
    if phrase is not None and script is None:
        fail(tr("phrase без script", "phrase without script"), "--script cold_call --phrase greeting", code=EXIT_USAGE)
    asked = Asked(None, file, script, phrase, utc_now().astimezone(ZONE))
    try:
        heard = run(_heard(settings, asked, recognizer))
    except Unclear as unclear:
        fail(str(unclear), unclear.remedy)
    if as_json:
        click.echo(json.dumps(heard, ensure_ascii=False, indent=2))
    else:
        _show(heard)


async def _heard(settings: Settings, asked: Asked, name: str) -> dict[str, Any]:
    """Raises Unclear, ScriptError, SpeechError."""
    assert asked.audio is not None  # noqa: S101 - the command has nothing else
    shelf = ScriptShelf(utc_now)
    understanding, question = Questions(shelf).question(asked)
    pcm = load_recording(asked.audio)
    options, name = app.recognizer_options(settings), name or settings.speech.recognizer
    engine = registry.recognizer(name, options) if name else registry.best_recognizer(options)
    took: dict[str, float] = {}
    began = time.perf_counter()

    def step(what: str) -> None:
        nonlocal began
        now = time.perf_counter()
        took[what], began = round((now - began) * 1000, 1), now

    try:
        await engine.start()
        step("load")
        words = await transcribe(engine, pcm, question)
        step("recognize")
    finally:
        await engine.close()
    began = time.perf_counter()
    answer = understood(asked, words, understanding, question)
    step("understand")
    if asked.script is not None and asked.phrase is not None:
        dialog = shelf.publish(asked.script).engine
        state = State(dialog.script.name, dialog.script.version_hash, asked.now, phrase=asked.phrase)
        began = time.perf_counter()
        answer["completeness"] = dialog.completeness(state, words).value
        step("completeness")
    sound = {"seconds": round(duration_s(pcm), 2), "voice_s": round(voiced_ms(pcm) / 1000, 2)}
    return {"recognizer": engine.name, **sound, **answer, "took_ms": took}


def _show(heard: dict[str, Any]) -> None:
    finished = {
        "complete": tr("закончен", "finished"),
        "bare": tr("короткий, скорее закончен", "short, probably finished"),
        "open": tr("неясно", "open"),
        "unfinished": tr("не закончен", "unfinished"),
    }
    steps = {
        "load": tr("загрузка", "loading"),
        "recognize": tr("распознавание", "recognition"),
        "understand": tr("понимание", "understanding"),
        "completeness": tr("закончен ли", "finished or not"),
    }
    took = ", ".join(f"{steps[what]} {ms:g} {tr('мс', 'ms')}" for what, ms in heard["took_ms"].items())
    length, voice = heard["seconds"], heard["voice_s"]
    lines = [
        (tr("Запись", "Recording"), tr(f"{length} с, голоса {voice} с", f"{length} s, voice {voice} s")),
        (tr("Услышано", "Heard"), heard["transcript"] or tr("ничего", "nothing")),
        (tr("Понято", "Understood"), heard["intent"] or tr("не понято", "not understood")),
        (tr("Уверенность", "Confidence"), str(heard["confidence"])),
        (tr("По словам", "Matched"), heard["matched"]),
        *((name, str(value)) for name, value in heard["slots"].items()),
        (tr("Ответ", "Answer"), finished.get(heard.get("completeness", ""), "")),
        (tr("Время", "Time"), took),
    ]
    console = terminal()
    for title, text in lines:
        if text:
            console.print(f"{title}: {text}", markup=False, highlight=False)
