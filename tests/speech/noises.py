"""Sounds of a telephone line without a person in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from robot.speech.pcm import LINE_RATE_HZ, to_pcm

_SPEECH = Path(__file__).parents[1] / "fixtures" / "speech_dev"


def pink(rng: np.random.Generator, count: int) -> np.ndarray:
    """Noise of standard deviation 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), count)
    return np.asarray(noise / np.std(noise))


def _bursts(rng: np.random.Generator, count: int) -> np.ndarray:
    """Coughs, or a receiver put down: 0.2 s of decaying noise twice a second."""
    sound = np.zeros(count)
    for start in range(1000, count - 2000, 4000):
        sound[start : start + 1600] = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 400)
    return sound


def _breath(rng: np.random.Generator, count: int) -> np.ndarray:
    """Into the receiver: noise that swells and falls every second and a half."""
    time = np.arange(count) / LINE_RATE_HZ
    return pink(rng, count) * np.sin(np.pi * time / 1.5) ** 4


def _music(rng: np.random.Generator, count: int) -> np.ndarray:
    """On hold: a melody with three overtones over chords, four notes a second."""
    time = np.arange(count) / LINE_RATE_HZ
    sound = np.zeros(count)
    for start in range(0, count, LINE_RATE_HZ // 4):
        note, end = 440 * 2 ** (rng.integers(0, 13) / 12), start + LINE_RATE_HZ // 4
        decay = np.exp(-(time[start:end] - time[start]) * 6)
        for part in (note, note / 2, note / 2 * 1.26, note / 2 * 1.5):
            sound[start:end] += decay * sum(np.sin(2 * np.pi * part * k * time[start:end]) / k for k in (1, 2, 3))
    return sound / np.abs(sound).max()


def _babble(rng: np.random.Generator, count: int) -> np.ndarray:
    """A television in the next room: eight voices at once, their consonants lost in the wall."""
    voices = [sound for file in sorted(_SPEECH.glob("*.flac")) for sound in (soundfile.read(file)[0],)]
    sound = np.zeros(count)
    for _ in range(8):
        sound += np.resize(np.roll(voices[rng.integers(len(voices))], rng.integers(LINE_RATE_HZ)), count)
    wall = np.fft.rfft(sound)
    wall[int(900 * count / LINE_RATE_HZ) :] = 0
    sound = np.fft.irfft(wall, count)
    return np.asarray(sound / np.std(sound))


def backgrounds(seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """(name, line PCM): what has a voice's swings and harmonics and still is no answer. In three lengths."""
    rng = np.random.default_rng(seed)
    for seconds in (1.0, 2.0, 4.0):
        count = int(LINE_RATE_HZ * seconds)
        sounds = {
            "breath": 0.05 * _breath(rng, count),
            "music": 0.2 * _music(rng, count),
            "music, faint": 0.03 * _music(rng, count),
            "television": 0.02 * _babble(rng, count),
        }
        for name, sound in sounds.items():
            yield f"{name}, {seconds:g} s", to_pcm(sound.astype(np.float32))


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
            "pink, faint": 0.003 * pink(rng, count),
            "pink": 0.03 * pink(rng, count),
            "pink, loud": 0.1 * pink(rng, count),
            "ringback": 0.2 * np.sin(2 * np.pi * 425 * time) * (time % 1 < 0.8),
            "hum": 0.2 * np.sin(2 * np.pi * 50 * time),
            "chord": 0.1
            * sum(np.sin(2 * np.pi * f * (1 + 0.2 * ((time * 3).astype(int) % 4)) * time) for f in (220, 277)),
            "cough": 0.3 * _bursts(rng, count),
            "dtmf": 0.2 * (np.sin(2 * np.pi * 770 * time) + np.sin(2 * np.pi * 1336 * time)),
        }
        for name, sound in sounds.items():
            yield f"{name}, {seconds:g} s", to_pcm(sound.astype(np.float32))
