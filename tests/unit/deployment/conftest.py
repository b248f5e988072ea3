"""The files of docker/ as data."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
DOCKER = ROOT / "docker"
Tree = Mapping[str, Any]

ABOUT_THE_FILE = "ZVONAR_ENV_FILE"


def documents(file: Path) -> Sequence[Tree]:
    return [one for one in YAML(typ="safe").load_all(file.read_text(encoding="utf-8")) if one is not None]


def meant(variable: str) -> str:
    """The setting a variable sets, when it may name a file with the value."""
    named = variable.endswith("_FILE") and not variable.endswith("__FILE") and variable != ABOUT_THE_FILE
    return variable.removesuffix("_FILE") if named else variable


def image_environment() -> Mapping[str, str]:
    """What the robot's image sets."""
    text = (DOCKER / "robot" / "Dockerfile").read_text()
    block = re.search(r"^ENV (.+?[^\\])$", text, re.MULTILINE | re.DOTALL)
    assert block
    return dict(part.split("=", 1) for part in block[1].replace("\\\n", " ").split())


@pytest.fixture(scope="session")
def compose() -> Tree:
    return documents(DOCKER / "compose.yaml")[0]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """docker/ of a fresh installation, by its own script, run twice."""
    folder = tmp_path_factory.mktemp("installed") / "docker"
    shutil.copytree(DOCKER, folder, ignore=shutil.ignore_patterns(".env", "secrets"))
    made: list[dict[str, bytes]] = []
    for _ in range(2):
        subprocess.run(["sh", folder / "prepare.sh"], check=True, capture_output=True, timeout=60)
        made.append({file.name: file.read_bytes() for file in (folder / "secrets").iterdir()})
    assert made[0] == made[1], "what is there is kept"
    return folder
