"""As tests/e2e/test_fuzzed_api.py on PostgreSQL, which refuses what SQLite stores: NUL in texts, numbers too large."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.fuzzed_api import CASES, FINITE, Served, fuzz, served
from tests.contracts.schema_contract import in_own_loop
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def api(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    in_own_loop(cluster.execute(f"CREATE DATABASE fuzzed TEMPLATE {template}"))
    with served(cluster.address("fuzzed"), tmp_path_factory.mktemp("fuzzed")) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), FINITE)
def test_every_answer_is_as_described(api: Served, method: str, path: str) -> None:
    fuzz(api, method, path, max(1, CASES // 2))
