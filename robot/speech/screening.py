"""Is there a person in this sound? Asked before the words are believed.

Recognizers hear words in anything. Three properties set speech apart from what a line also carries, measured in the
telephone band (300-3400 Hz) on 188 noisy utterances against 36 noises (tests/speech/noises.py):

                                        speech        steady noise   tones, ringback   coughs, clicks
    level swings (syllables, pauses)    >= 27 dB      <= 4 dB        any               any
    energy gathers in few harmonics     >= 0.61       <= 0.28        ~1                ~0.19
    spectrum changes between frames     >= 0.07       ~0.5           ~0                ~0.5

Where the energy gathers is asked of the loudest frames alone: a short "да" in noise has few that are not noise. Answers
of one word in noise at 10 dB below the voice swing by 10 dB and more.
"""

from __future__ import annotations

import numpy as np

from robot.speech.pcm import LINE_RATE_HZ, to_samples
from robot.speech.vad import voiced_ms

SHORTEST_SPEECH_MS = 80
"""A short "да" has more voice than this."""

_LEAST_SWING_DB = 8.0
_LEAST_CHANGE = 0.04
_LEAST_GATHERED = 0.42
_LOUD = 0.05  # of the loudest frame's energy
_LOUDEST = 0.25
_FRAME = 512  # 64 ms: resolves the harmonics of a low voice
_LEVEL_FRAME = 160  # 20 ms: resolves syllables
_FLOOR = 1e-10


def sounds_like_speech(pcm: bytes) -> bool:
    """False for silence, line noise, hum, tones, ringback, clicks. Whole utterances, not single frames."""
    if voiced_ms(pcm) < SHORTEST_SPEECH_MS:
        return False
    samples = to_samples(pcm)
    if len(samples) < 2 * _FRAME:
        samples = np.pad(samples, (0, 2 * _FRAME - len(samples)))
    return _swing_db(samples) >= _LEAST_SWING_DB and _has_moving_harmonics(samples)


def _band(samples: np.ndarray, frame: int) -> np.ndarray:
    """Power spectra in the telephone band, shape (frames, bins)."""
    framed = samples[: len(samples) // frame * frame].reshape(-1, frame) * np.hanning(frame)
    low, high = 300 * frame // LINE_RATE_HZ, 3400 * frame // LINE_RATE_HZ
    return np.asarray(np.abs(np.fft.rfft(framed, axis=1)[:, low : high + 1]) ** 2)


def _swing_db(samples: np.ndarray) -> float:
    level = 10.0 * np.log10(_band(samples, _LEVEL_FRAME).sum(axis=1) + _FLOOR)
    return float(np.quantile(level, 0.95) - np.quantile(level, 0.10))


def _has_moving_harmonics(samples: np.ndarray) -> bool:
    power = _band(samples, _FRAME)
    energy = power.sum(axis=1)
    loud = energy >= _LOUD * energy.max()
    shape = power[loud] / (energy[loud, None] + _FLOOR)
    loudest = shape[energy[loud] >= _LOUDEST * energy.max()]
    gathered = float(np.median(np.sort(loudest, axis=1)[:, -8:].sum(axis=1)))
    if gathered < _LEAST_GATHERED:
        return False
    bands = shape.shape[1] // 8
    coarse = shape[:, : bands * 8].reshape(len(shape), bands, 8).sum(axis=2)
    return len(coarse) < 2 or float(np.median(np.abs(np.diff(coarse, axis=0)).sum(axis=1))) >= _LEAST_CHANGE
