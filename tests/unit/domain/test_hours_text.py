"""Calling hours in words: what is written is read back; what people write is understood, or refused with a remedy."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robot.domain.errors import InvalidWindow
from robot.domain.hours import ALWAYS, OFFICE_HOURS, CallingWindow, Stretch

pytestmark = pytest.mark.unit

TEN_TO_FOUR = Stretch(time(10), time(16))
NINE_TO_EIGHT = Stretch(time(9), time(20))
STRETCHES = st.lists(st.builds(Stretch, st.times(), st.times() | st.just(time.max)), max_size=3).map(tuple)


@given(st.dictionaries(st.integers(-1, 8), STRETCHES))
@example({0: (Stretch(time.max, time(2)),)})
@example({day: (Stretch(time.min, time.max),) for day in range(7)})
def test_what_is_written_is_read_back(days: dict[int, tuple[Stretch, ...]]) -> None:
    window = CallingWindow(days)
    assert CallingWindow.parse(window.text) == window
    assert CallingWindow.parse(window.text).text == window.text


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (OFFICE_HOURS, "пн-пт 09:00-20:00"),
        (ALWAYS, "ежедневно 00:00-24:00"),
        (CallingWindow({}), "никогда"),
        (CallingWindow.every(time(9), time(9)), "никогда"),
        (CallingWindow.every(time(22), time(2), (0, 2, 4)), "пн,ср,пт 22:00-02:00"),
        (CallingWindow.every(time(9), time(0), (5, 6)), "сб,вс 09:00-00:00"),
        (
            CallingWindow({**OFFICE_HOURS.days, 5: (Stretch(time(14), time(16)), Stretch(time(10), time(13)))}),
            "пн-пт 09:00-20:00; сб 10:00-13:00, 14:00-16:00",
        ),
    ],
)
def test_the_written_form(window: CallingWindow, text: str) -> None:
    assert window.text == text
    assert CallingWindow.parse(text) == window


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Пн–Пт 9–20", dict.fromkeys(range(5), NINE_TO_EIGHT)),
        ("пн - пт: 9.00 - 20.00;", dict.fromkeys(range(5), NINE_TO_EIGHT)),
        ("будни 9:00-20:00; суббота 10-16", {**dict.fromkeys(range(5), NINE_TO_EIGHT), 5: TEN_TO_FOUR}),
        (
            "weekdays 09:00-20:00; weekends 10:00-16:00",
            {**dict.fromkeys(range(5), NINE_TO_EIGHT), 5: TEN_TO_FOUR, 6: TEN_TO_FOUR},
        ),
        ("mon-fri 09:00-20:00", dict.fromkeys(range(5), NINE_TO_EIGHT)),
        ("Monday, Wed and Fri. 9-20", dict.fromkeys((0, 2, 4), NINE_TO_EIGHT)),
        ("пн, ср и пт 9-20", dict.fromkeys((0, 2, 4), NINE_TO_EIGHT)),
        ("сб-пн 9-20", dict.fromkeys((5, 6, 0), NINE_TO_EIGHT)),
        ("пн-пн 9-20", {0: NINE_TO_EIGHT}),
        ("9-20", dict.fromkeys(range(7), NINE_TO_EIGHT)),
        ("ежедневно круглосуточно", dict.fromkeys(range(7), Stretch(time.min, time.max))),
        ("24/7", dict.fromkeys(range(7), Stretch(time.min, time.max))),
        ("вс 22:00-24:00", {6: Stretch(time(22), time.max)}),
        ("never", {}),
        ("  ", {}),
    ],
)
def test_what_people_write(text: str, days: dict[int, Stretch]) -> None:
    assert CallingWindow.parse(text) == CallingWindow({day: (stretch,) for day, stretch in days.items()})


@pytest.mark.parametrize(
    "text",
    [
        "пн-пт",
        "пн-пт 9",
        "пн-пт 25:00-26:00",
        "пн-пт 9:60-20:00",
        "пн-пт 09:00-20:00 сб 10:00-16:00",
        "пн-пт 09:00-20:00, сб 10:00-16:00",
        "понедельники 9-20",
        "пн-- 9-20",
        "-пт 9-20",
        "пн- 9-20",
        "9-20-22",
        "с 9 до 20",
        "24:00-02:00",
        "09:00-09:00",
        "24:01-25:00",
        "пн 9-20; пн 10-16",
        "пн ٩-٢٠",
        "9-20 'или'; drop table campaigns",
        "пн " * 1000 + "9-20",
        "x" * 100_000,
    ],
)
def test_what_is_not_understood_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InvalidWindow) as refused:
        CallingWindow.parse(text)
    assert "09:00" in refused.value.ru or "00:00-24:00" in refused.value.ru
    assert "09:00" in str(refused.value) or "00:00-24:00" in str(refused.value)


@given(st.text(alphabet="пнвтсрчбmonfri0123456789:-–;,. /\n", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_window_or_a_refusal(text: str) -> None:
    try:
        window = CallingWindow.parse(text)
    except InvalidWindow:
        return
    assert CallingWindow.parse(window.text) == window
