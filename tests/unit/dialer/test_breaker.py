"""The circuit breaker opens on half failures, pauses twice as long each time, probes with one call and closes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.dialer.breaker import FEWEST, LAST, LONGEST_PAUSE, PAUSE, THROUGH, WINDOW, Breaker, BreakerState, verdict
from robot.domain.calls import CallResult
from robot.domain.outcomes import Outcome

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def fail(breaker: Breaker, now: datetime) -> bool:
    breaker.started(now)
    return breaker.record(False, now + SECOND, began=now)


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(FEWEST):
        fail(breaker, NOW - SECOND)
    assert breaker.state(NOW) is BreakerState.OPEN
    return breaker


dials = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 60)), max_size=120)


@given(dials)
def test_it_opens_exactly_when_half_of_the_recent_dials_failed(moves: list[tuple[int, bool, int]]) -> None:
    breaker, now, ended = Breaker(), NOW, list[tuple[datetime, bool]]()
    for wait_s, ok, _ in moves:
        now += wait_s * SECOND
        ended.append((now, ok))
        recent = [was for at, was in ended[-LAST:] if at > now - WINDOW]
        opens = not ok and len(recent) >= FEWEST and recent.count(False) * 2 >= len(recent)
        assert breaker.record(ok, now, began=now) is opens
        if opens:
            assert breaker.allowed(now) == 0
            return
        assert breaker.allowed(now) is None


@given(dials)
def test_while_it_is_not_closed_at_most_one_call_is_out_as_a_probe(moves: list[tuple[int, bool, int]]) -> None:
    breaker, now = opened(), NOW
    probes: list[datetime] = []
    for wait_s, ok, lasts_s in moves:
        now += wait_s * SECOND
        allowed = breaker.allowed(now)
        if allowed is None:
            return
        assert allowed <= 1
        if allowed:
            assert not probes, "the one before told nothing yet"
            breaker.started(now)
            probes.append(now)
        if probes and lasts_s * SECOND < THROUGH:
            breaker.record(ok, now, began=probes.pop())
            assert breaker.state(now) is (BreakerState.CLOSED if ok else BreakerState.OPEN)


def test_pauses_double_up_to_ten_minutes_and_begin_anew_after_a_success() -> None:
    breaker, now, pauses = opened(), NOW, []
    for _ in range(7):
        before = now
        while breaker.state(now) is BreakerState.OPEN:
            now += SECOND
        pauses.append((now - before) / SECOND)
        fail(breaker, now)
        now += SECOND
    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert LONGEST_PAUSE / SECOND == 600

    now += LONGEST_PAUSE
    breaker.started(now)
    breaker.record(True, now + SECOND, began=now)
    assert breaker.state(now + SECOND) is BreakerState.CLOSED
    for _ in range(FEWEST):
        fail(breaker, now + SECOND)
    assert breaker.state(now + SECOND + PAUSE) is BreakerState.OPEN
    assert breaker.state(now + 2 * SECOND + PAUSE) is BreakerState.PROBING


def test_calls_of_before_the_pause_say_nothing_about_the_line_of_now() -> None:
    breaker = opened()
    assert breaker.record(True, NOW + SECOND, began=NOW - 60 * SECOND) is False
    assert breaker.state(NOW + SECOND) is BreakerState.OPEN
    probing = NOW + PAUSE
    breaker.started(probing)
    breaker.record(False, probing + SECOND, began=NOW - 60 * SECOND)
    assert breaker.state(probing + SECOND) is BreakerState.PROBING


def test_a_probe_that_lasts_has_come_through_and_one_that_told_nothing_may_be_repeated() -> None:
    breaker = opened()
    probing = NOW + PAUSE
    breaker.started(probing)
    assert breaker.allowed(probing) == 0
    breaker.withdrawn(probing)
    assert breaker.allowed(probing) == 1
    breaker.started(probing)
    assert breaker.allowed(probing + THROUGH - SECOND) == 0
    assert breaker.allowed(probing + THROUGH) is None


@pytest.mark.parametrize(
    ("outcome", "reason", "counts", "told"),
    [
        (Outcome.FAILED, "congestion", False, False),
        (Outcome.FAILED, "line_down", False, False),
        (Outcome.FAILED, "unknown_number", True, True),
        (Outcome.NO_ANSWER, "no_answer", True, True),
        (Outcome.REFUSED, "", True, True),
        (Outcome.INTERRUPTED, "robot_fault", True, False),
        (Outcome.INTERRUPTED, "campaign_stopped", True, None),
        (Outcome.INTERRUPTED, "lease_lost", False, None),
    ],
)
def test_only_faults_of_ours_speak_against_the_line(
    outcome: Outcome, reason: str, counts: bool, told: bool | None
) -> None:
    assert verdict(CallResult(outcome, NOW, reason=reason, counts=counts)) is told
