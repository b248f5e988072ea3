"""The words of a recognizer that repeats itself or recites."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.speech.guards import collapse_repeats, is_caption, max_tokens, normalized

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Нет. Нет. Нет. Нет.", "Нет."),
        ("это дорого. Это дорого. Это", "это дорого."),
        ("отправьте на почту, отправьте на почту, отправьте на поч", "отправьте на почту,"),
        ("кто это? кто это? кто это? кто", "кто это?"),
        ("ну да да конечно", "ну да конечно"),
        ("всё все понятно", "всё понятно"),
        ("завтра в три", "завтра в три"),
        ("", ""),
    ],
)
def test_a_repeated_phrase_is_said_once(text: str, once: str) -> None:
    assert collapse_repeats(text, 2.0) == once


def test_a_telephone_number_keeps_its_repetitions_while_there_is_time_to_speak_them() -> None:
    number = "восемь восемьсот двадцать два двадцать два ноль ноль"
    assert collapse_repeats(number, 6.0) == number
    assert collapse_repeats("пять пять пять", 2.0) == "пять пять пять"


def test_numbers_faster_than_speech_are_a_repetition() -> None:
    assert collapse_repeats("двадцать два " * 12, 1.5) == "двадцать два"


def test_generation_that_was_cut_loses_its_second_beginning() -> None:
    assert collapse_repeats("отправьте на почту отправьте на", 2.0, cut=True) == "отправьте на почту"
    assert collapse_repeats("не могу не", 2.0, cut=False) == "не могу не"


def test_a_second_beginning_that_breaks_off_within_a_word_is_nobodys() -> None:
    again = "Перезвоните мне завтра в 12. Перезвоните мне зав"
    assert collapse_repeats(again, 3.0) == "Перезвоните мне завтра в 12."
    assert collapse_repeats("Перезвоните мне завтра. Перезвон", 3.0) == "Перезвоните мне завтра."
    assert collapse_repeats("Нет, давайте. Не", 3.0) == "Нет, давайте. Не"
    whole = "перезвоните мне завтра в десять перезвоните мне завтра"
    assert collapse_repeats(whole, 4.0) == whole, "whole words may have been said"


@given(
    st.lists(st.sampled_from(["да", "нет", "в", "три", "пять", "это", "Это.", "пятницу"]), max_size=24), st.booleans()
)
def test_nothing_is_invented_and_no_repetition_of_plain_words_is_left(words: list[str], cut: bool) -> None:
    kept = collapse_repeats(" ".join(words), 3.0, cut=cut).split()
    source = iter(words)
    assert all(word in source for word in kept), "words are kept in order, none is new"
    keys = normalized(" ".join(kept)).split()
    plain = {"да", "нет", "в", "это", "пятницу"}
    assert not [a for a, b in pairwise(keys) if a == b and a in plain]


def test_captions_are_no_answer() -> None:
    assert is_caption("ДИНАМИЧНАЯ МУЗЫКА")
    assert is_caption("Таааааааа")
    assert not is_caption("у нас играет музыка")
    assert not is_caption("ДА")
    assert is_caption("Субтитры сделал DimaTorzok")
    assert is_caption("Продолжение следует...")
    assert not is_caption("да, продолжайте")


def test_the_length_limit_leaves_room_for_one_word_and_grows_with_time() -> None:
    assert max_tokens(0.2) >= 8
    assert max_tokens(4.0) < 45
