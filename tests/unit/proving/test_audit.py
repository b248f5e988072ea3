"""The audit of a trial by faults: it is silent on an honest trial, and each lie is found by one check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from robot.domain.calls import WITHDRAWN
from robot.proving.audit import Kill, audit
from robot.proving.evidence import DialRow, Evidence, QuotaRow
from telephony.lab.journal import Entry, Event

pytestmark = pytest.mark.unit

ANNA, BORIS = "+74950320001", "+74950320002"
BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
KILL = Kill("node-2", BEGAN + timedelta(seconds=60), timedelta(seconds=30))


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def dial(number: str, *, node: str = "node-1", start: float, end: float | None, answer: float | None) -> DialRow:
    return DialRow(
        id=UUID(int=int(start) + 1),
        number=number,
        node=node,
        started_at=at(start),
        answered_at=None if answer is None else at(answer),
        ended_at=None if end is None else at(end),
        outcome="" if end is None else "no_answer" if answer is None else "refused",
        reason="",
        counts=True,
        task_state="queued" if answer is None else "done",
        task_outcome="",
    )


def call(number: str, name: str, start: float, end: float | None, *phrases: str) -> list[Entry]:
    entries = [Entry(at(start), Event.RING, name, number)]
    entries += [Entry(at(start + 1 + n), Event.HEARD, name, number, phrase) for n, phrase in enumerate(phrases)]
    return entries if end is None else [*entries, Entry(at(end), Event.GONE, name)]


HONEST = Evidence(
    dials=[
        dial(ANNA, start=0, end=20, answer=3),
        dial(BORIS, start=1, end=15, answer=None),
        # The killed node's: who only rang is free of it, who talked is not.
        replace(dial(BORIS, node="node-2", start=40, end=85, answer=None), counts=False),
        dial(ANNA, node="node-2", start=41, end=85, answer=45),
    ],
    turns={(ANNA, "greeting"): 2, (ANNA, "offer"): 1},
    quotas=[QuotaRow("buyers", 2, True, 2, 2, 2), QuotaRow("listeners", 1, False, 5, 5, 5)],
    claimed=0,
    queued=2,
)
JOURNAL = [
    *call(ANNA, "1.1", 0.5, 20, "greeting", "offer"),
    *call(BORIS, "1.2", 1.5, 15),
    *call(BORIS, "2.1", 40.5, 56),
    *call(ANNA, "2.2", 41.5, 60, "greeting"),
]


def broken(evidence: Evidence = HONEST, journal: list[Entry] = JOURNAL) -> dict[str, int]:
    return {check.code: len(check.broken) for check in audit(evidence, [journal], [KILL]) if check.broken}


def test_an_honest_trial_breaks_nothing_and_something_was_looked_at() -> None:
    checks = audit(HONEST, [JOURNAL], [KILL])

    assert broken() == {}
    assert {check.code: check.looked_at for check in checks} == {
        "one_ring_per_attempt": 4,
        "one_call_at_a_time": 2,
        "one_attempt_at_a_time": 4,
        "hard_quota": 2,
        "all_closed": 4,
        "taken_over": 2,
        "turns_kept": 3,
    }


def test_a_second_ring_for_one_attempt_is_found() -> None:
    again = [*JOURNAL, *call(ANNA, "1.9", 25, 30)]
    assert broken(journal=again) == {"one_ring_per_attempt": 1}


def test_a_ring_before_its_attempt_was_written_is_found() -> None:
    early = [
        replace(entry, at=at(35)) if entry.call == "2.1" and entry.event is Event.RING else entry for entry in JOURNAL
    ]
    assert broken(journal=early) == {"one_ring_per_attempt": 1}


@pytest.mark.parametrize("gone", [None, 50.0])
def test_a_number_in_two_calls_is_found_by_either_account(gone: float | None) -> None:
    first, *rest = HONEST.dials
    still = [replace(first, ended_at=at(50)), *rest]
    journal = [*call(ANNA, "1.1", 0.5, gone, "greeting", "offer"), *JOURNAL[4:]]

    assert broken(replace(HONEST, dials=still), journal) == {"one_call_at_a_time": 1, "one_attempt_at_a_time": 1}


def test_a_meeting_past_a_hard_quota_is_found_wherever_it_is_counted() -> None:
    for field in ("meetings", "held", "booked"):
        buyers = replace(HONEST.quotas[0], **{field: 3})
        assert broken(replace(HONEST, quotas=[buyers])) == {"hard_quota": 1}


def test_a_trial_that_looks_at_no_hard_quota_is_told() -> None:
    soft = replace(HONEST.quotas[0], hard=False)
    assert broken(replace(HONEST, quotas=[soft])) == {"hard_quota": 1}


def test_whatever_is_left_open_is_found() -> None:
    dials = [replace(HONEST.dials[1], ended_at=None), HONEST.dials[0]]
    assert broken(replace(HONEST, dials=dials, claimed=1), JOURNAL[:5]) == {"all_closed": 2}


@pytest.mark.parametrize(
    "changes", [{"ended_at": at(101)}, {"counts": True}], ids=["later than its lease", "held against the client"]
)
def test_what_the_killed_node_had_under_way_is_settled_in_time_and_fairly(changes: dict[str, object]) -> None:
    dials = [row if row.counts else replace(row, **changes) for row in HONEST.dials]  # type: ignore[arg-type]
    assert broken(replace(HONEST, dials=dials)) == {"taken_over": 1}


def test_a_phrase_that_was_heard_and_is_not_stored_is_found() -> None:
    assert broken(replace(HONEST, turns={(ANNA, "greeting"): 2})) == {"turns_kept": 1}
    assert broken(replace(HONEST, turns={(ANNA, "greeting"): 1, (ANNA, "offer"): 1})) == {"turns_kept": 1}
    taken_back = {(ANNA, "greeting"): 1, (ANNA, "offer"): 1, (ANNA, WITHDRAWN): 1}
    assert broken(replace(HONEST, turns=taken_back)) == {}, "said too early, stored without the phrase's name"
    assert broken(replace(HONEST, turns={(ANNA, "greeting"): 1, (ANNA, WITHDRAWN): 1})) == {"turns_kept": 1}


def test_a_phrase_that_began_in_the_moment_of_the_kill_counts_as_any_other() -> None:
    last = Entry(KILL.at, Event.HEARD, "2.2", ANNA, "offer")
    assert broken(journal=[*JOURNAL[:-1], last, JOURNAL[-1]]) == {"turns_kept": 1}
