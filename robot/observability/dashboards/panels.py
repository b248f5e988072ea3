"""What a dashboard is made of. Titles are Russian with English beside them, as all that users read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Grafana's own names."""

    STAT = "stat"
    GAUGE = "gauge"
    BARS = "bargauge"
    LINES = "timeseries"
    HEATMAP = "heatmap"
    STATES = "state-timeline"


class Unit(StrEnum):
    """Grafana's own names."""

    COUNT = "none"
    SECONDS = "s"
    SHARE = "percentunit"
    BYTES = "bytes"
    PER_SECOND = "cps"
    UP = "bool_on_off"


@dataclass(frozen=True, slots=True)
class Query:
    """One expression of PromQL. legend: with labels as {{label}}; "" leaves it to Grafana. over_range: of the whole
    time that is looked at, as one figure, and not at each moment of it."""

    expr: str
    legend: str = ""
    over_range: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """width: of the page's 24 columns. good_below, good_above: where its colour turns red, where that has a meaning."""

    title: str
    kind: Kind
    queries: Sequence[Query]
    unit: Unit = Unit.COUNT
    about: str = ""
    width: int = 8
    height: int = 7
    good_below: float | None = None
    good_above: float | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """What the viewer chooses: the values of a label of a metric; all of them at first."""

    name: str
    title: str
    metric: str


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """name: of its file and in its address."""

    name: str
    title: str
    rows: Sequence[Row]
    variables: Sequence[Variable] = ()

    def queries(self) -> Iterator[Query]:
        for row in self.rows:
            for panel in row.panels:
                yield from panel.queries


CAMPAIGN = Variable("campaign", "Кампания | Campaign", "zvonar_quota_meetings")
INSTANCE = Variable("instance", "Узел | Node", "zvonar_build_info")


def quantile(share: float, histogram: str, *, by: str = "") -> str:
    """PromQL: so large a share of what a histogram of the chosen nodes counted lately was not above this."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share:g}, sum by ({labels}) ({rate(f'{histogram}_bucket')}))"


def rate(counter: str, more: str = "") -> str:
    """PromQL: by the second, on the chosen nodes."""
    chosen = f'instance=~"$instance"{", " if more else ""}{more}'
    return f"rate({counter}{{{chosen}}}[$__rate_interval])"


def one(title: str, expr: str, unit: Unit = Unit.COUNT, **more: float | str | None) -> Panel:
    """A single figure, in a small panel."""
    known = {"width": 4, "height": 4, **more}
    return Panel(title, Kind.STAT, [Query(expr)], unit, **known)  # type: ignore[arg-type]
