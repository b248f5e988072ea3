"""The queue's promises on a real PostgreSQL, whatever happens (ZVONAR_QUEUE_RUNS=200 for a long look)."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from robot.storage import tables as t
from robot.storage.engine import connect
from robot.storage.store import Storage
from tests.contracts.queue_machine import try_queue
from tests.contracts.queue_model import RULES
from tests.contracts.schema_contract import in_own_loop
from tests.postgres.conftest import Cluster

pytestmark = pytest.mark.postgres

USED = [table.name for table in t.metadata.sorted_tables if table.name != "server_keys"]
"""A database without its keys knows nobody whom it may call."""
EMPTY = sa.text(f"TRUNCATE {', '.join(USED)} RESTART IDENTITY")


def test_the_queue_keeps_its_promises_whatever_happens(cluster: Cluster, template: str) -> None:
    in_own_loop(cluster.execute(f"CREATE DATABASE stateful TEMPLATE {template}"))

    def emptied(runner: asyncio.Runner) -> Storage:
        store = Storage(connect(cluster.address("stateful")), RULES)
        runner.run(store.database.write(lambda connection: connection.execute(EMPTY)))
        return store

    try_queue(emptied, usual_runs=6)
