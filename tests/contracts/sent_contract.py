"""What a card tells of the things sent to a client, on every database."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from robot.crm.sent import Channel, Parcel, SentItem, SentState
from tests.contracts.storage_contract import NOW, SOON, Scene

LATER = NOW + timedelta(minutes=5)


class SentContract:
    async def test_a_line_of_the_card_goes_from_under_way_to_sent(self, store: Any) -> None:
        claimed, parcel = await _parcel(store)
        await store.sent.begun(parcel, now=NOW)
        await store.sent.begun(parcel, now=LATER)  # another try
        card = await store.leads.card(claimed.lead.id)
        line = SentItem(Channel.MAIL, "Счёт", "irina@vasilek.example", SentState.SENDING, NOW, NOW)
        assert list(card.sent) == [line]
        await store.sent.settled(parcel.key, SentState.NOT_SENT, now=NOW + SOON, problem="no_address")
        await store.sent.settled(parcel.key, SentState.SENT, now=LATER)
        (line,) = (await store.leads.card(claimed.lead.id)).sent
        assert (line.state, line.at, line.changed_at, line.problem) == (SentState.SENT, NOW, LATER, "")

    async def test_a_message_is_delivered_when_all_its_parts_are(self, store: Any) -> None:
        claimed, parcel = await _parcel(store, channel=Channel.SMS, parts=2)
        await store.sent.begun(parcel, now=NOW)
        await store.sent.part_sent(parcel.key, Channel.SMS, "7", now=NOW)
        await store.sent.receipt(Channel.SMS, "7", SentState.DELIVERED, now=NOW)
        await store.sent.receipt(Channel.SMS, "7", SentState.DELIVERED, now=NOW)  # told twice
        await store.sent.settled(parcel.key, SentState.SENT, now=NOW)
        assert await _state(store, claimed) is SentState.SENT
        await store.sent.receipt(Channel.SMS, "8", SentState.DELIVERED, now=NOW)  # before its id was known
        await store.sent.part_sent(parcel.key, Channel.SMS, "8", now=NOW)
        assert await _state(store, claimed) is SentState.DELIVERED
        await store.sent.settled(parcel.key, SentState.SENT, now=LATER)  # the outbox's word comes last
        assert await _state(store, claimed) is SentState.DELIVERED

    async def test_one_part_that_failed_fails_the_message(self, store: Any) -> None:
        claimed, parcel = await _parcel(store, channel=Channel.SMS, parts=2)
        await store.sent.begun(parcel, now=NOW)
        for number in ("7", "8"):
            await store.sent.part_sent(parcel.key, Channel.SMS, number, now=NOW)
        await store.sent.receipt(Channel.SMS, "8", SentState.FAILED, now=NOW)
        await store.sent.receipt(Channel.SMS, "7", SentState.DELIVERED, now=NOW)
        assert await _state(store, claimed) is SentState.FAILED

    async def test_the_same_id_of_two_channels_is_two_messages(self, store: Any) -> None:
        claimed, parcel = await _parcel(store, channel=Channel.SMS)
        await store.sent.begun(parcel, now=NOW)
        await store.sent.part_sent(parcel.key, Channel.SMS, "7", now=NOW)
        await store.sent.receipt(Channel.MESSENGER, "7", SentState.FAILED, now=NOW)
        await store.sent.receipt(Channel.SMS, "nobody's", SentState.FAILED, now=NOW)
        assert await _state(store, claimed) is SentState.SENDING

    async def test_one_node_of_many_takes_the_weeks_report(self, store: Any) -> None:
        weekly, week = store.weekly, date(2026, 11, 16)
        takes = [weekly.take(week, owner=f"node-{n}", now=NOW, until=LATER) for n in range(5)]
        taken = await asyncio.gather(*takes)
        assert sorted(taken) == [False] * 4 + [True]
        owner = f"node-{taken.index(True)}"
        assert await weekly.tell(week, "a@b.ru", owner=owner, now=NOW)
        assert await weekly.take(week, owner=owner, now=NOW, until=LATER), "it may go on"
        assert not await weekly.take(week, owner="other", now=LATER - SOON, until=LATER)
        assert await weekly.take(week, owner="other", now=LATER + SOON, until=LATER + 2 * SOON), "its time is over"
        assert not await weekly.tell(week, "late@b.ru", owner=owner, now=LATER)
        assert await weekly.told(week) == {"a@b.ru"}
        later = week + timedelta(days=7)
        assert await weekly.take(later, owner=owner, now=LATER, until=LATER + SOON)
        assert not await weekly.take(week, owner="other", now=LATER + timedelta(days=1), until=LATER)
        assert await weekly.told(later) == frozenset()


async def _parcel(store: Any, channel: Channel = Channel.MAIL, parts: int = 1) -> tuple[Any, Parcel]:
    scene = await Scene.set(store)
    claimed, attempt_id = await scene.call()
    key = f"{attempt_id}:sending:document:1"
    return claimed, Parcel(key, claimed.lead.id, attempt_id, channel, "Счёт", "irina@vasilek.example", parts)


async def _state(store: Any, claimed: Any) -> SentState:
    (line,) = (await store.leads.card(claimed.lead.id)).sent
    return SentState(line.state)
