"""The outbox keeps what was delivered for ever: nothing its worker does may read through all of that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW

pytestmark = pytest.mark.unit


async def test_the_worker_finds_its_rows_by_an_index(sqlite: Storage) -> None:
    engine = sqlite.database._engine
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "outbox" in statement and not statement.startswith("EXPLAIN"):
            asked.append((statement, parameters))

    sa.event.listen(engine.sync_engine, "before_cursor_execute", hear)
    await sqlite.outbox.claim("crm", owner="a", now=NOW, until=NOW + timedelta(minutes=1), limit=4)
    await sqlite.outbox.revive("crm", ["unauthorized", "unreachable"], now=NOW)
    await sqlite.outbox_desk.standing(NOW)
    assert len(asked) == 5
    async with engine.connect() as connection:
        for statement, parameters in asked:
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
            scans = [row.detail for row in plan if row.detail.startswith("SCAN") and "USING INDEX" not in row.detail]
            assert not scans, statement
