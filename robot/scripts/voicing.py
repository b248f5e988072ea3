"""What the desk needs of speech: phrases rendered by a campaign's voice, sound files brought to the line's loudness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from robot.calls.scripts import Published, made_ready
from robot.domain.scripts import Version
from robot.scripts.ports import Sounds
from robot.speech.errors import SpeechError
from robot.speech.phrases import Prepared, Progress
from scripts_dialog import Script, load_script


class Phrases(Protocol):
    def get(self, text: str) -> bytes | None:
        """8 kHz PCM, at once; None when it is not in memory."""
        ...

    async def speech(self, text: str) -> bytes:
        """8 kHz PCM. Raises SynthesisFailed."""
        ...

    async def prepare(
        self, texts: Iterable[str], progress: Progress | None = None, *, shared: bool = False
    ) -> Prepared:
        """shared: they hold nothing of any client."""
        ...


class Voices(Protocol):
    async def of(self, facts: Mapping[str, str]) -> Phrases:
        """The phrases of a campaign's voice."""
        ...


@dataclass(frozen=True, slots=True)
class Voicing:
    """to_line: a sound file's content as 8 kHz PCM, mastered. Raises SynthesisFailed."""

    voices: Voices
    to_line: Callable[[bytes], bytes]


def loaded(version: Version) -> Script:
    """As it was published. For a thread. Raises ScriptError."""
    return load_script(version.text, file=version.mark.script, bundle=version.bundle)


def spoken(script: Script, sounds: Mapping[str, bytes], to_line: Callable[[bytes], bytes]) -> Published:
    """Trained, with its studio recordings. For a thread. A recording that cannot be read leaves its phrase to the
    voice."""
    recordings: dict[str, bytes] = {}
    for name, content in sounds.items():
        try:
            recordings[name] = to_line(content)
        except SpeechError:
            continue
    return made_ready(script, recordings)


async def sounds_of(recordings: Mapping[str, str], sounds: Sounds) -> dict[str, bytes]:
    """Contents by file name, of digests by file name. What is not kept is left out."""
    found = {file: await sounds.content(digest) for file, digest in recordings.items()}
    return {file: content for file, content in found.items() if content is not None}
