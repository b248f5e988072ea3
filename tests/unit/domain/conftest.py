from __future__ import annotations

import asyncio

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_loop_of_its_own() -> None:
    """looptime asks for the current loop before synchronous tests, which would make one that nobody closes."""
    asyncio.set_event_loop(None)
