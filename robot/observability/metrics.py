"""Prometheus metrics: the only importer of prometheus_client. Labels are bounded: no numbers, names or call ids."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

RESPONSE_BUCKETS_S = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
STOP_BUCKETS_S = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)
LATENESS_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
WORK_BUCKETS_S = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0)
CALL_BUCKETS_S = (2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Outgoing:
    """What goes out after calls, by target."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by_target = ["target"]
        self._waiting = Gauge("zvonar_outbox_waiting", "Deliveries that wait.", by_target, registry=registry)
        self._parked = Gauge(
            "zvonar_outbox_parked", "Deliveries a person has to decide on.", by_target, registry=registry
        )
        self._oldest = Gauge(
            "zvonar_outbox_oldest_seconds", "Age of the oldest delivery that waits.", by_target, registry=registry
        )
        self.tries = Counter(
            "zvonar_deliveries",
            "Tries of deliveries, by what they came to: delivered, waiting (to be tried again), parked.",
            ["target", "state"],
            registry=registry,
        )
        self._known: set[str] = set()

    def stand(self, figures: Mapping[str, tuple[int, int, float]]) -> None:
        """By target: waiting, parked, age of the oldest in seconds. A target that is not named has nothing open."""
        self._known |= set(figures)
        for target in self._known:
            waiting, parked, oldest_s = figures.get(target, (0, 0, 0.0))
            self._waiting.labels(target).set(waiting)
            self._parked.labels(target).set(parked)
            self._oldest.labels(target).set(oldest_s)


class Metrics:
    """All metrics of one process, in a registry of their own (so that tests and embedded runs do not share state)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        ProcessCollector(registry=r)  # memory, processor time and open files of the calls' process
        self.quota = Gauge("zvonar_quota_meetings", "Meetings wanted today.", ["campaign"], registry=r)
        self.booked = Gauge("zvonar_booked_meetings", "Meetings booked today.", ["campaign"], registry=r)
        self.breaker = Gauge(
            "zvonar_breaker_open",
            "1 while a campaign pauses since its calls fail by faults of ours.",
            ["campaign"],
            registry=r,
        )
        self.calls = Gauge("zvonar_calls", "Calls under way, by state.", ["state"], registry=r)
        self.attempts = Counter("zvonar_attempts", "Ended attempts, by outcome.", ["outcome"], registry=r)
        self.turns = Counter("zvonar_turns", "Phrases spoken, by how they ended.", ["ending"], registry=r)
        self.interruptions = Counter("zvonar_interruptions", "Phrases the client spoke over.", registry=r)
        self.false_starts = Counter(
            "zvonar_false_starts", "Times the robot began to speak before the client had finished.", registry=r
        )
        self.call_seconds = Histogram(
            "zvonar_call_duration_seconds", "Answer to hang-up.", buckets=CALL_BUCKETS_S, registry=r
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
        self.frame_lateness = Histogram(
            "zvonar_frame_lateness_seconds",
            "How late a 20 ms frame left, against its deadline.",
            buckets=LATENESS_BUCKETS_S,
            registry=r,
        )
        self.store_up = Gauge(
            "zvonar_store_up", "1 while the database answers; its gauges are its last word else.", registry=r
        )
        self.line_up = Gauge("zvonar_line_up", "1 while the line can dial.", ["line"], registry=r)
        self._ami_reconnects = Counter("zvonar_ami_reconnects", "AMI connections made again after a loss.", registry=r)
        self._reconnects_told = 0
        self.outgoing = Outgoing(r)

    def ami_reconnects(self, total: int) -> None:
        """The line's own count since the process began."""
        self._ami_reconnects.inc(total - self._reconnects_told)
        self._reconnects_told = total

    def exposition(self) -> bytes:
        """The text format a Prometheus server scrapes."""
        return generate_latest(self.registry)
