"""What is asked of the node as a whole: can it do its work, and its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Readiness:
    """Can the robot do its work now; every part with a sentence when it cannot."""

    problems: dict[str, str]

    @property
    def ok(self) -> bool:
        return not self.problems


ReadinessCheck = Callable[[], Awaitable[Readiness]]
MetricsText = Callable[[], Awaitable[tuple[bytes, str]]]


@dataclass(frozen=True, slots=True)
class Probes:
    """What the machines ask. `metrics` gives the exposition and its content type."""

    ready: ReadinessCheck
    metrics: MetricsText


PROBES = web.AppKey("probes", Probes)
