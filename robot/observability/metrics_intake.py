"""Figures of what comes in: strangers at ports of ours, nonsense in place of a protocol, webhooks, lost sound."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram

from robot.observability.totals import Totals
from robot.web.hook_tally import Hook, HookResult
from telephony.asterisk.line import Refusal
from telephony.asterisk.media import Direction

LOSS_BUCKETS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)


class Intake:
    """Parts of the node count refusals themselves; they are asked at each scrape."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._refused = Counter(
            "zvonar_refused_connections",
            "Connections of the sound (audio) and of questions about calls (agi) that were turned away.",
            ["port", "reason"],
            registry=registry,
        )
        self._malformed = Counter(
            "zvonar_ami_malformed",
            "Packets on the manager's connection that Asterisk does not write.",
            registry=registry,
        )
        self._hooks = Counter(
            "zvonar_webhooks", "Requests to webhooks, by what became of them.", ["hook", "result"], registry=registry
        )
        self._loss = Histogram(
            "zvonar_media_loss_ratio",
            "Share of a call's sound that was lost on the trunk within some seconds: heard is the client's, said ours.",
            ["direction"],
            buckets=LOSS_BUCKETS,
            registry=registry,
        )
        self._totals = Totals()
        for refusal in Refusal:
            self._refused.labels(refusal.port, refusal.reason)
        for hook in Hook:
            for result in HookResult:
                self._hooks.labels(hook.value, result.value)
        for direction in Direction:
            self._loss.labels(direction.value)

    def counts(self, refused: Mapping[Refusal, int], *, ami_malformed: int) -> None:
        """A line's own counts since it was made."""
        for refusal, total in refused.items():
            self._totals.up_to(self._refused.labels(refusal.port, refusal.reason), total)
        self._totals.up_to(self._malformed, ami_malformed)

    def hook(self, hook: Hook, result: HookResult) -> None:
        self._hooks.labels(hook.value, result.value).inc()

    def lost(self, direction: Direction, share: float) -> None:
        """share: 0..1."""
        self._loss.labels(direction.value).observe(share)
