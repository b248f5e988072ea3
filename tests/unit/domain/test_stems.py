"""What forms of a word share. That the rules are Snowball's is proved against PostgreSQL, which has them too."""

from __future__ import annotations

import pytest

from robot.domain.stems import MOST_WORDS, stem, stems, wanted_stems

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "forms",
    [
        "перезвоните перезвонить перезвонила перезвоню",
        "встреча встречу встречи встречами",
        "дорого дорогая дорогой дороже дорогого",
        "интересно интересная интересным",
        "реклама рекламу рекламой Рекламы",
    ],
)
def test_forms_of_a_word_find_each_other(forms: str) -> None:
    assert len(stems(forms)) == 1


def test_other_words_stay_apart() -> None:
    assert len(stems("договор договорились дорога дом карта карточка")) >= 4


def test_little_words_and_signs_are_left_out() -> None:
    assert stems("а вот и нет, перезвоню!") == {"нет", stem("перезвоню")}
    assert wanted_stems("и на в") == ()
    assert wanted_stems('"да" OR (нет*) да') == ("да", "or", "нет")
    assert len(wanted_stems(" ".join(f"слово{number}" for number in range(50)))) == MOST_WORDS
