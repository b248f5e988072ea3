"""A phrase in pieces that can be played as soon as they are there.

Most phrases are rendered before the call and come at once. One that holds what the client has just said is cut at its
sentences: those that are known already are played while the others are rendered, all of them at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from robot.calls.ports import PhraseSource
from scripts_dialog.actions import Say
from scripts_dialog.marks import stretches
from scripts_dialog.sentences import sentences
from telephony.audio import BYTES_PER_MS

BETWEEN_SENTENCES_MS = 250
"""Of silence, beside the 40 ms in which a sentence fades out: what speakers leave who do not pause for effect."""


@dataclass(frozen=True, slots=True)
class Part:
    """Words rendered in one go, and the silence after them."""

    text: str
    pause_ms: int


def parts(phrases: PhraseSource, say: Say) -> tuple[Part, ...]:
    """How the phrase is best put together now: whole between its pauses where that is there, else by sentences."""
    found: list[Part] = []
    for stretch in stretches(say.text, say.marks):
        whole = phrases.get(stretch.text) is not None
        cut = (stretch.text,) if whole else sentences(stretch.text)
        found += (Part(text, BETWEEN_SENTENCES_MS) for text in cut[:-1])
        found.append(Part(cut[-1] if cut else "", stretch.pause_ms))
    return tuple(found)


def is_ready(phrases: PhraseSource, say: Say) -> bool:
    """The first sound can be played at once; otherwise a filler may have to cover the wait."""
    first = next((part.text for part in parts(phrases, say) if part.text), "")
    return not first or phrases.get(first) is not None


@asynccontextmanager
async def pieces(phrases: PhraseSource, say: Say) -> AsyncIterator[AsyncIterator[bytes]]:
    """Line PCM, piece by piece, to be played without a gap between them: `async with pieces(…) as all: async for pcm in
    all`. Rendering starts on entry; what is not fetched by the exit is not waited for. A piece that cannot be
    spoken raises SynthesisFailed in its place; the pieces before it may have been played."""
    wanted = [
        (asyncio.create_task(phrases.speech(part.text), name="render piece") if part.text else None, part.pause_ms)
        for part in parts(phrases, say)
    ]

    async def in_order() -> AsyncGenerator[bytes, None]:
        for task, pause_ms in wanted:
            pcm = await task if task is not None else b""
            yield pcm + bytes(pause_ms * BYTES_PER_MS)

    ordered = in_order()
    try:
        yield ordered
    finally:
        tasks = [task for task, _ in wanted if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await ordered.aclose()
