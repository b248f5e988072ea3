"""How a call sounded: figures counted by hand, and the mark a head of sales reads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.analytics.quality import CallQuality, CallTimes, covered, quality
from robot.analytics.quality_text import Mark, figures_json, mark
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def call(*turns: Turn, seconds: float = 60.0, **changes: Any) -> CallQuality:
    times = CallTimes(AT, AT + timedelta(seconds=seconds), Outcome.REFUSED, **changes)
    return quality(turns, times)


def said(from_ms: int, to_ms: int, ending: TurnEnding | None = TurnEnding.ANSWERED, **more: Any) -> Turn:
    return Turn(1, "offer", said="слова", said_from_ms=from_ms, said_to_ms=to_ms, ending=ending, **more)


TALK = (
    Turn(0, "", role="opening", said_to_ms=0, heard="алло", heard_from_ms=200, heard_to_ms=700),
    said(1000, 5000, heard="да", heard_from_ms=5300, heard_to_ms=5800, response_ms=300),
    said(6000, 16_000, heard="э", heard_from_ms=15_000, heard_to_ms=17_000, interrupted=True, response_ms=200),
    said(18_000, 20_000, TurnEnding.NOT_UNDERSTOOD, heard="что", heard_from_ms=21_000, heard_to_ms=22_000,
         response_ms=1000, false_starts=1),
    said(23_000, 24_000, TurnEnding.SILENT),
    said(30_000, 32_000, TurnEnding.SPOKEN),
)  # fmt: skip


def test_figures_are_those_counted_by_hand() -> None:
    figures = call(*TALK, seconds=40, ended_by="robot")
    assert (figures.length_ms, figures.robot_ms, figures.client_ms) == (40_000, 19_000, 4000)
    assert figures.silence_ms == 40_000 - 19_000 - 4000 + 1000, "both spoke for a second"
    assert (figures.client_interrupts, figures.robot_interrupts) == (1, 1)
    assert [figures.gap_ms(share) for share in (0.5, 0.95, 1.0)] == [300, 1000, 1000]
    assert (figures.answers, figures.not_understood, figures.silent) == (3, 1, 1)
    assert figures.followed == 0.5
    assert figures.monologue_ms == 10_000
    assert (figures.last, figures.ended_by, figures.outcome) == (TurnEnding.SPOKEN, "robot", Outcome.REFUSED)
    assert figures_json(figures)["talk_share"] == {"robot": 0.475, "client": 0.1, "silence": 0.45}


def test_phrases_without_a_word_of_the_client_between_are_one_monologue() -> None:
    assert call(said(0, 4000), said(5000, 9000), said(9500, 30_000)).monologue_ms == 30_000
    between = said(0, 4000, heard="угу", heard_from_ms=4200, heard_to_ms=4500)
    assert call(between, said(5000, 9000), said(9500, 30_000)).monologue_ms == 25_000
    over = said(0, 4000, heard="угу", heard_from_ms=2000, heard_to_ms=2300)
    assert call(over, said(5000, 9000)).monologue_ms == 4000


def test_what_the_robot_took_back_is_no_interruption_by_the_client_and_no_gap() -> None:
    early = said(5200, 5600, TurnEnding.SPOKEN, role="withdrawn", interrupted=True, response_ms=100)
    figures = call(said(1000, 5000, false_starts=1), early, said(8000, 9000, response_ms=400))
    assert (figures.client_interrupts, figures.robot_interrupts, figures.gaps_ms) == (0, 1, (400,))


def test_a_call_nobody_talked_in_has_no_mark() -> None:
    nobody = quality([], CallTimes(None, AT, Outcome.NO_ANSWER))
    assert (nobody.length_ms, nobody.followed, nobody.gap_ms(0.5)) == (0, None, None)
    assert mark(nobody) == (Mark.NONE, ())
    assert figures_json(nobody)["gap_ms"] == {"p50": None, "p95": None, "longest": None, "n": 0}


def test_a_call_under_way_or_cut_off_has_the_length_of_its_turns() -> None:
    figures = quality([said(1000, 5000), said(6000, 9000, None)], CallTimes(AT, None, None))
    assert (figures.length_ms, figures.last) == (9000, None)


MISSED = said(0, 1000, TurnEnding.NOT_UNDERSTOOD, heard="а")
FINE = said(0, 1000, response_ms=400)


@pytest.mark.parametrize(
    ("turns", "verdict", "reasons"),
    [
        ([FINE] * 3, Mark.GOOD, []),
        ([FINE, MISSED, FINE, FINE, FINE], Mark.GOOD, []),
        ([FINE, MISSED], Mark.FAIR, ["1 ответ не понят"]),
        ([*[FINE] * 20, MISSED, MISSED], Mark.FAIR, ["2 ответа не поняты"]),
        ([FINE, *[MISSED] * 5], Mark.POOR, ["5 ответов не понято"]),
        ([said(0, 1000, false_starts=1), FINE], Mark.FAIR, ["клиента перебили один раз"]),
        ([said(0, 1000, false_starts=2), FINE], Mark.POOR, ["клиента перебили дважды"]),
        ([said(0, 1000, interrupted=True)] * 3, Mark.FAIR, ["клиент перебивал 3 раза"]),
        ([said(0, 1000, response_ms=3200), FINE], Mark.FAIR, ["робот медлил: до 3,2 с до ответа"]),
        ([said(0, 1000, response_ms=3200)], Mark.POOR, ["робот медлил: до 3,2 с до ответа"]),
        ([said(0, 1000, TurnEnding.SILENT)] * 2, Mark.FAIR, ["клиент промолчал дважды"]),
        ([said(0, 26_000)], Mark.FAIR, ["робот говорил 26 с подряд"]),
        ([FINE, said(0, 1000, TurnEnding.HUNG_UP_DURING)], Mark.FAIR, ["клиент не дослушал и положил трубку"]),
        ([FINE, said(0, 1000, TurnEnding.CUT_OFF)], Mark.POOR, ["разговор оборвался по вине робота"]),
        (
            [said(0, 1000, false_starts=1), said(0, 1000, TurnEnding.SILENT), said(0, 1000, TurnEnding.SILENT),
             said(0, 1000, response_ms=3500), FINE],
            Mark.POOR,
            ["клиента перебили один раз", "клиент промолчал дважды", "робот медлил: до 3,5 с до ответа"],
        ),
    ],
)  # fmt: skip
def test_the_mark_names_its_reasons(turns: list[Turn], verdict: Mark, reasons: list[str]) -> None:
    given_mark, why = mark(call(*turns))
    assert (given_mark, [reason.text.ru for reason in why]) == (verdict, reasons)
    assert all(reason.text.en for reason in why)


def test_a_robot_that_talks_alone_is_told_only_of_long_calls() -> None:
    turns = [said(start, start + 9000, heard="да", heard_from_ms=start + 9100, heard_to_ms=start + 9300)
             for start in range(0, 40_000, 10_000)]  # fmt: skip
    assert [reason.code for reason in mark(call(*turns, seconds=40))[1]] == ["robot_share"]
    assert mark(call(*turns[:2], seconds=20))[0] is Mark.GOOD


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: (min(pair), max(pair)))))
def test_covered_time_equals_a_count_of_milliseconds(spans: list[tuple[int, int]]) -> None:
    assert covered(spans) == len({at for first, behind in spans for at in range(first, behind)})
