"""The numbers of the head of sales: by hand on small talks, then the database against the definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.analytics.dropoff import PhraseCounts, count, drop_off, ranked, wilson
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome

pytestmark = pytest.mark.unit

E = TurnEnding


def talk(*turns: tuple[str, TurnEnding | None, str], **more: object) -> list[Turn]:
    """Turns from (phrase, ending, went_to)."""
    return [
        Turn(number, phrase, ending=ending, went_to=went_to, **more)  # type: ignore[arg-type]
        for number, (phrase, ending, went_to) in enumerate(turns)
    ]


def one(phrase: str, calls: list[tuple[Outcome | None, list[Turn]]]) -> PhraseCounts:
    return next(row for row in count(calls) if row.phrase == phrase)


def test_a_refusal_is_lost_at_the_question_it_answered() -> None:
    calls = [
        (
            Outcome.REFUSED,
            talk(("greeting", E.ANSWERED, "offer"), ("offer", E.ANSWERED, "goodbye"), ("goodbye", E.SPOKEN, "")),
        )
    ]
    assert one("offer", calls) == PhraseCounts("offer", reached=1, visits=1, refused=1, went_on={"goodbye": 1})
    assert one("greeting", calls).left == 0
    assert one("goodbye", calls).left == 0


@pytest.mark.parametrize("outcome", [Outcome.MEETING_BOOKED, Outcome.CALLBACK_SCHEDULED, None])
def test_who_did_not_refuse_is_lost_nowhere(outcome: Outcome | None) -> None:
    calls = [(outcome, talk(("greeting", E.ANSWERED, "offer"), ("offer", E.ANSWERED, "")))]
    assert [row.left for row in count(calls)] == [0, 0]


@pytest.mark.parametrize("ending", [E.HUNG_UP_DURING, E.HUNG_UP_AFTER])
def test_a_hang_up_is_lost_once_where_it_happened(ending: TurnEnding) -> None:
    calls = [(Outcome.REFUSED, talk(("greeting", E.ANSWERED, "offer"), ("offer", ending, "")))]
    assert [(row.phrase, row.refused, row.hung_up) for row in count(calls)] == [("greeting", 0, 0), ("offer", 0, 1)]


def test_silence_that_ends_a_call_is_no_refusal() -> None:
    calls = [
        (
            Outcome.REFUSED,
            talk(("greeting", E.ANSWERED, "offer"), ("offer", E.SILENT, "offer"), ("offer", E.SILENT, "")),
        )
    ]
    assert one("offer", calls) == PhraseCounts("offer", reached=1, visits=1, silent=1)
    assert one("greeting", calls).left == 0


def test_a_phrase_reached_twice_is_reached_once_and_visits_are_kept() -> None:
    turns = talk(("offer", E.ANSWERED, "price"), ("price", E.SPOKEN, "offer"), ("offer", E.ANSWERED, "book"))
    turns[2] = Turn(2, "offer", visit=2, ending=E.ANSWERED, went_to="book", interrupted=True)
    row = one("offer", [(Outcome.MEETING_BOOKED, turns)])
    assert (row.reached, row.visits, row.interrupted, row.went_on) == (1, 2, 1, {"price": 1, "book": 1})


def test_what_is_said_on_taking_the_phone_is_no_phrase() -> None:
    calls = [(Outcome.REFUSED, [Turn(0, "", role="opening", heard="алло", ending=E.SPOKEN), *talk()])]
    assert list(count(calls)) == []


def test_a_call_cut_by_our_fault_is_reached_and_nothing_else() -> None:
    calls = [(Outcome.INTERRUPTED, talk(("greeting", E.CUT_OFF, ""))), (None, talk(("greeting", None, "")))]
    assert one("greeting", calls) == PhraseCounts("greeting", reached=2, visits=2)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [  # scipy.stats.binomtest(hits, trials).proportion_ci(method="wilson")
        (38, 210, 0.134768, 0.238600),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (1, 30, 0.005909, 0.166704),
    ],
)
def test_wilson_interval(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-6)


def test_nothing_tried_is_nothing_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    row = drop_off(PhraseCounts("offer"))
    assert (row.share, row.low, row.high, row.small) == (0.0, 0.0, 1.0, True)
    for impossible in ((1, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="no share"):
            wilson(*impossible)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share(pair: tuple[int, int]) -> None:
    hits, trials = pair
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1


def test_small_samples_are_marked_and_never_ranked_among_the_others() -> None:
    rows = ranked(
        [
            PhraseCounts("three_of_three", reached=3, refused=3),
            PhraseCounts("fair", reached=200, refused=20),
            PhraseCounts("bad", reached=200, hung_up_during=80),
            PhraseCounts("almost", reached=29, refused=29),
        ]
    )
    assert [(row.counts.phrase, row.small) for row in rows] == [
        ("bad", False),
        ("fair", False),
        ("almost", True),
        ("three_of_three", True),
    ]


def test_every_lost_call_is_lost_at_one_phrase() -> None:
    calls = [
        (Outcome.REFUSED, talk(("a", E.ANSWERED, "b"), ("b", E.ANSWERED, "c"), ("c", E.SPOKEN, ""))),
        (Outcome.REFUSED, talk(("a", E.HUNG_UP_DURING, ""))),
        (Outcome.OPTED_OUT, talk(("a", E.ANSWERED, "b"), ("b", E.HUNG_UP_AFTER, ""))),
        (Outcome.WRONG_NUMBER, talk(("a", E.ANSWERED, ""))),
        (Outcome.MEETING_BOOKED, talk(("a", E.ANSWERED, "b"), ("b", E.ANSWERED, ""))),
    ]
    assert sum(row.left for row in count(calls)) == 4
