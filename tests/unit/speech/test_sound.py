"""Samples, loudness, voice activity, and telling speech from noise."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from robot.speech.errors import SynthesisFailed
from robot.speech.mastering import TARGET_DBFS, master, master_file
from robot.speech.pcm import resample, to_pcm, to_samples
from robot.speech.screening import sounds_like_speech
from robot.speech.vad import FRAME_BYTES, VoiceActivity, voiced_ms
from telephony.simulated.soundmarks import SoundMarks
from tests.speech.accuracy import read_line_audio
from tests.speech.noises import noises

pytestmark = pytest.mark.unit

FIXTURES = Path(__file__).parents[2] / "fixtures" / "speech_dev"


def _phrase(rate: int, amplitude: float) -> np.ndarray:
    """A second of silence, a second of a swelling tone, a second of silence."""
    time = np.arange(rate) / rate
    tone = amplitude * np.sin(2 * np.pi * 440 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))
    return np.concatenate([np.zeros(rate), tone, np.zeros(rate)]).astype(np.float32)


def _level_db(pcm: bytes) -> float:
    samples = to_samples(pcm)[800:-800]
    return float(10 * np.log10(np.mean(samples**2)))


def test_samples_survive_the_way_there_and_back_and_a_cut_byte_is_dropped() -> None:
    pcm = np.array([0, 1, -1, 32767, -32768], "<i2").tobytes()
    assert to_pcm(to_samples(pcm)) == pcm
    assert to_pcm(to_samples(pcm + b"\x01")) == pcm


def test_what_is_too_loud_is_clipped_and_never_wraps() -> None:
    assert np.frombuffer(to_pcm(np.array([2.0, -2.0], np.float32)), "<i2").tolist() == [32767, -32768]


def test_resampling_keeps_the_duration_and_the_tone() -> None:
    wide = resample(_phrase(8000, 0.5), 8000, 16000)
    assert abs(len(wide) - 48000) <= 2
    spectrum = np.abs(np.fft.rfft(wide[16000:32000]))
    assert int(np.argmax(spectrum)) == 440


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100])
def test_a_mastered_phrase_has_one_loudness_at_any_rate_no_long_edges_and_no_clicks(rate: int) -> None:
    quiet, loud = master(_phrase(rate, 0.01), rate), master(_phrase(rate, 0.9), rate)
    assert abs(_level_db(quiet) - _level_db(loud)) < 0.5
    assert abs(_level_db(loud) - TARGET_DBFS) < 3
    assert 1.0 <= len(loud) / 16000 < 1.3, "a second of silence at either side is gone"
    samples = to_samples(loud)
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3


def _sounding_s(pcm: bytes) -> tuple[float, float]:
    """Silence before the first sound and after the last, as one hears them at the other end of the line."""
    marks = SoundMarks().hear(0.0, pcm + bytes(3200))
    return marks[0].at_s, len(pcm) / 16000 - marks[-1].at_s


def _voices() -> list[np.ndarray]:
    """Answers as they were said, each between two seconds of silence."""
    files = sorted(FIXTURES.glob("*.flac"))
    return [np.concatenate([np.zeros(8000), to_samples(read_line_audio(file)), np.zeros(8000)]) for file in files]


@pytest.mark.parametrize("noise", [0.0, 3e-4, 1e-3])
def test_a_phrase_begins_with_its_first_sound_and_ends_soon_after_its_last(noise: float) -> None:
    rng = np.random.default_rng(7)
    mastered = [
        master((voice + noise * rng.standard_normal(len(voice))).astype(np.float32), 8000) for voice in _voices()
    ]
    edges = [_sounding_s(pcm) for pcm in mastered]
    assert max(lead for lead, _ in edges) <= 0.01
    assert max(tail for _, tail in edges) <= 0.06


def test_a_weak_first_consonant_is_kept_and_lifted_to_where_it_is_heard() -> None:
    hiss = 10 ** (-52 / 20) * np.random.default_rng(3).standard_normal(800)
    spoken = np.concatenate([np.zeros(4000), hiss, np.zeros(320), _phrase(8000, 0.14)[8000:16000], np.zeros(4000)])
    pcm = master(spoken.astype(np.float32), 8000)
    assert _sounding_s(pcm)[0] <= 0.01
    samples = to_samples(pcm)
    assert -43 < 10 * np.log10(np.mean(samples[:800] ** 2)) < -33, "the hiss"
    assert np.abs(samples[880:1080]).max() < 0.001, "the mouth is closed between the hiss and the vowel"
    assert abs(len(pcm) / 16000 - 1.18) < 0.02


def test_a_click_before_the_speech_is_not_its_beginning() -> None:
    phrase = _phrase(8000, 0.3)
    phrase[2000:2016] = 0.5
    pcm = master(phrase, 8000)
    assert len(pcm) / 16000 < 1.1
    assert _sounding_s(pcm)[0] <= 0.01


def test_edges_are_smooth() -> None:
    """No step at either end is greater than those inside the phrase."""
    for voice in _voices():
        steps = np.abs(np.diff(to_samples(b"\0\0" + master(voice, 8000) + b"\0\0")))
        assert max(steps[:24].max(), steps[-320:].max()) <= steps[24:-320].max()
        assert max(steps[0], steps[-1]) < 1e-3


def test_peaks_do_not_reach_the_clipping_point() -> None:
    spiky = _phrase(8000, 0.05)
    spiky[12000:12010] = 1.0
    assert np.abs(to_samples(master(spiky, 8000))).max() <= 0.71


@pytest.mark.parametrize(
    "bad", [np.zeros(8000, np.float32), np.zeros(0, np.float32), np.full(8000, np.nan, np.float32)]
)
def test_silence_and_nonsense_are_no_phrase(bad: np.ndarray) -> None:
    with pytest.raises(SynthesisFailed):
        master(bad, 8000)


def test_a_stereo_file_is_mixed_down_and_a_broken_one_refused() -> None:
    out = io.BytesIO()
    both = np.stack([_phrase(44100, 0.3), _phrase(44100, 0.3)], axis=1)
    soundfile.write(out, both, 44100, format="FLAC")
    assert 1.0 <= len(master_file(out.getvalue())) / 16000 < 1.3
    for broken in (b"", b"RIFF\0\0\0\0WAVE", out.getvalue()[:60]):
        with pytest.raises(SynthesisFailed):
            master_file(broken)


def test_a_frame_is_speech_only_when_it_is_voiced_and_loud_enough() -> None:
    speech = read_line_audio(FIXTURES / "004_elena_alaw.flac")
    assert voiced_ms(speech) >= 100
    faint = to_pcm(to_samples(speech) * np.float32(0.001))
    assert voiced_ms(faint) == 0
    activity = VoiceActivity()
    assert not activity.is_speech(bytes(FRAME_BYTES))
    with pytest.raises(ValueError, match="320"):
        activity.is_speech(b"\0" * 100)
    with pytest.raises(ValueError, match="aggressiveness"):
        VoiceActivity(4)


def test_every_recorded_answer_sounds_like_speech() -> None:
    files = sorted(FIXTURES.glob("*.flac"))
    assert len(files) >= 12
    assert [file.name for file in files if not sounds_like_speech(read_line_audio(file))] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_noise_sounds_like_speech(seed: int) -> None:
    assert [name for name, pcm in noises(seed) if sounds_like_speech(pcm)] == []


def test_speech_in_noise_is_still_speech() -> None:
    rng = np.random.default_rng(5)
    for file in sorted(FIXTURES.glob("*.flac")):
        voice = to_samples(read_line_audio(file))
        noise = rng.standard_normal(len(voice)).astype(np.float32) * np.std(voice) * np.float32(10 ** (-8 / 20))
        assert sounds_like_speech(to_pcm(voice + noise)), file.name


def test_scraps_of_audio_are_not_speech() -> None:
    assert not sounds_like_speech(b"")
    assert not sounds_like_speech(b"\x01")
    assert not sounds_like_speech(bytes(318))
