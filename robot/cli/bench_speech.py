"""What the measurements of talk have in common: the clients' speech, the robot's engines, what is shown meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from robot import app
from robot.cli.framework import option
from robot.proving.talks.own_speech import client_voices, murmurs, own_sentences
from robot.proving.talks.speech import read_speech
from robot.proving.talks.stage import LineName, scratch
from robot.proving.talks.turns import Speakers
from robot.settings import Settings

line_option = option(
    "--line",
    "line_name",
    type=click.Choice([one.value for one in LineName]),
    default=LineName.LAB.value,
    show_default=True,
    help="lab: через два настоящих Asterisk. | lab: through two real Asterisks.",
)
speech_option = option(
    "--speech",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Папка с речью и manifest.jsonl; без неё — своя речь. | A folder of speech with manifest.jsonl; else our own.",
)
recognizer_option = option(
    "--recognizer",
    default="",
    help="vosk, whisper; иначе как в настройках. | vosk, whisper; else that of the settings.",
)
language_option = option(
    "--language",
    default="",
    help="Язык модели распознавания (ko: время, кадры и память меряются и на чужом языке); иначе как в настройках. "
    "| Language of the recognizer's model (ko: times, frames and memory can be measured in a foreign one, too); else "
    "that of the settings.",
)
json_option = option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")


def with_recognizer(settings: Settings, name: str, language: str) -> Settings:
    """The settings with this recognizer, and its model of this language; "" leaves them as they are."""
    wanted = {"recognizer": name, "recognizer_language": language}
    chosen = {key: value for key, value in wanted.items() if value}
    return settings.model_copy(update={"speech": settings.speech.model_copy(update=chosen)}) if chosen else settings


@asynccontextmanager
async def speakers(settings: Settings, folder: Path | None) -> AsyncIterator[Speakers]:
    """Engines of the robot, started, and what the clients say. Raises ProvingError, SpeechError."""
    options = app.engine_options(settings)
    async with scratch() as made, app.open_speech(settings) as speech:
        async with client_voices(options, settings.phrases_dir, but=speech.voice.name) as voices:
            listeners = await murmurs(voices, made)
            sentences = read_speech(folder, made) if folder is not None else await own_sentences(voices, made)
        yield Speakers(sentences, listeners, speech.recognizer, speech.phrases)
