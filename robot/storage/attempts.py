"""The log of attempts: written before the phone rings, closed once, by whoever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.crm.planning import Target
from robot.dialer.ports import Begun
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt, Turn
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.domain.rules import CEILING, DialingRules, Verdict, judge
from robot.domain.stops import ASKED_TO_STOP
from robot.storage import tables as t
from robot.storage.callers import SqlCallers
from robot.storage.closing import close_attempt
from robot.storage.engine import Database
from robot.storage.errors import Conflict, UnknownAttempt
from robot.storage.permits import known, put_off, withdraw
from robot.storage.quotas import dialing
from robot.storage.recount import Changes, beginning, recounted, when
from robot.storage.rows import lead_of, under_way
from robot.storage.spending import reserve
from robot.storage.stops import bar
from robot.storage.turn_rows import keep_turn


class SqlAttempts:
    """AttemptLog of robot.dialer.ports."""

    def __init__(
        self, database: Database, rules: DialingRules, callers: SqlCallers, targets: Sequence[Target] = ()
    ) -> None:
        self._database = database
        self._rules = rules
        self._targets = targets
        self._callers = callers

    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> Begun | None:
        caller_id = await self._callers.next(now)

        async def work(connection: AsyncConnection) -> Begun | None:
            campaign = await dialing(connection, claimed.campaign.id, now)
            row = None if campaign is None else await _ours(connection, claimed.task.id, node, now)
            if campaign is None or row is None:
                return None
            lead, task = lead_of(row), claimed.task
            verdict = await self._verdict(connection, campaign, lead, row, now)
            if verdict.allowed:
                script, most = claimed.campaign.script, self._rules.reservation(lead.phone)
                dial = _Dial(attempt_id, task.id, campaign, lead.id, node, now, caller_id, most, script)
                changes, writing = Changes(), await connection.begin_nested()
                await _write_dial(connection, dial, changes, spent_on=self._rules.day(now), came_at=row.came_at)
                # The day's row comes late: while one transaction holds it, all others wait.
                if await reserve(connection, self._rules, lead.phone, now) is not None:
                    await writing.commit()
                    await changes.write(connection)
                    return Begun(caller_id)
                await writing.rollback()
                verdict = Verdict(CEILING, self._rules.next_day(now))
            await put_off(connection, replace(task, priority=row.priority), lead, verdict)
            return None

        begun = await self._database.write(work)
        if begun is not None:
            self._callers.used(caller_id, now)
        return begun

    async def _verdict(
        self, connection: AsyncConnection, campaign: Campaign, lead: Lead, row: sa.Row[Any], now: datetime
    ) -> Verdict:
        facts = await known(
            connection, [lead], advertising=campaign.advertising, cool_until={lead.id: row.cool_until}, now=now
        )
        return judge(self._rules, campaign, lead, facts.standing[lead.id], priority=row.priority, now=now)

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        async def work(connection: AsyncConnection) -> None:
            changes = Changes()
            await close_attempt(
                connection, attempt_id, result, changes, retry_at=retry_at, rules=self._rules, targets=self._targets
            )
            await changes.write(connection)
            await self._database.tell(connection)

        await self._database.write(work)

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        query = (
            sa.select(t.attempts, t.tasks.c.attempts.label("made"), t.campaigns.c.max_attempts)
            .join_from(t.attempts, t.tasks, t.tasks.c.id == t.attempts.c.task_id)
            .join(t.campaigns, t.campaigns.c.id == t.attempts.c.campaign_id)
            .where(t.attempts.c.ended_at.is_(None), t.attempts.c.node == node)
            .order_by(t.attempts.c.started_at)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [
                OpenAttempt(row.id, row.task_id, row.answered_at is not None, row.made, row.max_attempts)
                for row in rows
            ]


@dataclass(frozen=True, slots=True)
class _Dial:
    """An outgoing attempt about to be made. reserved: kopecks."""

    attempt_id: UUID
    task_id: int
    campaign: Campaign
    lead_id: int
    node: str
    now: datetime
    caller_id: str
    reserved: int
    script: str


async def _ours(connection: AsyncConnection, task_id: int, node: str, now: datetime) -> sa.Row[Any] | None:
    """The lead of a task this node still holds and does not dial yet, with the task's urgency; both locked."""
    query = (
        sa.select(t.leads, t.lanes.c.priority, t.tasks.c.came_at)
        .join_from(t.tasks, t.leads, t.leads.c.id == t.tasks.c.lead_id)
        .join(t.lanes, t.lanes.c.id == t.tasks.c.lane_id)
        .where(t.tasks.c.id == task_id, t.tasks.c.owner == node, t.tasks.c.lease_until > now, ~under_way())
        .with_for_update(key_share=True, of=[t.tasks, t.leads])
    )
    return (await connection.execute(query)).one_or_none()


async def _write_dial(
    connection: AsyncConnection, dial: _Dial, changes: Changes, *, spent_on: date, came_at: datetime | None
) -> None:
    """Raises Conflict when an earlier try, whose connection broke, was written while this one waited for its locks: the
    transaction repeated sees it."""
    statement = sa.insert(t.attempts).values(
        id=dial.attempt_id,
        task_id=dial.task_id,
        campaign_id=dial.campaign.id,
        lead_id=dial.lead_id,
        node=dial.node,
        started_at=dial.now,
        collected={},
        caller_id=dial.caller_id,
        cost_kopecks=dial.reserved,
        spent_on=spent_on,
        script_name=dial.script,
        **when(dial.campaign, dial.now, came_at),
    )
    async with beginning(connection, dial.attempt_id, changes, task_id=dial.task_id, lead_id=dial.lead_id):
        try:
            await connection.execute(statement)
        except sa.exc.IntegrityError as error:
            raise Conflict("this task has an attempt under way") from error


class SqlCallLog:
    """CallLog of robot.calls.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        first = sa.func.coalesce(t.attempts.c.answered_at, sa.bindparam("at", at, t.attempts.c.answered_at.type))
        ended = t.attempts.c.ended_at.is_not(None)
        statement = sa.update(t.attempts).where(t.attempts.c.id == attempt_id)
        statement = statement.values(answered_at=first, counts=sa.or_(t.attempts.c.counts, ended))
        # Another node closed it as never answered, since this one died before it could tell: it counts after all.
        late = (
            sa.select(t.tasks.c.id)
            .join(t.attempts, t.attempts.c.task_id == t.tasks.c.id)
            .where(t.attempts.c.id == attempt_id, ended, ~t.attempts.c.counts)
            .with_for_update(key_share=True, of=t.tasks)
        )

        async def work(connection: AsyncConnection) -> None:
            changes = Changes()
            task = (await connection.execute(late)).scalar_one_or_none()
            async with recounted(connection, attempt_id, changes):
                done = await connection.execute(statement)
                if task is not None:
                    more = sa.update(t.tasks).where(t.tasks.c.id == task).values(attempts=t.tasks.c.attempts + 1)
                    await connection.execute(more)
            if done.rowcount == 0:
                raise UnknownAttempt(f"no attempt {attempt_id}")
            await changes.write(connection)

        await self._database.write(work)

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            # Locked, as whoever is about to dial him locks him: that dial is written by now, or sees the stop.
            query = (
                sa.select(t.leads.c.id, t.leads.c.phone)
                .join(t.attempts, t.attempts.c.lead_id == t.leads.c.id)
                .where(t.attempts.c.id == attempt_id)
                .with_for_update(key_share=True, of=t.leads)
            )
            lead = (await connection.execute(query)).one_or_none()
            if lead is None:
                raise UnknownAttempt(f"no attempt {attempt_id}")
            await bar(connection, lead.phone, reason=ASKED_TO_STOP, now=at)
            await withdraw(connection, [lead.id])

        await self._database.write(work)

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        await self._database.write(lambda connection: keep_turn(connection, attempt_id, turn))
