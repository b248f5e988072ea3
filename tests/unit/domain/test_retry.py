"""When a task is tried again: by outcome, attempt, and the client's own day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.calls import CallResult
from robot.domain.hours import OFFICE_HOURS
from robot.domain.meetings import Slot
from robot.domain.outcomes import REFUSALS, Outcome
from robot.domain.retry import Part, RetryPolicy, Step, part_of_day
from robot.domain.zones import RUSSIAN_ZONES

pytestmark = pytest.mark.unit

MOSCOW = "Europe/Moscow"
HERE = ZoneInfo(MOSCOW)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
ELSEWHEN = Part.OTHER_PART_OF_DAY


def result(outcome: Outcome, at: datetime = NOW, **more: object) -> CallResult:
    meeting = Slot(1, at, at + HALF_HOUR) if outcome is Outcome.MEETING_BOOKED else None
    return CallResult(outcome, at, meeting=meeting, **more)  # type: ignore[arg-type]


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=HERE)


@given(
    st.sampled_from(Outcome),
    st.integers(0, 10),
    st.integers(1, 5),
    st.booleans(),
    st.lists(st.sampled_from(RUSSIAN_ZONES)),
)
def test_retries_lie_ahead_end_at_the_limit_and_never_follow_a_refusal(
    outcome: Outcome, attempts: int, limit: int, counts: bool, zones: list[str]
) -> None:
    due = RetryPolicy(limit).next_due(result(outcome, counts=counts), attempts=attempts, zones=zones)
    assert due is None or due >= NOW
    if counts and outcome in REFUSALS | {Outcome.MEETING_BOOKED, Outcome.TRANSFERRED, Outcome.INFO_REQUESTED}:
        assert due is None
    if counts and attempts >= limit and outcome is not Outcome.CALLBACK_SCHEDULED:
        assert due is None


def test_a_promise_to_call_back_is_kept_beyond_the_limit_and_never_in_the_past() -> None:
    policy = RetryPolicy(1)
    for promised, due in ((NOW + HALF_HOUR, NOW + HALF_HOUR), (NOW - HALF_HOUR, NOW), (None, NOW + timedelta(days=1))):
        assert policy.next_due(result(Outcome.CALLBACK_SCHEDULED, callback_at=promised), attempts=9) == due


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NO_ANSWER])
def test_a_number_nobody_has_and_a_fax_are_not_tried_again(outcome: Outcome) -> None:
    for reason in ("unknown_number", "fax"):
        assert RetryPolicy().next_due(result(outcome, reason=reason), attempts=1) is None
    assert RetryPolicy().next_due(result(outcome, reason="rejected"), attempts=1) is not None


@given(st.sampled_from(sorted(set(Outcome) - {Outcome.CALLBACK_SCHEDULED})), st.integers(0, 99))
def test_a_fault_of_ours_uses_no_attempt_up(outcome: Outcome, attempts: int) -> None:
    due = RetryPolicy(1).next_due(result(outcome, counts=False), attempts=attempts, zones=(MOSCOW,))
    assert due == NOW + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("outcome", "attempt", "ended", "due"),
    [
        (Outcome.BUSY, 1, "23 10:00", "23 10:05"),
        (Outcome.BUSY, 2, "23 10:05", "23 10:25"),
        (Outcome.BUSY, 3, "23 10:25", "23 12:25"),
        (Outcome.BUSY, 7, "23 15:00", "23 18:00"),
        (Outcome.NO_ANSWER, 1, "23 10:00", "23 12:00"),
        (Outcome.NO_ANSWER, 1, "23 09:10", "23 12:00"),
        (Outcome.NO_ANSWER, 1, "23 12:30", "23 15:00"),
        (Outcome.NO_ANSWER, 1, "23 13:30", "23 15:30"),
        (Outcome.NO_ANSWER, 1, "23 18:30", "24 09:00"),  # not at night
        (Outcome.NO_ANSWER, 2, "23 12:10", "24 09:00"),
        (Outcome.NO_ANSWER, 2, "23 14:00", "24 10:00"),
        (Outcome.VOICEMAIL, 1, "23 10:00", "24 02:00"),
        (Outcome.VOICEMAIL, 1, "23 19:00", "24 11:00"),
        (Outcome.VOICEMAIL, 2, "24 09:05", "25 12:00"),
        (Outcome.NOT_DECISION_MAKER, 1, "23 11:00", "24 03:00"),
        (Outcome.FAILED, 1, "23 10:00", "23 11:00"),
        (Outcome.INTERRUPTED, 1, "23 10:00", "23 10:15"),
    ],
)
def test_the_shipped_ladders(outcome: Outcome, attempt: int, ended: str, due: str) -> None:
    policy = RetryPolicy(max_attempts=9)
    assert policy.next_due(result(outcome, moscow(ended)), attempts=attempt, zones=(MOSCOW,)) == moscow(due)


def test_a_voicemail_is_followed_on_the_next_day_in_calling_hours() -> None:
    for hour in range(9, 20):
        ended = moscow(f"23 {hour:02}:40")
        due = RetryPolicy().next_due(result(Outcome.VOICEMAIL, ended), attempts=1, zones=(MOSCOW,))
        opening = OFFICE_HOURS.opening(due or ended, MOSCOW)
        assert opening is not None
        assert opening.astimezone(HERE).date() == moscow("24 00:00").date()


def test_a_next_day_begins_in_the_morning_of_the_last_zone_to_see_it() -> None:
    policy = RetryPolicy(9, {Outcome.BUSY: (Step(HALF_HOUR, Part.NEXT_DAY),)})
    busy = result(Outcome.BUSY, moscow("23 15:00"))  # 22:00 in Vladivostok
    assert policy.next_due(busy, attempts=1, zones=("Asia/Vladivostok",)) == moscow("24 02:00")
    assert policy.next_due(busy, attempts=1, zones=("Asia/Vladivostok", MOSCOW)) == moscow("24 09:00")
    late = result(Outcome.BUSY, moscow("23 23:45"))
    assert policy.next_due(late, attempts=1, zones=(MOSCOW,)) == moscow("24 00:15")


@pytest.mark.parametrize("zones", [(), ("Mars/Olympus",), ("",)])
def test_a_client_of_nowhere_is_tried_by_utc(zones: tuple[str, ...]) -> None:
    assert RetryPolicy().next_due(result(Outcome.NO_ANSWER), attempts=1, zones=zones) == NOW + timedelta(hours=3)


def test_zones_too_far_apart_are_tried_in_another_part_of_the_day_and_left_to_the_window() -> None:
    ended = moscow("23 10:30")  # 9:30 in Kaliningrad, 19:30 in Kamchatka
    due = RetryPolicy().next_due(result(Outcome.NO_ANSWER, ended), attempts=1, zones=RUSSIAN_ZONES)
    assert due is not None
    for zone in RUSSIAN_ZONES:
        assert part_of_day(due, ZoneInfo(zone)) != part_of_day(ended, ZoneInfo(zone))
    assert OFFICE_HOURS.opening(due, *RUSSIAN_ZONES) == moscow("24 10:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 30 * 60),
    st.lists(st.sampled_from([MOSCOW, "Asia/Omsk", "Asia/Vladivostok", "Europe/Berlin"]), min_size=1, max_size=3),
)
def test_another_part_of_the_day_is_the_first_that_suits_every_zone(
    ended: datetime, pause: int, names: list[str]
) -> None:
    ended = ended.replace(second=0, microsecond=0)
    policy = RetryPolicy(9, {Outcome.NO_ANSWER: (Step(timedelta(minutes=pause), ELSEWHEN),)})
    due = policy.next_due(result(Outcome.NO_ANSWER, ended), attempts=1, zones=names)
    zones = [ZoneInfo(name) for name in names]

    def suits(moment: datetime) -> bool:
        parts = [(part_of_day(moment, zone), part_of_day(ended, zone)) for zone in zones]
        return all(now is not None and now != before for now, before in parts)

    earliest = ended + timedelta(minutes=pause)
    minutes = (earliest + timedelta(minutes=n) for n in range(2 * 24 * 60))
    first = next((minute for minute in minutes if suits(minute)), None)
    assert first is None or due == first


def test_a_ladder_of_no_steps_ends_the_task_and_a_step_back_is_refused() -> None:
    assert RetryPolicy(9, {Outcome.BUSY: ()}).next_due(result(Outcome.BUSY), attempts=1) is None
    assert RetryPolicy(9, {}).next_due(result(Outcome.BUSY), attempts=1) is None
    with pytest.raises(ValueError, match="lies ahead"):
        Step(-HALF_HOUR)


def test_the_parts_of_a_day() -> None:
    hours = [part_of_day(moscow(f"23 {hour:02}:59"), HERE) for hour in range(24)]
    assert hours == [None] * 9 + [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3 + [None] * 3
