"""Call events turned into log lines: what happened in a call, by its attempt's id; never what was said, or to whom."""

from __future__ import annotations

import structlog

from robot.calls.events import Answered, BargedIn, CallEnded, CallEvent, ClientHeard, Dialing, TurnEnded

log = structlog.get_logger(__name__)


class TrailObserver:
    """A call observer. `line`, `engine`: of this node, by name."""

    def __init__(self, line: str, engine: str) -> None:
        self._line = line
        self._engine = engine

    def __call__(self, event: CallEvent) -> None:
        told = log.bind(attempt=str(event.attempt_id))
        match event:
            case Dialing(claimed=claimed):
                told.info("dialing", line=self._line, campaign=claimed.campaign.slug, came_in=event.came_in)
            case Answered():
                told.info("answered", line=self._line)
            case ClientHeard(took_s=took_s):
                told.info("heard", engine=self._engine, took_ms=round(1000 * took_s))
            case BargedIn(stop_ms=stop_ms):
                told.info("interrupted", stop_ms=stop_ms)
            case TurnEnded(turn=turn):
                told.info(
                    "turn",
                    number=turn.number,
                    phrase=turn.phrase,
                    ending=turn.ending.value if turn.ending is not None else "",
                    intent=turn.intent,
                    response_ms=turn.response_ms,
                )
            case CallEnded(result=result):
                told.info(
                    "call_ended",
                    outcome=result.outcome.value,
                    reason=result.reason,
                    by=result.ended_by,
                    answered_as=result.answered_as,
                )
