"""Tokens on a path through the frames become words with their places."""

from __future__ import annotations

import pytest

from robot.speech.base import Word
from robot.speech.engines.whisper_alignment import words_of

pytestmark = pytest.mark.unit


def test_a_word_lasts_from_its_first_token_to_the_next_words_first() -> None:
    path = [(0, 5), (0, 6), (1, 10), (1, 11), (2, 20), (3, 30), (3, 31)]
    found = words_of(["да", "говорите"], [1, 2], path, [0.9, 0.25, 1.0])
    assert [(one.text, one.from_ms, one.to_ms) for one in found] == [("да", 100, 200), ("говорите", 200, 600)]
    assert [one.confidence for one in found] == pytest.approx([0.9, 0.5])


def test_a_word_the_model_cannot_spell_is_left_out() -> None:
    assert words_of(["да", "㐀"], [1, 0], [(0, 1), (1, 2)], [1.0]) == (Word("да", 20, 40, 1.0),)


def test_a_path_that_ends_early_leaves_the_rest_at_its_end() -> None:
    assert words_of(["а", "б"], [1, 1], [(0, 3)], [1.0, 0.5])[1].from_ms == 60
