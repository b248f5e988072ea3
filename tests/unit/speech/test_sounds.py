"""Quiet, voice or murmur, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from robot.speech.pcm import to_pcm, to_samples
from robot.speech.sounds import Sound, SoundDetector
from robot.speech.vad import FRAME_BYTES, FRAME_MS, VoiceActivity
from tests.speech.accuracy import read_line_audio
from tests.speech.murmurs import murmurs
from tests.speech.noises import noises

pytestmark = pytest.mark.unit

SPEECH = sorted((Path(__file__).parents[2] / "fixtures" / "speech_dev").glob("*.flac"))
WINDOW, ENOUGH = 6, 3


def frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]


def heard(pcm: bytes) -> list[Sound]:
    detector = SoundDetector()
    return [detector(frame) for frame in frames(pcm)]


def takes_the_turn(sounds: Sequence[Sound]) -> bool:
    """60 ms of voice within 120 ms."""
    return any(list(sounds[at : at + WINDOW]).count(Sound.VOICE) >= ENOUGH for at in range(len(sounds)))


def last_sound_ms(sounds: Sequence[object]) -> int:
    return max(FRAME_MS * (at + 1) for at, sound in enumerate(sounds) if sound)


@pytest.mark.parametrize("file", SPEECH, ids=lambda file: file.stem)
def test_speech_takes_the_turn(file: Path) -> None:
    assert takes_the_turn(heard(read_line_audio(file)))


@pytest.mark.parametrize("seed", [1, 2])
def test_murmurs_leave_the_turn_where_it_is(seed: int) -> None:
    taken = [kind for kind, pcm in murmurs(seed) if takes_the_turn(heard(pcm))]
    assert len(taken) <= 4, taken  # of 70


def test_a_murmur_is_a_sound_none_the_less() -> None:
    unheard = [kind for kind, pcm in murmurs(3) if kind not in {"click"} and Sound.MURMUR not in heard(pcm)]
    assert len(unheard) <= 4, unheard  # breath may stay below what the line carries


def test_noises_of_the_line_are_no_voice() -> None:
    kinds = ("chord", "dtmf")  # as periodic as a vowel, and as high
    taken = [name for name, pcm in noises() if not name.startswith(kinds) and takes_the_turn(heard(pcm))]
    assert taken == []


@pytest.mark.parametrize("file", SPEECH, ids=lambda file: file.stem)
def test_the_end_is_heard_no_later_than_by_the_plain_detector(file: Path) -> None:
    pcm = read_line_audio(file) + bytes(FRAME_BYTES * 20)
    plain = VoiceActivity()
    assert last_sound_ms(heard(pcm)) <= last_sound_ms([plain.is_speech(frame) for frame in frames(pcm)])


def test_the_end_is_heard_within_two_frames() -> None:
    """A vowel that stops at once on a quiet line, where the plain detector hangs on for 80 ms and more."""
    time = np.arange(4800) / 8000
    vowel = sum(0.1 / (1 + abs(n - 5)) * np.sin(2 * np.pi * 130 * n * time) for n in range(1, 20))
    rng = np.random.default_rng(4)
    sound = np.concatenate((np.zeros(4000), np.asarray(vowel), np.zeros(4000))) + 0.0005 * rng.standard_normal(12800)
    sounds = heard(to_pcm(sound.astype(np.float32)))
    assert 1100 <= last_sound_ms(sounds) <= 1140
    assert sounds[26:54].count(Sound.VOICE) >= 26


@pytest.mark.parametrize(("lowest_hz", "speaks"), [(2000, True), (0, False)], ids=["hiss", "rustle"])
def test_a_hiss_is_the_beginning_of_a_word_after_three_frames(lowest_hz: int, *, speaks: bool) -> None:
    rng = np.random.default_rng(6)
    spectrum = np.fft.rfft(rng.standard_normal(1600))
    spectrum[: 200 * lowest_hz // 1000] = 0.0
    noise = np.fft.irfft(spectrum)
    sound = np.concatenate((np.zeros(8000), 0.05 * noise / noise.std())) + 0.0005 * rng.standard_normal(9600)
    sounds = heard(to_pcm(sound.astype(np.float32)))[50:]
    assert Sound.VOICE not in sounds[:2]
    assert (sounds[3:].count(Sound.VOICE) >= ENOUGH) is speaks


def test_breath_and_coughs_are_no_hiss_on_a_line_that_hums() -> None:
    """Noise below 700 Hz hides what they have there."""
    rng = np.random.default_rng(5)
    taken = []
    for kind, pcm in murmurs(1):
        sound = np.pad(to_samples(pcm), (16000, 4000))
        spectrum = np.fft.rfft(rng.standard_normal(sound.size))
        hertz = np.fft.rfftfreq(sound.size, 1 / 8000)
        spectrum[(hertz < 100) | (hertz > 700)] = 0.0
        hum = np.fft.irfft(spectrum, sound.size)
        if takes_the_turn(heard(to_pcm((sound + 0.01 * hum / hum.std()).astype(np.float32)))):
            taken.append(kind)
    assert len(taken) <= 4, taken  # of 70


def test_a_hiss_that_lasts_is_the_wind_and_tells_nothing_of_the_voice() -> None:
    rng = np.random.default_rng(6)
    spectrum = np.fft.rfft(rng.standard_normal(24000))
    spectrum[: 3 * 2000] = 0.0
    wind = np.fft.irfft(spectrum)
    wind *= (1 + 0.5 * np.sin(np.arange(24000) / 900)) * 0.2 / wind.std()
    pcm = to_pcm((np.pad(wind, (8000, 4000)) + 0.0005 * rng.standard_normal(36000)).astype(np.float32))
    speech = to_pcm(to_samples(read_line_audio(SPEECH[0])) * np.float32(0.2))
    sounds = heard(pcm + speech)
    windy = len(pcm) // FRAME_BYTES
    assert sounds[:windy].count(Sound.VOICE) < windy // 3
    assert takes_the_turn(sounds[windy:])


def test_background_talk_is_a_murmur_once_the_client_was_heard() -> None:
    near = read_line_audio(SPEECH[0])
    far = to_pcm(to_samples(near) * np.float32(0.06))
    alone = heard(far)
    behind = heard(near + bytes(FRAME_BYTES * 10) + far)[len(near) // FRAME_BYTES + 10 :]
    assert alone.count(Sound.VOICE) >= ENOUGH
    assert not takes_the_turn(behind)


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        SoundDetector()(b"\0" * 318)
