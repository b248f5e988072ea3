"""A dashboard as the JSON that Grafana reads (schema 39, Grafana 10 and later)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from robot.observability.dashboards.panels import Dashboard, Kind, Panel, Query, Row, Unit, Variable

COLUMNS = 24
SOURCE = {"type": "prometheus", "uid": "prometheus"}
"""As docker/grafana/provisioning/datasources/prometheus.yml names it."""

Json = dict[str, Any]


def text_of(dashboard: Dashboard) -> str:
    """The file's content."""
    return json.dumps(json_of(dashboard), ensure_ascii=False, indent=2) + "\n"


def json_of(dashboard: Dashboard) -> Json:
    return {
        "uid": f"zvonar-{dashboard.name}",
        "title": f"Zvonar: {dashboard.title}",
        "tags": ["zvonar"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "timezone": "browser",
        "time": {"from": "now-12h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["zvonar"], "title": "Zvonar", "asDropdown": False, "keepTime": True}],
        "templating": {"list": [_variable(one) for one in dashboard.variables]},
        "panels": _panels(dashboard),
    }


def _variable(variable: Variable) -> Json:
    query = f"label_values({variable.metric}, {variable.name})"
    return {
        "name": variable.name,
        "label": variable.title,
        "type": "query",
        "datasource": SOURCE,
        "definition": query,
        "query": {"query": query, "refId": variable.name},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _panels(dashboard: Dashboard) -> list[Json]:
    """From left to right, row by row."""
    found: list[Json] = []
    top = 0
    for row in dashboard.rows:
        found.append(_heading(row, len(found) + 1, top))
        left, top, tallest = 0, top + 1, 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top, tallest = 0, top + tallest, 0
            place = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            found.append(_panel(panel, len(found) + 1, place))
            left, tallest = left + panel.width, max(tallest, panel.height)
        top += tallest
    return found


def _heading(row: Row, number: int, top: int) -> Json:
    place = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
    return {"id": number, "type": "row", "title": row.title, "gridPos": place, "collapsed": False, "panels": []}


def _panel(panel: Panel, number: int, place: Mapping[str, int]) -> Json:
    return {
        "id": number,
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [_target(query, panel.kind, chr(ord("A") + n)) for n, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
    }


def _target(query: Query, kind: Kind, letter: str) -> Json:
    at_once = query.over_range or kind in (Kind.STAT, Kind.GAUGE, Kind.BARS)
    return {
        "refId": letter,
        "datasource": SOURCE,
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
        "instant": at_once,
        "range": not at_once,
        "format": "heatmap" if kind is Kind.HEATMAP else "time_series",
    }


def _defaults(panel: Panel) -> Json:
    found: Json = {"unit": panel.unit.value, "min": 0}
    if panel.kind is Kind.GAUGE and panel.unit is Unit.SHARE:
        found["max"] = 1
    if panel.good_below is not None:
        found["thresholds"] = _steps("green", panel.good_below, "red")
    elif panel.good_above is not None:
        found["thresholds"] = _steps("red", panel.good_above, "green")
    else:
        found["thresholds"] = {"mode": "absolute", "steps": [{"color": "green", "value": None}]}
    return found


def _steps(first: str, at: float, then: str) -> Json:
    return {"mode": "absolute", "steps": [{"color": first, "value": None}, {"color": then, "value": at}]}


def _options(panel: Panel) -> Json:
    last = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    match panel.kind:
        case Kind.STAT:
            return {**last, "colorMode": "value", "graphMode": "none"}
        case Kind.GAUGE:
            return {**last, "showThresholdMarkers": True}
        case Kind.BARS:
            return {**last, "orientation": "horizontal", "displayMode": "gradient"}
        case Kind.LINES:
            return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
        case Kind.HEATMAP:
            return {"calculate": False, "yAxis": {"unit": panel.unit.value}}
        case Kind.STATES:
            return {"showValue": "never", "mergeValues": True}
