"""How a phrase sounds: its studio recording, or the voice that calls speak it with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from robot.scripts.errors import UnknownScript
from robot.scripts.trained import Trainer, known_to
from robot.scripts.voicing import Voicing
from scripts_dialog import Context
from scripts_dialog.marks import stretches

BYTES_PER_MS = 16
"""8 kHz, 16 bits."""


class Previews:
    def __init__(self, trainer: Trainer, voicing: Voicing, now: Callable[[], datetime]) -> None:
        self._trainer = trainer
        self._voicing = voicing
        self._now = now

    async def phrase(self, script: str, version: str, phrase: str, *, variant: int, visit: int, campaign: str) -> bytes:
        """8 kHz PCM. Raises UnknownScript for what is not said there, UnreadableScript, SynthesisFailed."""
        published = (await self._trainer.get(script, version)).published
        by = await self._trainer.campaign(campaign)
        spoken = published.engine.script
        name = phrase.removeprefix("objections.")
        node = spoken.phrases.get(phrase) if name == phrase else spoken.objections.get(name)
        says = getattr(node, "say", None) or ()
        if variant >= len(says) or visit >= len(says[variant].text):
            raise UnknownScript
        audio = getattr(node, "audio", None) or says[variant].audio or ()
        if visit < len(audio) and audio[visit] in published.recordings:
            return published.recordings[audio[visit]]
        known = known_to(spoken, by, {})
        now = self._now().astimezone(ZoneInfo(by.timezone if by is not None else "Europe/Moscow"))
        words = published.engine.words(says[variant].text[visit], Context(now, known))
        phrases = await self._voicing.voices.of(dict(by.facts) if by is not None else {})
        pieces = [
            (await phrases.speech(one.text) if one.text else b"") + bytes(one.pause_ms * BYTES_PER_MS)
            for one in stretches(words.text, words.marks)
        ]
        return b"".join(pieces)
