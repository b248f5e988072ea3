"""Sounds of a client who leaves the turn where it is: closed lips, coughs, breath, clicks, bursts on the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from robot.speech.pcm import LINE_RATE_HZ, to_pcm

_NASAL = ((260.0, 60.0), (1050.0, 150.0), (2300.0, 250.0))
"""Formants of closed lips, (Hz, bandwidth); the mouth behind them takes away what lies about 850 Hz."""


def _resonance(hertz: np.ndarray, formants: Sequence[tuple[float, float]]) -> np.ndarray:
    """Gain of resonators in a row, 1 at 0 Hz."""
    gain = np.ones_like(hertz)
    for centre, width in formants:
        gain *= centre**2 / np.hypot(centre**2 - hertz**2, width * hertz)
    return gain


def _swell(count: int, rise_s: float, fall_s: float) -> np.ndarray:
    at = np.arange(count) / LINE_RATE_HZ
    return np.clip(np.minimum(at / rise_s, (at[-1] - at) / fall_s), 0.0, 1.0)


def hum(rng: np.random.Generator, pitch_hz: float, seconds: float) -> np.ndarray:
    """ "Мм": a voice behind closed lips, gliding a little."""
    count = int(seconds * LINE_RATE_HZ)
    pitch = pitch_hz * np.linspace(1.0, 1.0 + rng.uniform(-0.15, 0.3), count)
    turns = np.cumsum(pitch) / LINE_RATE_HZ
    sound = np.zeros(count)
    for order in range(1, int(3400 / pitch.max()) + 1):
        hertz = order * pitch
        mouth = np.minimum(1.0, np.abs(hertz - 850.0) / 400.0 + 0.15)
        sound += _resonance(hertz, _NASAL) * mouth / order**1.5 * np.cos(2 * np.pi * order * turns)
    return sound / np.abs(sound).max() * _swell(count, 0.03, 0.06)


def two_hums(rng: np.random.Generator, pitch_hz: float) -> np.ndarray:
    """ "Угу" behind closed lips: two syllables with a breath between them."""
    gap = 0.004 * rng.standard_normal(int(rng.uniform(0.04, 0.1) * LINE_RATE_HZ))
    first, second = hum(rng, pitch_hz, rng.uniform(0.12, 0.22)), hum(rng, 1.1 * pitch_hz, rng.uniform(0.18, 0.35))
    return np.concatenate((0.9 * first, gap, second))


def _shaped(rng: np.random.Generator, count: int, formants: Sequence[tuple[float, float]]) -> np.ndarray:
    """Noise of a throat: each formant beside the others."""
    hertz = np.fft.rfftfreq(count, 1 / LINE_RATE_HZ)
    gain = sum((_resonance(hertz, [one]) * one[1] / one[0] for one in formants), np.zeros_like(hertz))
    sound = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) * gain, count)
    return np.asarray(sound / np.abs(sound).max())


def cough(rng: np.random.Generator) -> np.ndarray:
    """Twice: the throat bursts open, breath follows."""
    formants = ((rng.uniform(450, 800), 300.0), (rng.uniform(1100, 1700), 300.0), (rng.uniform(2300, 3000), 400.0))
    count = int(rng.uniform(0.2, 0.4) * LINE_RATE_HZ)
    at = np.arange(count) / LINE_RATE_HZ
    once = _shaped(rng, count, formants) * (np.exp(-at / 0.05) + 0.3 * (1 - np.exp(-at / 0.03)) * np.exp(-at / 0.1))
    pause = np.zeros(int(rng.uniform(0.1, 0.3) * LINE_RATE_HZ))
    return np.concatenate((once, pause, 0.8 * once))


def breath(rng: np.random.Generator) -> np.ndarray:
    count = int(rng.uniform(0.4, 1.2) * LINE_RATE_HZ)
    return _shaped(rng, count, ((rng.uniform(500, 1500), 700.0), (2500.0, 900.0))) * np.hanning(count)


def click(rng: np.random.Generator) -> np.ndarray:
    sound = np.zeros(2400)
    for _ in range(rng.integers(1, 4)):
        at, length = int(rng.integers(0, 1500)), int(rng.integers(20, 200))
        sound[at : at + length] += rng.standard_normal(length) * np.exp(-4 * np.arange(length) / length)
    return sound / np.abs(sound).max()


def burst(rng: np.random.Generator) -> np.ndarray:
    """Of white noise: packets of the line lost, or a rustle."""
    count = int(rng.uniform(0.1, 0.8) * LINE_RATE_HZ)
    sound = rng.standard_normal(count) * _swell(count, 0.005, 0.01)
    return sound / np.abs(sound).max()


def murmurs(seed: int = 1, each: int = 10) -> Iterator[tuple[str, bytes]]:
    """(kind, line PCM): seven kinds, each on a faint noisy line, half a second of which comes before and after."""
    rng = np.random.default_rng(seed)
    for _ in range(each):
        kinds = {
            "hum, low": hum(rng, rng.uniform(90, 140), rng.uniform(0.2, 0.6)),
            "hum, high": hum(rng, rng.uniform(170, 250), rng.uniform(0.2, 0.6)),
            "two hums": two_hums(rng, rng.uniform(90, 220)),
            "cough": cough(rng),
            "breath": breath(rng),
            "click": click(rng),
            "burst": burst(rng),
        }
        for kind, sound in kinds.items():
            padded = np.pad(rng.uniform(0.08, 0.4) * sound, 4000)
            yield kind, to_pcm((padded + 0.001 * rng.standard_normal(len(padded))).astype(np.float32))
