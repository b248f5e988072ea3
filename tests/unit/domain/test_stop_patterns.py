"""Patterns of the stop list: what they stop, and which are refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.errors import InvalidPattern
from robot.domain.stops import StopPattern

pytestmark = pytest.mark.unit

PHONES = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
PATTERNS = st.from_regex(r"\+[0-9?]{1,13}\*?", fullmatch=True)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("+7495*", "+7495*"),
        (" +7 (495) * ", "+7495*"),
        ("+7‑495–123.45 6?", "+7495123456?"),
        ("+7 495 123-45-6?", "+7495123456?"),
        ("8 (912) 345-67-0?", "+7912345670?"),
        ("7912345670?", "+7912345670?"),
        ("+79123456701", "+79123456701"),
        ("+7???1234567", "+7???1234567"),
        ("+77*", "+77*"),
        ("+44*", "+44*"),
        ("+4420*", "+4420*"),
        ("+78*", "+78*"),
        ("+7?12*", "+7?12*"),
    ],
)
def test_what_people_write(said: str, text: str) -> None:
    assert StopPattern.parse(said).text == text


@pytest.mark.parametrize(
    "said",
    ["*", "+*", "+?*", "+7*", "+7?*", "+7??????????", "+79*", "+79?????????", "+?9*", "+??*", "+???????????", "+7 ? *"],
)
def test_a_pattern_that_would_stop_most_of_russia_is_refused(said: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        StopPattern.parse(said)
    assert "+7495*" in refused.value.ru
    assert "+7495*" in refused.value.en


@pytest.mark.parametrize(
    "said",
    [
        "",
        "+",
        "7*",
        "8495*",  # the trunk prefix, or a code of its own?
        "843*",
        "800*",
        "7495",
        "+7495",
        "+7495123456",
        "+749512345678",
        "+749512345678*",
        "+70*",
        "+71234567890",
        "+7*495",
        "+7495**",
        "*495",
        "+7495%",
        "+7495_",
        "+7٤٩٥*",
        "+7４95*",
        "+123456789012345*6",
        "+1234567890123456",
        "+49123",
        "' or 1=1 --",
        "тест",
        "+7495*\x00",
        "?" * 100_000,
    ],
)
def test_what_stops_nobody_or_cannot_be_read_is_refused(said: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        StopPattern.parse(said)
    assert len(refused.value.en) < 300
    assert "+7495*" in refused.value.ru or "«*»" in refused.value.ru


@pytest.mark.parametrize(
    ("pattern", "phone", "stopped"),
    [
        ("+7495*", "+74951234567", True),
        ("+7495*", "+74991234567", False),
        ("+7912345670?", "+79123456701", True),
        ("+7912345670?", "+79123456711", False),
        ("+7912345670?", "+791234567011", False),
        ("+7912345670?", "+7912345670", False),
        ("+7912345670?", "+7912345670x", False),
        ("+74951234567*", "+74951234567", True),
        ("+7495*", "74951234567", False),
        ("+7495*", "", False),
        ("*", "+74951234567", True),  # written past `parse`: wrong configuration means no calls
    ],
)
def test_whom_a_pattern_stops(pattern: str, phone: str, stopped: bool) -> None:
    assert StopPattern(pattern).matches(phone) is stopped


@given(PATTERNS, PHONES)
def test_a_pattern_stops_what_its_expression_matches(pattern: str, phone: str) -> None:
    stopped = StopPattern(pattern).matches(phone)
    expression = re.escape(pattern).replace(r"\?", "[0-9]").replace(r"\*", "[0-9]*")
    assert stopped is bool(re.fullmatch(expression, phone))
    like = re.escape(StopPattern(pattern).like).replace("_", ".").replace("%", ".*")
    assert stopped is bool(re.fullmatch(like, phone))


@given(PHONES, st.data())
def test_a_number_with_some_digits_covered_is_stopped(phone: str, data: st.DataObject) -> None:
    covered = data.draw(st.sets(st.integers(1, len(phone) - 1)))
    pattern = "".join("?" if place in covered else sign for place, sign in enumerate(phone))
    cut = data.draw(st.integers(1, len(phone)))
    assert StopPattern(pattern).matches(phone)
    assert StopPattern(pattern[:cut] + "*").matches(phone)
    assert not StopPattern(pattern).matches(phone + "1")


@given(PATTERNS)
def test_what_is_accepted_spares_most_of_russia(text: str) -> None:
    try:
        pattern = StopPattern.parse(text)
    except InvalidPattern:
        return
    assert StopPattern.parse(pattern.text) == pattern
    mobiles = [f"+79{code:02}{middle:02}45678" for code in range(100) for middle in range(0, 100, 7)]
    assert sum(pattern.matches(phone) for phone in mobiles) <= len(mobiles) / 2
