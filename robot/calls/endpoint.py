"""How long a pause is waited out before the robot takes its turn: from what was said, and how this client pauses."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from scripts_dialog.completeness import Completeness


@dataclass(frozen=True, slots=True)
class Waits:
    """Quiet after the last voice, in milliseconds, before the turn is the robot's.

    complete: people leave about 200 ms between turns (Stivers et al. 2009, PNAS 106/26). opening: on taking the
    telephone, where the words are not judged. margin: over a pause that this client has made `habit` times within his
    last sentences: one long pause is no habit yet.
    """

    complete_ms: int = 200
    brief_ms: int = 350
    bare_ms: int = 370
    open_ms: int = 450
    unclear_ms: int = 660
    unfinished_ms: int = 1100
    opening_ms: int = 500
    most_ms: int = 1500
    margin: float = 1.15
    cut_off_ms: int = 100
    habit: int = 2
    remembered: int = 4


_MAY_GO_ON = frozenset({Completeness.OPEN, Completeness.UNCLEAR, Completeness.UNFINISHED})


class Habits:
    """One client's way of pausing, learnt in the call."""

    def __init__(self, waits: Waits | None = None) -> None:
        self._waits = waits or Waits()
        self._pauses: deque[int] = deque(maxlen=self._waits.remembered)
        self._cut_offs = 0

    def went_on(self, after_ms: int) -> None:
        """He paused for so long within a sentence."""
        self._pauses.append(after_ms)

    def was_cut_off(self) -> None:
        """The robot began while he had not finished."""
        self._cut_offs += 1

    def wait_ms(self, completeness: Completeness) -> int:
        waits = self._waits
        base = {
            Completeness.COMPLETE: waits.complete_ms,
            Completeness.BRIEF: waits.brief_ms,
            Completeness.BARE: waits.bare_ms,
            Completeness.OPEN: waits.open_ms,
            Completeness.UNCLEAR: waits.unclear_ms,
            Completeness.UNFINISHED: waits.unfinished_ms,
        }[completeness]
        base += waits.cut_off_ms * self._cut_offs
        if completeness in _MAY_GO_ON and len(self._pauses) >= waits.habit:
            base = max(base, int(waits.margin * sorted(self._pauses)[-waits.habit]))
        return min(base, waits.most_ms)

    @property
    def opening_ms(self) -> int:
        return self._waits.opening_ms
