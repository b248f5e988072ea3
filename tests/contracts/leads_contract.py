"""Looking for leads, and their histories; the lists page by page. A subclass gives the `store` fixture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from robot.crm.base import NewLead
from robot.crm.lead_desk import BadPlace, ConsentState, Kind, LeadsWanted
from robot.crm.sent import Channel, Parcel
from robot.domain.calls import TaskState
from robot.domain.consent import Consent
from robot.domain.outcomes import Outcome
from robot.domain.stops import StopPattern
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, Scene, phone

DAY = timedelta(days=1)
AGREED = Consent("форма сайта", NOW - DAY, "Согласен на рекламу")


async def names(store: Storage, **wanted: Any) -> list[str]:
    page = await store.lead_desk.find(LeadsWanted(**wanted), now=NOW)
    assert len(page.items) == await store.lead_desk.count(LeadsWanted(**wanted), most=100, now=NOW)
    return [one.lead.name for one in page.items]


async def lead_id(store: Storage, number: int) -> int:
    lead = await store.leads.find(phone(number))
    assert lead is not None
    return lead.id


async def kinds(store: Storage, number: int) -> list[Kind]:
    return [line.kind for line in await store.lead_desk.history(await lead_id(store, number), most=50)]


class LeadsContract:
    async def test_leads_are_found_by_parts_of_words_in_any_case_and_of_the_number(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        given = [
            NewLead("+79161234567", "Пётр Ёлкин", "ООО «Ромашка»"),
            NewLead("+79031112233", "анна", "100% Мёд_и_Ко"),
        ]
        await store.leads.add(scene.campaign.id, given, now=NOW)
        assert await names(store) == ["анна", "Пётр Ёлкин"], "the latest first"
        assert await names(store, words="ромаш ПЕТР") == ["Пётр Ёлкин"]
        assert await names(store, words="елк") == ["Пётр Ёлкин"]
        assert await names(store, words="8 (916) 123-45-67") == ["Пётр Ёлкин"]
        assert await names(store, words="345") == ["Пётр Ёлкин"]
        assert await names(store, words="% мед_") == ["анна"], "no wildcards of the database's own"
        assert await names(store, words="д_и") == ["анна"]
        assert await names(store, words="р_м") == []
        await store.leads.add(scene.campaign.id, [NewLead("+79031112233", "Мария")], now=NOW)
        assert await names(store, words="анна") == []
        assert await names(store, words="мария") == ["Мария"]

    async def test_leads_are_found_by_campaign_and_by_their_latest_task(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=3)
        other = await Scene.set(store, leads=0, slug="other")
        await other.add(1)
        _, attempt = await scene.call()
        await scene.finish(attempt, Outcome.REFUSED)
        assert await names(store, campaign="other") == ["Клиент 1"]
        assert await names(store, campaign="nowhere") == []
        assert await names(store, campaign="cold", state=TaskState.QUEUED) == ["Клиент 2", "Клиент 1"]
        assert await names(store, campaign="cold", state=TaskState.DONE) == ["Клиент 0"]
        assert await names(store, outcome=Outcome.REFUSED) == ["Клиент 0"]
        assert await names(store, campaign="cold", outcome=Outcome.REFUSED, words="клиент 0") == ["Клиент 0"]
        assert await names(store, state=TaskState.CLAIMED) == []
        await scene.claim()
        assert await names(store, state=TaskState.CLAIMED) == ["Клиент 1"]
        (one,) = (await store.lead_desk.find(LeadsWanted(campaign="other"), now=NOW)).items
        assert one.task is not None
        assert (one.task.campaign, one.task.state) == ("other", TaskState.QUEUED)

    async def test_leads_are_found_by_the_stop_list_and_by_consent(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=4)
        await store.stop_list.add(phone(1), reason="просил", now=NOW)
        await store.stop_list.add_pattern(StopPattern.parse("+7495100000?"), reason="филиал", now=NOW)
        await store.stop_list.add_pattern(StopPattern.parse("+7812*"), reason="другие", now=NOW)
        assert await names(store, stopped=True) == ["Клиент 3", "Клиент 2", "Клиент 1", "Клиент 0"]
        await store.stop_list.remove("+7495100000?", by="Анна", reason="ошибка", now=NOW)
        assert await names(store, stopped=True, campaign="cold", words="клиент") == ["Клиент 1"]
        for number in (0, 2):
            await store.consents.record(await lead_id(store, number), AGREED)
        await store.consents.revoke(await lead_id(store, 2), now=NOW)
        assert await names(store, consent=ConsentState.GIVEN) == ["Клиент 0"]
        assert await names(store, consent=ConsentState.REVOKED) == ["Клиент 2"]
        assert await names(store, consent=ConsentState.NONE) == ["Клиент 3", "Клиент 1"]
        found = (await store.lead_desk.find(LeadsWanted(), now=NOW)).items
        assert {one.lead.name: (one.stopped, one.consent.value) for one in found} == {
            "Клиент 3": (False, "none"),
            "Клиент 2": (False, "revoked"),
            "Клиент 1": (True, "none"),
            "Клиент 0": (False, "given"),
        }
        assert scene.campaign.id

    async def test_pages_follow_one_another(self, store: Storage) -> None:
        await Scene.set(store, leads=5)
        for wanted in (LeadsWanted(), LeadsWanted(words="клиент"), LeadsWanted(campaign="cold")):
            seen: list[str] = []
            after = ""
            while True:
                page = await store.lead_desk.find(wanted, after=after, limit=2, now=NOW)
                seen += [one.lead.name for one in page.items]
                if not (after := page.next):
                    break
            assert seen == [f"Клиент {number}" for number in (4, 3, 2, 1, 0)]
        assert await store.lead_desk.count(LeadsWanted(), most=3, now=NOW) == 3
        for after in ("x", "-1", "1" * 19, "٣"):
            with pytest.raises(BadPlace):
                await store.lead_desk.find(LeadsWanted(), after=after, now=NOW)

    async def test_a_history_has_everything_the_latest_first(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        slot = await scene.book()
        number = await lead_id(store, 0)
        parcel = Parcel("k1", number, None, Channel.SMS, "Напоминание", "+7…")
        await store.sent.begun(parcel, now=NOW + timedelta(minutes=1))
        await store.consents.record(number, AGREED)
        await store.consents.revoke(number, now=NOW + timedelta(minutes=2))
        await store.stop_list.add(phone(0), reason="просил", now=NOW + timedelta(minutes=3))
        await store.stop_list.remove(phone(0), by="Анна", reason="передумал", now=NOW + timedelta(minutes=4))
        lines = await store.lead_desk.history(number, most=50)
        assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
        by_kind = {line.kind: line for line in lines}
        assert by_kind[Kind.MEETING].then == slot.starts_at
        assert by_kind[Kind.CALL].code == Outcome.MEETING_BOOKED
        assert by_kind[Kind.CALL].call == by_kind[Kind.MEETING].call is not None
        assert by_kind[Kind.SENT].title == "Напоминание"
        assert by_kind[Kind.REVOKED].at == NOW + timedelta(minutes=2)
        assert (by_kind[Kind.UNSTOPPED].who, by_kind[Kind.UNSTOPPED].text) == ("Анна", "передумал")
        assert by_kind[Kind.TASK].state == "done"
        assert {Kind.CAME, Kind.CONSENT} < set(by_kind)
        assert await store.lead_desk.history(10**6, most=5) == []
        assert await store.lead_desk.one(10**6, now=NOW) is None

    async def test_a_pattern_is_in_the_history_of_those_it_means(self, store: Storage) -> None:
        await Scene.set(store, leads=2)
        await store.stop_list.add_pattern(StopPattern.parse("+74951000001"), reason="филиал", now=NOW)
        assert Kind.STOPPED in await kinds(store, 1)
        assert Kind.STOPPED not in await kinds(store, 0)

    async def test_the_stop_list_is_told_page_by_page_also_of_one_moment(self, store: Storage) -> None:
        await store.stop_list.add_pattern(StopPattern.parse("+7812*"), reason="", now=NOW - DAY)
        some: Sequence[tuple[str | StopPattern, str]] = [(phone(number), "файл") for number in range(5)]
        await store.stop_desk.add_all(some, now=NOW)
        await store.stop_list.add(phone(9), reason="просил", now=NOW + DAY)
        seen: list[str] = []
        after = ""
        while True:
            page = await store.stop_desk.page(after=after, limit=2)
            seen += [one.entry for one in page.items]
            if not (after := page.next):
                break
            assert phone(0)[-7:] not in after
        assert seen == [phone(9), *(phone(number) for number in (4, 3, 2, 1, 0)), "+7812*"]
        assert [one.reason for one in await store.stop_desk.matching(phone(9))] == ["просил"]
        assert [one.entry for one in await store.stop_desk.matching("+78121234567")] == ["+7812*"]
        await store.stop_list.remove("+7812*", by="Анна", reason="ошибка", now=NOW)
        assert [(one.entry, one.by) for one in await store.stop_desk.removals(limit=5)] == [("+7812*", "Анна")]
        with pytest.raises(BadPlace):
            await store.stop_desk.page(after="1.x")

    async def test_the_ledger_is_told_page_by_page(self, store: Storage) -> None:
        await Scene.set(store, leads=3)
        ids = [await lead_id(store, number) for number in range(3)]
        for number in ids:
            await store.consents.record(number, AGREED)
        first = await store.consent_desk.page(limit=2)
        assert [line.lead_id for line in first.items] == ids[:0:-1]
        rest = await store.consent_desk.page(after=first.next, limit=2)
        assert ([line.phone for line in rest.items], rest.next) == ([phone(0)], "")
        assert [line.consent for line in await store.consent_desk.of(ids[1])] == [AGREED]
