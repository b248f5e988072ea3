"""The auditor finds what he is there to find: every rule is broken once by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from robot.crm.base import NewLead
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.zones import RUSSIAN_ZONES
from robot.simulation.audit import OFFSETS, Auditor
from robot.simulation.plans import START
from robot.simulation.promises import callbacks, requests
from robot.simulation.records import Client, Dial, Inputs, Plan, Queued, Request, Stop

pytestmark = pytest.mark.unit

NOON = START + timedelta(hours=12)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOSCOW, OMSK, ANYWHERE = "+79160000001", "+79160000002", "+79160000003"


def given(*stops: Stop, quota: int = 0, queued: Sequence[Queued] = (), asks: Sequence[Request] = ()) -> Inputs:
    clients = [
        Client(NewLead(MOSCOW), "Europe/Moscow", ("Europe/Moscow",)),
        Client(NewLead(OMSK), "Asia/Omsk", ("Asia/Omsk",)),
        Client(NewLead(ANYWHERE), "Europe/Moscow", RUSSIAN_ZONES),
    ]
    plans = (
        Plan("cold", "", Goal.MEETING, quota, True, 9, 20, range(5), 0),
        Plan("ads", "", Goal.AGREED, 9, False, 9, 20, range(5), 0, advertising=True),
    )
    return Inputs(START, {one.phone: one for one in clients}, plans, queued, asks, stops)


def dial(phone: str = MOSCOW, at: Any = NOON, outcome: Outcome = Outcome.NO_ANSWER, **more: Any) -> Dial:
    return Dial(phone, more.pop("slug", "cold"), at, outcome, ended_at=at + MINUTE, **more)


def broken(inputs: Inputs, *dials: Dial, booked: int = 0) -> list[str]:
    return [fault.rule for fault in Auditor(inputs, dials).faults({"cold": booked, "ads": 0})]


SLOT = Slot(1, NOON + 24 * HOUR, NOON + 25 * HOUR)
OVERLAPS = Slot(1, SLOT.starts_at + 30 * MINUTE, SLOT.ends_at + 30 * MINUTE)


def test_what_is_right_is_not_complained_of() -> None:
    dials = [dial(at=NOON + n * HOUR) for n in range(3)]
    assert broken(given(), *dials, dial(OMSK, START + 6 * HOUR), dial(ANYWHERE, START + 10 * HOUR)) == []


@pytest.mark.parametrize(
    ("rule", "inputs", "dials"),
    [
        ("window", given(), [dial(at=START + 9 * HOUR - MINUTE)]),
        ("window", given(), [dial(at=START + 20 * HOUR)]),
        ("window", given(), [dial(OMSK, START + 18 * HOUR)]),
        ("window", given(), [dial(ANYWHERE, START + 11 * HOUR)]),
        ("window", given(), [dial(at=NOON + 4 * 24 * HOUR)]),
        ("stopped", given(Stop(NOON, MOSCOW)), [dial()]),
        ("stopped", given(Stop(START, "+7916000000?")), [dial()]),
        ("consent", given(), [dial(slug="ads")]),
        ("caps", given(), [dial(at=NOON + n * HOUR) for n in range(4)]),
        ("double", given(), [dial(), dial(slug="cold", at=NOON + MINUTE / 2)]),
    ],
)
def test_each_rule_broken_is_found(rule: str, inputs: Inputs, dials: list[Dial]) -> None:
    assert broken(inputs, *dials) == [rule]


def test_a_refusal_and_a_wish_are_respected() -> None:
    assert broken(given(), dial(outcome=Outcome.REFUSED), dial(at=NOON + HOUR)) == ["cooling"]
    assert broken(given(), dial(outcome=Outcome.OPTED_OUT), dial(at=NOON + HOUR)) == ["stopped", "cooling"]


def test_who_asked_may_be_called_past_caps_and_refusals() -> None:
    refused = dial(outcome=Outcome.REFUSED)
    assert broken(given(asks=[Request(NOON + HOUR, "cold", MOSCOW)]), refused, dial(at=NOON + HOUR)) == []
    later = dial(outcome=Outcome.CALLBACK_SCHEDULED, callback_at=NOON + HOUR)
    assert broken(given(), later, *(dial(at=NOON + n * HOUR) for n in range(1, 5))) == []


def test_quotas_and_diaries_are_recounted() -> None:
    booked = dial(outcome=Outcome.MEETING_BOOKED, meeting=SLOT)
    assert broken(given(quota=1), booked, booked=1) == []
    assert broken(given(), booked, booked=1) == ["overshoot"]
    assert broken(given(quota=1)) == ["missed"]
    assert broken(given(quota=1), booked) == ["store"]
    both = [booked, dial(OMSK, outcome=Outcome.MEETING_BOOKED, meeting=OVERLAPS)]
    assert broken(given(quota=2), *both, booked=2) == ["slots"]


def test_promises_are_due_when_they_may_be_kept() -> None:
    asks = [Request(START + 3 * HOUR, "cold", MOSCOW), Request(NOON, "cold", OMSK), Request(NOON, "cold", ANYWHERE)]
    inputs = given(asks=asks)
    dials = [dial(at=START + 9 * HOUR), dial(OMSK, NOON + 2 * MINUTE)]
    kept = requests(inputs, dials, Auditor(inputs, dials))
    assert (kept.late_s, kept.in_time, kept.broken) == ([0.0, 120.0], 1, 1)
    assert kept.others == {"tomorrow": 1}, "at noon it is evening in Kamchatka"


def test_a_forgotten_callback_is_found() -> None:
    inputs = given(queued=[Queued("cold", OMSK, NOON, promised=True)], quota=5)
    promised = dial(outcome=Outcome.CALLBACK_SCHEDULED, callback_at=NOON + HOUR)
    kept = callbacks(inputs, [promised], Auditor(inputs, [promised]))
    assert (kept.others, kept.broken) == ({"forgotten": 2}, 2)
    stopped = given(Stop(NOON + HOUR / 2, MOSCOW))
    assert callbacks(stopped, [promised], Auditor(stopped, [promised])).others == {"stopped": 1}


def test_its_clocks_are_those_of_the_land() -> None:
    assert set(OFFSETS) == set(RUSSIAN_ZONES)
