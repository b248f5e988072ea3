"""The client who rings in: whose call it is, claimed and begun in one transaction.

His call is no dial of ours: hours, caps, quota and ceiling do not hold for it. That he is in no other call does, as for
every claim; so does that his number is one lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.analytics.tally import TaskFacts, came
from robot.calls.reception_ports import Visit
from robot.crm.base import NewLead
from robot.crm.planning import Target
from robot.domain.calls import CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.rules import DialingRules
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.orphans import recover, some_lost
from robot.storage.people import Stored, store
from robot.storage.quotas import locked
from robot.storage.recount import Changes, beginning, when
from robot.storage.rows import band_of, lane_of

STRANGERS_SCRIPT = "inbound_lead"
SOURCE = "inbound"


@dataclass(frozen=True, slots=True)
class Desk:
    """This node's reception. `lease`: the dialer's, whose renewals come that often. `strangers`: the campaign (slug) of
    people nobody knows yet, "" for none."""

    node: str
    lease: timedelta
    strangers: str = ""


class SqlReception:
    """Reception of robot.calls.reception_ports."""

    def __init__(self, database: Database, rules: DialingRules, desk: Desk, targets: Sequence[Target] = ()) -> None:
        self._database = database
        self._rules = rules
        self._targets = targets
        self._desk = desk

    async def arrived(self, caller: str, dialed: str, *, call_id: UUID, now: datetime) -> Visit | None:  # noqa: ARG002
        """`dialed` tells nothing yet: all our numbers lead to the same reception."""
        async with self._database.read() as connection:
            lost = (await connection.execute(sa.select(some_lost(now)))).scalar_one()
        if lost:
            await self._database.write(partial(recover, rules=self._rules, now=now, targets=self._targets))
        return await self._database.write(partial(_receive, caller=caller, call_id=call_id, now=now, desk=self._desk))


async def _receive(
    connection: AsyncConnection, *, caller: str, call_id: UUID, now: datetime, desk: Desk
) -> Visit | None:
    campaign_id, known = await _whose(connection, caller, desk)
    campaign = None if campaign_id is None else await locked(connection, campaign_id, shared=True)
    if campaign is None or campaign.state is CampaignState.STOPPED:
        return None
    people, _ = await store(connection, {caller: NewLead(caller)}, now)
    person = people[caller]
    if not await _free(connection, person.lead.id):
        return None
    changes = Changes()
    task, came_at = await _claim(connection, campaign, person, desk, now=now, changes=changes)
    script = campaign.inbound_script if known else STRANGERS_SCRIPT
    call = sa.insert(t.attempts).values(
        id=call_id,
        task_id=task.id,
        campaign_id=campaign.id,
        lead_id=person.lead.id,
        node=desk.node,
        started_at=now,
        collected={},
        direction="in",
        script_name=script,
        **when(campaign, now, came_at),
    )
    async with beginning(connection, call_id, changes, task_id=task.id, lead_id=task.lead_id):
        await connection.execute(call)
    await changes.write(connection)
    return Visit(ClaimedTask(task, person.lead, campaign), script)


async def _whose(connection: AsyncConnection, caller: str, desk: Desk) -> tuple[int | None, bool]:
    """The campaign that called him last, else one that was going to, else that of strangers; and whether he is one of
    the campaign's own, to be greeted as such."""
    lead = sa.select(t.leads.c.id).where(t.leads.c.phone == caller).scalar_subquery()
    a, task = t.attempts.c, t.tasks.c
    last = sa.select(a.campaign_id).where(a.lead_id == lead, a.direction == "out").order_by(a.started_at.desc())
    waiting = sa.select(task.campaign_id).where(task.lead_id == lead, task.source != SOURCE).order_by(task.id.desc())
    for query in (last, waiting):
        found = (await connection.execute(query.limit(1))).scalar_one_or_none()
        if found is not None:
            return found, True
    strangers = sa.select(t.campaigns.c.id).where(t.campaigns.c.slug == desk.strangers)
    return (await connection.execute(strangers)).scalar_one_or_none(), False


async def _free(connection: AsyncConnection, lead_id: int) -> bool:
    """Lock the lead, as every claim does, then look whether he is in a call."""
    lead = sa.select(t.leads.c.id).where(t.leads.c.id == lead_id).with_for_update(key_share=True)
    await connection.execute(lead)
    busy = sa.select(sa.exists().where(t.tasks.c.lead_id == lead_id, t.tasks.c.owner.is_not(None)))
    return not (await connection.execute(busy)).scalar_one()


async def _claim(
    connection: AsyncConnection, campaign: Campaign, person: Stored, desk: Desk, *, now: datetime, changes: Changes
) -> tuple[CallTask, datetime | None]:
    """The campaign's open task of the lead, or a new one, claimed; and when the lead came."""
    claimed = {"state": TaskState.CLAIMED, "owner": desk.node, "lease_until": now + desk.lease}
    task = t.tasks.c
    query = (
        sa.select(task.id, task.due_at, task.attempts, task.deadline_at, task.came_at, t.lanes.c.priority)
        .join_from(t.tasks, t.lanes, t.lanes.c.id == task.lane_id)
        .where(task.campaign_id == campaign.id, task.lead_id == person.lead.id, task.outcome.is_(None))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is not None:
        await connection.execute(sa.update(t.tasks).where(task.id == row.id).values(claimed))
        due_at, priority, attempts, deadline_at = row.due_at, row.priority, row.attempts, row.deadline_at
        task_id, came_at = row.id, row.came_at
    else:
        due_at, priority, attempts, deadline_at, came_at = now, campaign.priority, 0, None, now
        came_on = campaign.day(now)
        changes.add(came({TaskFacts(campaign.id, came_on, SOURCE): 1}))
        lane = await lane_of(connection, campaign.id, priority, person.lead.zones, band=band_of(person.score))
        new = sa.insert(t.tasks).values(
            campaign_id=campaign.id,
            lead_id=person.lead.id,
            lane_id=lane,
            due_at=now,
            attempts=0,
            rank=-person.score,
            source=SOURCE,
            channel=SOURCE,
            came_on=came_on,
            came_at=now,
            **claimed,
        )
        (task_id,) = (await connection.execute(new)).inserted_primary_key or (0,)
    claimed_task = CallTask(
        task_id, campaign.id, person.lead.id, TaskState.CLAIMED, due_at, priority, attempts, deadline_at
    )
    return claimed_task, came_at
