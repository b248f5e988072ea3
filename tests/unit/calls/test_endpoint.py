import pytest

from robot.calls.client_turns import adds_nothing, is_murmur
from robot.calls.endpoint import Habits, Waits
from scripts_dialog.completeness import Completeness

pytestmark = pytest.mark.unit


def test_the_less_finished_the_words_the_longer_the_pause_is_waited_out() -> None:
    waits = [Habits().wait_ms(one) for one in Completeness]

    assert waits == sorted(waits)
    assert waits[0] == Waits().complete_ms


def test_whoever_pauses_long_within_his_sentences_is_given_that_long_later() -> None:
    habits = Habits()
    habits.went_on(900)
    assert habits.wait_ms(Completeness.OPEN) == Waits().open_ms, "once is no habit"
    habits.went_on(100)
    habits.went_on(700)

    assert habits.wait_ms(Completeness.OPEN) == int(700 * Waits().margin)
    assert habits.wait_ms(Completeness.COMPLETE) == Waits().complete_ms, "what is complete needs no waiting"
    for _ in range(Waits().remembered):
        habits.went_on(100)
    assert habits.wait_ms(Completeness.OPEN) == Waits().open_ms, "and the habit is forgotten again"


def test_whoever_was_cut_off_is_given_more_time_in_everything_but_not_for_ever() -> None:
    habits = Habits()
    habits.was_cut_off()
    assert habits.wait_ms(Completeness.COMPLETE) == Waits().complete_ms + Waits().cut_off_ms

    for _ in range(50):
        habits.was_cut_off()
    assert all(habits.wait_ms(one) == Waits().most_ms for one in Completeness)


@pytest.mark.parametrize("text", ["Угу.", "ага", "да, да", "Так", "мм... да", "Понятно."])
def test_a_listener_murmurs(text: str) -> None:
    assert is_murmur(text)


@pytest.mark.parametrize("text", ["да, но не сегодня", "нет", "подождите", "так а сколько стоит", "да да да да да"])
def test_whoever_says_something_takes_the_turn(text: str) -> None:
    assert not is_murmur(text)


def test_a_sentence_heard_again_with_a_murmur_after_it_says_nothing_new() -> None:
    assert adds_nothing("Да, удобно. Угу.", "да, удобно")
    assert adds_nothing("да удобно", "да, удобно")
    assert not adds_nothing("да, удобно, но не сегодня", "да, удобно")
    assert not adds_nothing("нет", "да, удобно")
