"""The outline of a recording, for drawing it: worked out once, kept beside the file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from robot.calls.recordings import read
from telephony.audio import SAMPLE_RATE_HZ

KEPT = ".peaks.json"
MOST = 2000
"""Points of one side: more than a screen has."""
SHORTEST_MS = 50
FULL = 100


@dataclass(frozen=True, slots=True)
class Peaks:
    """The loudest sample of each stretch of step_ms, 0..100 of full scale, of both sides."""

    step_ms: int
    length_ms: int
    client: Sequence[int]
    robot: Sequence[int]


def peaks_of(recording: Path) -> Peaks:
    """Blocking. recording: as attempts name it; what was worked out before is taken from beside it. Raises
    RecordingUnreadable."""
    kept = recording.with_suffix(KEPT)
    try:
        return Peaks(**json.loads(kept.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):  # not there yet, or cut off by a crash
        peaks = _worked_out(recording)
    _keep(kept, peaks)
    return peaks


def _worked_out(recording: Path) -> Peaks:
    sides = read(recording)
    length_ms = len(sides.client) * 1000 // SAMPLE_RATE_HZ
    step_ms = max(SHORTEST_MS, -(-length_ms // MOST))
    return Peaks(step_ms, length_ms, _outline(sides.client, step_ms), _outline(sides.robot, step_ms))


def _outline(side: npt.NDArray[np.int16], step_ms: int) -> list[int]:
    step = step_ms * SAMPLE_RATE_HZ // 1000
    loud = np.abs(side.astype(np.int32))
    whole = np.pad(loud, (0, -len(loud) % step)).reshape(-1, step).max(axis=1)
    return [int(peak) for peak in np.minimum(FULL, np.rint(whole * FULL / np.iinfo(np.int16).max))]


def _keep(file: Path, peaks: Peaks) -> None:
    """Replaces atomically. A folder that takes nothing is no reason to show nothing."""
    part = file.with_suffix(".part")
    try:
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(peaks), separators=(",", ":")), encoding="ascii")
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
