"""Prometheus metrics: this package is the only importer of prometheus_client.

Labels are bounded: no numbers, names or call ids. Seconds and bytes, counters in `_total`. What has labels that are
known beforehand is there from the first scrape on, at 0: a rate of what appears with its first count misses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from robot.calls.answering import Answer
from robot.domain.calls import TurnEnding
from robot.domain.outcomes import Outcome
from robot.observability.metrics_intake import Intake
from robot.observability.metrics_node import Node
from robot.observability.metrics_outgoing import Outgoing
from robot.observability.metrics_plan import Plan
from telephony import errors

RESPONSE_BUCKETS_S = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
STOP_BUCKETS_S = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)
LATENESS_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
WORK_BUCKETS_S = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0)
CALL_BUCKETS_S = (2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600)

CONTENT_TYPE = CONTENT_TYPE_LATEST

ANSWERED, OTHER = "answered", "other"
DIAL_RESULTS = frozenset(
    {ANSWERED, OTHER, "cancelled"}
    | {one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.TelephonyError)}
)
"""What a dial can come to: answered, or the line's error; any other reason counts as OTHER."""

STATES = ("ringing", "talking")
ENDED_BY = ("client", "robot", "line")


class Metrics:
    """All metrics of one process, in a registry of their own (so that tests and embedded runs do not share state)."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each counter that nobody reads
        self.registry = CollectorRegistry()
        r = self.registry
        ProcessCollector(registry=r)  # memory, processor time and open files of the calls' process
        self.plan = Plan(r)
        self.node = Node(r, _version())
        self.outgoing = Outgoing(r)
        self.intake = Intake(r)
        self._make_calls(r)
        self._make_talk(r)

    def _make_calls(self, r: CollectorRegistry) -> None:
        self.calls = Gauge("zvonar_calls", "Calls under way, by state.", ["state"], registry=r)
        self.dials = Counter("zvonar_dials", "Dials, by what came of them.", ["result"], registry=r)
        self.answers = Counter("zvonar_answers", "Answered dials, by who or what answered.", ["answer"], registry=r)
        self.attempts = Counter("zvonar_attempts", "Ended attempts, by outcome.", ["outcome"], registry=r)
        self.hang_ups = Counter("zvonar_hang_ups", "Answered calls, by who ended them.", ["by"], registry=r)
        self.call_seconds = Histogram(
            "zvonar_call_duration_seconds", "Answer to hang-up.", buckets=CALL_BUCKETS_S, registry=r
        )
        self.frame_lateness = Histogram(
            "zvonar_frame_lateness_seconds",
            "How late a 20 ms frame left, against its deadline.",
            buckets=LATENESS_BUCKETS_S,
            registry=r,
        )
        _known(self.calls, STATES)
        _known(self.dials, DIAL_RESULTS)
        _known(self.answers, Answer)
        _known(self.attempts, Outcome)
        _known(self.hang_ups, ENDED_BY)

    def _make_talk(self, r: CollectorRegistry) -> None:
        self.turns = Counter("zvonar_turns", "Phrases spoken, by how they ended.", ["ending"], registry=r)
        self.interruptions = Counter("zvonar_interruptions", "Phrases the client spoke over.", registry=r)
        self.false_starts = Counter(
            "zvonar_false_starts", "Times the robot began to speak before the client had finished.", registry=r
        )
        self.response = Histogram(
            "zvonar_response_seconds",
            "Last sound of the client to first sound of the robot, on the robot's side of the line.",
            buckets=RESPONSE_BUCKETS_S,
            registry=r,
        )
        self.response_yes_no = Histogram(
            "zvonar_response_yes_no_seconds",
            "The same after answers to questions of yes or no.",
            buckets=RESPONSE_BUCKETS_S,
            registry=r,
        )
        self.barge_in_stop = Histogram(
            "zvonar_barge_in_stop_seconds",
            "First sound of a client who takes the turn to the robot's last one, on the robot's side of the line.",
            buckets=STOP_BUCKETS_S,
            registry=r,
        )
        self.recognition = Histogram(
            "zvonar_recognition_seconds",
            "End of an utterance to its words.",
            ["engine"],
            buckets=WORK_BUCKETS_S,
            registry=r,
        )
        _known(self.turns, TurnEnding)

    def exposition(self) -> bytes:
        """The text format a Prometheus server scrapes."""
        return generate_latest(self.registry)


def _known(metric: Gauge | Counter, values: Iterable[str]) -> None:
    for value in values:
        metric.labels(str(value))


def _version() -> str:
    try:
        return version("zvonar")
    except PackageNotFoundError:  # from its sources, not installed
        return "unknown"
