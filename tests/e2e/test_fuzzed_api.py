"""Whatever is asked, the API answers as it is described, and never with a fault of ours. `make fuzz-api` asks more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.fuzzed_api import FINITE, Served, fuzz, served

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home: Path = tmp_path_factory.mktemp("fuzzed")
    with served(f"sqlite:///{home / 'zvonar.db'}", home) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), FINITE)
def test_every_answer_is_as_described(api: Served, method: str, path: str) -> None:
    fuzz(api, method, path)
