"""A database of an earlier version, with what a head of sales has in it, brought up to this one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from robot.crm.base import NewLead
from robot.domain.calls import TaskState
from robot.domain.campaigns import ALWAYS, OFFICE_HOURS, CallingWindow, CampaignState
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.migrate import migrate
from robot.storage.store import Storage
from tests.contracts.schema_contract import differences
from tests.contracts.storage_contract import LEASE, NOW, SOON, phone

FIRST_VERSION = """
INSERT INTO campaigns (id, slug, title, script, timezone, quota, hard_quota, active, opens, closes, weekdays,
                       meeting_minutes, max_attempts, facts)
VALUES (1, 'cold', 'Холодные', 'cold_call', 'Europe/Moscow', 3, false, true, '09:00:00.000000', '20:00:00.000000', 31,
        30, 3, '{"product": "карты"}'),
       (2, 'paused', 'Пауза', 'cold_call', 'Asia/Omsk', NULL, true, false, '00:00:00.000000', '23:59:59.999999', 127,
        60, 5, '{}'),
       (3, 'never', 'Никогда', 'cold_call', 'Europe/Moscow', 1, false, true, '09:00:00.000000', '09:00:00.000000', 127,
        30, 3, '{}'),
       (4, 'odd', 'Через день', 'cold_call', 'Europe/Moscow', 1, false, true, '22:30:30.000000', '02:00:00.000000', 69,
        30, 3, '{}');
INSERT INTO leads (id, phone, name, company, city, timezone, stage, fields, created_at)
VALUES (1, '+74951000001', 'Иван', '', '', '', 'new', '{"a": "1"}', '2026-11-20 09:00:00'),
       (2, '+74951000002', 'Пётр', '', '', '', 'meeting', '{}', '2026-11-20 09:00:00');
INSERT INTO lanes (id, campaign_id, priority, zones)
VALUES (1, 1, 0, 'Europe/Moscow'), (2, 1, 50, 'Europe/Moscow'), (3, 2, 0, 'Europe/Moscow');
INSERT INTO tasks (id, campaign_id, lead_id, lane_id, state, due_at, attempts, owner, lease_until, outcome)
VALUES (1, 1, 1, 2, 'queued', '2026-11-20 09:00:00', 1, NULL, NULL, NULL),
       (2, 1, 2, 1, 'done', '2026-11-20 09:00:00', 1, NULL, NULL, 'meeting_booked'),
       (3, 2, 2, 3, 'claimed', '2026-11-20 09:00:00', 0, 'a', '2026-11-20 09:01:00', NULL);
INSERT INTO attempts (id, task_id, campaign_id, lead_id, node, day, started_at, answered_at, ended_at, outcome, counts,
                      collected)
VALUES ('00000000000000000000000000000001', 2, 1, 2, 'a', '2026-11-20', '2026-11-20 09:00:00', '2026-11-20 09:00:05',
        '2026-11-20 09:02:00', 'meeting_booked', true, '{}'),
       ('00000000000000000000000000000002', 3, 2, 2, 'a', '2026-11-21', '2026-11-21 09:00:00', '2026-11-21 09:00:05',
        '2026-11-21 09:02:00', 'meeting_booked', true, '{}');
INSERT INTO managers (id, name, timezone, opens, closes, weekdays)
VALUES (1, 'Анна', 'Europe/Moscow', '10:00:00.000000', '18:00:00.000000', 31);
INSERT INTO campaign_managers VALUES (1, 1);
INSERT INTO slots (id, manager_id, starts_at, ends_at, campaign_id, day, attempt_id)
VALUES (1, 1, '2026-11-24 09:00:00', '2026-11-24 09:30:00', 1, '2026-11-20', '00000000000000000000000000000001'),
       (2, 1, '2026-11-25 09:00:00', '2026-11-25 09:30:00', 2, '2026-11-21', '00000000000000000000000000000002');
INSERT INTO meetings (id, slot_id, attempt_id, campaign_id, lead_id, booked_at)
VALUES (1, 1, '00000000000000000000000000000001', 1, 2, '2026-11-20 09:02:00'),
       (2, 2, '00000000000000000000000000000002', 2, 2, '2026-11-21 09:02:00');
INSERT INTO stop_list VALUES ('+74951000009', '2026-11-20 09:00:00', 'просил')
"""


async def upgraded(database: Database) -> Storage:
    """The first version's database with people in it, migrated."""
    await migrate(database, revision="0001")

    async def fill(connection: Any) -> None:
        for statement in FIRST_VERSION.split(";\n"):
            await connection.exec_driver_sql(statement)
        if connection.dialect.name == "postgresql":
            for table in ("campaigns", "leads", "lanes", "tasks"):
                await connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', 100)")

    await database.write(fill)
    await migrate(database)
    return Storage(database)


async def check_upgrade(database: Database) -> None:
    storage = await upgraded(database)
    assert await differences(database) == []
    cold, paused, never, odd = await storage.campaigns.all()
    assert (cold.window, cold.state, cold.quota, cold.facts) == (
        OFFICE_HOURS,
        CampaignState.RUNNING,
        3,
        {"product": "карты"},
    )
    assert (paused.window, paused.state, paused.hard_quota) == (ALWAYS, CampaignState.PAUSED, True)
    assert never.window == CallingWindow({})
    assert odd.window == CallingWindow.parse("пн,ср,вс 22:31-02:00")
    assert await storage.stop_list.contains(phone(9))
    assert (await storage.progress.funnel(cold, NOW - timedelta(days=9))).booked == 1
    card = await storage.leads.card(2)
    assert card is not None
    assert [one.state for one in card.calls] == [TaskState.DONE, TaskState.CLAIMED]
    assert [one.attempt_id.int for one in card.meetings] == [2], "it was moved; both stood"
    told = (await storage.call_reports.report(card.meetings[0].attempt_id)).meeting
    assert told is not None
    assert told.moves == UUID(int=1)
    (claimed,) = await storage.queue.claim(cold, limit=5, now=NOW, node="b", lease=LEASE)
    assert (claimed.lead.phone, claimed.task.priority, claimed.task.attempts) == (phone(1), 50, 1)
    added = await storage.leads.add(1, [NewLead(phone(5), score=99)], now=NOW + SOON)
    assert added.queued == 1
    async with database.read() as connection:
        lost = await connection.execute(sa.select(t.tasks.c.state).where(t.tasks.c.id == 3))
        assert lost.scalar_one() == TaskState.QUEUED
        if database.dialect == "sqlite":
            assert (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all() == []
