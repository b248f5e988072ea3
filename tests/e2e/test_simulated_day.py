"""A small day lived through: `zvonar simulate day` with 5,000 leads is in docs/simulated-day.md."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from robot.cli.main import zvonar
from robot.settings import Settings

pytestmark = pytest.mark.e2e


def test_a_small_day_keeps_every_rule_and_promise() -> None:
    done = CliRunner().invoke(zvonar, ["simulate", "day", "--leads", "200", "--seed", "1", "--json"], obj=Settings())
    assert done.exit_code == 0, done.output
    day = json.loads(done.stdout)
    assert day["clean"]
    assert not any(day["faults"].values())
    assert day["dials"] > 80
    assert {one["campaign"] for one in day["campaigns"] if one["dials"]} >= {"cold", "revival", "reminders", "requests"}
    assert day["requests"]["dialed"] > 3
    assert day["callbacks"]["dialed"] > 0
