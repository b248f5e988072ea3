"""Calls as traces of OpenTelemetry: call > ring, turn > recognition, slots, booking; delivery, whenever it is made.

The trace's id is the attempt's id. So a delivery, tried again hours later by another node, joins the trace of its call,
and whoever has the one finds the other. Attributes are codes and names of phrases, never words or numbers.

Needs `zvonar[otel]`: import it only where traces are asked for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, Status, StatusCode, TraceFlags

from robot.calls.events import Answered, BargedIn, CallEnded, CallEvent, ClientHeard, Dialing, PhraseStarted, TurnEnded
from robot.domain.outcomes import Outcome

_LOW = 2**64 - 1


class CallIds(RandomIdGenerator):
    """Random, but for a call's first span."""

    def __init__(self) -> None:
        self._of: UUID | None = None

    @contextmanager
    def of(self, attempt_id: UUID) -> Iterator[None]:
        """The one span begun within is the first of this call."""
        self._of = attempt_id
        try:
            yield
        finally:
            self._of = None

    def generate_trace_id(self) -> int:
        return super().generate_trace_id() if self._of is None else self._of.int

    def generate_span_id(self) -> int:
        return super().generate_span_id() if self._of is None else self._of.int & _LOW


def sampled(attempt_id: UUID, share: float) -> bool:
    """The same for all spans of a call, on whichever node. By the id's first bits: the last ones are not all random."""
    return (attempt_id.int >> 80) < share * 2**48


@dataclass(slots=True)
class _Open:
    """Spans of a call under way."""

    call: Span
    ring: Span
    turn: Span | None = None


class CallTracer:
    """A call observer, and where others begin spans of a call. share: of the calls are traced."""

    def __init__(self, provider: TracerProvider, ids: CallIds, *, share: float = 1.0) -> None:
        """provider: made with these ids."""
        self._tracer = provider.get_tracer("zvonar")
        self._ids = ids
        self._share = share
        self._open: dict[UUID, _Open] = {}

    def __call__(self, event: CallEvent) -> None:
        if isinstance(event, Dialing):
            if sampled(event.attempt_id, self._share):
                self._open[event.attempt_id] = self._begun(event)
            return
        if (spans := self._open.get(event.attempt_id)) is not None:
            self._follow(spans, event)

    @contextmanager
    def span(self, name: str, attempt_id: UUID | None, **attributes: str) -> Iterator[Span]:
        """A part of a call, also of one that is over. What is raised marks it by its code; the text may name people."""
        if attempt_id is None or not sampled(attempt_id, self._share):
            yield trace.INVALID_SPAN
            return
        span = self._tracer.start_span(name, _within(attempt_id), attributes=attributes)
        try:
            yield span
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, str(getattr(error, "code", type(error).__name__))))
            raise
        finally:
            span.end()

    def _begun(self, event: Dialing) -> _Open:
        with self._ids.of(event.attempt_id):
            call = self._tracer.start_span("call", Context())
        call.set_attribute("campaign", event.claimed.campaign.slug)
        call.set_attribute("came_in", event.came_in)
        return _Open(call, self._tracer.start_span("ring", trace.set_span_in_context(call, Context())))

    def _follow(self, spans: _Open, event: CallEvent) -> None:
        match event:
            case Answered():
                spans.ring.end()
            case PhraseStarted(phrase=phrase, response_ms=response_ms):
                self._end_turn(spans)
                spans.turn = self._tracer.start_span("turn", trace.set_span_in_context(spans.call, Context()))
                spans.turn.set_attribute("phrase", phrase)
                if response_ms is not None:
                    spans.turn.set_attribute("response_ms", response_ms)
            case ClientHeard(took_s=took_s):
                self._heard(spans, took_s)
            case BargedIn(stop_ms=stop_ms):
                (spans.turn or spans.call).add_event("interrupted", {"stop_ms": stop_ms})
            case TurnEnded(turn=turn) if spans.turn is not None and turn.ending is not None:
                spans.turn.set_attribute("ending", turn.ending.value)
                spans.turn.set_attribute("intent", turn.intent)
                self._end_turn(spans)
            case CallEnded():
                self._ended(spans, event)

    def _heard(self, spans: _Open, took_s: float) -> None:
        within = trace.set_span_in_context(spans.turn or spans.call, Context())
        now_ns = time.time_ns()
        self._tracer.start_span("recognition", within, start_time=now_ns - round(took_s * 1e9)).end(now_ns)

    def _ended(self, spans: _Open, event: CallEnded) -> None:
        del self._open[event.attempt_id]
        self._end_turn(spans)
        if spans.ring.is_recording():
            spans.ring.end()
        spans.call.set_attribute("outcome", event.result.outcome.value)
        spans.call.set_attribute("reason", event.result.reason)
        if event.result.outcome is Outcome.INTERRUPTED:
            spans.call.set_status(Status(StatusCode.ERROR, event.result.reason))
        spans.call.end()

    def _end_turn(self, spans: _Open) -> None:
        if spans.turn is not None:
            spans.turn.end()
            spans.turn = None


def _within(attempt_id: UUID) -> Context:
    """The call's first span, which may be another process's."""
    first = SpanContext(
        attempt_id.int, attempt_id.int & _LOW, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    return trace.set_span_in_context(NonRecordingSpan(first), Context())


def provider(node: str, ids: CallIds) -> TracerProvider:
    """Spans of this node; where they go is added to it."""
    resource = Resource.create({"service.name": "zvonar", "service.instance.id": node})
    return TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
