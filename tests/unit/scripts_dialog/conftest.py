"""The cold call and its understanding, fitted once for all tests."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from scripts_dialog import Engine, Script, Understanding, library, load_script

NOW = datetime(2026, 3, 18, 11, 20, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.fixture(scope="session")
def cold_call() -> Script:
    return load_script(library.path("cold_call"))


@pytest.fixture(scope="session")
def understanding(cold_call: Script) -> Understanding:
    return Understanding.for_script(cold_call)


@pytest.fixture(scope="session")
def engine(cold_call: Script, understanding: Understanding) -> Engine:
    return Engine(cold_call, understanding)


@pytest.fixture
def now() -> datetime:
    return NOW
