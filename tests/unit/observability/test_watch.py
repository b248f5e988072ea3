"""What calls leave in the metrics."""

from __future__ import annotations

from uuid import uuid4

import pytest

from robot.calls.events import BargedIn, PhraseStarted, TurnEnded
from robot.domain.calls import Turn, TurnEnding
from robot.observability.metrics import LATENESS_BUCKETS_S, RESPONSE_BUCKETS_S, STOP_BUCKETS_S, Metrics
from robot.observability.watch import MetricsObserver

pytestmark = pytest.mark.unit


def test_gaps_interruptions_and_false_starts_are_counted() -> None:
    metrics = Metrics()
    observe = MetricsObserver(metrics, "whisper")
    for response in (None, 240, 340, 690):
        observe(PhraseStarted(uuid4(), "+74951234567", "offer", "слова", response))
    for response in (None, 280):
        observe(PhraseStarted(uuid4(), "+74951234567", "offer", "слова", response, to_yes_no=True))
    for stop_ms in (60, 140, 260):
        observe(BargedIn(uuid4(), stop_ms))
    for false_starts in range(3):
        turn = Turn(1, "offer", interrupted=True, false_starts=false_starts, ending=TurnEnding.ANSWERED)
        observe(TurnEnded(uuid4(), turn))
    observe(TurnEnded(uuid4(), Turn(2, "offer", ending=TurnEnding.SILENT)))
    value = metrics.registry.get_sample_value
    assert value("zvonar_response_seconds_count") == 4
    assert [value("zvonar_response_seconds_bucket", {"le": le}) for le in ("0.25", "0.35", "0.7")] == [1, 3, 4]
    assert value("zvonar_response_yes_no_seconds_sum") == 0.28
    assert [value("zvonar_barge_in_stop_seconds_bucket", {"le": le}) for le in ("0.15", "0.3")] == [2, 3]
    assert value("process_resident_memory_bytes")
    assert value("zvonar_interruptions_total") == 1
    assert value("zvonar_false_starts_total") == 2
    assert value("zvonar_turns_total", {"ending": "silent"}) == 1
    assert "+7495" not in metrics.exposition().decode()


def test_buckets_have_the_bounds_that_are_promised() -> None:
    """Median 350 ms, for yes or no 300, 95 % within 700 ms or, with 60 calls, 800; silent within 150 ms; frames within
    10 ms, or 20."""
    assert {0.3, 0.35, 0.7, 0.8} <= set(RESPONSE_BUCKETS_S)
    assert 0.15 in STOP_BUCKETS_S
    assert {0.01, 0.02} <= set(LATENESS_BUCKETS_S)
