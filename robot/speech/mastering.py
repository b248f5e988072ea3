"""From what a voice delivers to what the line plays: 8 kHz, one loudness, no clicks, no long silence at the edges."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from robot.speech.errors import SynthesisFailed
from robot.speech.pcm import LINE_RATE_HZ, Samples, resample, to_pcm

TARGET_DBFS = -20.0
"""Level of the speech itself. ITU-T G.101 and P.56 put nominal speech near -20..-26 dB; A-law clips at 0."""

PEAK_DBFS = -3.0
_WINDOW_S = 0.02
_SILENCE_BELOW_PEAK_DB = 40.0
_LEAD_S = 0.04
_TAIL_S = 0.10
_FADE_S = 0.008
_QUIETEST_DBFS = -70.0


def master(samples: Samples, rate_hz: int) -> bytes:
    """Line PCM of one phrase; raises SynthesisFailed when there is no sound in it. samples: mono, -1..1."""
    if not np.all(np.isfinite(samples)):
        raise SynthesisFailed("the voice delivered numbers that are no sound")
    line = resample(np.ascontiguousarray(samples, dtype=np.float32), rate_hz, LINE_RATE_HZ)
    line = _trim(line - np.mean(line, dtype=np.float32) if len(line) else line)
    return to_pcm(_fade(_level(line)))


def master_file(audio: bytes) -> bytes:
    """The same for a whole audio file (WAV, FLAC, OGG) of any rate; several channels are mixed down.
    Raises SynthesisFailed for what is no audio file."""
    try:
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as broken:
        raise SynthesisFailed(f"no readable audio ({broken})") from broken
    return master(samples.mean(axis=1, dtype=np.float32), int(rate))


def _windows(samples: Samples) -> Samples:
    """RMS of each 20 ms, shape (n // 160,)."""
    size = int(_WINDOW_S * LINE_RATE_HZ)
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt(np.mean(whole * whole, axis=1)), dtype=np.float32)


def _trim(samples: Samples) -> Samples:
    loud = _windows(samples)
    if not len(loud) or loud.max() < _ratio(_QUIETEST_DBFS):
        raise SynthesisFailed("the voice delivered silence")
    sounding = np.flatnonzero(loud > loud.max() * _ratio(-_SILENCE_BELOW_PEAK_DB))
    size = int(_WINDOW_S * LINE_RATE_HZ)
    start = int(sounding[0]) * size - int(_LEAD_S * LINE_RATE_HZ)
    end = (int(sounding[-1]) + 2) * size + int(_TAIL_S * LINE_RATE_HZ)
    return samples[max(0, start) : end]


def _level(samples: Samples) -> Samples:
    loud = _windows(samples)
    speech = loud[loud > loud.max() * _ratio(-20.0)]  # pauses inside a phrase must not raise its gain
    gain = _ratio(TARGET_DBFS) / float(np.sqrt(np.mean(speech * speech)))
    return samples * np.float32(min(gain, _ratio(PEAK_DBFS) / float(np.abs(samples).max())))


def _fade(samples: Samples) -> Samples:
    length = min(int(_FADE_S * LINE_RATE_HZ), len(samples) // 2)
    ramp = np.sin(np.linspace(0.0, np.pi / 2, length, dtype=np.float32)) ** 2
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def _ratio(db: float) -> float:
    return float(10.0 ** (db / 20.0))
