"""The connector of Bitrix24 on its fake: the contract both ways in, and what is Bitrix24's alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from robot.crm.bitrix24.fake.portal import LEAD
from robot.crm.bitrix24.fake.server import OPERATING_S, FakeBitrix24
from robot.crm.errors import Limited, NotThere, Unauthorized, Unreachable
from robot.crm.faking import Faults
from robot.crm.http import Answer, Request, Wire
from robot.crm.report import Wish
from robot.crm.touched import Touched
from robot.domain.outcomes import Outcome
from tests.contracts.bad_input_contract import BadInputContract
from tests.contracts.connector_contract import (
    HOSTILE,
    MANAGER,
    Broken,
    ConnectorContract,
    Kept,
    call,
    deliver,
    of_phone,
    phone,
    recorded,
)
from tests.contracts.tokens_contract import TokensContract
from tests.unit.crm.bitrix_stand import USER, BitrixStand

pytestmark = pytest.mark.unit

NAMES = {Broken.STAGE_DELETED: "UC_MEETING", Broken.FIELD_RENAMED: "ufCrmNeed"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeBitrix24]:
    async with FakeBitrix24(per_s=1e6, burst=10**6) as running:
        yield running


class TestWebhook(BadInputContract, ConnectorContract):
    names = NAMES

    @pytest.fixture
    def stand(self, fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
        return BitrixStand(fake, tmp_path, application=False)

    async def test_a_check_says_what_webhooks_may_not(self, stand: BitrixStand) -> None:
        connector = stand.connector()
        found = await connector.check()
        await connector.close()
        assert (found.account, found.problems) == ("127.0.0.1, Анна Смирнова", [])
        assert {"UC_MEETING", "JUNK"} <= {one.id for one in found.stages}
        assert "OAuth" in found.may[-1]


class TestApplication(TokensContract, BadInputContract, ConnectorContract):
    names = NAMES

    @pytest.fixture
    async def stand(self, fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
        """Authorized: the exchange of tokens is no part of a delivery."""
        stand = BitrixStand(fake, tmp_path, application=True)
        connector = stand.connector()
        await connector.check()
        await connector.close()
        return stand

    async def test_the_call_is_logged_as_one(self, stand: BitrixStand) -> None:
        number = phone()
        await deliver(stand.connector(), recorded(call(number), stand.data_dir))
        await deliver(
            stand.connector(), call(number, outcome=Outcome.BUSY, talked_s=0, meeting=None, task=None, said=())
        )
        talk, busy = stand.fake.portal.calls.values()
        assert (talk["CALL_FAILED_CODE"], talk["CALL_DURATION"], talk["PORTAL_USER_ID"]) == ("200", "95", USER)
        assert talk["shown"] == 0
        assert [(one["SIDE"], one["START_TIME"], one["STOP_TIME"]) for one in talk["messages"]] == [
            ("User", 0, 3),
            ("Client", 3, 5),
        ]
        assert (busy["CALL_FAILED_CODE"], busy["RECORD_FILE_ID"], busy["TRANSCRIPT_ID"]) == ("486", None, None)

    async def test_a_refresh_token_that_was_used_takes_a_person(self, stand: BitrixStand) -> None:
        connector = stand.connector()
        await connector.check()
        stand.fake.expire()
        stand.fake._refresh = "somebody else has it"
        with pytest.raises(Unauthorized) as told:
            await connector.check()
        assert "REFRESH_TOKEN" in told.value.remedy
        await connector.close()

    async def test_a_meeting_goes_into_another_managers_calendar(self, stand: BitrixStand) -> None:
        number = phone()
        first = call(number)
        await deliver(stand.connector(), first)
        stand.more = {"managers": {MANAGER: USER, "Анна": "1"}}
        assert first.meeting is not None
        moved = replace(first.meeting, manager="Анна", moves=first.attempt_id)
        await deliver(stand.connector(), call(number, meeting=moved))
        (lead,) = await stand.seen(number)
        assert [one.manager for one in lead.meetings] == ["Анна"]

    async def test_deletions_are_told_until_they_were_heard(self, stand: BitrixStand) -> None:
        connector = stand.connector()
        _, place = await connector.changes("")
        ref = await stand.enter(phone())
        stand.by_hand("crm.item.delete", entityTypeId=LEAD, id=int(ref))
        told, following = await connector.changes(place)
        again, _ = await connector.changes(place)
        assert [(one.kind, one.lead_ref) for one in told if one.kind == "deleted"] == [("deleted", ref)]
        assert not again, "they are another reader's until he says so"
        assert await connector.changes(following) == ([], following.replace(_process(following), ""))
        assert not stand.fake.portal.offline
        await connector.close()

    async def test_who_is_no_administrator_learns_of_no_deletions(self, stand: BitrixStand) -> None:
        stand.fake.portal.users[1]["ADMIN"] = False
        connector = stand.connector()
        _, place = await connector.changes("")
        ref = await stand.enter(phone())
        told, _ = await connector.changes(place)
        assert [(one.kind, one.lead_ref) for one in told] == [("created", ref)]
        assert "администратор" in (await connector.check()).may[-1]
        await connector.close()


def _process(place: str) -> str:
    return place.rpartition('"process": "')[2].partition('"')[0]


@pytest.fixture
def stand(fake: FakeBitrix24, tmp_path: Path) -> BitrixStand:
    return BitrixStand(fake, tmp_path, application=False)


async def test_stages_and_callbacks_are_told_once_and_in_order(stand: BitrixStand) -> None:
    connector = stand.connector()
    old = await stand.enter("+7 999 000 00 01")
    nothing, place = await connector.changes("")
    assert not nothing, "nothing old is told"
    stand.by_hand("crm.item.update", entityTypeId=LEAD, id=int(old), fields={"stageId": "STALLED", "name": HOSTILE})
    new = await stand.enter("8 (999) 000-00-02")
    due = "2026-11-25T12:00:00+03:00"
    stand.by_hand(
        "crm.activity.todo.add", ownerTypeId=LEAD, ownerId=int(new), deadline=due, title="Перезвонить, просил"
    )
    stand.by_hand("crm.activity.todo.add", ownerTypeId=LEAD, ownerId=int(new), deadline=due, title="Отправить договор")

    told, place = await connector.changes(place)
    assert [(one.kind, one.lead_ref, one.phone, one.stage) for one in told] == [
        ("stage", old, "+79990000001", "STALLED"),
        ("created", new, "+79990000002", "new"),
        ("task", new, "+79990000002", "new"),
    ]
    assert told[0].name == HOSTILE
    assert told[2].due_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert len({one.key for one in told}) == 3
    assert await connector.changes(place) == ([], place)
    await connector.close()


async def test_what_a_webhook_tells_has_the_key_of_polling(stand: BitrixStand) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    ref = await stand.enter(phone())
    stand.by_hand("crm.item.update", entityTypeId=LEAD, id=int(ref), fields={"stageId": "STALLED"})
    due = "2026-11-25T12:00:00+03:00"
    todo = stand.by_hand("crm.activity.todo.add", ownerTypeId=LEAD, ownerId=int(ref), deadline=due, title="Перезвонить")
    polled, _ = await connector.changes(place)
    told = [Touched("lead", ref), Touched("task", str(todo["id"])), Touched("lead", ref), Touched("lead", "1' or 1")]
    assert list(await connector.touched(told)) == polled[1:]
    stand.by_hand("crm.item.delete", entityTypeId=LEAD, id=int(ref))
    assert [one.kind for one in await connector.touched([Touched("lead", ref)])] == ["deleted"]
    await connector.close()


async def test_a_lead_without_a_phone_is_told_without_one(stand: BitrixStand) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    await stand.enter("позвонить Ивану")
    (told,), _ = await connector.changes(place)
    assert told.phone == ""
    await connector.close()


@pytest.mark.parametrize("method", ["crm.activity.add", "crm.timeline.comment.add", "calendar.event.add"])
async def test_an_answer_without_a_result_is_no_proof_and_what_was_made_is_found_by_its_mark(
    fake: FakeBitrix24, tmp_path: Path, method: str
) -> None:
    class Nameless:
        """Carries the request out, and answers without saying what was made."""

        def __init__(self, wire: Wire) -> None:
            self._wire = wire

        async def send(self, request: Request) -> Answer:
            answer = await self._wire.send(request)
            return Answer(200, b'{"result": null}') if request.url.endswith(f"/{method}") else answer

        async def close(self) -> None:
            await self._wire.close()

    stand, number, kept = BitrixStand(fake, tmp_path, application=False), phone(), Kept()
    report = recorded(call(number), tmp_path)
    with pytest.raises(Unreachable):
        await deliver(stand.connector(Nameless), report, kept)
    assert "None" not in kept.journal.done.values()
    await deliver(stand.connector(), report, kept)
    contract = ConnectorContract()
    contract.once(await contract.only(stand, number), recordings=1)


async def test_a_stage_that_is_final_is_left_alone(stand: BitrixStand) -> None:
    number = phone()
    lead = await stand.enter(number)
    stand.by_hand("crm.item.update", entityTypeId=LEAD, id=int(lead), fields={"stageId": "CONVERTED"})
    await deliver(stand.connector(), call(number))
    (seen,) = await stand.seen(number)
    assert (seen.stage, len(seen.calls)) == ("CONVERTED", 1)


async def test_the_open_one_of_several_leads_is_taken(stand: BitrixStand) -> None:
    number = phone()
    first, closed = await stand.enter(number), await stand.enter(number)
    stand.by_hand("crm.item.update", entityTypeId=LEAD, id=int(closed), fields={"stageId": "CONVERTED"})
    await deliver(stand.connector(), call(number))
    assert {lead.id: len(lead.calls) for lead in await stand.seen(number)} == {first: 1, closed: 0}


async def test_a_refusals_reason_goes_into_its_field(stand: BitrixStand) -> None:
    number = phone()
    stand.more = {"reason_field": "ufCrmReason", "reasons": {"price": "Дорого"}}
    refused = call(number, outcome=Outcome.REFUSED, reason="price", stage="refused", meeting=None, task=None)
    await deliver(stand.connector(), refused)
    (item,) = stand.fake.portal.of(LEAD)
    assert item["ufCrmReason"] == "Дорого"


async def test_managers_are_busy_as_the_portal_says(stand: BitrixStand) -> None:
    connector = stand.connector()
    assert (
        await connector.busy(after=datetime(2026, 11, 24, tzinfo=UTC), before=datetime(2026, 11, 25, tzinfo=UTC)) == []
    )
    starts = datetime(2026, 11, 24, 9, tzinfo=UTC)
    for shift, how in ((0, "busy"), (2, "free"), (48, "busy")):
        at = starts + timedelta(hours=shift)
        stand.by_hand(
            "calendar.event.add",
            **{"type": "user", "ownerId": USER, "name": "Планёрка", "accessibility": how},
            **{"from": at.isoformat(), "to": (at + timedelta(hours=1)).isoformat()},
        )
    found = await connector.busy(after=starts - timedelta(hours=3), before=starts + timedelta(hours=10))
    assert [(one.manager, one.starts_at, one.ends_at) for one in found] == [
        (MANAGER, starts, starts + timedelta(hours=1))
    ]
    await connector.close()


async def test_two_managers_who_are_one_user_are_named_with_what_to_do(stand: BitrixStand) -> None:
    stand.more = {"managers": {MANAGER: USER, "Анна": USER, "Пётр": "1"}}
    connector = stand.connector()
    (problem,) = (await connector.check()).problems
    await connector.close()
    assert "Анна" in problem
    assert MANAGER in problem
    assert "Пётр" not in problem
    assert "ZVONAR_CRM__BITRIX24__MANAGERS" in problem


async def test_limits_are_told_with_the_time_to_wait(fake: FakeBitrix24, stand: BitrixStand) -> None:
    connector = stand.connector()
    fake.operating["user.get"] = OPERATING_S
    with pytest.raises(Limited) as blocked:
        await connector.check()
    assert blocked.value.after == timedelta(minutes=10)
    fake.bucket.per_s, fake.bucket.burst = 0.001, 0
    with pytest.raises(Limited) as limited:
        await connector.check()
    assert limited.value.retryable
    await connector.close()


async def test_a_lead_that_was_deleted_meanwhile_is_told(stand: BitrixStand) -> None:
    number = phone()
    connector = stand.connector()
    writes = {write.name: write for write in connector.writes(call(number))}
    lead = await writes["lead"].do({})
    stand.by_hand("crm.item.delete", entityTypeId=LEAD, id=int(lead))
    with pytest.raises(NotThere):
        await writes["stage"].do({"lead": lead})
    await connector.close()


async def test_brackets_are_shown_and_do_nothing(stand: BitrixStand) -> None:
    number = phone()
    lead = of_phone(number, name="[url=http://x]жми[/url]")
    await deliver(
        stand.connector(), call(number, lead=lead, wishes=(Wish("add_note", {"text": "[img]http://x[/img]"}),))
    )
    texts = [row["DESCRIPTION"] for row in stand.fake.portal.activities.values() if row["TYPE_ID"] == "2"]
    assert "[img]" not in texts[0]
    assert "img" in texts[0]


async def test_the_fakes_faults_come_by_their_seed(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        async with FakeBitrix24(faults=Faults.all(0.2, slow_s=0.0), seed=5, per_s=1e6, burst=10**6) as fake:
            stand = BitrixStand(fake, tmp_path, application=False)
            connector = stand.connector()
            results = []
            for _ in range(40):
                try:
                    await connector._portal.stages()
                    results.append("")
                except Exception as error:
                    results.append(type(error).__name__)
            await connector.close()
            told.append((results, dict(fake.trouble.told)))
    assert told[0] == told[1]
    assert {"broken", "failed", "limited", "lost", "slow"} == told[0][1].keys()
