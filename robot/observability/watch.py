"""Call events turned into metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from robot.calls.events import Answered, BargedIn, CallEnded, CallEvent, ClientHeard, Dialing, PhraseStarted, TurnEnded
from robot.domain.calls import CallResult, CallTask, Turn, TurnEnding
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.goals import reached
from robot.domain.priorities import CALLBACK_TOLERANCE, PRIORITY_REQUEST, REQUEST_DEADLINE, deadline
from robot.observability.metrics import ANSWERED, DIAL_RESULTS, ENDED_BY, OTHER, Metrics


class MetricsObserver:
    """A call observer. `engine` is the recognizer's name."""

    def __init__(self, metrics: Metrics, engine: str, now: Callable[[], datetime] = utc_now) -> None:
        self._metrics = metrics
        self._recognition = metrics.recognition.labels(engine)
        self._now = now
        self._came_in: set[UUID] = set()
        self._answered: set[UUID] = set()
        self._talked: set[UUID] = set()

    def __call__(self, event: CallEvent) -> None:
        metrics = self._metrics
        match event:
            case Dialing():
                metrics.calls.labels("ringing").inc()
                self._dialing(event)
            case Answered():
                self._answered.add(event.attempt_id)
                metrics.calls.labels("ringing").dec()
                metrics.calls.labels("talking").inc()
            case PhraseStarted(response_ms=int(response_ms)):
                metrics.response.observe(response_ms / 1000)
                if event.to_yes_no:
                    metrics.response_yes_no.observe(response_ms / 1000)
            case BargedIn(stop_ms=stop_ms):
                metrics.barge_in_stop.observe(stop_ms / 1000)
            case ClientHeard(took_s=took_s):
                self._recognition.observe(took_s)
            case TurnEnded(turn=turn) if turn.ending is not None:
                self._turn_ended(event.attempt_id, turn, turn.ending)
            case CallEnded():
                self._ended(event)

    def _dialing(self, event: Dialing) -> None:
        if event.came_in:
            self._came_in.add(event.attempt_id)
        else:
            self._promise(event.claimed.task)

    def _promise(self, task: CallTask) -> None:
        """How a promise to ring was kept; a request is one until it rang once."""
        by = task.deadline_at or deadline(task.priority, task.due_at)
        if by is None:
            return
        if task.priority < PRIORITY_REQUEST:
            late = self._now() - (by - CALLBACK_TOLERANCE)
            self._metrics.plan.callback_lateness.observe(max(0.0, late.total_seconds()))
        elif task.attempts == 0:
            waited = self._now() - (by - REQUEST_DEADLINE)
            self._metrics.plan.request_to_ring.observe(max(0.0, waited.total_seconds()))

    def _turn_ended(self, attempt_id: UUID, turn: Turn, ending: TurnEnding) -> None:
        self._metrics.turns.labels(ending.value).inc()
        if ending is TurnEnding.ANSWERED:
            self._talked.add(attempt_id)
        # A turn whose answer was taken up too early ends once more for each time.
        self._metrics.false_starts.inc(bool(turn.false_starts))
        self._metrics.interruptions.inc(turn.interrupted and not turn.false_starts)

    def _ended(self, event: CallEnded) -> None:
        metrics, result = self._metrics, event.result
        # A fault of ours ends an answered call without the time of its answer.
        was_answered = event.attempt_id in self._answered
        metrics.calls.labels("talking" if was_answered else "ringing").dec()
        metrics.attempts.labels(result.outcome.value).inc()
        if event.attempt_id not in self._came_in:
            self._dialed(event, answered=was_answered)
        if result.answered_at is not None:
            metrics.call_seconds.observe((result.ended_at - result.answered_at).total_seconds())
            if result.ended_by in ENDED_BY:
                metrics.hang_ups.labels(result.ended_by).inc()
        for known in (self._came_in, self._answered, self._talked):
            known.discard(event.attempt_id)

    def _dialed(self, event: CallEnded, *, answered: bool) -> None:
        result, campaign = event.result, event.claimed.campaign
        came_to = ANSWERED if answered else result.reason
        self._metrics.dials.labels(came_to if came_to in DIAL_RESULTS else OTHER).inc()
        if result.answered_as:
            self._metrics.answers.labels(result.answered_as).inc()
        if result.counts:
            self._metrics.plan.came(campaign.slug, self._steps(event.attempt_id, campaign, result, answered=answered))

    def _steps(self, attempt_id: UUID, campaign: Campaign, result: CallResult, *, answered: bool) -> Iterator[str]:
        won = answered and reached(campaign.goal, result)
        yield "dialed"
        if answered:
            yield "answered"
        if won or attempt_id in self._talked:
            yield "talked"
        if won:
            yield "reached"
