"""The queue's promises on the embedded database, whatever happens (ZVONAR_QUEUE_RUNS=1000 for a long look)."""

from __future__ import annotations

import pytest

from robot.storage.memory import MemoryStorage
from tests.conftest import runs
from tests.contracts.queue_machine import try_queue
from tests.contracts.queue_model import RULES

pytestmark = [pytest.mark.unit, pytest.mark.property]


def test_the_queue_keeps_its_promises_whatever_happens() -> None:
    try_queue(lambda _runner: MemoryStorage(RULES), usual_runs=runs(15))
