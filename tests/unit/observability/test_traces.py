"""Traces of calls, as OpenTelemetry's own SDK gives them out."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from random import Random
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from robot.calls.events import Answered, BargedIn, CallEnded, ClientHeard, Dialing, PhraseStarted, TurnEnded
from robot.crm.errors import Unauthorized
from robot.crm.outbox_ports import Delivery
from robot.crm.writes import Journal, Keep
from robot.domain.calls import CallResult, Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.observability.traced import TracedCalendar, TracedDeliverer
from robot.observability.traces import CallIds, CallTracer, provider, sampled
from robot.settings import Settings
from robot.storage.memory import MemoryStorage
from robot.wiring.tracing import tracing
from tests.conftest import HANGS_S
from tests.contracts.storage_contract import HALF_HOUR, NOW, Scene
from tests.unit.observability.test_metrics import PHONE, claimed

pytestmark = pytest.mark.unit


class Bench:
    """A tracer, and the spans it gave out."""

    def __init__(self, share: float = 1.0) -> None:
        self.exporter = InMemorySpanExporter()
        ids = CallIds()
        spans = provider("node-1", ids)
        spans.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = CallTracer(spans, ids, share=share)

    def spans(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.exporter.get_finished_spans() if one.name == name]

    def one(self, name: str) -> ReadableSpan:
        (found,) = self.spans(name)
        return found

    def call(self, one: UUID, outcome: Outcome = Outcome.REFUSED) -> None:
        task = claimed()
        for event in (
            Dialing(one, task),
            Answered(one),
            PhraseStarted(one, PHONE, "greeting", "слова", None),
            BargedIn(one, 80),
            ClientHeard(one, "не надо", 0.2),
            TurnEnded(one, Turn(1, "greeting", ending=TurnEnding.ANSWERED, intent="no", heard="не надо")),
            PhraseStarted(one, PHONE, "goodbye", "до свидания", 300),
            CallEnded(one, task, CallResult(outcome, NOW, reason="not_interested", answered_at=NOW)),
        ):
            self.tracer(event)


class Connector:
    """A deliverer that may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        await keep(Journal())
        if self._error is not None:
            raise self._error


async def kept(_journal: Journal) -> None: ...


def child_of(parent: ReadableSpan) -> Callable[[ReadableSpan], bool]:
    return lambda span: span.parent is not None and span.parent.span_id == parent.context.span_id


def test_a_call_is_a_trace_of_its_own_id_with_its_parts_within() -> None:
    bench, one = Bench(), uuid4()
    bench.call(one)
    call, turn = bench.one("call"), bench.spans("turn")[0]
    assert call.context.trace_id == one.int
    assert call.parent is None
    assert [child_of(call)(span) for span in (bench.one("ring"), *bench.spans("turn"))] == [True] * 3
    assert child_of(turn)(bench.one("recognition"))
    heard = bench.one("recognition")
    assert (heard.end_time or 0) - (heard.start_time or 0) == pytest.approx(200_000_000, abs=1000)
    assert dict(turn.attributes or {}) == {"phrase": "greeting", "ending": "answered", "intent": "no"}
    assert [event.name for event in turn.events] == ["interrupted"]
    assert (call.attributes or {})["outcome"] == "refused"
    told = " ".join(span.to_json() for span in bench.exporter.get_finished_spans())
    assert not [word for word in (PHONE[1:], "слова", "не надо", "Иван") if word in told]
    assert {span.context.trace_id for span in bench.exporter.get_finished_spans()} == {one.int}


def test_a_call_that_we_broke_is_marked() -> None:
    bench = Bench()
    bench.call(uuid4(), Outcome.INTERRUPTED)
    assert bench.one("call").status.status_code is StatusCode.ERROR


async def test_slots_booking_and_delivery_join_the_trace_also_from_elsewhere() -> None:
    here, elsewhere = Bench(), Bench()
    scene = await Scene.set(MemoryStorage())
    _, attempt = await scene.call()
    here.call(attempt)
    calendar = TracedCalendar(scene.store.calendar, here.tracer)
    span = {"after": NOW, "before": NOW + 200 * HALF_HOUR, "duration": HALF_HOUR, "now": NOW}
    (first, *_) = await calendar.free_slots(scene.campaign, attempt_id=attempt, **span)  # type: ignore[arg-type]
    assert await calendar.offer(attempt, [first], now=NOW) == [first]
    assert await calendar.hold(attempt, first, now=NOW)
    await calendar.release(attempt)
    delivery = Delivery(1, "k", "amocrm", "call", 1, attempt)
    await TracedDeliverer(Connector(), elsewhere.tracer).deliver(delivery, kept)
    with pytest.raises(Unauthorized):
        await TracedDeliverer(Connector(Unauthorized(f"{PHONE} said no")), elsewhere.tracer).deliver(delivery, kept)
    call = here.one("call")
    parts = [here.one("slots"), here.one("offer"), here.one("booking"), *elsewhere.spans("delivery")]
    assert [child_of(call)(part) and part.context.trace_id == attempt.int for part in parts] == [True] * 5
    failed = elsewhere.spans("delivery")[1]
    assert (failed.status.status_code, failed.status.description) == (StatusCode.ERROR, "unauthorized")
    assert PHONE not in failed.to_json()


async def test_a_share_of_the_calls_is_traced_whole_or_not_at_all() -> None:
    dice = Random(7)
    bench, ids = Bench(share=0.25), [UUID(int=dice.getrandbits(128), version=4) for _ in range(2000)]
    chosen = [one for one in ids if sampled(one, 0.25)]
    assert 400 < len(chosen) < 600
    left_out = next(one for one in ids if one not in chosen)
    for one in (chosen[0], left_out):
        bench.call(one)
        await TracedDeliverer(Connector(), bench.tracer).deliver(Delivery(1, "k", "crm", "call", 1, one), kept)
    assert {span.context.trace_id for span in bench.exporter.get_finished_spans()} == {chosen[0].int}
    await TracedDeliverer(Connector(), bench.tracer).deliver(Delivery(2, "k", "crm", "message", 1, None), kept)
    assert len(bench.spans("delivery")) == 1, "it belongs to no call"


async def test_a_collector_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.wiring.tracing.LAST_S", HANGS_S)
    got: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        got.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        traces = {"endpoint": f"http://127.0.0.1:{port}/v1/traces"}
        async with tracing(Settings.model_validate({"traces": traces})) as tracer:
            assert tracer is not None
            with tracer.span("delivery", uuid4()):
                pass
    assert got[0].startswith(b"POST /v1/traces")
    assert b"delivery" in got[0] or b"content-encoding: gzip" in got[0].lower()
    async with tracing(Settings()) as nothing:
        assert nothing is None


def test_without_an_address_nothing_of_it_is_even_imported() -> None:
    code = "import sys, robot.app; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
