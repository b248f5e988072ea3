"""Tasks that live and die together."""

from __future__ import annotations

import asyncio


async def until_done(main: asyncio.Task[None], *side: asyncio.Task[None]) -> None:
    """Until `main` is done, or any of them fails."""
    pending = {main, *side}
    while not main.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        if any(task.cancelled() or task.exception() is not None for task in done):
            return
