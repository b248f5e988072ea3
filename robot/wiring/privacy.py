"""People's data on a node: erased on request, forgotten in time, while something else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from robot.domain.clock import utc_now
from robot.privacy.erasure import Eraser
from robot.privacy.keeper import Keeper
from robot.privacy.retention import Retention
from robot.settings import Settings
from robot.storage.store import Storage
from robot.wiring.speech import Speech


class Node(Protocol):
    """What it needs of it."""

    settings: Settings
    storage: Storage
    speech: Speech
    recordings: Path


def retention(settings: Settings, storage: Storage) -> Retention:
    return Retention(storage.old_data, settings.retention.kept(), now=utc_now)


def eraser(node: Node) -> Eraser:
    voices = node.speech.voices
    return Eraser(node.storage, node.recordings.parent, now=utc_now, forget_phrases=voices.forget_personal)


@asynccontextmanager
async def forgetting(node: Node) -> AsyncIterator[None]:
    """What cannot have been foreseen is raised on leaving."""
    keeper = Keeper(
        node.storage.old_data,
        retention(node.settings, node.storage),
        node.speech.voices,
        data_dir=node.recordings.parent,
        node=node.settings.dialer.node,
        phrases_kept=timedelta(days=node.settings.retention.phrases_days),
        now=utc_now,
    )
    running = asyncio.create_task(keeper.run(), name="keeper")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
