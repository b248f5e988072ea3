"""With faults and deaths no call is lost, doubled or made in vain; and triggers that do any of it are found out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from robot.proving.crm import trigger_trial
from robot.proving.crm.trial import PATIENT_S, Plan
from robot.proving.crm.trigger_trial import run_trigger_trial
from robot.proving.crm.trigger_truth import Client, Deed
from robot.storage import happenings

pytestmark = pytest.mark.unit

FEW = Plan("", calls=30, seed=3, faults=0.02, deaths=0.005)
CALM = replace(FEW, faults=0.0, deaths=0.0)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("name", ["amocrm", "bitrix24"])
async def test_no_call_is_lost_doubled_or_made_in_vain(name: str, tmp_path: Path) -> None:
    seen = await run_trigger_trial(replace(FEW, crm=name), tmp_path)
    assert (seen.pointless, seen.lost, seen.doubled, seen.unanswered) == ([], [], [], [])
    assert seen.dials > 0
    assert seen.deeds > 10


async def test_who_takes_nothing_back_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def stubborn(*_: Any, **__: Any) -> int:
        return 0

    monkeypatch.setattr(happenings, "withdraw_left", stubborn)
    monkeypatch.setattr(trigger_trial, "_look", partial(trigger_trial._look, within_s=PATIENT_S))
    monkeypatch.setattr(trigger_trial, "LOOKS", 0.9)
    monkeypatch.setattr(trigger_trial, "DIALS", 0.1)  # calls wait long
    seen = await run_trigger_trial(replace(CALM, crm="amocrm", calls=60), tmp_path)
    assert seen.pointless


def test_a_wish_stands_until_somebody_talked_and_is_heard_by_a_dial_after_it() -> None:
    client = Client("7", "+74951000000", [(AT, Deed.STALLED), (AT + MINUTE, Deed.ASKED)])
    later = AT + 5 * MINUTE
    assert client.standing("revive", later) == [AT]
    assert not client.heard("again", later)
    client.dialed["again"] = [AT]
    assert not client.heard("again", later), "before he asked"
    client.dialed["again"].append(later)
    assert client.heard("again", later)
    assert client.too_often("again", later)
    client.deeds.append((AT + 2 * MINUTE, Deed.TALKED))
    assert not client.has_point("revive", known=later, now=later)
    assert client.has_point("revive", known=AT, now=later), "nobody knew it yet"
