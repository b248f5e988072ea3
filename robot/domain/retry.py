"""When a task is tried again. Pure: outcome, attempts so far and the time give the next due moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from robot.domain.calls import CallResult
from robot.domain.outcomes import Outcome

FAULT_PAUSE = timedelta(minutes=2)
"""After a fault of ours: soon, yet not in a loop."""

UNTIMED_CALLBACK = timedelta(days=1)
"""A client who said "call me later" and no time is called the next day at the same hour."""


def _ladder() -> dict[Outcome, timedelta]:
    return {
        Outcome.BUSY: timedelta(minutes=5),
        Outcome.NO_ANSWER: timedelta(hours=2),
        Outcome.VOICEMAIL: timedelta(days=1),
        Outcome.NOT_DECISION_MAKER: timedelta(days=1),
        Outcome.FAILED: timedelta(hours=1),
        Outcome.INTERRUPTED: timedelta(minutes=15),
    }


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Pause before the next attempt by outcome; an outcome that is not listed ends the task."""

    max_attempts: int = 3
    pauses: dict[Outcome, timedelta] = field(default_factory=_ladder)

    def next_due(self, result: CallResult, *, attempts: int) -> datetime | None:
        """When to dial again after the attempt number `attempts` (counted, this one included), or None: the task is
        done. A promised callback is kept even when the attempts are used up, never in the past; a fault of ours uses
        none up. The calling window is not looked at here: the queue moves a moment outside it to its next opening."""
        if result.outcome is Outcome.CALLBACK_SCHEDULED:
            promised = result.callback_at or result.ended_at + UNTIMED_CALLBACK
            return max(promised, result.ended_at)
        if not result.counts:
            return result.ended_at + FAULT_PAUSE
        pause = self.pauses.get(result.outcome)
        if pause is None or attempts >= self.max_attempts or result.reason == "unknown_number":
            return None
        return result.ended_at + pause
