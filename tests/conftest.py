"""Rules for all tests: each names its category, and a missing service skips on a laptop but fails in CI."""

from __future__ import annotations

import asyncio
import os
from typing import NoReturn

import pytest

CATEGORIES = frozenset({"unit", "speech", "asterisk", "postgres", "e2e"})
IN_CI = os.environ.get("CI") == "true"


def missing_service(what: str) -> NoReturn:
    """Skip here, fail where everything is promised to be installed."""
    if IN_CI:
        pytest.fail(f"CI must have it: {what}", pytrace=False)
    pytest.skip(what)


def pytest_configure() -> None:
    """The plugin of the virtual clock asks for the thread's event loop before every test; an implicit one would be made
    and never closed."""
    asyncio.set_event_loop(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marks = {mark.name for mark in item.iter_markers()} & CATEGORIES
        if len(marks) != 1:
            names = ", ".join(sorted(CATEGORIES))
            raise pytest.UsageError(f"{item.nodeid}: mark it with exactly one of {names} (pytestmark = pytest.mark.…)")
