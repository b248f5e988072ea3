import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_dialog.marks import Emphasis, Pause, Stretch, stretches

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("Здравствуйте!", (), (Stretch("Здравствуйте!"),)),
        ("Да. Нет", (Pause(3, 300),), (Stretch("Да.", 300), Stretch("Нет"))),
        ("Да", (Pause(0, 300),), (Stretch("", 300), Stretch("Да"))),
        ("Да", (Pause(2, 300),), (Stretch("Да", 300),)),
        ("Да нет", (Pause(2, 100), Emphasis(3, 6), Pause(3, 200)), (Stretch("Да", 300), Stretch("нет"))),
        ("", (), (Stretch(""),)),
    ],
)
def test_a_text_is_cut_at_its_pauses(text: str, marks: tuple[Pause, ...], expected: tuple[Stretch, ...]) -> None:
    assert stretches(text, marks) == expected


@given(st.text("абв ", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 900)), max_size=4))
def test_no_letter_and_no_silence_is_lost(text: str, pauses: list[tuple[int, int]]) -> None:
    marks = [Pause(min(at, len(text)), ms) for at, ms in sorted(pauses)]
    cut = stretches(text, marks)

    assert "".join(stretch.text for stretch in cut).replace(" ", "") == text.replace(" ", "")
    assert sum(stretch.pause_ms for stretch in cut) == sum(mark.ms for mark in marks)
