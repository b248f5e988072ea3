"""How often a number may be dialed: counted by hand in every span there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.caps import ContactPolicy, asked_for
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD, PRIORITY_REMINDER, PRIORITY_REQUEST

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24
WEEK = 7 * 24


def ago(*hours: float) -> list[datetime]:
    return [NOW - h * HOUR for h in hours]


@pytest.mark.parametrize(
    ("dials", "allowed"),
    [
        ([], NOW),
        (ago(1, 2), NOW),
        (ago(1, 2, 3), NOW + 21 * HOUR),
        (ago(3, 1, 2), NOW + 21 * HOUR),
        (ago(1, 2, 24), NOW),  # a day to the second is over
        (ago(1, 2, 23.5), NOW + 0.5 * HOUR),
        (ago(1, 2, 25, 50, 75, 160), NOW + 8 * HOUR),
        (ago(1, 2, 3, 50, 75, 160), NOW + 21 * HOUR),  # both spans are full: the later end counts
        (ago(*range(200, 214)), NOW),
        (ago(*range(200, 215)), None),
        (ago(-1, -2, -3), NOW + 25 * HOUR),  # another node's clock runs ahead
    ],
)
def test_when_the_next_dial_is_allowed(dials: list[datetime], allowed: datetime | None) -> None:
    assert ContactPolicy().allowed_from(dials, NOW) == allowed


@given(
    st.lists(st.integers(0, WEEK + 48), max_size=12),
    st.integers(1, 4),
    st.integers(1, 8),
    st.integers(1, 14),
)
def test_the_moment_allowed_is_the_first_that_breaks_no_cap(
    hours: list[int], per_day: int, per_week: int, ever: int
) -> None:
    policy, dials = ContactPolicy(per_day, per_week, ever), ago(*hours)

    def broken(moment: datetime) -> bool:
        """Whether some span that holds a dial at this moment holds too many."""
        since = [(moment - dial) / HOUR for dial in dials]
        return sum(0 <= h < DAY for h in since) >= per_day or sum(0 <= h < WEEK for h in since) >= per_week

    allowed = policy.allowed_from(dials, NOW)
    if len(dials) >= ever:
        assert allowed is None
        return
    counted = (NOW + hour * HOUR for hour in range(WEEK + 49))
    assert allowed == next(moment for moment in counted if not broken(moment))


@given(st.integers(1, 4), st.integers(1, 8), st.integers(1, 20), st.integers(1, 30))
def test_dialing_whenever_allowed_keeps_every_cap_in_any_span(
    per_day: int, per_week: int, ever: int, pause: int
) -> None:
    policy = ContactPolicy(per_day, per_week, ever)
    dials: list[datetime] = []
    now = NOW
    while (allowed := policy.allowed_from(dials, now)) is not None:
        dials.append(allowed)
        now = allowed + pause * timedelta(minutes=20)
    assert len(dials) == ever
    for first in dials:
        assert sum(first <= dial < first + DAY * HOUR for dial in dials) <= per_day
        assert sum(first <= dial < first + WEEK * HOUR for dial in dials) <= per_week


@pytest.mark.parametrize("policy", [ContactPolicy(per_day=0), ContactPolicy(per_week=0), ContactPolicy(ever=-1)])
def test_a_wrong_cap_means_no_calls(policy: ContactPolicy) -> None:
    assert policy.allowed_from([], NOW) is None


def test_a_refusal_is_respected_for_months_and_nothing_else_is() -> None:
    pauses = {outcome: ContactPolicy().cool_until(outcome, NOW) for outcome in Outcome}
    refused = {Outcome.REFUSED, Outcome.OPTED_OUT, Outcome.WRONG_NUMBER}
    assert {outcome for outcome, until in pauses.items() if until} == refused
    assert pauses[Outcome.REFUSED] == NOW + timedelta(days=90)


def test_only_what_the_client_asked_for_is_exempt() -> None:
    assert asked_for(PRIORITY_CALLBACK)
    assert asked_for(PRIORITY_REQUEST)
    assert not asked_for(PRIORITY_REMINDER)
    assert not asked_for(PRIORITY_COLD)
