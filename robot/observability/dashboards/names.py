"""Which names of metrics there are, and which an expression uses."""

from __future__ import annotations

import re

from robot.observability.metrics import Metrics

ASTERISK = frozenset(
    f"asterisk_{name}"
    for name in (
        "calls_count",
        "calls_sum",
        "channels_count",
        "core_uptime_seconds",
        "endpoints_channels_count",
        "endpoints_state",
    )
)
"""Those of res_prometheus that are looked at."""

_NAME = re.compile(r"\b((?:zvonar|asterisk|process|scrape)_[a-z_]+|up|ALERTS)\b(?!\s*=)")
_STRING = re.compile(r'"[^"]*"')


def robot_names() -> frozenset[str]:
    """Every series of a robot's /metrics."""
    metrics = Metrics()
    families = metrics.registry.collect()
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return frozenset(f"{one.name}{end}" for one in families for end in ends[one.type])


def asterisk_names() -> frozenset[str]:
    return ASTERISK


def used_in(expr: str) -> frozenset[str]:
    """Names of metrics in an expression of PromQL."""
    return frozenset(_NAME.findall(_STRING.sub('""', expr)))
