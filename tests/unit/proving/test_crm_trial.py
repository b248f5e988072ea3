"""The trial of connectors: through the real outbox, with faults and deaths, nothing is lost or doubled; and a
connector that does would be found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from robot.crm.faking import Faults
from robot.crm.writes import Done, Journal, Keep, Write, carry_out
from robot.proving.crm import trial
from robot.proving.crm.trial import Plan, run_trial

pytestmark = pytest.mark.unit

FEW = Plan("", calls=8, seed=3, faults=0.05, deaths=0.01)
"""Which requests are struck depends on who comes first: the tests hold for any."""
MANY = 20
"""Of so many calls some 17 writes lose their answers to three in ten faults: none is as good as impossible."""


@pytest.mark.parametrize("name", ["amocrm", "bitrix24"])
async def test_nothing_is_lost_and_nothing_doubled(name: str, tmp_path: Path) -> None:
    result = await run_trial(replace(FEW, crm=name), tmp_path)
    assert (result.lost, result.doubled, result.wrong, result.left) == ([], [], [], [])
    assert result.ok
    assert result.kills + sum(result.faults.values()) > 5
    assert result.expected > FEW.calls


async def test_who_repeats_without_looking_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def blind(_done: Done) -> str | None:
        return None

    async def carelessly(writes: Sequence[Write], journal: Journal, keep: Keep) -> None:
        await carry_out([one if one.always_look else replace(one, look=blind) for one in writes], journal, keep)

    monkeypatch.setattr(trial, "carry_out", carelessly)
    monkeypatch.setattr(trial, "faults_of", lambda _plan: Faults(lost=0.3))
    result = await run_trial(replace(FEW, crm="amocrm", calls=MANY, deaths=0.0), tmp_path)
    assert not result.ok
    assert result.doubled


async def test_who_leaves_something_out_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def forgetfully(writes: Sequence[Write], journal: Journal, keep: Keep) -> None:
        await carry_out([one for one in writes if one.name != "note"], journal, keep)

    monkeypatch.setattr(trial, "carry_out", forgetfully)
    result = await run_trial(replace(FEW, crm="bitrix24", calls=4), tmp_path)
    assert [line.rpartition(": ")[2] for line in result.lost] == ["note"] * len(result.lost)
    assert result.lost
