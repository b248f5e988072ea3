"""The product as its user has it: the installed command, real engines, real audio."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HANGS_S, missing_service

ZVONAR = Path(sys.executable).with_name("zvonar")


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Product:
    """The command with a data directory of its own; models and the unpacked Asterisk are shared with the user's."""

    environment: dict[str, str]
    data: Path

    def run(self, *arguments: str, timeout_s: float = 10 * HANGS_S, **environment: str) -> Ran:
        """What hangs is ended with all that it has started."""
        process = subprocess.Popen(
            [ZVONAR, *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                out, err = process.communicate(timeout=timeout_s)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return Ran(process.returncode, out, err)


def lab_port() -> int:
    """The first port of this worker's lab; each takes three thousand."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return 20_000 - 3_000 * worker


def _shared() -> Path:
    """Where the user's own data lies: what set-up has installed."""
    from robot.settings import load_settings  # noqa: PLC0415 - settings are read when asked for

    return load_settings().data_dir


def make_product(factory: pytest.TempPathFactory) -> Product:
    """A fresh one; rendered phrases are shared by all of a run."""
    home = factory.mktemp("home")
    data = home / "data"
    data.mkdir(parents=True)
    shared = _shared()
    if not (shared / "models" / "whisper-base").is_dir():
        missing_service("no recognition model: make setup")
    (data / "models").symlink_to(shared / "models")
    asterisk = shared / "asterisk"
    if asterisk.is_dir():
        (data / "asterisk").symlink_to(asterisk)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ZVONAR_")},
        "ZVONAR_DATA_DIR": str(data),
        "ZVONAR_LAB__PORT": str(lab_port()),
        "ZVONAR_CACHE_DIR": str(factory.getbasetemp() / "cache"),
        "HOME": str(home),
    }
    return Product(environment, data)


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return make_product(tmp_path_factory)


def load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
