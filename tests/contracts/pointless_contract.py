"""Calls that lost their point are never dialed, documents are followed up once, and who waits is told: on every
database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from robot.crm.base import NewLead
from robot.crm.outbox_desk import Wanted as Listed
from robot.crm.outbox_ports import Kind, State
from robot.crm.sent import Channel, Parcel, SentState
from robot.crm.triggers.ports import BAD_PHONE, STALE, TALKED, Happening, Wanted
from robot.domain.outcomes import Outcome
from tests.contracts.storage_contract import HALF_HOUR, NOW, SOON, Scene, phone

LATER = NOW + timedelta(minutes=5)
DAY = timedelta(days=1)


def wish(scene: Scene, number: int = 1, **more: Any) -> Wanted:
    values: dict[str, Any] = {"due_at": NOW, **more}
    return Wanted("rule", scene.campaign.id, NewLead(phone(number)), **values)


def told(key: str, kind: str = "task", *, number: int = 1, ref: str = "7", **more: Any) -> Happening:
    values: dict[str, Any] = {"at": NOW, "phone": phone(number), **more}
    return Happening(key, values.pop("source", "odoo"), kind, ref, **values)


class PointlessContract:
    async def test_a_call_speaks_the_script_of_its_trigger_and_a_request_that_of_the_campaign(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        for number, script in ((1, "follow_up"), (2, "")):
            want = wish(scene, number, script=script)
            await store.happenings.note(told(str(number), number=number, ref=str(number), wanted=want), now=NOW)
        claimed = {one.lead.phone: one.campaign.script for one in await scene.claim(9)}
        assert claimed == {phone(1): "follow_up", phone(2): "cold_call"}

        await store.happenings.note(told("3", number=3, ref="3", wanted=wish(scene, 3, script="follow_up")), now=NOW)
        asked = await store.leads.add(scene.campaign.id, [NewLead(phone(3))], now=NOW, priority=100)
        assert asked.queued == 1
        (urgent,) = await scene.claim(9)
        assert urgent.campaign.script == "cold_call", "he asked for it himself meanwhile"

    async def test_the_script_that_was_spoken_is_told_of_the_call(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(told("1", wanted=wish(scene, script="follow_up")), now=NOW)
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.REFUSED)
        (record,) = await store.records.latest()
        assert record.script == "follow_up"

    async def test_whom_a_person_talked_to_is_not_called_whichever_card_it_was_on(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        for number in (1, 2):
            happening = told(f"k{number}", number=number, ref=f"card {number}", wanted=wish(scene, number))
            assert (await store.happenings.note(happening, now=NOW)).fate == "queued"
        (claimed,) = [one for one in await scene.claim(9) if one.lead.phone == phone(1)]
        talked = await store.happenings.note(told("t", "answered", ref="", source="amocrm", at=NOW + SOON), now=NOW)
        assert talked.withdrawn == 1
        assert await scene.begin(claimed) is None, "claimed by a node, and not dialed"
        assert (await scene.card(claimed)).calls[0].state == "done"

        late = await store.happenings.note(told("late", ref="card 1", wanted=wish(scene)), now=LATER)
        assert late.fate == TALKED, "it happened before the talk"
        after = told("after", ref="card 1", at=NOW + DAY, wanted=wish(scene))
        assert (await store.happenings.note(after, now=NOW + DAY)).fate == "queued"

    async def test_a_card_that_is_won_or_lost_takes_its_own_calls_back_and_no_others(self, store: Any) -> None:
        scene, other = await Scene.set(store, leads=0), await Scene.set(store, leads=0, slug="other")
        await store.happenings.note(told("a", ref="7", wanted=wish(scene)), now=NOW)
        await store.happenings.note(told("b", ref="8", wanted=wish(other)), now=NOW)
        won = await store.happenings.note(told("w", "stage", at=NOW + SOON, stage="won", closed=True), now=NOW)
        assert won.withdrawn == 1
        assert await scene.claim(9, now=LATER) == []
        assert len(await other.claim(9, now=LATER)) == 1
        late = await store.happenings.note(told("late", ref="7", wanted=wish(scene)), now=LATER)
        assert late.fate == STALE
        lost = told("l", "stage", at=NOW + DAY, stage="lost", closed=True, wanted=wish(scene, stage="lost"))
        assert (await store.happenings.note(lost, now=NOW + DAY)).fate == "queued", "it is what the rule waits for"

    async def test_a_call_that_two_happenings_want_is_made_while_one_of_them_stands(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        first, second = told("a", wanted=wish(scene)), told("b", ref="8", at=NOW + 2 * SOON, wanted=wish(scene))
        fates = [(await store.happenings.note(one, now=NOW)).fate for one in (first, second)]
        assert fates == ["queued", "known"]
        between = told("t", "answered", at=NOW + SOON)  # told late
        assert (await store.happenings.note(between, now=LATER)).withdrawn == 0
        after = told("u", "answered", at=NOW + 3 * SOON)
        assert (await store.happenings.note(after, now=LATER)).withdrawn == 1
        assert await scene.claim(9, now=LATER) == []

    async def test_a_call_under_way_when_a_person_talked_is_not_tried_again(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(told("a", wanted=wish(scene)), now=NOW)
        _, attempt_id = await scene.call()
        assert (await store.happenings.note(told("t", "answered", at=NOW + SOON), now=NOW)).withdrawn == 0
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=LATER + HALF_HOUR)
        assert await store.happenings.withdraw_pointless(now=LATER) == 1
        assert await scene.claim(9, now=LATER + HALF_HOUR) == []

    async def test_of_a_call_and_a_talk_told_at_once_the_talk_wins(self, store: Any) -> None:
        scene = await Scene.set(store, leads=5)
        second = await Scene.set(store, leads=0, slug="second")
        for number in range(5):
            call = told(f"c{number}", number=number, ref=f"c{number}", wanted=wish(second, number))
            talk = told(f"t{number}", "answered", number=number, ref="", source="amocrm", at=NOW + SOON)
            await asyncio.gather(store.happenings.note(call, now=NOW), store.happenings.note(talk, now=NOW))
        assert await second.claim(9, now=LATER) == []
        assert len(await scene.claim(9, now=LATER)) == 5

    async def test_a_document_is_followed_up_once_while_the_client_has_it(self, store: Any) -> None:
        scene = await Scene.set(store, leads=3)
        parcels = [await self._sent(scene, name) for name in ("offer", "invoice", "")]
        after = {"after": NOW - DAY, "before": NOW + DAY}
        assert await store.happenings.documents(**after, without="rule", document="contract") == []
        assert len(await store.happenings.documents(**after, without="rule")) == 2, "messages are none"
        (sent,) = await store.happenings.documents(**after, without="rule", document="offer")
        assert (sent.key, sent.at) == (parcels[0].key, LATER)

        calls = await Scene.set(store, leads=0, slug="calls")
        want = Wanted("rule", calls.campaign.id, NewLead(sent.lead.phone), NOW + DAY)
        follow = told("f", "sent", source="sent", ref="1", at=sent.at, sent_key=sent.key, wanted=want)
        follow = replace(follow, phone=sent.lead.phone)
        assert (await store.happenings.note(follow, now=NOW + DAY)).fate == "queued"
        assert await store.happenings.documents(**after, without="rule", document="offer") == []
        assert len(await store.happenings.documents(**after, without="another", document="offer")) == 1

        await store.sent.receipt(Channel.SMS, "7", SentState.FAILED, now=NOW + DAY)
        await store.sent.part_sent(sent.key, Channel.SMS, "7", now=NOW + DAY)
        assert await store.happenings.withdraw_pointless(now=NOW + DAY) == 1, "it never arrived"
        assert await calls.claim(9, now=NOW + DAY) == []

    async def test_a_client_whom_the_robot_talked_to_since_is_not_asked_about_a_document(self, store: Any) -> None:
        scene = await Scene.set(store, leads=1)
        parcel = await self._sent(scene, "offer")
        calls, others = await Scene.set(store, leads=0, slug="calls"), await Scene.set(store, leads=0, slug="others")
        want = Wanted("rule", calls.campaign.id, NewLead(phone(0)), NOW + HALF_HOUR)
        follow = told("f", "sent", number=0, source="sent", ref="1", at=LATER, sent_key=parcel.key, wanted=want)
        assert (await store.happenings.note(follow, now=LATER)).fate == "queued"
        now = NOW + HALF_HOUR
        (claimed,) = await calls.claim(now=now)
        own = await calls.begin(claimed, now=now)
        assert own is not None
        await store.calls.answered(own, at=now)
        await calls.finish(own, Outcome.CALLBACK_SCHEDULED, retry_at=now + HALF_HOUR, ended_at=now + SOON)
        assert await store.happenings.withdraw_pointless(now=now) == 0, "its own talk, and he wants to be called back"

        await store.leads.add(others.campaign.id, [NewLead(phone(0))], now=now, priority=100)
        (claimed,) = await others.claim(now=now)
        other = await others.begin(claimed, now=now)
        assert other is not None
        await store.calls.answered(other, at=now + SOON)
        await others.finish(other, Outcome.REFUSED, ended_at=now + 2 * SOON)
        assert await store.happenings.withdraw_pointless(now=now) == 1
        again = replace(follow, key="g", wanted=replace(want, trigger="another"))
        assert (await store.happenings.note(again, now=now)).fate == TALKED

    async def _sent(self, scene: Scene, document: str) -> Parcel:
        claimed, attempt_id = await scene.call()
        key = f"{attempt_id}:sending:document:1"
        parcel = Parcel(key, claimed.lead.id, attempt_id, Channel.SMS, "КП", claimed.lead.phone, 1, document)
        await scene.store.sent.begun(parcel, now=NOW)
        await scene.store.sent.settled(key, SentState.SENT, now=LATER)
        await scene.finish(attempt_id, Outcome.INFO_REQUESTED)
        return parcel

    async def test_what_ends_on_another_day_now_is_not_called_for(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        for number in (1, 2):
            happening = told(f"e{number}", "ends", number=number, ref=str(number), wanted=wish(scene, number))
            await store.happenings.note(happening, now=NOW)
        assert await store.happenings.withdraw_gone("odoo", "another", still=[], now=NOW) == 0
        assert await store.happenings.withdraw_gone("odoo", "rule", still=["e2"], now=NOW) == 1
        assert [one.lead.phone for one in await scene.claim(9, now=LATER)] == [phone(2)]

    async def test_who_asked_for_a_call_is_told_once_when_it_is_over(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        asked = told("r", "robot", wanted=wish(scene), reply_to="token")
        assert (await store.happenings.note(asked, now=NOW)).fate == "queued"
        assert await store.replies.send_off(now=NOW) == []
        assert await self._replies(store) == []
        _, attempt_id = await scene.call()
        await scene.finish(attempt_id, Outcome.NO_ANSWER, retry_at=NOW + HALF_HOUR)
        await store.replies.send_off(now=NOW)
        assert await self._replies(store) == [], "it is tried again"
        (claimed,) = await scene.claim(now=LATER + HALF_HOUR)
        again = await scene.begin(claimed, now=LATER + HALF_HOUR)
        assert again is not None
        await scene.finish(again, Outcome.REFUSED, reason="price", ended_at=LATER + HALF_HOUR)
        await asyncio.gather(*(store.replies.send_off(now=LATER + DAY) for _ in range(3)))
        (reply,) = await self._replies(store)
        assert reply.payload | {"reply_to": "token", "outcome": "refused", "reason": "price"} == reply.payload

    async def test_who_asked_for_a_call_that_is_not_made_is_told_why(self, store: Any) -> None:
        scene = await Scene.set(store, leads=0)
        await store.happenings.note(told("r", "robot", wanted=wish(scene), reply_to="one"), now=NOW)
        await store.happenings.note(told("t", "answered", at=NOW + SOON), now=NOW)
        await store.happenings.note(told("n", "robot", ref="9", phone="", reply_to="two", fate=BAD_PHONE), now=NOW)
        (nobodys,) = await store.replies.send_off(now=NOW)
        assert (nobodys.reply_to, nobodys.told) == ("two", {"outcome": "not_called", "reason": BAD_PHONE})
        (reply,) = await self._replies(store)
        assert reply.payload == {"reply_to": "one", "outcome": "not_called", "reason": "pointless"}
        assert [one.key for one in await store.replies.send_off(now=NOW)] == ["n"], "until he was told"
        await store.replies.sent("n")
        assert await store.replies.send_off(now=NOW) == []

    async def _replies(self, store: Any) -> list[Any]:
        until = datetime(2030, 1, 1, tzinfo=NOW.tzinfo)
        found = await store.outbox_desk.entries(Listed((State.WAITING,)), limit=9, now=NOW)
        assert {one.kind for one in found} <= {Kind.REPLY}
        return list(await store.outbox.claim("odoo", owner="test", now=until, until=until + DAY, limit=9))
