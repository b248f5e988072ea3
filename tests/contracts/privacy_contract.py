"""One person's data, on every database: after an erasure no cell of any table tells of him, and reports stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from robot.analytics.call_search import CallsWanted
from robot.analytics.ports import Selection
from robot.crm.base import NewLead
from robot.crm.outbox_ports import Kind, NewDelivery, State
from robot.crm.touched import Touched
from robot.crm.writes import Journal
from robot.domain.call_remarks import Author, Verdict
from robot.domain.calls import CallResult, HeardWord, Wish
from robot.domain.consent import Consent
from robot.domain.erased import digest
from robot.domain.journal import Change, Wanted
from robot.domain.outcomes import Outcome
from robot.domain.phones import mask_phone
from robot.privacy.ledger import BadLedger, ledger_of, reapply
from robot.privacy.ports import ForeignLedger, Old, StillTalking
from robot.storage import tables as t
from robot.storage.store import Storage
from tests.contracts.rollups_contract import by_hand, kept
from tests.contracts.search_contract import GREETING, OFFER
from tests.contracts.storage_contract import NOW, SOON, Scene, phone

PHONE = "+79161234567"
NAME = "Акакий Башмачкин"
TRACES = ("9161234567", "916 123", "Башмачкин", "шинель", "канарейкин", "kanarejka")
"""What only he is known by, or said. Words are looked for by their stems."""
OLGA = Author("Ольга", 1)
MONTH = timedelta(days=30)


async def cells(store: Storage) -> str:
    """Everything there is in the database, as text; JSON with its letters as letters."""
    found: list[str] = []
    async with store.database.read() as connection:
        for table in t.metadata.sorted_tables:
            columns = [sa.cast(c, sa.Text) for c in table.c if not isinstance(c.type, sa.LargeBinary)]
            for row in await connection.execute(sa.select(*columns)):
                found += [_letters(str(cell)) for cell in row]
    return "\n".join(found)


def _letters(cell: str) -> str:
    try:
        return json.dumps(json.loads(cell), ensure_ascii=False)
    except ValueError:
        return cell


def traces_in(text: str) -> list[str]:
    return [trace for trace in TRACES if trace.casefold() in text.casefold()]


async def known_everywhere(store: Storage) -> tuple[Scene, UUID]:
    """Somebody of whom every part of the product knows something, and a neighbour who stays; his call has ended."""
    scene = await Scene.set(store, leads=1)
    consent = Consent(f"анкета, тел. 8 (916) 123-45-67, {NAME}", NOW - MONTH, "Согласен на звонки")
    fields = {"email": "akakij@kanarejka.example", "заметка": "любит шинель"}
    he = NewLead(PHONE, NAME, "ИП Канарейкин", "Омск", fields=fields, consent=consent, score=90)
    await store.leads.add(scene.campaign.id, [he], now=NOW)
    (claimed,) = await scene.claim()
    assert claimed.lead.phone == PHONE
    call = await scene.begin(claimed)
    assert call is not None
    await store.calls.answered(call, at=NOW)
    said = replace(OFFER, said=f"{NAME}, предложить вам новую шинель?", heard="Шинель мне нужна, восемь 916 123",
                   words=(HeardWord("шинель", 0, 400, 0.9),), matched="шинель")  # fmt: skip
    for turn in (GREETING, said):
        await store.calls.turn(call, turn)
    end = CallResult(
        Outcome.REFUSED, NOW + SOON, answered_at=NOW, reason="дорого", recording=f"recordings/2026-11-23/{call}.ogg",
        collected={"lead.need": "шинель"}, wishes=(Wish("create_task", {"title": f"Позвонить {NAME}"}),),
    )  # fmt: skip
    await store.attempts.finish(call, end, retry_at=None)
    await _remarked(store, call)
    await _told_elsewhere(store, claimed.lead.id, call)
    return scene, call


async def _remarked(store: Storage, call: UUID) -> None:
    await store.comments.add(call, f"{NAME} хочет шинель", at_ms=None, author=OLGA, now=NOW)
    verdict = Verdict(Outcome.CALLBACK_SCHEDULED, "", f"ждёт шинель, {PHONE}")
    await store.corrections.correct(call, verdict, author=OLGA, now=NOW)
    await store.suggestions.add(call, 2, "yes", author=OLGA, now=NOW)
    await store.journal.add(Change(NOW, "Ольга", "number_shown", mask_phone(PHONE)))
    reason = f"просил {NAME}, +7 916 123-45-67"
    await store.journal.add(Change(NOW, "Ольга", "stop_added", "", {}, {"reason": reason}))
    await store.stop_list.add(PHONE, reason="просил", now=NOW)
    await store.stop_list.remove(PHONE, by="Ольга", reason=reason, now=NOW)
    await store.stop_list.add(PHONE, reason="просил снова", now=NOW)


async def _told_elsewhere(store: Storage, lead: int, call: UUID) -> None:
    deliveries = [
        NewDelivery("1", "bitrix24", Kind.CALL, lead, call, NOW),
        NewDelivery("2", "mail", Kind.DOCUMENT, lead, call, NOW, {"email": "akakij@kanarejka.example"}),
    ]
    await store.outbox.add(deliveries, now=NOW)
    (one,) = await store.outbox.claim("bitrix24", owner="a", now=NOW, until=NOW + SOON, limit=1)
    await store.outbox.keep(one.id, Journal({"note"}, {"lead": "902", "contact": "Башмачкин"}), owner="a")
    await store.outbox.settle(one.id, State.DELIVERED, owner="a", now=NOW)
    his = {"phone": "8 916 123-45-67", "name": NAME}
    told = [Touched("lead", "77", told=his), Touched("lead", "78", told={"phone": phone(0)})]
    await store.inbox.put("amocrm", told, now=NOW)


async def erased(store: Storage) -> Any:
    return await store.persons.erase(PHONE, who="Анна", now=NOW + SOON)


class PrivacyContract:
    async def test_no_cell_tells_of_him_and_every_figure_stands(self, store: Storage) -> None:
        scene, call = await known_everywhere(store)
        assert traces_in(await cells(store)) == list(TRACES), "the test can fail"
        selection = Selection(scene.campaign.id)
        outcomes, phrases = await store.reports.outcomes(selection), await store.reports.phrases(selection)
        certificate = await erased(store)
        assert traces_in(await cells(store)) == []
        assert await store.reports.outcomes(selection) == outcomes
        assert await store.reports.phrases(selection) == phrases
        assert await kept(store) == await by_hand(store), "counted anew, the reports say the same"
        assert certificate.gone == {
            "leads": 1, "turns": 2, "recordings": 1, "comments": 1, "notes": 1, "suggestions": 1, "deliveries": 1,
            "deliveries_dropped": 1, "stops": 2, "journal": 2, "mentions": 2, "told": 1,
        }  # fmt: skip
        assert certificate.kept == {"calls": 1, "consents": 1}
        assert certificate.elsewhere == {"bitrix24": "lead 902"}
        assert [one.path for one in certificate.doomed] == [f"recordings/2026-11-23/{call}.ogg"]
        (again,) = await store.persons.certificates()
        assert again == replace(certificate, doomed=())
        neighbour = await store.leads.find(phone(0))
        assert neighbour is not None
        assert neighbour.name == "Клиент 0", "nobody else is touched"

    async def test_calls_are_not_found_by_his_words_any_more(self, store: Storage) -> None:
        await known_everywhere(store)
        by_words = CallsWanted(client_words="шинель")
        assert len((await store.call_search.find(by_words)).items) == 1
        await erased(store)
        assert (await store.call_search.find(by_words)).items == []
        assert len((await store.call_search.find(CallsWanted(ended_at="offer"))).items) == 1

    async def test_he_is_never_dialed_nor_stored_again(self, store: Storage) -> None:
        scene, _ = await known_everywhere(store)
        await erased(store)
        assert await store.stop_list.contains(PHONE)
        assert await store.stop_list.entries() == [], "his number is on no list"
        (match,) = await store.stop_desk.matching(PHONE)
        assert match.reason == "erased"
        added = await store.leads.add(
            scene.campaign.id, [NewLead(PHONE, NAME), NewLead(phone(5))], now=NOW, priority=100
        )
        assert (added.stopped, added.queued) == (1, 1)
        assert await store.leads.find(PHONE) is None
        assert traces_in(await cells(store)) == []

    async def test_a_dry_run_tells_the_same_and_changes_nothing(self, store: Storage) -> None:
        await known_everywhere(store)
        before = await cells(store)
        looked = await store.persons.erase(PHONE, who="Анна", now=NOW + SOON, dry_run=True)
        assert await cells(store) == before
        done = await erased(store)
        assert (looked.id, looked.gone, looked.kept, looked.elsewhere) == (0, done.gone, done.kept, done.elsewhere)

    async def test_twice_is_harmless_and_tells_that_nothing_was_left(self, store: Storage) -> None:
        await known_everywhere(store)
        first, again = await erased(store), await erased(store)
        assert again.gone == {}
        assert again.digest == first.digest
        assert len((await store.persons.ledger())[1]) == 1

    async def test_somebody_unknown_is_barred_all_the_same(self, store: Storage) -> None:
        certificate = await erased(store)
        assert (certificate.gone, certificate.kept) == ({}, {})
        assert await store.stop_list.contains(PHONE)
        assert not await store.stop_list.contains(phone(1))

    async def test_a_call_under_way_comes_first(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(PHONE, NAME, city="Москва")], now=NOW)
        _, call = await scene.call()
        assert await store.persons.bar(PHONE, now=NOW) == [call]
        with pytest.raises(StillTalking):
            await erased(store)
        assert (await store.leads.find(PHONE)) is not None, "nothing was erased"
        await scene.finish(call, Outcome.CALLBACK_SCHEDULED, retry_at=NOW + SOON, callback_at=NOW + SOON)
        assert await store.persons.under_way(PHONE) == []
        assert await scene.claim(now=NOW + MONTH) == [], "he is barred: the callback was not queued"
        await erased(store)
        assert traces_in(await cells(store)) == []

    async def test_a_claimed_task_is_not_dialed_once_he_is_barred(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(PHONE, city="Москва")], now=NOW)
        (claimed,) = await scene.claim()
        assert await store.persons.bar(PHONE, now=NOW) == []
        assert await scene.begin(claimed) is None

    async def test_words_that_come_late_are_mopped_up(self, store: Storage) -> None:
        _, call = await known_everywhere(store)
        await erased(store)
        await store.calls.turn(call, replace(OFFER, number=3, heard="шинель"))
        assert traces_in(await cells(store)) == ["шинель"]
        assert await store.old_data.mop_up(since=NOW) == 1
        assert traces_in(await cells(store)) == []
        assert await store.old_data.mop_up(since=NOW) == 0

    async def test_what_is_known_of_him_is_all_of_it_and_of_nobody_else(self, store: Storage) -> None:
        await known_everywhere(store)
        known = await store.persons.known(PHONE)
        assert {"leads", "attempts", "turns", "consents", "outbox", "call_comments", "stop_list"} <= set(known)
        text = json.dumps(known, ensure_ascii=False)
        assert [one for one in ("9161234567", "Башмачкин", "шинель", "akakij") if one not in text] == []
        assert phone(0) not in text
        await erased(store)
        assert await store.persons.known(PHONE) == {}

    async def test_a_person_may_let_him_in_again(self, store: Storage) -> None:
        scene, _ = await known_everywhere(store)
        await erased(store)
        assert await store.stop_list.remove(PHONE, by="Анна", reason="пришёл сам", now=NOW)
        assert (await store.leads.add(scene.campaign.id, [NewLead(PHONE)], now=NOW)).queued == 1

    async def test_a_backup_that_knows_him_forgets_him_again(self, store: Storage) -> None:
        await known_everywhere(store)
        key, lines = await store.persons.ledger()
        assert lines == []
        since = (NOW - SOON).isoformat()
        foreign = {"format": "zvonar-erasures", "version": 1, "key": "00" * 32}
        document = json.dumps({**foreign, "erased": [{"digest": digest(bytes(32), PHONE), "since": since}]})
        assert await reapply(store.persons, document, now=lambda: NOW) == 1, "its key came with it"
        assert traces_in(await cells(store)) == []
        assert await store.stop_list.contains(PHONE)
        assert await reapply(store.persons, await ledger_of(store.persons), now=lambda: NOW) == 0
        with pytest.raises(ForeignLedger):
            await reapply(store.persons, json.dumps({**foreign, "key": key.hex(), "erased": []}), now=lambda: NOW)
        for wrong in ("", "[]", "{}", document.replace('"version": 1', '"version": 2')):
            with pytest.raises(BadLedger):
                await reapply(store.persons, wrong, now=lambda: NOW)

    async def test_examples_leave_drafts_and_published_versions_are_told(self, store: Storage) -> None:
        await known_everywhere(store)
        words = "Шинель мне нужна, восемь 916 123"
        draft = f"intents:\n  yes:\n    examples:\n      - да\n      - {words}\n      - конечно\n"
        row: Mapping[str, Any] = {
            "script": "cold_call", "number": 1, "text": draft, "author": "Ольга", "saved_at": NOW, "what": "edit",
        }  # fmt: skip

        async def add(connection: Any) -> None:
            made = {"name": "cold_call", "made_by": "Ольга", "made_at": NOW, "positions": {}}
            await connection.execute(sa.insert(t.scripts).values(made))
            await connection.execute(sa.insert(t.script_revisions).values(row))

        await store.database.write(add)
        certificate = await erased(store)
        assert certificate.gone["examples"] == 1
        async with store.database.read() as connection:
            (text,) = (await connection.execute(sa.select(t.script_revisions.c.text))).scalars()
        assert text == "intents:\n  yes:\n    examples:\n      - да\n      - конечно\n"

    async def test_what_is_old_goes_and_the_rest_stays(self, store: Storage) -> None:
        _, call = await known_everywhere(store)
        later = NOW + MONTH
        old = store.old_data
        for kind in (Old.RECORDINGS, Old.WORDS, Old.JOURNAL):
            assert await old.count_old(kind, NOW - SOON) == 0, kind
            assert await old.forget_old(kind, NOW - SOON, limit=10, now=later) == 0
        assert await old.forget_old(Old.RECORDINGS, later, limit=10, now=later) == 1
        (doomed,) = await old.doomed("a", now=later, limit=10)
        assert doomed.path.endswith(f"{call}.ogg")
        assert await old.waiting() == {"a": 1}
        await old.gone([doomed.path], now=later)
        assert await old.doomed("a", now=later, limit=10) == []
        assert await old.forget_old(Old.WORDS, later, limit=10, now=later) == 1
        assert await old.count_old(Old.WORDS, later) == 0
        assert await kept(store) == await by_hand(store)
        lead = await store.leads.find(PHONE)
        assert lead is not None
        assert lead.name == NAME, "who was reached stays"
        assert await old.forget_old(Old.JOURNAL, later, limit=1, now=later) == 1
        assert await old.forget_old(Old.JOURNAL, later, limit=10, now=later) == 1
        assert await store.journal.changes(Wanted(), before=None, limit=9) == []

    async def test_files_of_a_node_that_is_no_more_are_everybodys(self, store: Storage) -> None:
        scene, _ = await known_everywhere(store)
        await erased(store)
        await store.queue.renew("a", tasks=[], now=NOW, until=NOW + SOON)
        assert await store.old_data.doomed("b", now=NOW, limit=10) == []
        assert len(await store.old_data.doomed("b", now=NOW + MONTH, limit=10)) == 1
        assert scene.campaign.id

    async def test_whom_nobody_reached_is_forgotten(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await scene.add(1, 2, 3)
        for number, outcome in ((1, Outcome.NO_ANSWER), (2, Outcome.REFUSED)):
            claimed, call = await scene.call()
            assert claimed.lead.phone == phone(number)
            await scene.finish(call, outcome, answered_at=NOW if number == 2 else None)
        cut = NOW + MONTH
        assert await store.old_data.count_old(Old.UNREACHED, cut) == 1, "2 was reached, 3 is still to be called"
        assert await store.old_data.forget_old(Old.UNREACHED, cut, limit=10, now=cut) == 1
        assert [await store.leads.find(phone(n)) is None for n in (1, 2, 3)] == [True, False, False]
        assert not await store.stop_list.contains(phone(1)), "forgotten, not barred"
        assert await store.old_data.count_old(Old.UNREACHED, cut) == 0
