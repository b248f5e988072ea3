"""Call events turned into metrics."""

from __future__ import annotations

from robot.calls.events import Answered, BargedIn, CallEnded, CallEvent, ClientHeard, Dialing, PhraseStarted, TurnEnded
from robot.observability.metrics import Metrics


class MetricsObserver:
    """A call observer. `engine` is the recognizer's name."""

    def __init__(self, metrics: Metrics, engine: str) -> None:
        self._metrics = metrics
        self._recognition = metrics.recognition.labels(engine)

    def __call__(self, event: CallEvent) -> None:
        metrics = self._metrics
        match event:
            case Dialing():
                metrics.calls.labels("ringing").inc()
            case Answered():
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
                metrics.turns.labels(turn.ending.value).inc()
                # A turn whose answer was taken up too early ends once more for each time.
                metrics.false_starts.inc(bool(turn.false_starts))
                metrics.interruptions.inc(turn.interrupted and not turn.false_starts)
            case CallEnded(result=result):
                answered = result.answered_at is not None
                metrics.calls.labels("talking" if answered else "ringing").dec()
                metrics.attempts.labels(result.outcome.value).inc()
                if result.answered_at is not None:
                    metrics.call_seconds.observe((result.ended_at - result.answered_at).total_seconds())
