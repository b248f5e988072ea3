"""`zvonar say`: hear a text or a whole script in a voice of the robot, without a call."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import soundfile
from rich.table import Table

from robot.calls.scripts import ScriptShelf
from robot.cli.framework import EXIT_FAILED, Command, option, run, terminal
from robot.cli.rendering import before_a_call, is_script, open_voice, render
from robot.cli.script_files import variables_of
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.speech.errors import SpeechError
from robot.speech.pcm import LINE_RATE_HZ, duration_s, to_samples
from robot.speech.phrases import PhraseCache
from robot.speech.text import spoken

_BETWEEN_S = 0.7


@dataclass(frozen=True, slots=True)
class Said:
    """One text: its spoken form, and its sound. render_s: how long it took to get, 0 when it was there before."""

    text: str
    words: str
    pcm: bytes
    render_s: float

    def facts(self) -> dict[str, object]:
        samples = to_samples(self.pcm)
        return {
            "text": self.text,
            "spoken": self.words,
            "duration_s": round(duration_s(self.pcm), 2),
            "level_dbfs": round(10 * float(np.log10(np.mean(samples**2) + 1e-12)), 1),
            "peak_dbfs": round(20 * float(np.log10(np.abs(samples).max() + 1e-6)), 1),
            "render_s": round(self.render_s, 2),
        }


@click.command(
    cls=Command,
    help="Послушать голос: текст в кавычках или сценарий (имя или файл) целиком. Показывает, какими словами текст "
    "будет сказан, длину и громкость; --out пишет звук таким, каким его услышит клиент (8 кГц). "
    "| Try a voice: a text in quotes, or a whole script (its name or file). Shows the words that will be spoken, "
    "length and loudness; --out writes the sound as a client will hear it (8 kHz).",
)
@click.argument("what", metavar="TEXT|SCRIPT")
@option("--voice", default="", help="Голос: rhvoice/anna, festival, … | The voice: rhvoice/anna, festival, …")
@option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Файл WAV. | A WAV file.")
@option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Переменная сценария. | A variable.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def say(
    settings: Settings, what: str, voice: str, out: Path | None, assignments: tuple[str, ...], *, as_json: bool
) -> None:
    variables = variables_of(assignments)

    async def work() -> tuple[str, list[Said], list[tuple[str, str]]]:
        texts = _texts(what, variables)
        async with open_voice(settings, voice) as (speaker, phrases):
            if len(texts) > 1 and not as_json:
                await render(terminal(), phrases, texts)
            return speaker.name, *await _all(phrases, texts)

    name, said, failures = run(work())
    if out is not None and said:
        breath = np.zeros(int(_BETWEEN_S * LINE_RATE_HZ), dtype=np.float32)
        sound = [part for one in said for part in (to_samples(one.pcm), breath)][:-1]
        soundfile.write(out, np.concatenate(sound), LINE_RATE_HZ, format="WAV", subtype="PCM_16")
    if as_json:
        told = {"voice": name, "phrases": [one.facts() for one in said], "failures": dict(failures)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(name, said, failures)
        if out is not None and said:
            click.echo(tr(f"Звук: {out}", f"Sound: {out}"))
    if failures:
        click.get_current_context().exit(EXIT_FAILED)


def _texts(what: str, variables: dict[str, object]) -> tuple[str, ...]:
    """Of a script: all that is known before a call. Raises ScriptError."""
    if not is_script(what):
        return (what,)
    published = ScriptShelf(utc_now).publish(what)
    return published.texts(before_a_call(variables, dict(published.engine.script.variables)))


async def _all(phrases: PhraseCache, texts: tuple[str, ...]) -> tuple[list[Said], list[tuple[str, str]]]:
    """A text that cannot be spoken does not stop the others."""
    said: list[Said] = []
    failures: list[tuple[str, str]] = []
    for text in texts:
        began = time.perf_counter()
        try:
            pcm = await phrases.speech(text)
        except SpeechError as failure:
            failures.append((text, str(failure)))
            continue
        said.append(Said(text, spoken(text), pcm, time.perf_counter() - began))
    return said, failures


def _show(voice: str, said: list[Said], failures: list[tuple[str, str]]) -> None:
    table = Table(title=tr(f"Голос {voice}", f"Voice {voice}"), title_justify="left")
    table.add_column(tr("Будет сказано", "Spoken"), overflow="fold")
    numbers = {
        "duration_s": tr("Секунд", "Seconds"),
        "level_dbfs": tr("Уровень, дБ", "Level, dB"),
        "peak_dbfs": tr("Пик, дБ", "Peak, dB"),
        "render_s": tr("Ждали, с", "Took, s"),
    }
    for title in numbers.values():
        table.add_column(title, justify="right")
    for one in said:
        facts = one.facts()
        table.add_row(one.words, *(str(facts[name]) for name in numbers))
    console = terminal()
    console.print(table)
    for text, reason in failures:
        console.print(f"{tr('Не сказать', 'Cannot be spoken')}: {text}: {reason}", markup=False, style="red")
