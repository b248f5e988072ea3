"""What takes processor time at the desk (reading, checking, training a script) is done in a thread, one thing after the
other: people who edit wait a moment for each other, calls under way wait for none of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

P = ParamSpec("P")
T = TypeVar("T")

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def in_turn(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Raises what `work` raises."""
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        return await asyncio.to_thread(work, *args, **options)
