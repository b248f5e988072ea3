"""The second hearing of recordings, where the settings want it: beside the service, while nobody is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.calls.events import Observer
from robot.calls.idle_review import IdleReview
from robot.settings import Settings


@asynccontextmanager
async def reviewing(settings: Settings, review: IdleReview | None = None) -> AsyncIterator[tuple[Observer, ...]]:
    """It runs while this is entered; gives who is to be told of the calls. review: instead of the usual one. What it
    cannot have foreseen is raised on leaving."""
    if not settings.speech.review_when_idle:
        yield ()
        return
    review = review or IdleReview()
    running = asyncio.create_task(review.run(), name="idle review")
    try:
        yield (review,)
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
