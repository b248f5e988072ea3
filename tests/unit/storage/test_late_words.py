"""The last word of a talk that comes after another node took the call for cut off: what it promises goes out once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import Kind, State
from robot.crm.planning import Target
from robot.domain.calls import Wish
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.storage.memory import MemoryStorage
from tests.contracts.storage_contract import HALF_HOUR, LEASE, NOW, SOON, Scene

pytestmark = pytest.mark.unit

SENDING = Target("sending", frozenset({Kind.MESSAGE, Kind.DOCUMENT, Kind.INVITATION}))


async def test_a_message_and_a_document_promised_in_the_last_word_have_one_key_each() -> None:
    store = MemoryStorage(targets=[SENDING])
    scene = await Scene.set(store, leads=1)
    claimed, attempt_id = await scene.call()
    await store.calls.answered(attempt_id, at=NOW)
    (manager,) = await store.managers.of(scene.campaign.id)
    slot = Slot(manager.id, NOW + timedelta(days=1), NOW + timedelta(days=1) + HALF_HOUR)
    assert await store.calendar.hold(attempt_id, slot, now=NOW)
    late = NOW + LEASE + SOON
    await scene.claim(now=late, node="b")  # takes the call for cut off
    promised = (Wish("send_document", {"template": "offer"}),)
    for _ in range(3):  # told again and again
        await scene.finish(attempt_id, Outcome.MEETING_BOOKED, meeting=slot, ended_at=late, wishes=promised)
    await scene.finish(attempt_id, Outcome.REFUSED, ended_at=late + SOON, wishes=promised)

    rows = await store.outbox_desk.entries(Wanted((State.WAITING,)), limit=99, now=late)
    assert sorted(one.kind for one in rows) == ["document", "invitation", "message"]
    assert {one.attempt_id for one in rows} == {attempt_id}
    assert (await scene.card(claimed)).lead.stage == "meeting"
