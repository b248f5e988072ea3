"""What people add to calls, and that reports count it. A subclass gives the `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from robot.analytics.ports import Selection
from robot.crm.base import NewLead
from robot.domain.access import Role
from robot.domain.call_orders import OrderKind, OrderProblem
from robot.domain.call_remarks import (
    Author,
    MeetingHangsOnIt,
    NoTalk,
    NotByHand,
    NoWords,
    UnknownCall,
    Verdict,
)
from robot.domain.calls import TurnEnding
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.storage.store import Storage
from tests.contracts.rollups_contract import by_hand, kept
from tests.contracts.search_contract import GREETING, OFFER, found, talked
from tests.contracts.storage_contract import NOW, SOON, Scene, phone

OLGA, PETR, CRM = Author("Ольга", 1), Author("Пётр", 2), Author("crm")
REFUSED, PUT_OFF = Verdict(Outcome.REFUSED, "дорого"), Verdict(Outcome.CALLBACK_SCHEDULED, "", "просил осенью")


class RemarksContract:
    async def test_comments_stand_in_their_order_and_only_their_author_removes_one(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        call = await talked(scene, GREETING)
        first = await store.comments.add(call, "Хорошо начал\x00", at_ms=1500, author=OLGA, now=NOW)
        second = await store.comments.add(call, "Согласен", at_ms=None, author=CRM, now=NOW + SOON)
        assert list(await store.comments.of(call)) == [replace(first, text="Хорошо начал\ufffd"), second]
        assert not await store.comments.remove(call, first.id, author=PETR)
        assert not await store.comments.remove(call, second.id, author=Author("Другая"))
        assert not await store.comments.remove(uuid4(), first.id, author=OLGA)
        assert await store.comments.remove(call, first.id, author=OLGA)
        assert await store.comments.remove(call, second.id, author=CRM)
        assert list(await store.comments.of(call)) == []
        with pytest.raises(UnknownCall):
            await store.comments.add(uuid4(), "?", at_ms=None, author=OLGA, now=NOW)

    async def test_a_corrected_outcome_is_counted_found_and_told_with_what_it_was(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        answered = replace(OFFER, ending=TurnEnding.ANSWERED)
        call = await talked(scene, answered, outcome=Outcome.CALLBACK_SCHEDULED, reason="operator")
        assert await found(store, lost_at="offer") == []
        correction = await store.corrections.correct(call, REFUSED, author=OLGA, now=NOW + SOON)
        assert correction is not None
        assert (correction.was, correction.was_reason) == (Outcome.CALLBACK_SCHEDULED, "operator")
        selection = Selection(scene.campaign.id)
        assert await store.reports.outcomes(selection) == {Outcome.REFUSED: 1}
        assert await kept(store) == await by_hand(store), "in the rollups, too"
        assert [one.left for one in await store.reports.phrases(selection)] == [1]
        assert await found(store, lost_at="offer", corrected=True) == [call], "refused now, at that phrase"
        assert await found(store, outcomes=frozenset({Outcome.REFUSED}), reason="дорого") == [call]
        assert await found(store, reason="operator") == []
        assert await store.corrections.correct(call, REFUSED, author=PETR, now=NOW) is None, "nothing changed"
        again = await store.corrections.correct(call, PUT_OFF, author=CRM, now=NOW + 2 * SOON)
        assert list(await store.corrections.of(call)) == [correction, again]
        assert await found(store, lost_at="offer") == []

    async def test_who_asked_not_to_be_called_is_never_called_again(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(phone(1))], now=NOW)
        call = await talked(scene, GREETING, outcome=Outcome.REFUSED)
        await store.corrections.correct(call, Verdict(Outcome.OPTED_OUT), author=OLGA, now=NOW)
        assert await store.stop_list.contains(phone(1))

    async def test_a_goal_that_is_no_meeting_follows_the_outcome(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1, goal=Goal.AGREED)
        call = await talked(scene, GREETING, outcome=Outcome.REFUSED)
        for verdict, booked in ((Verdict(Outcome.AGREED), 1), (REFUSED, 0)):
            await store.corrections.correct(call, verdict, author=OLGA, now=NOW)
            assert (await store.progress.quota(scene.campaign, NOW)).booked == booked

    async def test_what_has_no_talk_or_has_a_meeting_is_not_corrected(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=3)
        _, silent = await scene.call()
        with pytest.raises(NoTalk):
            await store.corrections.correct(silent, REFUSED, author=OLGA, now=NOW)
        await scene.finish(silent, Outcome.NO_ANSWER)
        with pytest.raises(NoTalk):
            await store.corrections.correct(silent, REFUSED, author=OLGA, now=NOW)
        with pytest.raises(UnknownCall):
            await store.corrections.correct(uuid4(), REFUSED, author=OLGA, now=NOW)
        (claimed,) = await scene.claim()
        booked = await scene.begin(claimed)
        assert booked is not None
        slot = (await scene.slots())[0]
        assert await store.calendar.hold(booked, slot, now=NOW)
        await scene.finish(booked, Outcome.MEETING_BOOKED, meeting=slot, answered_at=NOW)
        with pytest.raises(MeetingHangsOnIt):
            await store.corrections.correct(booked, REFUSED, author=OLGA, now=NOW)
        for outcome in (Outcome.MEETING_BOOKED, Outcome.NO_ANSWER, Outcome.INTERRUPTED):
            with pytest.raises(NotByHand):
                await store.corrections.correct(booked, Verdict(outcome), author=OLGA, now=NOW)
        assert await store.reports.outcomes(Selection(scene.campaign.id)) == {
            Outcome.NO_ANSWER: 1, Outcome.MEETING_BOOKED: 1
        }  # fmt: skip

    async def test_what_is_ordered_in_a_call_waits_for_its_node(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        (claimed,) = await scene.claim(node="b")
        call = await scene.begin(claimed, node="b")
        assert call is not None
        (one,) = await store.call_orders.under_way(now=NOW)
        assert (one.found.record.id, one.node) == (call, "b")
        assert list(await store.call_orders.under_way(now=NOW + timedelta(hours=2))) == [], "left by a crash"
        first = await store.call_orders.place(call, OrderKind.TAKE_OVER, "101", who="Ольга", now=NOW)
        last = await store.call_orders.place(call, OrderKind.HANG_UP, "", who="Пётр", now=NOW)
        assert list(await store.call_orders.waiting("a")) == []
        assert list(await store.call_orders.waiting("b")) == [first, last]
        await store.call_orders.done(first.id, OrderProblem.NOT_ANSWERED, now=NOW + SOON)
        await store.call_orders.done(first.id, OrderProblem.NONE, now=NOW + 2 * SOON)
        assert list(await store.call_orders.waiting("b")) == [last]
        assert await store.call_orders.last_of([call, uuid4()]) == {call: last}
        await scene.finish(call, Outcome.REFUSED)
        assert list(await store.call_orders.under_way(now=NOW)) == []
        with pytest.raises(UnknownCall):
            await store.call_orders.place(call, OrderKind.HANG_UP, "", who="Ольга", now=NOW)

    async def test_secrets_of_the_installation_are_made_once(self, store: Storage) -> None:
        key = await store.keys.key("recordings", now=NOW)
        assert len(key) == 32
        assert await store.keys.key("recordings", now=NOW) == key != await store.keys.key("other", now=NOW)

    async def test_where_a_user_takes_calls_over_is_kept(self, store: Storage) -> None:
        user = await store.users.add("Ольга", Role.MANAGER, now=NOW)
        assert await store.telephones.of(user.id) == ""
        for number in ("101", "+74951234567"):
            await store.telephones.keep(user.id, number)
            assert await store.telephones.of(user.id) == number

    async def test_a_clients_words_wait_as_an_example_until_somebody_decided(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        call = await talked(scene, GREETING, replace(OFFER, heard=""))
        kept = await store.suggestions.add(call, 1, "", author=OLGA, now=NOW)
        assert (kept.script, kept.phrase, kept.text) == ("cold_call", "greeting", "слушаю вас")
        again = await store.suggestions.add(call, 1, "yes", author=PETR, now=NOW + SOON)
        assert (again.id, again.intent) == (kept.id, "yes")
        assert list(await store.suggestions.waiting("cold_call")) == [again]
        assert list(await store.suggestions.waiting("other")) == []
        assert await store.suggestions.decided(kept.id, now=NOW + timedelta(hours=1))
        assert not await store.suggestions.decided(kept.id, now=NOW)
        assert list(await store.suggestions.waiting("cold_call")) == []
        assert await store.suggestions.turns_of(call) == {1}
        assert await store.suggestions.remove(call, 1)
        assert not await store.suggestions.remove(call, 1)
        with pytest.raises(NoWords):
            await store.suggestions.add(call, 2, "yes", author=OLGA, now=NOW)
        with pytest.raises(UnknownCall):
            await store.suggestions.add(uuid4(), 1, "yes", author=OLGA, now=NOW)
