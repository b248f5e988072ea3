"""What lies in a store after a step, compared with the model and adopted by it (queue_machine)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.store import Storage
from tests.contracts.queue_model import CEILING, Job, Model, overlapping, price


@dataclass(slots=True)
class Expected:
    """What a step itself does. new: tasks made; taken: tasks claimed; let_go: tasks whose claim it may end; ended:
    tasks it closes; finished: attempts it ends."""

    new: int = 0
    taken: set[int] = field(default_factory=set)
    let_go: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    finished: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Seen:
    jobs: dict[int, Job]
    attempts: dict[UUID, Any]
    slots: Sequence[Any]
    spent: dict[Any, int]


async def look(store: Storage) -> Seen:
    task = t.tasks.c
    tasks = (
        sa.select(
            task.id, t.campaigns.c.slug, t.leads.c.phone, t.lanes.c.priority, task.state, task.owner,
            task.lease_until, task.due_at,
        )
        .join_from(t.tasks, t.lanes, t.lanes.c.id == task.lane_id)
        .join(t.campaigns, t.campaigns.c.id == task.campaign_id)
        .join(t.leads, t.leads.c.id == task.lead_id)
    )  # fmt: skip
    async with store.database.read() as connection:
        jobs = {row.id: Job(*row) for row in await connection.execute(tasks)}
        attempts = {row.id: row for row in await connection.execute(sa.select(t.attempts))}
        slots = (await connection.execute(sa.select(t.slots))).all()
        spent = {row.day: row.kopecks for row in await connection.execute(sa.select(t.spend_days))}
    return Seen(jobs, attempts, slots, spent)


def adopt(model: Model, seen: Seen, expected: Expected) -> None:
    """Hold what is seen against what may have happened, and take it over."""
    _attempts(model, seen, expected)
    _tasks(model, seen, expected)
    _slots(model, seen)
    for day, kopecks in seen.spent.items():
        assert kopecks == model.spent(day), f"spent on {day}: {kopecks}, counted by hand {model.spent(day)}"
        assert kopecks <= CEILING, f"{kopecks} of {CEILING} kopecks were spent on {day}"


def _tasks(model: Model, seen: Seen, expected: Expected) -> None:
    lost = model.jobs.keys() - seen.jobs.keys()
    assert not lost, f"tasks are gone: {lost}"
    new = seen.jobs.keys() - model.jobs.keys()
    assert len(new) == expected.new, f"{len(new)} new tasks instead of {expected.new}"
    for job in seen.jobs.values():
        assert (job.state == "claimed") == (job.owner is not None), job
        if (before := model.jobs.get(job.id)) is not None:
            _change(model, before, job, expected)
    busy = Counter(job.phone for job in seen.jobs.values() if job.owner)
    assert not [phone for phone, claims in busy.items() if claims > 1], f"one number in two calls: {busy}"
    open_ = Counter((job.slug, job.phone) for job in seen.jobs.values() if job.open)
    assert not [one for one, tasks in open_.items() if tasks > 1], f"two open tasks of one lead: {open_}"
    model.jobs = seen.jobs


def _change(model: Model, before: Job, now: Job, expected: Expected) -> None:
    assert before.open or not now.open, f"a task that was done is open again: {now}"
    if before.open and not now.open:
        assert now.id in expected.ended or model.may_end(before), f"closed without a reason: {before}"
    if now.owner and now.owner != before.owner:
        assert now.id in expected.taken, f"claimed by nobody: {now}"
        assert before.owner is None or model.lapsed(before), f"taken from a node that held it: {before}"
    if before.owner and not now.owner:
        fair = now.id in expected.let_go or model.lapsed(before) or model.may_end(before)
        assert fair, f"a claim that held is lost: {before}"
    if now.state == "done":
        assert not model.under_way(now.id), f"done, and in a call: {now}"


def _attempts(model: Model, seen: Seen, expected: Expected) -> None:
    assert seen.attempts.keys() == model.dials.keys(), "attempts in the store and those begun are not the same"
    for attempt_id, row in seen.attempts.items():
        dial = model.dials[attempt_id]
        assert row.started_at == dial.at
        if dial.open == (row.ended_at is None):
            continue
        assert dial.open, f"an attempt that ended is open again: {row}"
        assert attempt_id not in expected.finished, "what this step finished is marked by it"
        assert row.reason == "node_lost", f"ended by nobody: {row}"
        assert model.lapsed(model.jobs[dial.task_id]), f"a call of a node that lives was taken down: {row}"
        answered = dial.answered_at is not None
        assert (row.outcome, row.counts) == (Outcome.INTERRUPTED, answered)
        cost = price(model.now - dial.answered_at) if dial.answered_at and dial.out else 0
        dial.lost_at = model.now
        dial.open, dial.counts, dial.cost = False, answered, min(cost, dial.cost)
        expected.ended.add(dial.task_id)  # where it was the last attempt of all


def _slots(model: Model, seen: Seen) -> None:
    assert not overlapping((one.manager_id, one.starts_at, one.ends_at) for one in seen.slots), "a manager meets two"
    held = [one for one in seen.slots if one.state == "held"]
    model.taken = [Slot(one.manager_id, one.starts_at, one.ends_at) for one in held]
    there = {one.attempt_id: one.day for one in held}
    for attempt in [attempt for attempt in model.slots if attempt not in there]:
        assert not model.dials[attempt].open, "a slot held in a call is gone"
        assert not model.dials[attempt].reached, "a meeting has lost its slot"
        del model.slots[attempt]
    assert there == {attempt: day for attempt, (_, day) in model.slots.items()}, "slots held by nobody"
    offered: dict[UUID, set[Slot]] = {}
    for one in seen.slots:
        if one.state != "held":
            offered.setdefault(one.attempt_id, set()).add(Slot(one.manager_id, one.starts_at, one.ends_at))
    model.offered = {attempt: slots for attempt, slots in model.offered.items() if model.dials[attempt].open}
    assert offered == model.offered, "slots are offered to nobody, or not kept for who is offered them"
