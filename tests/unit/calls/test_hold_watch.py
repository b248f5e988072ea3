"""Ringback and music while the robot waits, and the voice that ends it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robot.calls.hold_watch import Hold, HoldWatch
from robot.speech.pcm import to_pcm
from telephony.audio import FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ
from tests.speech.accuracy import read_line_audio
from tests.speech.noises import noises
from tests.unit.calls.answers_set import SOUNDS
from tests.unit.calls.hold_sounds import music, ringback

pytestmark = pytest.mark.unit

SPEECH = sorted((Path(__file__).parents[2] / "fixtures" / "speech_dev").glob("*.flac"))
SECOND = 2 * SAMPLE_RATE_HZ


def heard(*parts: bytes) -> list[tuple[int, Hold]]:
    """(ms, what is heard from then on), for audio that comes frame by frame."""
    watch, found, at_ms = HoldWatch(), [(0, Hold.NONE)], 0
    pcm = b"".join(parts)
    for start in range(0, len(pcm), FRAME_BYTES):
        at_ms += FRAME_MS
        hold = watch.hear(pcm[start : start + FRAME_BYTES], at_ms)
        if hold is not found[-1][1]:
            found.append((at_ms, hold))
    return found


def speech() -> bytes:
    """The same voices one after another, without a rest."""
    return b"".join(read_line_audio(file) for file in SPEECH)


@pytest.mark.parametrize("seed", [1, 2])
def test_music_is_recognized_in_two_seconds_and_as_long_as_it_lasts(seed: int) -> None:
    for kind, pcm in music(seed, each=2):
        found = heard(pcm)
        assert [hold for _, hold in found] == [Hold.NONE, Hold.MUSIC], (kind, found)
        assert found[1][0] <= 2500, kind


def test_speech_is_no_music_however_long() -> None:
    assert heard(speech()) == [(0, Hold.NONE)]


def test_noises_silence_and_signals_are_no_music() -> None:
    for name, pcm in noises():
        if not name.startswith(("chord", "dtmf", "ringback")):
            assert heard(pcm) == [(0, Hold.NONE)], name
    assert heard(SOUNDS["busy"]) == [(0, Hold.NONE)]


def test_ringback_lasts_over_its_pauses() -> None:
    assert [hold for _, hold in heard(ringback(20))] == [Hold.NONE, Hold.RINGBACK]


def test_ringback_that_does_not_come_again_is_over() -> None:
    found = heard(ringback(5), bytes(3 * SECOND))
    assert [hold for _, hold in found] == [Hold.NONE, Hold.RINGBACK, Hold.NONE]
    assert 5000 <= found[-1][0] <= 6500


@pytest.mark.parametrize("file", SPEECH, ids=lambda file: file.stem)
def test_a_voice_ends_the_ringback(file: Path) -> None:
    found = heard(ringback(7.5), read_line_audio(file), bytes(2 * SECOND))
    assert [hold for _, hold in found] == [Hold.NONE, Hold.RINGBACK, Hold.NONE]
    assert found[-1][0] > 7500


def test_a_voice_ends_the_music() -> None:
    for kind, pcm in music(3, each=1, seconds=5):
        found = heard(pcm, speech()[: 6 * SECOND])
        assert [hold for _, hold in found] == [Hold.NONE, Hold.MUSIC, Hold.NONE], (kind, found)
        assert 5000 < found[-1][0] <= 7500, (kind, found)


def test_silence_ends_the_music() -> None:
    for kind, pcm in music(4, each=1, seconds=5):
        found = heard(pcm, bytes(2 * SECOND))
        assert [hold for _, hold in found] == [Hold.NONE, Hold.MUSIC, Hold.NONE], (kind, found)
        assert 5900 <= found[-1][0] <= 6500, kind


def test_an_announcement_between_music_is_speech() -> None:
    tunes = dict(music(5, each=1, seconds=5))
    found = [hold for _, hold in heard(tunes["song"], speech()[: 6 * SECOND], tunes["song"])]
    assert found == [Hold.NONE, Hold.MUSIC, Hold.NONE, Hold.MUSIC]


def test_frames_of_any_length_give_the_same() -> None:
    pcm = next(pcm for kind, pcm in music(6, each=1) if kind == "song")
    watch = HoldWatch()
    assert watch.hear(pcm, len(pcm) // 16) is Hold.MUSIC
    assert HoldWatch().hear(b"", 20) is Hold.NONE


def test_a_vowel_held_for_half_a_second_is_no_music() -> None:
    at = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    vowel = sum(0.05 / order * np.sin(2 * np.pi * 150 * order * at) for order in range(2, 20))
    assert heard(to_pcm(np.asarray(vowel, dtype=np.float32)), bytes(2 * SECOND)) == [(0, Hold.NONE)]
