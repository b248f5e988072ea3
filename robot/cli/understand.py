"""`zvonar understand`: what the robot makes of words or of a recording, without a call."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.cli.faults import EXPECTED, sentence
from robot.cli.framework import EXIT_USAGE, Command, fail, option, run
from robot.cli.understand_audio import evaluate_recordings, manifest
from robot.cli.utterances import Questions, Unclear, load_recording, read, transcribe, understood
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.proving.understood import Report, read_manifest
from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Recognizer
from scripts_dialog import Understanding
from scripts_dialog.understanding.evaluation import Evaluation, evaluate, read_paraphrases


@click.command(
    cls=Command,
    help="Что робот поймёт из слов или из записи. Строки JSON на входе: text или audio (WAV, FLAC, OGG), а также "
    "script, phrase, now; на выходе transcript, intent, confidence, matched, slots. Подробно — docs/understanding.md. "
    "| What the robot understands of words or of a recording. JSON lines in: text or audio (WAV, FLAC, OGG), and "
    "script, phrase, now; out: transcript, intent, confidence, matched, slots. See docs/understanding.md.",
)
@option(
    "--jsonl",
    is_flag=True,
    help="Читать строки JSON со стандартного ввода. | Read JSON lines from standard input.",
)
@option(
    "--evaluate",
    "paraphrases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Измерить точность: на фразах из файла YAML (намерение: фразы) или на записях из manifest.jsonl (file, text, "
    "label, voice, condition). Отчёт в Markdown. "
    "| Measure accuracy: on the sentences of a YAML file (intent: sentences) or on the recordings of a manifest.jsonl "
    "(file, text, label, voice, condition). Report in Markdown.",
)
@option(
    "--recognizer",
    "engines",
    multiple=True,
    help="Чем распознавать записи, можно несколько; иначе лучшим. "
    "| What recognizes recordings, may be given again; else the best one.",
)
@option("--json", "as_json", is_flag=True, help="Отчёты --evaluate в JSON. | The reports of --evaluate as JSON.")
@click.pass_obj
def understand(
    settings: Settings, *, jsonl: bool, paraphrases: tuple[Path, ...], engines: tuple[str, ...], as_json: bool
) -> None:
    if jsonl == bool(paraphrases):
        fail(
            tr("нужен один из ключей: --jsonl или --evaluate", "give one of --jsonl and --evaluate"),
            "zvonar understand --help",
            code=EXIT_USAGE,
        )
    if jsonl:
        run(_answer_lines(settings))
        return
    reports: list[Evaluation | Report] = []
    for file in paraphrases:
        reports += _on_recordings(settings, file, engines) if manifest(file) else [_on_sentences(file)]
    if as_json:
        click.echo(json.dumps([report.as_json() for report in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            click.echo(report.markdown())


def _on_sentences(file: Path) -> Evaluation:
    try:
        sentences = read_paraphrases(file)
    except ValueError as unreadable:
        fail(
            f"{file}: {unreadable}",
            tr("напишите «намерение: |» и под ним фразы по одной в строке", "write 'intent: |', sentences below it"),
        )
    return evaluate(file.stem, sentences, Understanding.shared())


def _on_recordings(settings: Settings, file: Path, engines: Sequence[str]) -> list[Report]:
    try:
        recordings = read_manifest(file)
        return run(evaluate_recordings(settings, str(file), recordings, engines))
    except ValueError as unreadable:
        fail(f"{file}: {unreadable}", '{"file": "a.wav", "text": "да", "label": "yes", "voice": "", "condition": ""}')
    except Unclear as unclear:
        fail(str(unclear), unclear.remedy)


async def _answer_lines(settings: Settings) -> None:
    """One answer a line, in order, each written out before the next line is read. A line that cannot be answered gives
    its error and nothing else suffers."""
    async with AsyncExitStack() as stack:
        answering = _Answering(settings, stack)
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            if line.strip():
                said = json.dumps(await answering.line(line), ensure_ascii=False)
                sys.stdout.buffer.write(said.encode("utf-8", "replace") + b"\n")
                sys.stdout.buffer.flush()


class _Answering:
    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._questions = Questions(ScriptShelf(utc_now))
        self._recognizer: Recognizer | None = None

    async def line(self, line: bytes) -> dict[str, Any]:
        try:
            asked = read(line.decode("utf-8-sig"), utc_now)
            understanding, question = self._questions.question(asked)
            words = asked.text
            if asked.audio is not None:
                pcm = load_recording(asked.audio)
                words = await transcribe(await self._started(), pcm, question)
            return understood(asked, words or "", understanding, question)
        except UnicodeDecodeError:
            return {"error": tr("строка не в UTF-8", "the line is not UTF-8")}
        except Unclear as unclear:
            return {"error": str(unclear), "remedy": unclear.remedy}
        except EXPECTED as failure:
            what, remedy = sentence(failure)
            return {"error": what, "remedy": remedy}

    async def _started(self) -> Recognizer:
        """Loaded with the first recording; a model that is missing is looked for again with the next."""
        if self._recognizer is None:
            options, name = app.recognizer_options(self._settings), self._settings.speech.recognizer
            recognizer = registry.recognizer(name, options) if name else registry.best_recognizer(options)
            await recognizer.start()
            self._stack.push_async_callback(recognizer.close)
            self._recognizer = recognizer
        return self._recognizer
