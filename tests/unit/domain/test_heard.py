"""What was heard of a phrase that was cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.heard import heard_text

pytestmark = pytest.mark.unit

TEXT = "Здравствуйте! Меня зовут Анна, компания Карты. Вам удобно говорить?"


@pytest.mark.parametrize(
    ("played", "length", "heard"),
    [
        (None, 4000, TEXT),
        (2000, None, TEXT),
        (4000, 4000, TEXT),
        (3950, 4000, TEXT),
        (0, 4000, ""),
        (300, 4000, ""),
        (900, 4000, "Здравствуйте!"),
        (2100, 4000, "Здравствуйте! Меня зовут Анна,"),
        (0, 0, TEXT),
    ],
)
def test_words_are_heard_when_they_were_spoken_to_their_ends(played: int, length: int, heard: str) -> None:
    assert heard_text(TEXT, played, length) == heard


def test_digits_take_the_time_of_words() -> None:
    assert heard_text("в 15:30 или в 16", 900, 2000) == "в"
    assert heard_text("в пятнадцать или в шестнадцать", 900, 2000) == "в пятнадцать"


@given(st.text(max_size=80), st.integers(0, 5000), st.integers(0, 5000))
def test_it_is_a_beginning_at_a_words_end_and_grows_with_what_was_played(text: str, one: int, other: int) -> None:
    short, long = sorted((one, other))
    less, more = heard_text(text, short, 5000), heard_text(text, long, 5000)
    assert text.startswith(more)
    assert more.startswith(less)
    rest = text[len(less) :]
    assert not less or not rest or rest[0].isspace()
