"""The pace: never above any limit, monotone, explained; and a day simulated with known rates."""

import heapq
import random
import statistics
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.dialer.funnel import Funnel, UnderWay
from robot.dialer.pacing import LATE, Limit, Pace, PacingFacts, pace, pace_urgent
from robot.domain.campaigns import QuotaState
from robot.domain.goals import Goal
from tests.conftest import THOROUGH

pytestmark = pytest.mark.unit

counts = st.integers(0, 300)
few = st.integers(-2, 40)
quotas = st.builds(QuotaState, target=st.integers(0, 100), booked=st.integers(0, 100), attempts=counts)
funnels = st.tuples(counts, counts, counts, counts).map(lambda some: Funnel(*sorted(some, reverse=True)))
facts = st.builds(
    PacingFacts,
    quota=quotas,
    free=few,
    starts=st.integers(0, 40),
    headroom=st.none() | few,
    funnel=funnels,
    under_way=st.builds(UnderWay, ringing=st.integers(0, 40), talking=st.integers(0, 20), booking=st.integers(0, 5)),
    slots=st.none() | st.integers(0, 60),
    time_left=st.none() | st.integers(-10, 3600).map(lambda seconds: timedelta(seconds=seconds)),
    reserved=st.integers(0, 4),
    allowed=st.none() | st.integers(0, 1),
    goal=st.sampled_from(Goal),
    hard=st.booleans(),
)


def limits(known: PacingFacts, decision: Pace) -> None:
    dial = decision.dial
    assert 0 <= dial <= max(0, known.starts)
    carried = known.free if known.headroom is None else min(known.free, known.headroom)
    assert dial <= max(0, carried - (0 if decision.urgent else known.reserved))
    if known.slots is not None:
        assert dial <= max(0, known.slots - known.under_way.ringing - known.under_way.talking)
    if known.allowed is not None:
        assert dial <= known.allowed
    if known.quota.met or (known.time_left is not None and known.time_left <= timedelta(0)):
        assert dial == 0


@given(facts)
def test_never_above_any_limit_and_nothing_once_the_quota_is_met(known: PacingFacts) -> None:
    for decision in (pace(known), pace_urgent(known)):
        limits(known, decision)
        assert decision.limit is Limit.QUOTA if known.quota.met else decision.limit is not Limit.QUOTA
        assert str(decision.quota.booked) in decision.ru
        assert str(decision.quota.booked) in decision.en
    assert pace(known).dial <= pace_urgent(known).dial


@given(facts)
def test_what_all_nodes_may_come_to_has_room_for_this_decision_and_for_no_slot_twice(known: PacingFacts) -> None:
    decision, under_way = pace(known), known.under_way
    assert decision.at_most is not None
    assert under_way.calls + decision.dial <= decision.at_most
    if known.slots is not None:
        assert decision.at_most <= under_way.booking + max(known.slots, under_way.ringing + under_way.talking)
    assert pace_urgent(known).at_most is None


@given(facts, st.integers(1, 20))
def test_more_room_never_means_fewer_dials(known: PacingFacts, more: int) -> None:
    dial = pace(known).dial

    assert pace(replace(known, free=known.free + more)).dial >= dial
    assert pace(replace(known, starts=known.starts + more)).dial >= dial
    assert pace(replace(known, headroom=None)).dial >= dial
    assert pace(replace(known, slots=None)).dial >= dial
    assert pace(replace(known, allowed=None)).dial >= dial
    assert pace(replace(known, reserved=known.reserved + more)).dial <= dial


@given(facts, st.integers(1, 20))
def test_more_calls_under_way_or_meetings_booked_never_mean_more_dials(known: PacingFacts, more: int) -> None:
    dial, calls, quota = pace(known).dial, known.under_way, known.quota

    assert pace(replace(known, under_way=replace(calls, ringing=calls.ringing + more))).dial <= dial
    assert pace(replace(known, under_way=replace(calls, talking=calls.talking + more))).dial <= dial
    assert pace(replace(known, quota=replace(quota, booked=quota.booked + more))).dial <= dial


@given(quotas, funnels)
def test_an_unmet_quota_with_nobody_on_the_phone_dials(quota: QuotaState, funnel: Funnel) -> None:
    assert (pace(PacingFacts(quota, free=3, starts=3, funnel=funnel)).dial > 0) is not quota.met


@given(facts)
def test_little_time_makes_haste_but_not_toward_a_hard_quota(known: PacingFacts) -> None:
    late, early = replace(known, time_left=timedelta(seconds=30)), replace(known, time_left=LATE)

    assert pace(late).dial >= pace(early).dial
    if known.hard:
        assert pace(late).dial == pace(early).dial


MEASURED = Funnel(dialed=300, answered=100, engaged=80, booked=8)


def test_the_last_meeting_is_not_chased_by_the_whole_trunk() -> None:
    decision = pace(PacingFacts(QuotaState(12, 11, 0), free=100, starts=100, funnel=MEASURED))

    assert decision.limit is Limit.ENOUGH
    assert 10 <= decision.dial <= 300 / 8


def test_a_call_under_way_that_was_answered_is_worth_more_than_one_that_rings() -> None:
    def dial(calls: UnderWay) -> int:
        return pace(PacingFacts(QuotaState(3, 0, 0), 100, 100, funnel=MEASURED, under_way=calls)).dial

    assert dial(UnderWay(talking=10)) < dial(UnderWay(ringing=10)) < dial(UnderWay(booking=10)) <= dial(UnderWay())


def test_a_day_begins_with_caution() -> None:
    assert pace(PacingFacts(QuotaState(3, 0, 0), free=100, starts=100)).dial <= 10
    after_a_bad_hour = pace(PacingFacts(QuotaState(3, 0, 0), free=100, starts=100, funnel=Funnel(80, 30, 9, 0)))
    assert after_a_bad_hour.dial >= 50


QUOTA = QuotaState(12, 3, 0)
SENTENCES = {
    "dialing 4: 3 of 12 booked, 8% of answered calls get there, channels free: 6, 2 kept for new requests": PacingFacts(
        QUOTA, free=6, starts=50, funnel=MEASURED, reserved=2
    ),
    "dialing 5: 3 of 12 booked, 8% of answered calls get there, recognition keeps up with 5 more": PacingFacts(
        QUOTA, free=60, starts=50, funnel=MEASURED, headroom=5
    ),
    "dialing 5: 3 of 12 qualified, nobody has answered yet, dials the trunk takes now: 5": PacingFacts(
        QUOTA, free=60, starts=5, goal=Goal.QUALIFIED
    ),
    "dialing 1: 3 of 12 booked, 8% of answered calls get there, slots left to offer: 1": PacingFacts(
        QUOTA, free=60, starts=50, funnel=MEASURED, slots=4, under_way=UnderWay(1, 2, 3)
    ),
    "dialing 0: 3 of 12 booked, 8% of answered calls get there, the line fails: a pause, then one probe": PacingFacts(
        QUOTA, free=60, starts=50, funnel=MEASURED, allowed=0
    ),
    "dialing 0: 3 of 12 booked, 8% of answered calls get there, calling hours are over for today": PacingFacts(
        QUOTA, free=60, starts=50, funnel=MEASURED, time_left=timedelta(0)
    ),
    "dialing 0: 3 of 12 booked, 8% of answered calls get there, 500 under way will do": PacingFacts(
        QUOTA, free=60, starts=50, funnel=MEASURED, under_way=UnderWay(500)
    ),
    "quota met: 12 of 12, 2 calls finishing": PacingFacts(
        QuotaState(12, 12, 50), free=60, starts=50, under_way=UnderWay(2)
    ),
}


@pytest.mark.parametrize(("sentence", "known"), SENTENCES.items())
def test_one_sentence_names_what_binds(sentence: str, known: PacingFacts) -> None:
    assert pace(known).en == sentence


def test_the_sentence_is_russian_first() -> None:
    known = PacingFacts(QUOTA, free=6, starts=50, funnel=MEASURED, reserved=2)

    assert pace(known).ru == (
        "набираем 4: назначено 3 из 12, до цели доходит 8% ответивших, свободно линий 6, для новых заявок оставлено 2"
    )
    assert pace_urgent(known).ru == (
        "набираем обещанных 6: назначено 3 из 12, до цели доходит 8% ответивших, свободно линий 6"
    )


def day(seed: int, *, answers: float, books: float, quota: int, channels: int, known: Funnel) -> tuple[int, float]:
    """Call people who answer and book with these probabilities until the quota is met and the calls have ended: what
    was booked, and after how many seconds the quota was met. Ringing takes 15 s, a talk 30 to 180 s."""
    dice = random.Random(seed)
    now, booked, met_at, ended = 0.0, 0, 0.0, known
    under_way: list[tuple[float, int, bool | None]] = []  # end, number, None while it rings
    ringing = talking = 0
    for number in range(100_000):
        calls = UnderWay(ringing=ringing, talking=talking)
        facts = PacingFacts(QuotaState(quota, booked, 0), channels - calls.calls, 5, funnel=ended, under_way=calls)
        for extra in range(pace(facts).dial):
            heapq.heappush(under_way, (now + 15 + dice.random(), number * 1000 + extra, None))
            ringing += 1
        if not under_way:
            return booked, met_at
        now, tie, result = heapq.heappop(under_way)
        ringing, talking = (ringing - 1, talking) if result is None else (ringing, talking - 1)
        if result is None and dice.random() < answers:
            heapq.heappush(under_way, (now + dice.uniform(30, 180), tie, dice.random() < books))
            talking += 1
            continue
        booked += bool(result)
        met_at = now if booked == quota and result else met_at
        talked = result is not None
        ended = Funnel(ended.dialed + 1, ended.answered + talked, ended.engaged + talked, ended.booked + bool(result))
    raise AssertionError("the day never ended")


DAYS = [(0.35, 0.08, 3, 30), (0.5, 0.4, 12, 30), (0.5, 0.4, 3, 100)]
LONG_DAYS = [(0.35, 0.08, 12, 30), (0.2, 0.03, 2, 30)]


@pytest.mark.property
@pytest.mark.parametrize("new", [False, True], ids=["known", "new"])
@pytest.mark.parametrize(("answers", "books", "quota", "channels"), DAYS + LONG_DAYS * THOROUGH)
def test_a_simulated_day_meets_the_quota_in_near_minimal_time_and_passes_it_by_little(
    answers: float, books: float, quota: int, channels: int, new: bool
) -> None:
    talks = round(1000 * answers)
    known = Funnel() if new else Funnel(1000, talks, talks, round(talks * books))
    days = [day(seed, answers=answers, books=books, quota=quota, channels=channels, known=known) for seed in range(60)]
    over = [booked - quota for booked, _ in days]
    seconds_a_dial = 15.5 + answers * 105
    least_s = max(quota / (answers * books) * seconds_a_dial / channels, 120)
    mean_s = statistics.fmean(met for _, met in days)
    print(f"over {statistics.fmean(over):.2f} (most {max(over)}), time {mean_s:.0f} s, least {least_s:.0f} s")

    assert min(over) >= 0
    assert statistics.fmean(over) <= 1.2
    assert max(over) <= 4 + quota / 2
    assert mean_s <= 1.3 * least_s + 780, "two or three calls' length more: a day is long"
