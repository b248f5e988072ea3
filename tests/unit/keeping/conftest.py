"""An installation that is backed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from robot.keeping.sources import Place
from tests.contracts.backup_contract import furnish, place_in


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = place_in(tmp_path / "live")
    furnish(place)
    return place
