"""What a card tells of the things sent to a client, on every database."""

from __future__ import annotations

from datetime import timedelta
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


async def _parcel(store: Any, channel: Channel = Channel.MAIL, parts: int = 1) -> tuple[Any, Parcel]:
    scene = await Scene.set(store)
    claimed, attempt_id = await scene.call()
    key = f"{attempt_id}:sending:document:1"
    return claimed, Parcel(key, claimed.lead.id, attempt_id, channel, "Счёт", "irina@vasilek.example", parts)


async def _state(store: Any, claimed: Any) -> SentState:
    (line,) = (await store.leads.card(claimed.lead.id)).sent
    return SentState(line.state)
