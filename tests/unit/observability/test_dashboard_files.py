"""The dashboards that Grafana reads are those of the code, and ask for figures that are told."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from robot.observability.dashboards import DASHBOARDS
from robot.observability.dashboards.__main__ import write
from robot.observability.dashboards.grafana import COLUMNS, SOURCE, json_of
from robot.observability.dashboards.names import asterisk_names, robot_names, used_in
from robot.observability.dashboards.panels import Dashboard

pytestmark = pytest.mark.unit

GRAFANA = Path(__file__).parents[3] / "docker" / "grafana"
OF_PROMETHEUS = {"up", "ALERTS", "scrape_duration_seconds"}


def test_the_files_are_those_of_the_code(tmp_path: Path) -> None:
    write(tmp_path)
    committed = {file.name: file.read_text(encoding="utf-8") for file in (GRAFANA / "dashboards").iterdir()}
    assert committed == {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}, (
        "python -m robot.observability.dashboards"
    )


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.name)
def test_queries_ask_for_figures_that_are_told(dashboard: Dashboard) -> None:
    known = robot_names() | asterisk_names() | OF_PROMETHEUS
    assert {one.metric for one in dashboard.variables} <= known
    for query in dashboard.queries():
        assert used_in(query.expr)
        assert used_in(query.expr) <= known, query.expr


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.name)
def test_panels_do_not_lie_over_each_other_and_speak_both_languages(dashboard: Dashboard) -> None:
    panels = json_of(dashboard)["panels"]
    assert [one["id"] for one in panels] == list(range(1, len(panels) + 1))
    for one, other in pairwise(one["gridPos"] for one in panels):
        assert one["x"] + one["w"] <= COLUMNS
        assert other["y"] >= one["y"] + one["h"] or (other["y"] == one["y"] and other["x"] >= one["x"] + one["w"])
    for one in panels:
        assert " | " in one["title"] or one["title"].isascii()


def test_the_source_they_name_is_the_one_that_is_provisioned() -> None:
    provisioned = YAML(typ="safe").load(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")
    (source,) = provisioned["datasources"]
    assert {"type": source["type"], "uid": source["uid"]} == SOURCE
    texts = json.dumps([json_of(one) for one in DASHBOARDS])
    assert "${DS_" not in texts, "nothing that Grafana would have to ask for"
