"""Whether something grows with time, and how sure that is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SURE = 1.96
"""Standard errors on either side that hold the truth 95 times of 100."""


@dataclass(frozen=True, slots=True)
class Growth:
    """per_hour: slope of the straight line through the samples. spread: so much more or less it may be (95 of 100);
    None of fewer than three samples."""

    per_hour: float
    spread: float | None

    def as_json(self, digits: int = 2) -> dict[str, float | None]:
        spread = None if self.spread is None else round(self.spread, digits)
        return {"per_hour": round(self.per_hour, digits), "spread": spread}


def growth(minutes: Sequence[float], values: Sequence[float]) -> Growth | None:
    """Of values at these minutes; None of fewer than two."""
    if len(values) < 2:
        return None
    hours, found = np.asarray(minutes, dtype=np.float64) / 60, np.asarray(values, dtype=np.float64)
    from_middle = hours - hours.mean()
    across = float((from_middle**2).sum())
    slope = float((from_middle * found).sum()) / across
    if len(values) < 3:
        return Growth(slope, None)
    off = found - found.mean() - slope * from_middle
    error = (float((off**2).sum()) / (len(values) - 2) / across) ** 0.5
    return Growth(slope, SURE * error)


def by_minute(samples: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """The median of each minute's samples (seconds, value), at the minute's middle."""
    minutes: dict[int, list[float]] = {}
    for at_s, value in samples:
        minutes.setdefault(int(at_s // 60), []).append(value)
    return [minute + 0.5 for minute in minutes], [float(np.median(values)) for values in minutes.values()]
