"""A small trial by faults, as `zvonar chaos` runs it: two nodes, a real PostgreSQL, real Asterisks, real audio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import missing_service
from tests.e2e.conftest import Product

pytestmark = pytest.mark.e2e


def test_a_killed_node_and_a_restarted_postgresql_break_no_promise(product: Product, tmp_path: Path) -> None:
    options = (
        "--nodes",
        "2",
        "--calls",
        "10",
        "--fault",
        "kill",
        "--fault",
        "postgres",
        "--pause",
        "8",
        "--quick",
        "--json",
    )
    ran = product.run("chaos", *options, "--keep", str(tmp_path / "logs"))
    if not ran.out:
        missing_service(ran.err)
    report = json.loads(ran.out)

    assert [check for check in report["checks"] if check["broken"]] == []
    assert ran.code == 0
    looked_at = {check["check"]: check["looked_at"] for check in report["checks"]}
    assert looked_at["one_ring_per_attempt"] >= 10
    assert looked_at["taken_over"] >= 3, "the killed node had calls under way"
    assert looked_at["turns_kept"] >= 5, "clients heard the robot"
    assert [blow["fault"] for blow in report["faults"]] == ["kill", "postgres"]
    assert {log.name for log in (tmp_path / "logs").iterdir()} >= {"node-1.log", "node-2.journal.jsonl"}
