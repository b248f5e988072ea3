"""Renders while the client thinks what he will be told next: the slot read back, the meeting once it is booked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from robot.calls.pieces import parts
from robot.calls.ports import PhraseStore
from scripts_dialog.actions import Say


@runtime_checkable
class Foreseeing(Protocol):
    """A dialog that can tell what it would say."""

    def likely_answers(self) -> Sequence[str]: ...

    def said_after(self, answer: str) -> Sequence[Say]:
        """Takes a few milliseconds and changes nothing."""
        ...


async def render_ahead(dialog: Foreseeing, phrases: PhraseStore) -> int:
    """To be run beside a listening robot and cancelled when the client has answered: what is under way then is finished
    all the same. How many texts there were to render."""
    wanted: dict[str, None] = {}
    for answer in dialog.likely_answers():
        for say in dialog.said_after(answer):
            wanted.update((part.text, None) for part in parts(phrases, say) if part.text)
        await asyncio.sleep(0)  # between two steps of the engine other calls send their sound
    lacking = [text for text in wanted if phrases.get(text) is None]
    if lacking:
        await phrases.prepare(lacking)
    return len(lacking)
