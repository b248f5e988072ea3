"""What a secretary's exchange plays while she looks for her chief: several kinds of music, made here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from robot.calls.hold_music import hold_music
from robot.speech.pcm import LINE_RATE_HZ, to_pcm, to_samples

_A4_HZ = 440.0
_MAJOR = (0, 2, 4, 5, 7, 9, 11, 12)


def _hertz(step: float) -> float:
    return float(_A4_HZ * 2 ** (step / 12))


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * LINE_RATE_HZ)) / LINE_RATE_HZ


def _note(hertz: float, seconds: float, *, overtones: int = 5, decay: float = 0.0, vibrato: float = 0.0) -> np.ndarray:
    """vibrato: share of the pitch, at 5.5 Hz. decay: per second, 0 for an organ."""
    at = _time(seconds)
    pitch = hertz * (1 + vibrato * np.sin(2 * np.pi * 5.5 * at))
    turns = np.cumsum(pitch) / LINE_RATE_HZ
    orders = [order for order in range(1, overtones + 1) if order * hertz < 3700]
    wave = sum((np.sin(2 * np.pi * order * turns) / order for order in orders), np.zeros_like(at))
    edge = np.clip(np.minimum(at / 0.01, (seconds - at) / 0.02), 0.0, 1.0)
    return np.asarray(wave * edge * np.exp(-decay * at))


def _chord(root: float, seconds: float, **how: float) -> np.ndarray:
    steps = (root, root + 4, root + 7)
    return sum((_note(_hertz(step), seconds, **how) for step in steps), np.zeros(len(_time(seconds))))  # type: ignore[arg-type]


def _chords(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """An organ: one chord every one or two seconds."""
    length = rng.uniform(0.9, 2.0)
    count = int(seconds / length) + 1
    return np.concatenate([_chord(float(rng.integers(-14, -4)), length) for _ in range(count)])


def _arpeggio(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """A guitar: broken chords, four to six notes a second."""
    length, root = 1 / rng.uniform(4, 6), float(rng.integers(-14, -4))
    steps = [root + (0, 4, 7, 12, 7, 4)[place % 6] for place in range(int(seconds / length) + 1)]
    return np.concatenate([_note(_hertz(step), length, decay=3.0) for step in steps])


def _melody(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """A violin alone, bound notes with vibrato."""
    notes: list[np.ndarray] = []
    while sum(map(len, notes)) < seconds * LINE_RATE_HZ:
        step = -5 + _MAJOR[int(rng.integers(0, 8))]
        notes.append(_note(_hertz(step), float(rng.choice([0.4, 0.6, 1.0])), overtones=7, vibrato=0.008))
    return np.concatenate(notes)


def _beat(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Drums and a bass: 90 to 130 beats a minute."""
    beat = round(60 / rng.uniform(90, 130) * LINE_RATE_HZ)
    count = round(seconds * LINE_RATE_HZ)
    sound = np.zeros(count + beat)
    at = np.arange(beat) / LINE_RATE_HZ
    kick = np.sin(2 * np.pi * (60 + 120 * np.exp(-30 * at)) * at) * np.exp(-12 * at)
    snare = rng.standard_normal(beat) * np.exp(-18 * at)
    hat = np.diff(rng.standard_normal(beat + 1)) * np.exp(-60 * at)
    root = float(rng.integers(-36, -26))
    for place, start in enumerate(range(0, count, beat)):
        bass = _note(_hertz(root + (0, 0, 5, 7)[place // 4 % 4]), beat / LINE_RATE_HZ, overtones=8, decay=3.0)
        drums = (kick if place % 2 == 0 else 0.6 * snare) + 0.15 * hat
        drums[beat // 2 :] += 0.15 * hat[: beat - beat // 2]
        stop = min(beat, len(bass))
        sound[start : start + stop] += drums[:stop] + 0.5 * bass[:stop]
    return sound[:count]


def _song(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Chords and a tune over the beat."""
    count = round(seconds * LINE_RATE_HZ)
    chords, tune, beat = (make(rng, seconds)[:count] for make in (_chords, _melody, _beat))
    return np.asarray(0.5 * chords + 0.6 * tune[:count] + beat)


def _line(rng: np.random.Generator, sound: np.ndarray) -> bytes:
    """300-3400 Hz, a level between -32 and -16 dBFS, faint noise."""
    hertz = np.fft.rfftfreq(len(sound), 1 / LINE_RATE_HZ)
    band = 1 / np.sqrt(1 + (300 / np.maximum(hertz, 1.0)) ** 8) / np.sqrt(1 + (hertz / 3400) ** 16)
    narrow = np.fft.irfft(np.fft.rfft(sound) * band, len(sound))
    narrow *= 10 ** (rng.uniform(-32, -16) / 20) / np.std(narrow)
    return to_pcm((narrow + 0.001 * rng.standard_normal(len(narrow))).astype(np.float32))


def ringback(seconds: float = 10.0) -> bytes:
    at = _time(seconds)
    return to_pcm((0.15 * np.sin(2 * np.pi * 425 * at) * (at % 5 < 1)).astype(np.float32))


def music(seed: int = 1, each: int = 3, seconds: float = 8.0) -> Iterator[tuple[str, bytes]]:
    """(kind, line PCM): six kinds."""
    rng = np.random.default_rng(seed)
    kinds = {"chords": _chords, "arpeggio": _arpeggio, "melody": _melody, "beat": _beat, "song": _song}
    for _ in range(each):
        for kind, make in kinds.items():
            yield kind, _line(rng, make(rng, seconds)[: round(seconds * LINE_RATE_HZ)])
        tune = np.tile(to_samples(hold_music()), 2)
        start = int(rng.integers(0, len(tune) // 2))
        yield "ours", _line(rng, tune[start : start + round(seconds * LINE_RATE_HZ)])
