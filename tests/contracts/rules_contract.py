"""Who may be dialed, when, how often and at what price: the same over every store. A subclass gives the `store`
fixture. The moment of all tests is a Monday, 12:00 in Moscow; leads live there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from robot.crm.base import NewLead
from robot.domain.calls import TaskState
from robot.domain.caps import ContactPolicy
from robot.domain.consent import Consent
from robot.domain.numbering import NumberGuard
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_REQUEST
from robot.domain.rules import DialingRules
from robot.domain.stops import StopPattern
from robot.domain.tariffs import Rate, Tariff
from robot.storage import tables as t
from robot.storage.errors import InvalidRecord
from robot.storage.store import Storage
from tests.contracts.storage_contract import LEASE, NOW, SOON, Scene, phone

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUBLE = Tariff((Rate("+7", Decimal(1)),))
YES = Consent("форма на сайте", NOW - DAY, "Согласен получать рекламу по телефону")


def ruled(store: Any, **rules: Any) -> Storage:
    """The same database under other rules."""
    return Storage(store.database, DialingRules(**rules))


async def dial(scene: Scene, now: datetime, outcome: Outcome = Outcome.NO_ANSWER, **more: Any) -> Any:
    """Claim one and call him, to be called again at once; the claim."""
    (claimed,) = await scene.claim(now=now)
    attempt_id = await scene.begin(claimed, now=now)
    assert attempt_id is not None
    more = {"ended_at": now + SOON, "retry_at": now + SOON} | more
    await scene.finish(attempt_id, outcome, **more)
    return claimed


async def only_task(scene: Scene, claimed: Any) -> Any:
    (task,) = [one for one in (await scene.card(claimed)).calls if one.campaign_id == scene.campaign.id]
    return task


async def reason_of(store: Any, task_id: int) -> str:
    async with store.database.read() as connection:
        query = sa.select(t.tasks.c.reason).where(t.tasks.c.id == task_id)
        return str((await connection.execute(query)).scalar_one())


class ContactContract:
    async def test_a_number_is_dialed_so_often_a_day_over_all_campaigns_and_then_waits(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=2, per_week=3))
        cold, warm = await Scene.set(strict, leads=1), await Scene.set(strict, leads=1, slug="warm")
        claimed = await dial(cold, NOW)
        await dial(warm, NOW + HOUR)
        assert await cold.claim(now=NOW + 2 * HOUR) == []
        task = await only_task(cold, claimed)
        assert (task.state, task.due_at) == (TaskState.QUEUED, NOW + DAY), "a day after the first of the two"
        await dial(cold, NOW + DAY)
        assert await cold.claim(now=NOW + DAY + 2 * HOUR) == []
        assert (await only_task(cold, claimed)).due_at == NOW + 7 * DAY, "three in any seven days"

    async def test_what_is_not_allowed_yet_stands_in_nobodys_way(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=1))
        scene = await Scene.set(strict, leads=60)
        for one in await scene.claim(50):
            attempt_id = await scene.begin(one)
            assert attempt_id is not None
            await scene.finish(attempt_id, Outcome.BUSY, retry_at=NOW)
        assert {one.lead.phone for one in await scene.claim(10)} == {phone(n) for n in range(50, 60)}

    async def test_a_hundred_who_may_not_be_called_keep_nobody_from_one_who_may(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=101), await Scene.set(store, leads=100, slug="warm", quota=200)
        for _ in range(100):
            _, attempt_id = await warm.call()
            await warm.finish(attempt_id, Outcome.REFUSED)
        assert [one.lead.phone for one in await cold.claim(1)] == [phone(100)]

    async def test_a_fault_of_ours_is_no_dial(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=1))
        scene = await Scene.set(strict, leads=1)
        await dial(scene, NOW, Outcome.FAILED, counts=False)
        assert len(await scene.claim(now=NOW + HOUR)) == 1

    async def test_who_was_dialed_as_often_as_one_may_be_is_let_go_for_good(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=5, per_week=5, ever=2))
        scene = await Scene.set(strict, leads=1)
        for hours in (0, 1):
            claimed = await dial(scene, NOW + hours * HOUR)
        assert await scene.claim(now=NOW + 2 * HOUR) == []
        task = await only_task(scene, claimed)
        assert (task.state, await reason_of(strict, task.id)) == (TaskState.DONE, "contact_limit")
        other = await Scene.set(strict, leads=0, slug="other")
        assert (await other.add(0)).not_allowed == 1

    async def test_a_refusal_is_respected_in_all_campaigns(self, store: Any) -> None:
        cold, warm = await Scene.set(store, leads=1), await Scene.set(store, leads=1, slug="warm")
        claimed = await dial(cold, NOW, Outcome.REFUSED, retry_at=None)
        assert await warm.claim(now=NOW + HOUR) == []
        (task,) = [one for one in (await warm.card(claimed)).calls if one.campaign_id == warm.campaign.id]
        assert task.due_at >= NOW + 90 * DAY
        late = await Scene.set(store, leads=0, slug="late")
        assert (await late.add(0)).queued == 1
        assert (await only_task(late, claimed)).due_at >= NOW + 90 * DAY
        assert await late.claim(now=NOW + DAY) == []
        assert len(await late.claim(now=NOW + 91 * DAY)) == 1

    async def test_what_the_client_asked_for_is_free_of_caps_and_pauses(self, store: Any) -> None:
        strict = ruled(store, contact=ContactPolicy(per_day=1))
        scene, request = await Scene.set(strict, leads=1), await Scene.set(strict, leads=0, slug="request")
        await dial(scene, NOW, Outcome.CALLBACK_SCHEDULED, callback_at=NOW + HOUR, retry_at=NOW + HOUR)
        claimed = await dial(scene, NOW + HOUR, Outcome.REFUSED, retry_at=None)
        await request.add(0, priority=PRIORITY_REQUEST)
        (again,) = await request.claim(now=NOW + HOUR)
        assert again.lead.id == claimed.lead.id
        assert await request.begin(again, now=NOW + HOUR) is not None

    async def test_the_last_look_before_the_dial_is_as_strict(self, store: Any) -> None:
        lax, strict = ruled(store), ruled(store, contact=ContactPolicy(per_day=1))
        scene = await Scene.set(lax, leads=1)
        await dial(scene, NOW)
        (claimed,) = await scene.claim(now=NOW + HOUR)
        scene.store = strict
        assert await scene.begin(claimed, now=NOW + HOUR) is None
        task = await only_task(scene, claimed)
        assert (task.state, task.due_at) == (TaskState.QUEUED, NOW + DAY)
        await strict.queue.release(task.id, node="a")  # what the dialer does with a dial refused
        assert (await only_task(scene, claimed)).due_at == NOW + DAY

    async def test_hours_that_changed_behind_the_lane_are_seen_and_the_lane_corrected(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        moved = sa.update(t.leads).values(timezone="Asia/Kamchatka")
        await store.database.write(lambda connection: connection.execute(moved))
        assert await scene.claim() == []
        morning = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # Tuesday, 09:00 in Kamchatka
        assert await scene.claim(now=morning - SOON) == []
        assert len(await scene.claim(now=morning)) == 1


class StopContract:
    async def test_a_pattern_stops_whom_it_fits_at_all_three_moments(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3)
        begun, claimed = await scene.claim(2)
        attempt_id = await scene.begin(begun)
        assert attempt_id is not None
        pattern = StopPattern.parse("+7495100000?")
        assert await store.stop_list.add_pattern(pattern, reason="завод", now=NOW) == 2
        assert await scene.begin(claimed) is None
        assert await scene.claim(5) == []
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=NOW)
        assert (await only_task(scene, begun)).state is TaskState.DONE
        assert (await scene.add(7, 70)).stopped == 1
        assert await store.stop_list.contains(phone(8))
        assert not await store.stop_list.contains(phone(70))

    async def test_a_pattern_that_came_past_the_store_is_seen_by_claim_and_begin(self, store: Any) -> None:
        """By number too: whatever wrote the line, it holds."""
        scene = await Scene.set(store, leads=3)
        (claimed,) = await scene.claim()
        lines = (
            sa.insert(t.stop_patterns).values(pattern="+74951000000", since=NOW, reason=""),
            sa.insert(t.stop_list).values(phone=phone(1), since=NOW, reason=""),
        )
        for line in lines:
            await store.database.write(lambda connection, line=line: connection.execute(line))
        assert await scene.begin(claimed) is None
        assert (await only_task(scene, claimed)).state is TaskState.DONE
        assert [one.lead.phone for one in await scene.claim(3)] == [phone(2)]

    async def test_a_list_is_stopped_in_one_go(self, store: Any) -> None:
        scene = await Scene.set(store, leads=4)
        await scene.add(500)
        (claimed,) = await scene.claim()
        many = [(phone(n), "список") for n in range(600, 1300)]
        listed = [(phone(0), "просил"), (phone(1), "просил"), (phone(0), "ещё раз"), *many]
        assert await store.stop_list.add_all([*listed, (StopPattern.parse("+7495100050?"), "")], now=NOW) == 3
        assert await store.stop_list.add_all(listed, now=NOW + SOON) == 0
        assert await scene.begin(claimed) is None
        assert [one.lead.phone for one in await scene.claim(5)] == [phone(2), phone(3)]
        entries = {one.entry: (one.since, one.reason) for one in await store.stop_list.entries()}
        assert len(entries) == 2 + len(many) + 1
        assert entries[phone(0)] == (NOW, "просил")

    async def test_only_a_person_with_a_reason_takes_a_number_off(self, store: Any) -> None:
        stops = store.stop_list
        await stops.add(phone(1), reason="просил", now=NOW)
        await stops.add_pattern(StopPattern.parse("+7812*"), reason="конкуренты", now=NOW + SOON)
        assert [(one.entry, one.since, one.reason) for one in await stops.entries()] == [
            (phone(1), NOW, "просил"),
            ("+7812*", NOW + SOON, "конкуренты"),
        ]
        with pytest.raises(InvalidRecord):
            await stops.remove(phone(1), by=" ", reason="ошибка", now=NOW)
        assert await stops.remove(phone(1), by="Ольга", reason="попросил звонить", now=NOW)
        assert not await stops.remove(phone(1), by="Ольга", reason="ещё раз", now=NOW)
        assert await stops.remove("+7812*", by="Ольга", reason="ошибка", now=NOW)
        assert not await stops.contains(phone(1))
        async with store.database.read() as connection:
            removed = (await connection.execute(sa.select(t.stop_removals.c.entry, t.stop_removals.c.removed_by))).all()
        assert [tuple(row) for row in removed] == [(phone(1), "Ольга"), ("+7812*", "Ольга")]


class ConsentContract:
    async def test_advertising_needs_consent_when_queued(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0, advertising=True)
        leads = [NewLead(phone(1)), NewLead(phone(2), consent=YES), NewLead(phone(3), consent=Consent("", NOW, ""))]
        added = await store.leads.add(scene.campaign.id, leads, now=NOW)
        assert (added.queued, added.no_consent, added.created) == (1, 2, 3)
        again = await store.leads.add(scene.campaign.id, leads[1:2], now=NOW)
        assert again.known == 1
        assert [line.consent for line in await store.consents.ledger() if line.phone == phone(2)] == [YES]
        plain = await Scene.set(store, leads=0, slug="plain")
        assert (await plain.add(1)).queued == 1

    async def test_a_consent_taken_back_ends_advertising_alone(self, store: Any) -> None:
        ads, plain = await Scene.set(store, leads=0, advertising=True), await Scene.set(store, leads=0, slug="plain")
        for scene in (ads, plain):
            await store.leads.add(scene.campaign.id, [NewLead(phone(n), consent=YES) for n in (1, 2)], now=NOW)
        claimed = (await ads.claim())[0]
        assert await store.consents.revoke(claimed.lead.id, now=NOW) == 1
        assert await ads.begin(claimed) is None
        assert [one.lead.phone for one in await ads.claim(5)] == [phone(2)]
        assert [one.lead.phone for one in await plain.claim(5)] == [phone(1)]
        revoked = [line.consent.revoked_at for line in await store.consents.ledger() if line.phone == phone(1)]
        assert revoked == [NOW]
        await store.consents.record(claimed.lead.id, Consent("звонок", NOW + SOON, "Да, звоните"))
        assert len(await store.consents.ledger()) == 3

    async def test_a_campaign_that_turns_into_advertising_asks_at_claim_and_begin(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        (claimed,) = await scene.claim()
        turned = sa.update(t.campaigns).values(advertising=True)
        await store.database.write(lambda connection: connection.execute(turned))
        assert await scene.begin(claimed) is None
        assert await scene.claim(5, now=NOW + 2 * LEASE) == []
        assert await reason_of(store, claimed.task.id) == "no_consent"


class TollContract:
    async def test_numbers_that_cost_too_much_are_not_queued(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        dear = ["+78091234567", "+442079460000", "+77012345678", "+88110000000"]
        added = await store.leads.add(scene.campaign.id, [NewLead(one) for one in [*dear, phone(1)]], now=NOW)
        assert (added.queued, added.not_allowed, added.created) == (1, 4, 5)

    async def test_a_range_forbidden_later_is_closed_by_the_claim_with_the_reason(self, store: Any) -> None:
        scene = await Scene.set(store, leads=2)
        (claimed,) = await scene.claim()
        scene.store = ruled(store, guard=NumberGuard(denied=(phone(0),)))
        assert await scene.begin(claimed) is None
        assert await reason_of(store, claimed.task.id) == "denied"
        scene.store = ruled(store, tariff=Tariff(()))
        assert await scene.claim(5) == []
        assert (await scene.add(5)).not_allowed == 1

    async def test_the_ceiling_of_a_day_is_kept_with_the_worst_case_of_calls_under_way(self, store: Any) -> None:
        dear = ruled(store, tariff=ROUBLE, longest_call_s=120, ceiling_kopecks=500)
        scene = await Scene.set(dear, leads=5)
        first, second = await scene.claim(5)  # two calls of two minutes are four roubles
        attempts = [await scene.begin(one) for one in (first, second)]
        assert await dear.spending.spent(NOW) == 400
        assert await scene.claim(5) == []
        assert attempts[0] is not None
        await scene.finish(attempts[0], Outcome.NO_ANSWER, retry_at=NOW + 5 * HOUR)
        assert await dear.spending.spent(NOW) == 200, "a call nobody answered costs nothing"
        (third,) = await scene.claim(5)
        assert await scene.begin(third) is not None
        assert attempts[1] is not None
        await scene.finish(attempts[1], Outcome.REFUSED, answered_at=NOW + SOON, ended_at=NOW + timedelta(seconds=62))
        assert await dear.spending.spent(NOW) == 400, "61 seconds are two minutes"
        assert await scene.claim(5) == []
        assert len(await scene.claim(5, now=NOW + DAY)) == 2
        assert await dear.spending.spent(NOW + DAY) == 0

    async def test_calls_to_managers_are_counted_too(self, store: Any) -> None:
        dear = ruled(store, tariff=ROUBLE, longest_call_s=120, ceiling_kopecks=500)
        scene = await Scene.set(store, leads=1)
        scene.store = dear
        _, attempt_id = await scene.call()
        spending, first, second = dear.spending, uuid4(), uuid4()
        assert await spending.reserve(attempt_id, first, phone(50), now=NOW)
        assert await spending.reserve(attempt_id, first, phone(50), now=NOW), "asked twice, reserved once"
        assert await spending.spent(NOW) == 400
        assert not await spending.reserve(attempt_id, second, phone(51), now=NOW)
        await spending.settle(second, talked_s=5, now=NOW + SOON)
        for _ in range(2):
            await spending.settle(first, talked_s=5, now=NOW + SOON)
        assert await spending.spent(NOW) == 300
        assert await spending.reserve(attempt_id, second, phone(51), now=NOW)
        assert not await spending.reserve(attempt_id, uuid4(), "+88211234567", now=NOW), "refused by the guard"

    async def test_a_dial_the_ceiling_forbids_waits_for_the_next_day(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        (claimed,) = await scene.claim()
        scene.store = ruled(store, tariff=ROUBLE, ceiling_kopecks=100)
        assert await scene.begin(claimed) is None
        midnight = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
        assert (await only_task(scene, claimed)).due_at == midnight
        assert await scene.store.spending.spent(NOW) == 0

    async def test_the_pool_of_numbers_is_used_in_turn_and_one_nobody_answers_rests(self, store: Any) -> None:
        pool = ("+74950000001", "+74950000002")
        shown = ruled(store, callers=pool, contact=ContactPolicy(per_day=99, per_week=999, ever=999))
        scene = await Scene.set(shown, leads=80, quota=99)
        for n in range(80):
            (claimed,) = await scene.claim(now=NOW + n * SOON)
            attempt_id = await scene.begin(claimed, now=NOW + n * SOON)
            assert attempt_id is not None
            async with store.database.read() as connection:
                query = sa.select(t.attempts.c.caller_id).where(t.attempts.c.id == attempt_id)
                number = (await connection.execute(query)).scalar_one()
            answered = {"answered_at": NOW} if number == pool[1] else {}
            await scene.finish(attempt_id, Outcome.NO_ANSWER, ended_at=NOW + n * SOON, **answered)
        recent = await shown.callers.recent(NOW + 80 * SOON)
        assert {number: (one.dials, one.answered) for number, one in recent.items()} == {
            pool[0]: (recent[pool[0]].dials, 0),
            pool[1]: (recent[pool[1]].dials, recent[pool[1]].dials),
        }
        assert 30 <= recent[pool[0]].dials < 40 < recent[pool[1]].dials
        assert await ruled(store).callers.next(NOW) == ""


class UrgencyContract:
    async def test_the_promising_go_first_and_among_their_like_the_older(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        add = store.leads.add
        await add(scene.campaign.id, [NewLead(phone(1), score=15), NewLead(phone(2), score=19)], now=NOW - HOUR)
        await add(scene.campaign.id, [NewLead(phone(n), score=s) for n, s in ((3, 95), (4, 10), (5, 250))], now=NOW)
        await add(scene.campaign.id, [NewLead(phone(6)), NewLead(phone(7), score=-5)], now=NOW - 2 * HOUR)
        order = [one.lead.phone for one in await scene.claim(10)]
        assert order == [phone(n) for n in (5, 3, 2, 1, 4, 6, 7)]

    async def test_one_promising_lead_is_found_behind_a_long_list(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(phone(n)) for n in range(100)], now=NOW - HOUR)
        await store.leads.add(scene.campaign.id, [NewLead(phone(200), score=90)], now=NOW)
        assert [one.lead.phone for one in await scene.claim(2)] == [phone(200), phone(0)]
        together = [NewLead(phone(n), score=n % 10) for n in range(300, 400)]
        await store.leads.add(scene.campaign.id, together, now=NOW - 2 * HOUR)
        assert {one.lead.phone for one in await scene.claim(10)} == {phone(n) for n in range(309, 400, 10)}

    async def test_a_request_hurries_the_task_that_waits(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3)
        assert (await scene.add(2, priority=PRIORITY_REQUEST, due_at=NOW)).queued == 1
        assert list(await store.queue.urgent(NOW)) == [scene.campaign.id]
        (claimed,) = await scene.claim(5, least=PRIORITY_CALLBACK)
        assert (claimed.lead.phone, claimed.task.priority) == (phone(2), PRIORITY_REQUEST)
        assert claimed.task.deadline_at == NOW + timedelta(seconds=60)
        assert len((await scene.card(claimed)).calls) == 1
        assert list(await store.queue.urgent(NOW)) == []
        assert (await scene.add(2, priority=PRIORITY_REQUEST)).known == 1, "he is in a call"

    async def test_a_request_of_an_old_client_is_a_new_task(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        claimed = await dial(scene, NOW, Outcome.INFO_REQUESTED, retry_at=None)
        assert (await scene.add(0)).known == 1
        lead = NewLead(phone(0), source="webhook", deadline=NOW + HOUR)
        added = await store.leads.add(scene.campaign.id, [lead], now=NOW, priority=PRIORITY_REQUEST)
        assert added.queued == 1
        (again,) = await scene.claim()
        assert (again.task.id != claimed.task.id, again.task.deadline_at) == (True, NOW + HOUR)

    async def test_a_request_in_the_night_keeps_no_node_awake(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await scene.add(1, priority=PRIORITY_REQUEST)
        night, morning = NOW + 12 * HOUR, NOW + 21 * HOUR
        assert [list(await store.queue.urgent(at)) for at in (night, morning)] == [[], [scene.campaign.id]]

    async def test_new_tasks_are_as_urgent_as_their_campaign(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1, priority=20)
        assert [one.task.priority for one in await scene.claim()] == [20]


class RulesContract(ContactContract, StopContract, ConsentContract, TollContract, UrgencyContract):
    """All of it."""
