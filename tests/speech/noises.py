"""Sounds of a telephone line without a person in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from robot.speech.pcm import LINE_RATE_HZ, to_pcm


def _pink(rng: np.random.Generator, count: int) -> np.ndarray:
    spectrum = np.fft.rfft(rng.standard_normal(count))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), count)
    return np.asarray(noise / np.std(noise))


def _bursts(rng: np.random.Generator, count: int) -> np.ndarray:
    """Coughs, or a receiver put down: 0.2 s of decaying noise twice a second."""
    sound = np.zeros(count)
    for start in range(1000, count - 2000, 4000):
        sound[start : start + 1600] = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 400)
    return sound


def noises(seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """(name, line PCM), 12 kinds in three lengths."""
    rng = np.random.default_rng(seed)
    for seconds in (1.0, 2.0, 4.0):
        count = int(LINE_RATE_HZ * seconds)
        time = np.arange(count) / LINE_RATE_HZ
        sounds = {
            "nothing": np.zeros(count),
            "white, faint": 0.003 * rng.standard_normal(count),
            "white": 0.03 * rng.standard_normal(count),
            "white, loud": 0.1 * rng.standard_normal(count),
            "pink, faint": 0.003 * _pink(rng, count),
            "pink": 0.03 * _pink(rng, count),
            "pink, loud": 0.1 * _pink(rng, count),
            "ringback": 0.2 * np.sin(2 * np.pi * 425 * time) * (time % 1 < 0.8),
            "hum": 0.2 * np.sin(2 * np.pi * 50 * time),
            "chord": 0.1
            * sum(np.sin(2 * np.pi * f * (1 + 0.2 * ((time * 3).astype(int) % 4)) * time) for f in (220, 277)),
            "cough": 0.3 * _bursts(rng, count),
            "dtmf": 0.2 * (np.sin(2 * np.pi * 770 * time) + np.sin(2 * np.pi * 1336 * time)),
        }
        for name, sound in sounds.items():
            yield f"{name}, {seconds:g} s", to_pcm(sound.astype(np.float32))
