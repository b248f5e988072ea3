"""What the plan calculator reads of a database, against calls counted by hand. A subclass gives the `store` fixture."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from robot.analytics.ports import Supply
from robot.analytics.rates import Rates
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.store import Storage
from tests.contracts.storage_contract import HALF_HOUR, NOW, Scene

MONTH = timedelta(days=30)


async def dialed(store: Storage, scene: Scene, number: int, outcome: Outcome | None, **more: Any) -> None:
    """A dial of the scene's lead of this number, as a row: 20 s of ringing, 40 s of talk when answered."""
    answered = more.pop("answered", True)
    started = more.pop("started_at", NOW)
    lead = (sa.select(t.leads.c.id).order_by(t.leads.c.id).offset(number).limit(1)).scalar_subquery()

    async def work(connection: Any) -> None:
        query = sa.select(t.tasks.c.id, t.tasks.c.lead_id).where(t.tasks.c.lead_id == lead)
        task = (await connection.execute(query.where(t.tasks.c.campaign_id == scene.campaign.id))).one()
        values: dict[str, Any] = {
            "answered_at": started + timedelta(seconds=20) if answered else None,
            "ended_at": started + timedelta(seconds=60 if answered else 20) if outcome else None,
        }
        await connection.execute(
            sa.insert(t.attempts).values(
                id=uuid4(),
                task_id=task.id,
                campaign_id=scene.campaign.id,
                lead_id=task.lead_id,
                node="a",
                day=started.date(),
                started_at=started,
                outcome=outcome,
                collected={},
                **{**values, **more},
            )
        )
        done = {"state": "done", "outcome": outcome} if outcome in (Outcome.MEETING_BOOKED, Outcome.REFUSED) else {}
        changed = sa.update(t.tasks).where(t.tasks.c.id == task.id)
        await connection.execute(changed.values(attempts=t.tasks.c.attempts + 1, **done))

    await store.database.write(work)


class PlanningContract:
    async def test_rates_are_of_the_campaigns_own_dials(self, store: Storage) -> None:
        scene, other = await Scene.set(store, leads=5), await Scene.set(store, leads=5, slug="other")
        await dialed(store, scene, 0, Outcome.NO_ANSWER, answered=False)
        await dialed(store, scene, 0, Outcome.MEETING_BOOKED)
        await dialed(store, scene, 1, Outcome.REFUSED)
        await dialed(store, scene, 2, Outcome.BUSY, answered=False)
        await dialed(store, other, 3, Outcome.MEETING_BOOKED)
        # None of these is a dial that was made, ended, and reached the network in the period.
        await dialed(store, scene, 3, Outcome.FAILED, answered=False, counts=False)
        await dialed(store, scene, 3, Outcome.REFUSED, started_at=NOW - MONTH - HALF_HOUR)
        await dialed(store, scene, 4, Outcome.CALLBACK_SCHEDULED, direction="in")
        await dialed(store, scene, 4, None)
        found = await store.plan_source.rates(scene.campaign.id, since=NOW - MONTH, until=NOW + HALF_HOUR)
        assert (found.dials, found.answered, found.booked) == (4, 2, 1)
        assert found.line_s == pytest.approx(60 + 60 + 20 + 20, abs=0.01)
        assert found.talk_s == pytest.approx(40 + 40, abs=0.01)
        # Leads 0 and 1 are done with, after two dials and one. Lead 3 was lost before the period.
        assert (found.finished, found.finished_dials) == (2, 3)

    async def test_a_goal_that_is_no_meeting_counts_when_it_is_reached(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        await dialed(store, scene, 0, Outcome.AGREED, goal_reached=True)
        await dialed(store, scene, 0, Outcome.AGREED)
        found = await store.plan_source.rates(scene.campaign.id, since=NOW - MONTH, until=NOW + MONTH)
        assert (found.dials, found.booked) == (2, 1)

    async def test_a_campaign_without_calls(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        found = await store.plan_source.rates(scene.campaign.id, since=NOW - MONTH, until=NOW + MONTH)
        assert found == Rates()
        assert await store.plan_source.supply(scene.campaign.id) == Supply()
        assert await store.plan_source.booked(scene.campaign.id, first=NOW.date(), last=NOW.date()) == {}
        assert await store.plan_source.diaries(10**9, after=NOW, before=NOW + MONTH) == []

    async def test_clocks_set_back_take_no_time_away(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        await dialed(store, scene, 0, Outcome.CALLBACK_SCHEDULED, ended_at=NOW - HALF_HOUR)
        found = await store.plan_source.rates(scene.campaign.id, since=NOW - MONTH, until=NOW + MONTH)
        assert (found.line_s, found.talk_s) == (0, 0)

    async def test_the_list_is_what_is_not_done(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=5)
        await dialed(store, scene, 0, Outcome.NO_ANSWER, answered=False)
        await dialed(store, scene, 1, Outcome.REFUSED)
        assert await store.plan_source.supply(scene.campaign.id) == Supply(fresh=3, started=1)

    async def test_meetings_by_the_day_they_were_booked_on(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=4)
        days = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in (2, 3, 3, 30)]
        for number, moment in enumerate(days):
            await dialed(store, scene, number, Outcome.MEETING_BOOKED, started_at=moment)
        booked = await store.plan_source.booked(scene.campaign.id, first=date(2026, 11, 2), last=date(2026, 11, 29))
        assert booked == {date(2026, 11, 2): 1, date(2026, 11, 3): 2}

    async def test_a_booked_meeting_is_upcoming_and_takes_the_managers_time(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        other = await Scene.set(store, leads=0, slug="other")
        await store.managers.ensure("Анна (cold)", WorkingHours(), campaigns=[scene.campaign.id, other.campaign.id])
        slot = await scene.book()
        plan = store.plan_source
        assert await plan.upcoming(scene.campaign.id, after=NOW, before=NOW + MONTH) == 1
        assert await plan.upcoming(other.campaign.id, after=NOW, before=NOW + MONTH) == 0
        assert await plan.upcoming(scene.campaign.id, after=slot.ends_at, before=NOW + MONTH) == 0
        assert await plan.upcoming(scene.campaign.id, after=NOW, before=slot.starts_at) == 0
        (diary,) = await plan.diaries(scene.campaign.id, after=NOW, before=NOW + MONTH)
        assert diary.hours == WorkingHours()
        assert list(diary.taken) == [slot]
        diaries = await plan.diaries(other.campaign.id, after=NOW, before=NOW + MONTH)
        assert sorted(len(one.taken) for one in diaries) == [0, 1]  # taken by another campaign is taken
        (later,) = await plan.diaries(scene.campaign.id, after=slot.ends_at, before=NOW + MONTH)
        assert list(later.taken) == []
