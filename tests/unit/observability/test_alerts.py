"""Alerts: the rules are tried by promtool, each one fires in a test and is quiet in another, and has its page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from robot.observability.dashboards.names import asterisk_names, robot_names, used_in
from tests.conftest import missing_service

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
PROMETHEUS, ALERTMANAGER = ROOT / "docker" / "prometheus", ROOT / "docker" / "alertmanager"
RUNBOOKS = ROOT / "docs" / "runbooks"
SECTIONS = ("## What it means", "## How to look", "## What to do")


def tool(name: str, *arguments: object) -> str:
    """What it printed; it must be content."""
    found = shutil.which(name) or missing_service(f"{name}: apt-get install prometheus prometheus-alertmanager")
    done = subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def alerts() -> dict[str, dict[str, Any]]:
    rules = [
        rule for file in (PROMETHEUS / "rules").iterdir() for group in read(file)["groups"] for rule in group["rules"]
    ]
    return {rule["alert"]: rule for rule in rules}


def test_the_tools_take_the_files() -> None:
    tool("promtool", "check", "config", PROMETHEUS / "prometheus.yml")
    tool("promtool", "check", "rules", *(PROMETHEUS / "rules").iterdir())
    tool("promtool", "test", "rules", *(PROMETHEUS / "tests").iterdir())
    tool("amtool", "check-config", ALERTMANAGER / "alertmanager.yml")


def test_each_alert_fires_in_one_test_and_is_quiet_in_another() -> None:
    tests = [one for file in (PROMETHEUS / "tests").iterdir() for one in read(file)["tests"]]
    tried = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in tried if case["exp_alerts"]} == set(alerts())
    assert {case["alertname"] for case in tried if not case["exp_alerts"]} == set(alerts())


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    assert {file.stem for file in RUNBOOKS.iterdir()} == set(alerts())
    for name, rule in alerts().items():
        page = RUNBOOKS / f"{name}.md"
        assert rule["annotations"]["runbook"] == page.relative_to(ROOT).as_posix()
        assert " | " in rule["annotations"]["summary"], "in both languages"
        assert rule["labels"]["severity"] in {"critical", "warning", "plan"}
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {name}\n")
        assert [line for line in text.splitlines() if line.startswith("## ")] == list(SECTIONS)
        for link in re.findall(r"\]\((\w+)\.md\)", text):
            assert link in alerts(), f"{name} names {link}"


def test_alerts_are_on_figures_that_are_told() -> None:
    known = robot_names() | asterisk_names() | {"up"}
    for name, rule in alerts().items():
        assert used_in(rule["expr"]) <= known, name


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "duty"), ("warning", "duty"), ("plan", "head_of_sales")]
)
def test_each_severity_has_who_is_told(severity: str, receiver: str) -> None:
    file = f"--config.file={ALERTMANAGER / 'alertmanager.yml'}"
    assert tool("amtool", "config", "routes", "test", file, f"severity={severity}").strip() == receiver


def test_what_is_told_to_whom_names_alerts_that_exist() -> None:
    settings = read(ALERTMANAGER / "alertmanager.yml")
    matchers = [
        matcher
        for rule in settings["inhibit_rules"]
        for side in ("source_matchers", "target_matchers")
        for matcher in rule[side]
    ]
    named = {name for matcher in matchers for name in re.findall(r'"(.+)"', matcher)[0].split("|")}
    assert named <= set(alerts())
