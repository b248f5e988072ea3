"""Figures of what goes out after calls, by target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from robot.crm import errors
from robot.crm.outbox_ports import State
from robot.crm.outbox_try import FAULT

OTHER = "other"
CODES = frozenset(
    {FAULT, *(one.code for one in vars(errors).values() if isinstance(one, type) and hasattr(one, "code"))}
)
"""Of problems. A code that is none of these counts as OTHER: a connector's own may be any number."""

TRY_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
"""A try is several requests, and a recording goes with one of them."""

TRIED = (State.DELIVERED, State.WAITING, State.PARKED)


class Outgoing:
    """Targets are those of the settings: a few."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by_target = ["target"]
        self._waiting = Gauge("zvonar_outbox_waiting", "Deliveries that wait.", by_target, registry=registry)
        self._parked = Gauge(
            "zvonar_outbox_parked", "Deliveries a person has to decide on.", by_target, registry=registry
        )
        self._oldest = Gauge(
            "zvonar_outbox_oldest_seconds", "Age of the oldest delivery that waits.", by_target, registry=registry
        )
        self._tries = Counter(
            "zvonar_deliveries",
            "Tries of deliveries, by what they came to: delivered, waiting (to be tried again), parked.",
            ["target", "state"],
            registry=registry,
        )
        self._errors = Counter(
            "zvonar_delivery_errors", "Tries that failed, by the problem's code.", ["target", "code"], registry=registry
        )
        self._took = Histogram(
            "zvonar_delivery_seconds",
            "How long a try of a delivery took, whatever it came to.",
            by_target,
            buckets=TRY_S,
            registry=registry,
        )
        self._known: set[str] = set()

    def meet(self, targets: Iterable[str]) -> None:
        """From the first scrape on: an alarm on a figure that is not there never goes off."""
        for target in targets:
            for state in TRIED:
                self._tries.labels(target, state.value)
            for code in (*CODES, OTHER):
                self._errors.labels(target, code)
            self._took.labels(target)
            self._set(target, 0, 0, 0.0)

    def tried(self, target: str, state: State, code: str | None, took_s: float) -> None:
        """code: of the problem, None where there was none."""
        self._tries.labels(target, state.value).inc()
        self._took.labels(target).observe(took_s)
        if code is not None:
            self._errors.labels(target, code if code in CODES else OTHER).inc()

    def stand(self, figures: Mapping[str, tuple[int, int, float]]) -> None:
        """By target: waiting, parked, age of the oldest in seconds. A target that is not named has nothing open."""
        self._known |= set(figures)
        for target in self._known:
            self._set(target, *figures.get(target, (0, 0, 0.0)))

    def _set(self, target: str, waiting: int, parked: int, oldest_s: float) -> None:
        self._known.add(target)
        self._waiting.labels(target).set(waiting)
        self._parked.labels(target).set(parked)
        self._oldest.labels(target).set(oldest_s)
