"""Who rings in: found, claimed, begun, over every store. A subclass gives the `store` fixture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from robot.calls.reception_ports import Visit
from robot.crm.base import NewLead
from robot.domain.calls import TaskState
from robot.domain.campaigns import CampaignState
from robot.domain.caps import ContactPolicy
from robot.domain.outcomes import Outcome
from robot.storage.reception import Desk
from tests.contracts.rules_contract import dial, ruled
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone

STRANGER = "+74959998877"
NIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 23:00 in Moscow


async def ring(store: Any, caller: str, *, now: datetime = NOW, strangers: str = "", node: str = "a") -> Visit | None:
    visit: Visit | None = await store.reception(Desk(node, LEASE, strangers)).arrived(
        caller, "+74950000000", call_id=uuid4(), now=now
    )
    return visit


class ReceptionContract:
    async def test_the_campaign_that_called_last_takes_the_call_on_its_own_task(self, store: Any) -> None:
        warm = await Scene.set(store, leads=1, slug="warm", inbound_script="hello_again")
        await Scene.set(store, leads=1)
        before = await dial(warm, NOW, retry_at=NOW + timedelta(hours=5))
        visit = await ring(store, phone(0), now=NIGHT)
        assert visit is not None
        assert (visit.claimed.task.id, visit.claimed.task.state) == (before.task.id, TaskState.CLAIMED)
        assert (visit.claimed.campaign.slug, visit.script) == ("warm", "hello_again")
        assert visit.claimed.lead.name == "Клиент 0"

    async def test_his_call_is_an_attempt_but_no_dial(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=2))
        scene = await Scene.set(strict, leads=1, quota=1)
        claimed = await dial(scene, NOW, retry_at=NOW + timedelta(hours=9))
        visit = await ring(strict, phone(0), now=NOW + SOON)
        assert visit is not None
        (open_attempt,) = await strict.attempts.unfinished("a")
        assert open_attempt.task_id == claimed.task.id
        await strict.calls.answered(open_attempt.id, at=NOW + SOON)
        slot = (await scene.slots())[0]
        assert await strict.calendar.hold(open_attempt.id, slot, now=NOW)
        await strict.calendar.release(open_attempt.id)
        await scene.finish(open_attempt.id, Outcome.NO_ANSWER, ended_at=NOW + 2 * SOON, retry_at=NOW + 2 * SOON)
        assert (await strict.progress.quota(scene.campaign, NOW)).attempts == 1
        assert (await strict.progress.funnel(scene.campaign, NOW)).dialed == 1
        reserved = await strict.spending.spent(NOW)
        assert reserved == 0
        (again,) = await scene.claim(now=NOW + timedelta(minutes=1))
        assert again.task.attempts == 1, "one dial of two that are allowed a day"

    async def test_a_lead_not_called_yet_is_received_by_who_was_going_to_call(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        visit = await ring(store, phone(0))
        assert visit is not None
        assert (visit.claimed.campaign.slug, visit.script) == ("cold", "missed_call_back")
        assert await scene.claim(5) == []

    async def test_a_client_whose_task_is_done_gets_a_new_one(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        before = await dial(scene, NOW, Outcome.REFUSED, retry_at=None)
        visit = await ring(store, phone(0), now=NOW + SOON)
        assert visit is not None
        assert visit.claimed.task.id != before.task.id
        assert [one.state for one in (await scene.card(before)).calls] == [TaskState.DONE, TaskState.CLAIMED]

    async def test_strangers_have_a_campaign_of_their_own_or_none(self, store: Any) -> None:
        await Scene.set(store, leads=0, slug="inbound", quota=None)
        assert await ring(store, STRANGER) is None
        assert await store.leads.find(STRANGER) is None
        for _ in range(2):  # the second time he is no client of ours either
            visit = await ring(store, STRANGER, strangers="inbound")
            assert visit is not None
            assert (visit.claimed.campaign.slug, visit.script) == ("inbound", "inbound_lead")
            (attempt,) = await store.attempts.unfinished("a")
            await Scene(store, visit.claimed.campaign).finish(attempt.id, Outcome.INFO_REQUESTED)
        assert (await store.leads.find(STRANGER)).id == visit.claimed.lead.id

    async def test_nobody_is_in_two_calls(self, store: Any) -> None:
        cold, _ = await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="warm")
        await cold.call()
        assert await ring(store, phone(0), node="b") is None
        late = NOW + LEASE + SOON
        assert await ring(store, phone(0), now=late, node="b") is not None, "the node of the other call is lost"
        assert await ring(store, phone(0), now=late, node="c") is None

    async def test_a_paused_campaign_answers_and_a_stopped_one_does_not(self, store: Any) -> None:
        await Scene.set(store, leads=2)
        await store.campaigns.set_state("cold", CampaignState.PAUSED)
        assert await ring(store, phone(0)) is not None
        await store.campaigns.set_state("cold", CampaignState.STOPPED)
        assert await ring(store, phone(1)) is None

    async def test_who_is_on_the_stop_list_may_call_us_and_is_not_called_back(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        await dial(scene, NOW, Outcome.OPTED_OUT, retry_at=None)
        visit = await ring(store, phone(0), now=NOW + SOON)
        assert visit is not None
        (attempt,) = await store.attempts.unfinished("a")
        await scene.finish(attempt.id, Outcome.CALLBACK_SCHEDULED, retry_at=NOW + SOON)
        assert {one.state for one in (await scene.card(visit.claimed)).calls} == {TaskState.DONE}

    async def test_a_lost_call_of_his_is_put_right_like_any(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(phone(3))], now=NOW)
        assert await ring(store, phone(3)) is not None
        assert len(await scene.claim(now=NOW + LEASE + SOON, node="b")) == 1
