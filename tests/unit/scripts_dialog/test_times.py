"""The golden corpus of spoken times, and what no utterance may do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scripts_dialog.understanding.times import Window, find, proposals
from tests.conftest import runs
from tests.unit.scripts_dialog.golden_times import MOSCOW, NOWS, verdict

pytestmark = pytest.mark.unit

NOW = NOWS["wednesday"]
DATA = Path(__file__).with_name("data")
CORPUS: list[dict[str, Any]] = YAML(typ="safe").load(DATA / "times.yaml")
ANY_DAY: list[list[Any]] = YAML(typ="safe").load(DATA / "times_blind.yaml")
WORDS = re.findall(
    r"\S+",
    "завтра послезавтра сегодня в во на через час часа полчаса минут двадцать три трёх пятого второго половина без "
    "четверти понедельник среду следующей неделе месяца марта не могу лучше или утром вечера дня после до обеда с "
    "15:30 31 конце пол первого февраля двенадцать ноль точнее выходные числа раньше 25-го",
)


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize("case", CORPUS, ids=[f"{case['said']} ({case.get('now', 'wed')})" for case in CORPUS])
def test_corpus(case: dict[str, Any]) -> None:
    found = find(case["said"], moment(case["now"]) if "now" in case else NOW)
    if case.get("none"):
        assert found == ()
    elif "either" in case:
        assert [window.start for window in found] == [moment(written) for written in case["either"]]
    elif "exact" in case:
        assert [window.start for window in found] == [moment(case["exact"])]
        assert found[0].exact
    else:
        assert found == (Window(moment(case["from"]), moment(case["to"]), exact=False),)


@pytest.mark.parametrize("case", ANY_DAY, ids=[f"{case[0]} = {case[1]}" for case in ANY_DAY])
def test_corpus_at_any_moment(case: list[Any]) -> None:
    said, expected, *only = case
    for name in only[0] if only else NOWS:
        found = find(said, NOWS[name])
        assert verdict(expected, found, NOWS[name]) == "right", (name, found)


def test_the_corpus_is_large_enough() -> None:
    assert len({case["said"] for case in CORPUS} | {case[0] for case in ANY_DAY}) >= 150


@pytest.mark.parametrize("said", [case[0] for case in ANY_DAY if case[1] != "none" and "," not in case[0]])
def test_a_refused_time_is_never_taken(said: str) -> None:
    assert find(f"{said} не могу", NOW) == ()


def test_what_is_not_one_moment_is_asked_back_as_several() -> None:
    for said in ("завтра после обеда", "на следующей неделе", "завтра в восемь", "во вторник или в среду", "в пятницу"):
        asked = proposals(find(said, NOW))
        assert len(asked) > 1, said
        assert all(moment > NOW for moment in asked)
        assert asked == tuple(sorted(asked))
    assert len(proposals(find("завтра в три", NOW))) == 1


@settings(max_examples=runs(150))
@example(words=["дня"], now=NOW.replace(hour=12, minute=0), loose=False)
@given(
    words=st.lists(st.sampled_from(WORDS), max_size=9),
    now=st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    loose=st.booleans(),
)
def test_no_words_give_a_past_or_an_upside_down_time(words: list[str], now: datetime, *, loose: bool) -> None:
    for window in find(" ".join(words), now, loose=loose):
        assert now < window.start < window.end
        assert window.start <= window.suggestion < window.end
        assert window.start.tzinfo is MOSCOW


def test_the_clients_zone_is_kept() -> None:
    vladivostok = ZoneInfo("Asia/Vladivostok")
    now = datetime(2026, 3, 18, 18, 20, tzinfo=vladivostok)
    assert find("завтра в три", now)[0].start == datetime(2026, 3, 19, 15, 0, tzinfo=vladivostok)


def test_a_bare_number_is_an_hour_only_when_a_time_was_asked_for() -> None:
    assert find("одиннадцать", NOW) == ()
    assert find("одиннадцать", NOW, loose=True)[0].start.hour == 11


def test_an_hour_alone_belongs_to_the_day_under_discussion() -> None:
    friday = datetime(2026, 3, 20, 10, 0, tzinfo=MOSCOW)
    assert find("а в четыре", NOW, days=[friday.date()])[0].start == friday.replace(hour=16)
