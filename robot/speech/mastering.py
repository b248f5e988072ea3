"""From what a voice delivers to what the line plays: 8 kHz, one loudness, no clicks, no silence at the edges.

Silence before the first sound would be part of every answer's delay. So a phrase starts with its first sound, and a
weak first consonant (the "с" of "спасибо" lies 30 dB below the vowels once the line has taken its upper half away) is
lifted to where it is heard. The last sound fades out and is followed by nothing.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

from robot.speech.errors import SynthesisFailed
from robot.speech.pcm import LINE_RATE_HZ, Samples, resample, to_pcm

TARGET_DBFS = -20.0
"""Level of the speech itself. ITU-T G.101 and P.56 put nominal speech near -20..-26 dB; A-law clips at 0."""

PEAK_DBFS = -3.0
_QUIETEST_DBFS = -70.0
_WINDOW_S = 0.02
_STEP_S = 0.005
"""Edges are looked for in steps of this length."""
_STEP = int(_STEP_S * LINE_RATE_HZ)
_BEGINS_DB = -35.0
_ENDS_DB = -25.0
"""Where the first and the last sound lie, against the speech between them."""
_ABOVE_NOISE_DB = 8.0
_NOISIEST_DB = -20.0
_LASTING_S = 0.04
"""A shorter sound before the speech is a click, not its beginning."""
_LEAD_S = 0.002
_TAIL_S = 0.04
_FADE_IN_S = 0.003
_FADE_OUT_S = 0.04
_LIFTED_TO_DB = -18.0
_LIFT_AT_MOST_DB = 17.0
_LIFTED_S = 0.2


def master(samples: Samples, rate_hz: int) -> bytes:
    """Line PCM of one phrase; raises SynthesisFailed when there is no sound in it. samples: mono, -1..1."""
    if not np.all(np.isfinite(samples)):
        raise SynthesisFailed("the voice delivered numbers that are no sound")
    line = resample(np.ascontiguousarray(samples, dtype=np.float32), rate_hz, LINE_RATE_HZ)
    line, speech = _level(line - np.mean(line, dtype=np.float32) if len(line) else line)
    return to_pcm(_fade(_trim(line, speech)))


def master_file(audio: bytes) -> bytes:
    """The same for a whole audio file (WAV, FLAC, OGG) of any rate; several channels are mixed down.
    Raises SynthesisFailed for what is no audio file."""
    try:
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as broken:
        raise SynthesisFailed(f"no readable audio ({broken})") from broken
    return master(samples.mean(axis=1, dtype=np.float32), int(rate))


def _windows(samples: Samples, length_s: float = _WINDOW_S) -> Samples:
    """RMS of each window, shape (n // its samples,)."""
    size = int(length_s * LINE_RATE_HZ)
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt(np.mean(whole * whole, axis=1)), dtype=np.float32)


def _level(samples: Samples) -> tuple[Samples, float]:
    """The phrase at its final loudness, and the RMS of the speech in it."""
    loud = _windows(samples)
    if not len(loud) or loud.max() < _ratio(_QUIETEST_DBFS):
        raise SynthesisFailed("the voice delivered silence")
    spoken = loud[loud > loud.max() * _ratio(-20.0)]  # pauses inside a phrase must not raise its gain
    speech = float(np.sqrt(np.mean(spoken * spoken)))
    gain = min(_ratio(TARGET_DBFS) / speech, _ratio(PEAK_DBFS) / float(np.abs(samples).max()))
    return samples * np.float32(gain), speech * gain


def _trim(samples: Samples, speech: float) -> Samples:
    """From the first sound, lifted where it is weak, to the end of the last."""
    steps = np.maximum(_windows(samples, _STEP_S), 1e-9)
    level_db = 20.0 * np.log10(steps / speech)
    noise_db = min(float(np.percentile(level_db, 5)) + _ABOVE_NOISE_DB, _NOISIEST_DB)
    begins_db = max(_BEGINS_DB, noise_db)
    first = _first_lasting(level_db > begins_db)
    last = len(level_db) - 1 - _first_lasting(level_db[::-1] > max(_ENDS_DB, noise_db))
    start = max(0, first * _STEP - int(_LEAD_S * LINE_RATE_HZ))
    end = (last + 1) * _STEP + int(_TAIL_S * LINE_RATE_HZ)
    return (samples * _lift(level_db, first, begins_db, len(samples)))[start:end]


def _first_lasting(sounds: NDArray[np.bool_]) -> int:
    """The first step with sound in it and in most of those that follow; the first with sound where nothing lasts."""
    lasting = round(_LASTING_S / _STEP_S)
    following = np.convolve(sounds, np.ones(lasting))[lasting - 1 :]
    found = np.flatnonzero(sounds[: len(following)] & (following > lasting / 2))
    return int(found[0]) if len(found) else int(np.flatnonzero(sounds)[0])


def _lift(level_db: NDArray[np.float64], first: int, begins_db: float, length: int) -> Samples:
    """Gain of each sample: more than one only in what comes before the first strong sound."""
    head = level_db[first : first + round(_LIFTED_S / _STEP_S)]
    strong = np.flatnonzero(head > _LIFTED_TO_DB)
    head = head[: int(strong[0])] if len(strong) else head
    lift_db = np.zeros(len(level_db))
    lacking = np.where(head > begins_db, _LIFTED_TO_DB - head, 0.0)  # a closed mouth stays silent
    lift_db[first : first + len(head)] = np.clip(lacking, 0.0, _LIFT_AT_MOST_DB)
    lift_db[:first] = lift_db[first]
    middles = (np.arange(len(lift_db)) + 0.5) * _STEP
    return np.asarray(10.0 ** (np.interp(np.arange(length), middles, lift_db) / 20.0), dtype=np.float32)


def _fade(samples: Samples) -> Samples:
    faded = samples.copy()
    for edge, fade_s in ((faded, _FADE_IN_S), (faded[::-1], _FADE_OUT_S)):
        length = min(int(fade_s * LINE_RATE_HZ), len(samples) // 2)
        edge[:length] *= np.sin(np.linspace(0.0, np.pi / 2, length, dtype=np.float32)) ** 2
    return faded


def _ratio(db: float) -> float:
    return float(10.0 ** (db / 20.0))
