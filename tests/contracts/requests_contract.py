"""New requests, and the preview of an import: contract of every implementation. A subclass gives the `store`
fixture."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from robot.crm.base import Fate, NewLead
from robot.crm.requests import Request
from robot.domain.campaigns import Campaign
from robot.domain.consent import Consent
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_COLD, PRIORITY_REQUEST, REQUEST_DEADLINE
from robot.domain.stops import StopPattern
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, SOON, Scene, phone


def request(scene: Scene, number: int, key: str = "k") -> Request:
    return Request(key, scene.campaign.id, NewLead(phone(number), name="Пётр"), PRIORITY_REQUEST)


class RequestsContract:
    async def test_a_request_goes_before_the_whole_list_with_a_deadline(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=5)
        received = await store.requests.receive(request(scene, 9), now=NOW)

        assert (received.fate, received.deadline, received.again) == ("queued", NOW + REQUEST_DEADLINE, False)
        waiting = await store.requests.waiting(scene.campaign.id)
        assert (waiting.count, waiting.earliest) == (1, NOW + REQUEST_DEADLINE)
        (claimed,) = await scene.claim()
        assert (claimed.lead.phone, claimed.task.deadline_at) == (phone(9), NOW + REQUEST_DEADLINE)
        assert (await store.requests.waiting(scene.campaign.id)).count == 0

    async def test_a_request_in_the_night_is_promised_for_the_minute_after_its_end(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        night, morning = NOW + timedelta(hours=12), datetime(2026, 11, 24, 6, tzinfo=UTC)  # 9:00 in Moscow
        received = await store.requests.receive(request(scene, 1), now=night)

        assert received.deadline == morning + REQUEST_DEADLINE
        assert await scene.claim(now=night) == []
        (claimed,) = await scene.claim(now=morning)
        assert claimed.task.deadline_at == morning + REQUEST_DEADLINE

    async def test_a_request_whose_hours_close_before_the_dial_is_promised_for_the_next(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        closing = datetime(2026, 11, 23, 17, tzinfo=UTC)  # 20:00 in Moscow
        await store.requests.receive(request(scene, 1), now=closing - SOON)
        (claimed,) = await scene.claim(now=closing - SOON)
        assert await scene.begin(claimed, now=closing) is None
        morning = datetime(2026, 11, 24, 6, tzinfo=UTC)
        (claimed,) = await scene.claim(now=morning)
        assert claimed.task.deadline_at == morning + REQUEST_DEADLINE

    async def test_what_is_told_twice_is_done_once_even_after_the_call(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        first = await store.requests.receive(request(scene, 1), now=NOW)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.INFO_REQUESTED)

        again = await store.requests.receive(request(scene, 1), now=NOW + timedelta(minutes=4))
        assert again == replace(first, again=True)
        assert await scene.claim(now=NOW + timedelta(minutes=5)) == []
        other = await store.requests.receive(request(scene, 1, "another"), now=NOW + timedelta(minutes=6))
        assert (other.fate, other.again) == ("queued", False)
        assert len(await scene.claim(now=NOW + timedelta(minutes=6))) == 1

    async def test_two_at_the_same_moment_are_one(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        received = await asyncio.gather(*(store.requests.receive(request(scene, 1), now=NOW) for _ in range(5)))

        assert len({one.id for one in received}) == 1
        assert sorted(one.again for one in received) == [False, True, True, True, True]

    async def test_a_key_is_forgotten_after_a_day(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.requests.receive(request(scene, 1), now=NOW)

        assert not (await store.requests.receive(request(scene, 1), now=NOW + timedelta(days=1) + SOON)).again

    async def test_who_may_not_be_called_is_not(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.stop_list.add(phone(1), reason="просил", now=NOW)
        assert (await store.requests.receive(request(scene, 1), now=NOW)).fate == "stopped"
        premium = Request("p", scene.campaign.id, NewLead("+78091234567"), PRIORITY_REQUEST)
        assert (await store.requests.receive(premium, now=NOW)).fate == "premium"
        assert await scene.claim() == []

    async def test_a_request_without_a_priority_is_one_of_the_list(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        cold = Request("c", scene.campaign.id, NewLead(phone(1)))
        received = await store.requests.receive(cold, now=NOW)

        assert (received.fate, received.deadline) == ("queued", None)
        (claimed,) = await scene.claim()
        assert claimed.task.priority == PRIORITY_COLD

    async def test_every_lead_of_an_addition_has_its_fate(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1, advertising=True)
        consent = Consent("анкета", NOW - timedelta(days=1), "согласен")
        await store.stop_list.add_pattern(StopPattern.parse("+7812*"), reason="", now=NOW)
        leads = [
            NewLead(phone(0)),
            NewLead(phone(1), consent=consent),
            NewLead("+78121234567", consent=consent),
            NewLead("+78091234567", consent=consent),
        ]
        preview = await store.leads.preview(scene.campaign, leads, now=NOW)
        assert await store.leads.find(phone(1)) is None
        assert await scene.claim(10) == []

        added = await store.leads.add(scene.campaign.id, leads, now=NOW)
        assert preview == added
        assert (
            preview.fates
            == added.fates
            == {
                phone(0): Fate("no_consent"),
                phone(1): Fate("queued", NOW),
                "+78121234567": Fate("stopped"),
                "+78091234567": Fate("premium"),
            }
        )
        assert (added.queued, added.stopped, added.no_consent, added.not_allowed) == (1, 1, 1, 1)
        assert (await store.leads.add(scene.campaign.id, leads[1:2], now=NOW)).fates == {phone(1): Fate("known")}

    async def test_a_preview_needs_no_campaign_and_makes_none(self, store: Storage) -> None:
        campaign = Campaign(0, "new", "Новая", "cold_call")
        preview = await store.leads.preview(campaign, [NewLead(phone(1)), NewLead(phone(2))], now=NOW)

        assert (preview.queued, preview.created) == (2, 2)
        assert await store.campaigns.all() == []
