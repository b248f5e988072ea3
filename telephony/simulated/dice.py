"""Chance that repeats: every draw depends on the key, on what it is for and on how often that was drawn, and on nothing
else. So a person's choices are the same whatever the jitter of a real clock did to their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    def __init__(self, key: str) -> None:
        self._key = key
        self._drawn: Counter[str] = Counter()

    def _random(self, purpose: str) -> Random:
        self._drawn[purpose] += 1
        return Random(f"{self._key}/{purpose}/{self._drawn[purpose]}")

    def between(self, purpose: str, bounds: tuple[float, float]) -> float:
        return self._random(purpose).uniform(*bounds)

    def one_of(self, purpose: str, options: Sequence[T]) -> T:
        return self._random(purpose).choice(options)

    def chance(self, purpose: str, probability: float) -> bool:
        return self._random(purpose).random() < probability
