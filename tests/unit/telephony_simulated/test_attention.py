"""When a listener thinks that the other one has finished. Time is an argument."""

from __future__ import annotations

import pytest

from telephony.simulated.attention import Attention
from telephony.simulated.subscriber import Said
from tests.contracts.people import tone

pytestmark = pytest.mark.unit

VOICE, NOTHING = tone(300.0, 0.02), bytes(320)
SHORT = Said("short", "Вы тут?")
LONG = Said("long", "Это длинная фраза, которая занимает не меньше трёх секунд, а то и больше.")


class Ear:
    """An attention and its clock."""

    def __init__(self) -> None:
        self.attention = Attention()
        self.now_s = 0.0

    def hear(self, sound: bytes, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.now_s = round(self.now_s + 0.02, 3)
            self.attention.hear(self.now_s, sound)

    def quiet_until_finished(self) -> float:
        for step in range(200):
            if self.attention.finished:
                return step * 0.02
            self.hear(NOTHING, 0.02)
        return float("inf")


def test_nothing_said_never_ends() -> None:
    ear = Ear()
    ear.attention.told(SHORT)
    assert ear.quiet_until_finished() == float("inf")


def test_a_click_is_no_speech() -> None:
    ear = Ear()
    ear.hear(VOICE, 0.06)
    assert ear.quiet_until_finished() == float("inf")


def test_a_whole_phrase_ends_sooner_than_one_that_breaks_off() -> None:
    whole, broken = Ear(), Ear()
    for ear, seconds in ((whole, 5.0), (broken, 2.0)):
        ear.attention.told(LONG)
        ear.hear(VOICE, seconds)
    assert 0.28 <= whole.quiet_until_finished() <= 0.34
    assert 0.88 <= broken.quiet_until_finished() <= 0.94


def test_a_phrase_announced_is_waited_for_before_the_last_one_is_answered() -> None:
    ear = Ear()
    ear.attention.told(SHORT)
    ear.hear(VOICE, 1.0)
    ear.quiet_until_finished()
    ear.attention.told(LONG)
    assert not ear.attention.finished
    assert 0.4 <= ear.quiet_until_finished() <= 0.6
    assert ear.attention.heard == [SHORT], "the announced one never came"


def test_what_is_answered_is_answered_once_and_what_comes_next_is_kept() -> None:
    ear = Ear()
    ear.attention.told(SHORT)
    ear.hear(VOICE, 1.0)
    ear.quiet_until_finished()
    ear.attention.told(LONG)
    ear.attention.answered()
    assert not ear.attention.finished
    ear.hear(VOICE, 5.0)
    ear.quiet_until_finished()
    assert ear.attention.heard == [LONG]


def test_the_rest_of_an_interrupted_phrase_is_not_answered() -> None:
    ear = Ear()
    ear.attention.told(LONG)
    ear.hear(VOICE, 1.0)
    ear.attention.answered()
    ear.hear(VOICE, 1.0)
    assert ear.quiet_until_finished() == float("inf")
    ear.attention.told(SHORT)
    ear.hear(VOICE, 1.0)
    assert ear.quiet_until_finished() < 0.4
    assert ear.attention.heard == [SHORT]


def test_somebody_speaks_through_the_gaps_between_his_words() -> None:
    attention = Attention()
    speaking = []
    for tick in range(60):
        in_a_gap = tick % 12 >= 8
        speaking.append(attention.hear(tick * 0.02, NOTHING if in_a_gap or tick >= 44 else VOICE))
    assert all(speaking[:50])
    assert not any(speaking[56:])


def test_a_murmur_has_time_in_the_first_part_of_a_long_phrase_only() -> None:
    ear = Ear()
    assert not ear.attention.far_from_end
    ear.attention.told(LONG)
    ear.hear(VOICE, 1.0)
    assert ear.attention.far_from_end
    ear.hear(VOICE, 3.0)
    assert not ear.attention.far_from_end


def test_odd_and_empty_sound_is_harmless() -> None:
    attention = Attention()
    for sound in (b"", b"\x01", b"\x01\x02\x03", VOICE * 5):
        attention.hear(0.0, sound)
    assert attention.silent_since_s is None
