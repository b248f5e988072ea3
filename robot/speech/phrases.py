"""The phrase cache: what the robot will say is rendered before it is needed.

Rendered once per voice and text, kept on disk (it survives a restart) and in memory (it is played at once). A file is
the PCM behind a header with its digest: a damaged one counts as absent and is rendered anew.

What a script says to everybody is `shared`. Everything else may hold a name or a time that one client was told: it lies
in a folder of its own and can be dropped at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.errors import SpeechError

_log = logging.getLogger(__name__)

_MAGIC = b"ZVP1"
_DIGEST_BYTES = 16
_SUFFIX = ".phrase"
_AT_ONCE = 4
_PERSONAL = "personal"
_LONG_S = 30 * 86400.0
"""A file nobody has read for so long is of a script that is not spoken any more."""

Progress = Callable[[int, int], None]
"""Called with (phrases done, phrases in all)."""

OnRendered = Callable[[str, float], None]
"""Told of every phrase that was not cached: the voice's name, seconds from its text to its sound."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` did. failures: phrases that could not be spoken, with the reason."""

    total: int
    failures: tuple[tuple[str, SpeechError], ...]


class PhraseCache:
    """One per voice. The voice is started and closed by its owner."""

    def __init__(
        self,
        voice: Synthesizer,
        folder: Path,
        *,
        memory_bytes: int = 64 * 2**20,
        on_rendered: OnRendered = lambda _voice, _took_s: None,
    ) -> None:
        """folder: shared by all voices and processes, made when needed. memory_bytes: about an hour of speech."""
        self._voice = voice
        self._on_rendered = on_rendered
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held_bytes = 0
        self._rendering: dict[str, asyncio.Task[bytes]] = {}
        self._shared: set[str] = set()

    def get(self, text: str) -> bytes | None:
        """Line PCM of a prepared phrase, at once; None when it is not in memory (then ask `speech`)."""
        key = self._key(text)
        pcm = self._memory.get(key)
        if pcm is not None:
            self._memory.move_to_end(key)
        return pcm

    async def speech(self, text: str) -> bytes:
        """Line PCM of a phrase, rendered when it is not cached. Callers who ask for the same text at the same time
        wait for one rendering. Raises SynthesisFailed."""
        pcm = self.get(text)
        if pcm is not None:
            return pcm
        key = self._key(text)
        task = self._rendering.get(key)
        if task is None:
            task = asyncio.create_task(self._load_or_render(key, text), name="render phrase")
            self._rendering[key] = task
            task.add_done_callback(lambda done: self._rendered(key, done))
        return await asyncio.shield(task)  # who gives up waiting must not take it away from the others

    async def prepare(
        self, texts: Iterable[str], progress: Progress | None = None, *, shared: bool = False
    ) -> Prepared:
        """Have all these phrases ready. A phrase that fails does not stop the others. shared: they hold nothing of any
        client."""
        wanted = list(dict.fromkeys(texts))
        if shared:
            self._shared.update(map(self._key, wanted))
        failures: list[tuple[str, SpeechError]] = []
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def one(text: str) -> None:
            nonlocal done
            async with slots:
                try:
                    await self.speech(text)
                except SpeechError as failure:
                    failures.append((text, failure))
            done += 1
            if progress is not None:
                progress(done, len(wanted))

        async with asyncio.TaskGroup() as group:
            for text in wanted:
                group.create_task(one(text))
        return Prepared(len(wanted), tuple(failures))

    async def forget_personal(self, unused_since_s: float | None = None) -> int:
        """Delete what was rendered for single clients, from memory and disk; how many files went. unused_since_s: a
        Unix time; only files that were used last before it, and long unused ones of any kind."""
        if unused_since_s is not None:
            gone = await asyncio.to_thread(_delete_older, self._folder / _PERSONAL, unused_since_s)
            return gone + await asyncio.to_thread(_delete_older, self._folder, unused_since_s - _LONG_S)
        for key in [key for key in self._memory if key not in self._shared]:
            self._held_bytes -= len(self._memory.pop(key))
        return await asyncio.to_thread(delete_personal, self._folder)

    async def close(self) -> None:
        """Stop rendering. What was rendered stays on disk."""
        tasks = list(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._voice.fingerprint}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:40]

    async def _load_or_render(self, key: str, text: str) -> bytes:
        shared, personal = self._folder / (key + _SUFFIX), self._folder / _PERSONAL / (key + _SUFFIX)
        pcm = await asyncio.to_thread(_load, shared)
        if pcm is None:
            pcm = await asyncio.to_thread(_load, personal)
            if pcm is None:
                pcm = await self._render(text)
                await self._keep(shared if key in self._shared else personal, pcm)
            elif key in self._shared:
                await self._keep(shared, pcm)  # what one client was told turns out to be told to all
        self._hold(key, pcm)
        return pcm

    async def _render(self, text: str) -> bytes:
        began_s = asyncio.get_running_loop().time()
        pcm = await self._voice.synthesize(text)
        self._on_rendered(self._voice.name, asyncio.get_running_loop().time() - began_s)
        return pcm

    async def _keep(self, file: Path, pcm: bytes) -> None:
        try:
            await asyncio.to_thread(_store, file, pcm)
        except OSError as full:
            # A call can go on without the file; whoever looks after the machine must know.
            _log.warning("phrase not cached on disk: %s", full.strerror)

    def _hold(self, key: str, pcm: bytes) -> None:
        self._held_bytes += len(pcm) - len(self._memory.pop(key, b""))
        self._memory[key] = pcm
        while self._held_bytes > self._memory_bytes and len(self._memory) > 1:
            self._held_bytes -= len(self._memory.popitem(last=False)[1])

    def _rendered(self, key: str, task: asyncio.Task[bytes]) -> None:
        del self._rendering[key]
        if not task.cancelled():
            task.exception()  # seen: all who waited may have gone


def delete_personal(folder: Path) -> int:
    """What was rendered for single clients, of all voices. Blocking; how many files went."""
    return _delete_older(folder / _PERSONAL, float("inf"))


def _load(file: Path) -> bytes | None:
    """The PCM of a cached phrase, or None when it is absent or damaged. Marks it as used."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    header = len(_MAGIC) + _DIGEST_BYTES
    pcm = content[header:]
    if content[:header] != _MAGIC + _digest(pcm) or not pcm:
        return None
    with contextlib.suppress(OSError):
        os.utime(file)
    return pcm


def _store(file: Path, pcm: bytes) -> None:
    """Whole or not at all, also when two processes write the same phrase."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_MAGIC + _digest(pcm) + pcm)
        Path(partial).replace(file)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _digest(pcm: bytes) -> bytes:
    return hashlib.sha256(pcm).digest()[:_DIGEST_BYTES]


def _delete_older(folder: Path, unix_time_s: float) -> int:
    gone = 0
    for file in folder.glob(f"*{_SUFFIX}"):
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < unix_time_s:
                file.unlink()
                gone += 1
    return gone
