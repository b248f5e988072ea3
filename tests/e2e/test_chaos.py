"""A small trial by faults, as `zvonar chaos` runs it: two nodes, a real PostgreSQL, real Asterisks, real audio."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import missing_service
from tests.e2e.conftest import Product, load

pytestmark = pytest.mark.e2e

KINDS = ("robot", "postgres", "ami_cut", "crm_lost", "bad_audio", "bad_webhook")


def test_faults_under_calls_break_no_promise_and_the_service_comes_back(product: Product, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    only = [part for kind in KINDS for part in ("--only", kind)]
    options = ("--nodes", "2", "--calls", "8", "--faults", "5", "--seed", "5", "--quick", *only)
    ran = product.run("chaos", *options, "--keep", str(tmp_path / "logs"), "--json", str(told))
    if not told.exists():
        missing_service(ran.err)
    report = load(told)

    assert [check for check in report["checks"] if check["broken"]] == []
    assert ran.code == 0
    looked_at = {check["check"]: check["looked_at"] for check in report["checks"]}
    assert looked_at["one_ring_per_attempt"] >= 8
    assert looked_at["turns_kept"] >= 5, "clients heard the robot"
    assert looked_at["delivered_once"] >= 5, "calls went to the CRM"
    assert len(report["faults"]) == 5
    assert {blow["fault"] for blow in report["faults"]} <= set(KINDS)
    assert all(blow["recovered_s"] is not None for blow in report["faults"])
    assert {log.name for log in (tmp_path / "logs").iterdir()} >= {"node-1.log", "node-2.journal.jsonl"}
