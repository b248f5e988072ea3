"""The systemd unit: systemd takes it, it is locked down, and stops as the robot needs it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from robot.settings import DialerSettings
from tests.unit.deployment.conftest import ABOUT_THE_FILE, DOCKER, meant
from tests.unit.robot.named_settings import settings_names

pytestmark = pytest.mark.unit

UNIT = DOCKER / "systemd" / "zvonar.service"
MOST_EXPOSED = 20
"""Of a hundred, as `systemd-analyze security` counts: it calls that OK."""


def lines() -> list[tuple[str, str]]:
    return re.findall(r"^([A-Za-z]+)=(.*)$", UNIT.read_text(), re.MULTILINE)


def analyze(*arguments: str) -> str:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program = tmp_path / "zvonar"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/zvonar/.venv/bin/zvonar", str(program)))

    told = analyze("verify", "--man=no", str(unit))

    assert UNIT.name not in told, told


def test_it_is_locked_down() -> None:
    analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT))


def test_calls_end_well_and_every_setting_exists() -> None:
    unit = dict(lines())
    assert unit["KillMode"] == "mixed", "else the processes that recognize speech end before the calls"
    assert int(unit["TimeoutStopSec"]) >= DialerSettings().drain_s + 30
    assert int(unit["LimitRTPRIO"]) >= 1
    assert "asterisk.service" in unit["After"].split(), "stopped after the robot"
    variables = [one.split("=", 1) for key, value in lines() if key == "Environment" for one in value.split()]
    ours = {name: value for name, value in variables if name.startswith("ZVONAR_")}
    assert {meant(name) for name in ours} <= settings_names() | {ABOUT_THE_FILE}
    handed = {value.split(":")[0] for key, value in lines() if key == "LoadCredential"}
    assert {value.removeprefix("%d/") for value in ours.values() if value.startswith("%d/")} == handed
