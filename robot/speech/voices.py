"""The voices of one node: that of the settings, and those that campaigns name for themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.errors import SpeechError
from robot.speech.phrases import OnRendered, PhraseCache
from robot.speech.process import deaths_of

_log = logging.getLogger(__name__)

VOICE = "robot.voice"
"""The fact of a campaign that names its voice as the settings do: rhvoice/aleksandr. It goes with `robot.name`."""


class Voices:
    """Each is started when a campaign first wants it. The default one belongs to its owner."""

    def __init__(
        self,
        default: PhraseCache,
        folder: Path,
        make: Callable[[str], Synthesizer],
        *,
        on_rendered: OnRendered = lambda _voice, _took_s: None,
    ) -> None:
        """folder: of the phrases of all voices. make: a voice by its name; raises EngineUnavailable."""
        self._on_rendered = on_rendered
        self._default = default
        self._folder = folder
        self._make = make
        self._turn = asyncio.Lock()
        self._started: dict[str, tuple[Synthesizer, PhraseCache]] = {}
        self._missing: set[str] = set()

    async def of(self, facts: Mapping[str, str]) -> PhraseCache:
        """The phrases of a campaign with these facts. A voice that cannot be had gives way to the default one: the
        clients are called all the same, and it is told once."""
        name = facts.get(VOICE, "").strip()
        if not name or name in self._missing:
            return self._default
        async with self._turn:
            if name not in self._started and name not in self._missing:
                await self._start(name)
        return self._started[name][1] if name in self._started else self._default

    async def _start(self, name: str) -> None:
        try:
            voice = self._make(name)
            await voice.start()
        except SpeechError as lacking:
            self._missing.add(name)
            _log.error("the voice %s of a campaign cannot be had: %s (%s)", name, lacking, lacking.remedy)
            return
        self._started[name] = voice, PhraseCache(voice, self._folder, on_rendered=self._on_rendered)

    async def forget_personal(self, older_than: datetime | None = None) -> int:
        """What was rendered for single clients, by all voices; how many files went. older_than: only what was used last
        before it, from the disk alone."""
        since_s = None if older_than is None else older_than.timestamp()
        caches = [self._default, *(phrases for _, phrases in self._started.values())]
        return sum([await one.forget_personal(since_s) for one in caches])

    @property
    def deaths(self) -> int:
        """Of the programs of all but the default one."""
        return sum(deaths_of(voice) for voice, _ in self._started.values())

    async def close(self) -> None:
        """Ends all but the default one."""
        started, self._started = self._started, {}
        for voice, phrases in started.values():
            await phrases.close()
            await voice.close()
