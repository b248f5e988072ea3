"""Sound is found by its energy alone: when it begins, when it has ended, and what is none."""

import numpy as np
import pytest

from telephony.audio import FRAME_BYTES, FRAME_S, SAMPLE_RATE_HZ
from telephony.simulated.soundmarks import LOUD_DBFS, OVER_S, Mark, SoundMarks

pytestmark = pytest.mark.unit


def tone(seconds: float, dbfs: float) -> bytes:
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave = np.sin(2 * np.pi * 440 * t) * np.sqrt(2) * 32768 * 10 ** (dbfs / 20)
    return wave.astype("<i2").tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * SAMPLE_RATE_HZ))


def heard(pcm: bytes) -> list[Mark]:
    marks = SoundMarks()
    found: list[Mark] = []
    for number, start in enumerate(range(0, len(pcm), FRAME_BYTES)):
        found += marks.hear(number * FRAME_S, pcm[start : start + FRAME_BYTES])
    return found


def test_a_word_is_marked_where_it_begins_and_ends_to_ten_milliseconds() -> None:
    on, off = heard(silence(0.2) + tone(0.31, -20) + silence(0.5))
    assert on == Mark(pytest.approx(0.2, abs=0.011), on=True)  # type: ignore[arg-type]
    assert off == Mark(pytest.approx(0.51, abs=0.011), on=False)  # type: ignore[arg-type]


def test_comfort_noise_is_no_sound_and_what_is_just_louder_than_the_bound_is() -> None:
    noise = np.random.default_rng(1).normal(0, 32768 * 10 ** (-56 / 20), SAMPLE_RATE_HZ)
    assert heard(noise.astype("<i2").tobytes()) == []
    assert heard(tone(0.3, LOUD_DBFS - 1) + silence(0.2)) == []
    assert len(heard(tone(0.3, LOUD_DBFS + 1) + silence(0.2))) == 2


def test_a_click_is_no_sound() -> None:
    assert heard(silence(0.1) + tone(0.02, -10) + silence(0.3)) == []


def test_stretches_apart_by_more_than_a_moment_are_two() -> None:
    gap_s = OVER_S + 0.04
    assert [mark.on for mark in heard(tone(0.2, -20) + silence(gap_s) + tone(0.2, -20) + silence(0.2))] == [
        True,
        False,
        True,
        False,
    ]


def test_a_network_that_brings_nothing_for_a_while_is_silent() -> None:
    marks = SoundMarks()
    marks.hear(0.0, tone(0.1, -20))
    assert marks.on
    ticks = [marks.hear(0.1 + FRAME_S * number, b"") for number in range(5)]
    assert [mark for found in ticks for mark in found] == [Mark(pytest.approx(0.1), on=False)]  # type: ignore[arg-type]
