"""Reports of a database against a count by hand of the same calls. A subclass gives the `store` fixture."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from robot.analytics.dropoff import count
from robot.analytics.ports import Selection
from robot.crm.base import NewLead
from robot.domain.calls import HeardWord, Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, SOON, Scene, phone

PHRASES = ("greeting", "offer", "price", "book", "goodbye", "")
ENDINGS = (*TurnEnding, None)


def random_call(random: Random) -> tuple[Outcome, list[Turn]]:
    """Any turns at all, also ones no sane talk would have: the definitions hold for them too."""
    turns = [
        Turn(
            number,
            random.choice(PHRASES),
            visit=random.randint(1, 3),
            ending=random.choice(ENDINGS),
            interrupted=random.random() < 0.3,
            went_to=random.choice(PHRASES),
            heard="да",
            confidence=0.5,
        )
        for number in range(random.randint(0, 8))
    ]
    return random.choice(list(Outcome)), turns


class ReportsContract:
    @pytest.mark.parametrize("seed", range(3))
    async def test_phrase_counts_equal_a_count_by_hand(self, store: Storage, seed: int) -> None:
        random = Random(seed)
        scene, other = await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="other")
        calls: dict[UUID, tuple[int, datetime, str, Outcome, list[Turn]]] = {}
        for _ in range(250):
            started = NOW + timedelta(minutes=random.randint(-60, 60))
            campaign = random.choice([scene, other]).campaign.id
            version = random.choice(["v1", "v2"])
            calls[UUID(int=random.getrandbits(128), version=4)] = (campaign, started, version, *random_call(random))
        await self._fill(store, calls)
        for selection in (
            Selection(scene.campaign.id),
            Selection(other.campaign.id, since=NOW),
            Selection(scene.campaign.id, until=NOW),
            Selection(scene.campaign.id, since=NOW - timedelta(minutes=30), until=NOW, script_version="v2"),
            Selection(10**9),
        ):
            chosen = [
                (outcome, turns)
                for campaign, started, version, outcome, turns in calls.values()
                if campaign == selection.campaign_id
                and (selection.since is None or selection.since <= started)
                and (selection.until is None or started < selection.until)
                and selection.script_version in (None, version)
            ]
            assert list(await store.reports.phrases(selection)) == list(count(chosen))
            assert await store.reports.outcomes(selection) == Counter(outcome for outcome, _ in chosen)
            assert len(await store.reports.attempts(selection, limit=1000)) == len(chosen)

    async def _fill(self, store: Storage, calls: dict[UUID, Any]) -> None:
        async def work(connection: Any) -> None:
            rows = await connection.execute(sa.select(t.tasks.c.campaign_id, t.tasks.c.id, t.tasks.c.lead_id))
            tasks = {row.campaign_id: (row.id, row.lead_id) for row in rows}
            for attempt_id, (campaign, started, version, outcome, turns) in calls.items():
                task_id, lead_id = tasks[campaign]
                await connection.execute(
                    sa.insert(t.attempts).values(
                        id=attempt_id,
                        task_id=task_id,
                        campaign_id=campaign,
                        lead_id=lead_id,
                        node="a",
                        day=started.date(),
                        started_at=started,
                        ended_at=started,
                        outcome=outcome,
                        script_version=version,
                        collected={},
                    )
                )
                if turns:
                    await connection.execute(
                        sa.insert(t.turns), [{"attempt_id": attempt_id, **asdict(turn)} for turn in turns]
                    )

        await store.database.write(work)

    async def test_a_call_in_reports_is_the_call_that_was_made(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(phone(1), "Иван", "Ромашка")], now=NOW)
        _, attempt_id = await scene.call()
        await store.calls.answered(attempt_id, at=NOW + SOON)
        first = Turn(1, "greeting", said="Здравствуйте!", said_from_ms=100)
        second = Turn(
            2,
            "offer",
            role="again",
            visit=2,
            variant="b",
            said="Есть минута?",
            said_to_ms=900,
            response_ms=250,
            heard="да \x00нет",
            words=(HeardWord("да", 1000, 1200, 0.9), HeardWord("\x00нет", 1300, 1500, 0.25)),
            played_ms=640,
            length_ms=900,
            false_starts=2,
        )
        await store.calls.turn(attempt_id, second)
        await store.calls.turn(attempt_id, first)
        ended = Turn(1, "greeting", said="Здравствуйте!", said_from_ms=100, ending=TurnEnding.ANSWERED, confidence=0.75)
        await store.calls.turn(attempt_id, ended)
        await store.calls.turn(attempt_id, first)  # overtaken on its way
        clean = replace(second, heard="да \ufffdнет", words=(second.words[0], HeardWord("\ufffdнет", 1300, 1500, 0.25)))
        assert list(await store.reports.turns(attempt_id)) == [ended, clean]
        (under_way,) = await store.reports.attempts(Selection(scene.campaign.id))
        assert (under_way.outcome, under_way.ended_at, under_way.answered_at) == (None, None, NOW + SOON)
        slot = (await scene.slots())[0]
        await store.calendar.hold(attempt_id, slot, now=NOW)
        await scene.finish(
            attempt_id,
            Outcome.MEETING_BOOKED,
            meeting=slot,
            recording="r.wav",
            ended_by="robot",
            script_version="v1",
            ended_at=datetime(2026, 11, 23, 9, 2, tzinfo=UTC),
        )
        (record,) = await store.reports.attempts(Selection(scene.campaign.id))
        assert (record.id, record.phone, record.lead_name, record.company) == (attempt_id, phone(1), "Иван", "Ромашка")
        assert (record.outcome, record.recording, record.ended_by) == (Outcome.MEETING_BOOKED, "r.wav", "robot")
        assert record.ended_at == NOW + timedelta(minutes=2)
        (meeting,) = await store.reports.meetings(Selection(scene.campaign.id, script_version="v1"))
        assert (meeting.slot, meeting.attempt_id, meeting.lead_name) == (slot, attempt_id, "Иван")
        assert list(await store.reports.meetings(Selection(scene.campaign.id, script_version="v2"))) == []
        assert list(await store.reports.attempts(Selection(scene.campaign.id), offset=1)) == []
