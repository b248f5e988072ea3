"""The connector of amoCRM on its fake: the contract both ways in, and what is amoCRM's alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from robot.crm.amocrm.fake import entities, feed
from robot.crm.amocrm.fake.server import ABUSES, FakeAmo
from robot.crm.errors import Limited, Misconfigured, NotThere, Unauthorized, Unreachable
from robot.crm.touched import Touched
from robot.domain.outcomes import Outcome
from tests.contracts.bad_input_contract import BadInputContract
from tests.contracts.connector_contract import (
    HOSTILE,
    Broken,
    ConnectorContract,
    Kept,
    Losing,
    call,
    deliver,
    phone,
    recorded,
    refusal,
)
from tests.contracts.tokens_contract import TokensContract
from tests.unit.crm.amo_stand import AmoStand

pytestmark = pytest.mark.unit

NAMES = {Broken.STAGE_DELETED: "46", Broken.FIELD_RENAMED: "601"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeAmo]:
    async with FakeAmo(per_s=1e6, burst=10**6) as running:
        yield running


class TestLongLivedToken(BadInputContract, ConnectorContract):
    names = NAMES

    @pytest.fixture
    def stand(self, fake: FakeAmo, tmp_path: Path) -> AmoStand:
        return AmoStand(fake, tmp_path, integration=False)


class TestIntegration(TokensContract, BadInputContract, ConnectorContract):
    names = NAMES

    @pytest.fixture
    async def stand(self, fake: FakeAmo, tmp_path: Path) -> AmoStand:
        """Authorized: the exchange of tokens is no part of a delivery."""
        stand = AmoStand(fake, tmp_path, integration=True)
        connector = stand.connector()
        await connector.check()
        await connector.close()
        return stand

    async def test_a_code_that_was_used_takes_a_person(self, stand: AmoStand) -> None:
        (stand.data_dir / "tokens.json").unlink()
        connector = stand.connector()
        with pytest.raises(Unauthorized) as told:
            await connector.check()
        assert "ZVONAR_CRM__AMOCRM__CODE" in told.value.remedy
        await connector.close()


@pytest.fixture
def stand(fake: FakeAmo, tmp_path: Path) -> AmoStand:
    return AmoStand(fake, tmp_path, integration=False)


async def test_a_lead_the_search_does_not_know_yet_is_not_made_again(fake: FakeAmo, stand: AmoStand) -> None:
    """Its answer was lost, and the next try comes before the search has heard of it."""
    fake.account.search_lag_s = 3600
    number, kept = phone(), Kept()
    report = call(number, started_at=datetime.now(UTC), ended_at=datetime.now(UTC))
    with pytest.raises(Unreachable):
        await deliver(stand.connector(Losing(2).before), report, kept)
    assert len(await stand.seen(number)) == 1, "it had arrived"
    await deliver(stand.connector(), report, kept)
    assert len(await stand.seen(number)) == 1


async def test_a_contact_without_a_lead_gets_one(stand: AmoStand) -> None:
    number = phone()
    ref = await stand.enter(number)
    entities.delete_lead(stand.fake.account, int(ref))
    await deliver(stand.connector(), call(number))
    (lead,) = await stand.seen(number)
    assert lead.id != ref
    assert len(lead.calls) == 1


async def test_a_number_that_only_looks_alike_is_somebody_elses(stand: AmoStand) -> None:
    await stand.enter("+7 (812) 999-123-45-67-99")
    await deliver(stand.connector(), call("+79991234567"))
    assert len(stand.fake.account.leads) == 2


async def test_the_open_one_of_several_leads_is_taken(stand: AmoStand) -> None:
    number = phone()
    first = await stand.enter(number)
    contact = stand.fake.account.leads[int(first)]["contacts"]
    won = entities.add_lead(stand.fake.account, {"status_id": 142}, contacts=contact, company=0)
    await deliver(stand.connector(), call(number))
    calls = {lead.id: len(lead.calls) for lead in await stand.seen(number)}
    assert calls == {first: 1, str(won["id"]): 0}


async def test_a_refusal_closes_the_lead_with_its_reason(stand: AmoStand) -> None:
    number = phone()
    await deliver(stand.connector(), refusal(number, "price"))
    (lead,) = stand.fake.account.leads.values()
    assert (lead["status_id"], lead["loss_reason_id"]) == (143, 701)


async def test_the_call_is_told_in_their_words(stand: AmoStand) -> None:
    number = phone()
    await deliver(stand.connector(), call(number, outcome=Outcome.BUSY, talked_s=0, meeting=None, task=None, said=()))
    (note,) = stand.fake.account.notes.values()
    assert note["note_type"] == "call_out"
    told = note["params"]
    assert (told["call_status"], told["duration"], told["phone"], told["call_responsible"]) == (7, 0, number, 9001)


async def test_a_long_recording_goes_up_in_parts(stand: AmoStand) -> None:
    number, sound = phone(), bytes(range(256)) * 4000
    assert len(sound) > feed.PART
    await deliver(stand.connector(), recorded(call(number), stand.data_dir, sound))
    (lead,) = await stand.seen(number)
    assert lead.calls[0].recording == sound


async def test_stages_callbacks_and_deletions_are_told_once(stand: AmoStand) -> None:
    account, connector = stand.fake.account, stand.connector()
    old = await stand.enter("8 (999) 000-00-01")
    nothing, place = await connector.changes("")
    assert not nothing, "nothing old is told"
    entities.update_lead(account, int(old), {"status_id": 43})
    new = await stand.enter("+7 999 000 00 02")
    gone = await stand.enter("+7 999 000 00 03")
    due = int(datetime(2026, 11, 25, 9, tzinfo=UTC).timestamp())
    task = {"entity_id": int(new), "complete_till": due, "text": f"Перезвонить {HOSTILE}"}
    feed.add_tasks(account, [task, {**task, "text": "Отправить договор"}])
    told, place = await connector.changes(place)
    assert [(one.kind, one.lead_ref, one.phone, one.stage) for one in told] == [
        ("stage", old, "+79990000001", "43"),
        ("created", new, "+79990000002", "new"),
        ("created", gone, "+79990000003", "new"),
        ("task", new, "+79990000002", "new"),
    ]
    assert told[3].due_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    entities.delete_lead(account, int(gone))
    later, place = await connector.changes(place)
    assert [(one.kind, one.lead_ref) for one in later] == [("deleted", gone)]
    assert len({one.key for one in [*told, *later]}) == 5
    assert (await connector.changes(place))[0] == []
    await connector.close()


async def test_what_a_webhook_tells_has_the_key_of_the_feed(stand: AmoStand) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    ref = await stand.enter(phone())
    entities.update_lead(stand.fake.account, int(ref), {"status_id": 43})
    polled, _ = await connector.changes(place)
    told = await connector.touched([Touched("lead", ref), Touched("lead", ref), Touched("lead", "999999999")])
    assert list(told) == [polled[-1]]
    await connector.close()


async def test_more_happenings_than_a_page_are_all_told(stand: AmoStand) -> None:
    connector = stand.connector()
    _, place = await connector.changes("")
    for number in range(130):
        await stand.enter(f"+7999111{number:04d}")
    first, place = await connector.changes(place)
    second, _ = await connector.changes(place)
    assert len({one.lead_ref for one in [*first, *second]}) == 130
    await connector.close()


async def test_who_keeps_passing_the_limit_is_locked_out(tmp_path: Path) -> None:
    async with FakeAmo(burst=0, clock=lambda: 0.0) as fake:
        connector = AmoStand(fake, tmp_path, integration=False).connector()
        for _ in range(ABUSES + 1):
            with pytest.raises(Limited):
                await connector.check()
        with pytest.raises(Limited) as locked:
            await connector.check()
        assert locked.value.after == timedelta(minutes=15)
        await connector.close()


async def test_a_lead_that_was_deleted_meanwhile_is_told(stand: AmoStand) -> None:
    connector = stand.connector()
    writes = {write.name: write for write in connector.writes(call(phone()))}
    lead = await writes["lead"].do({})
    entities.delete_lead(stand.fake.account, int(lead))
    with pytest.raises(NotThere):
        await writes["stage"].do({"lead": lead})
    await connector.close()


async def test_calls_of_people_are_talks_and_the_robots_or_unanswered_ones_are_none(stand: AmoStand) -> None:
    connector, number = stand.connector(), phone()
    _, place = await connector.changes("")
    ref = await stand.enter(number)
    contact = stand.fake.account.leads[int(ref)]["contacts"][0]
    await deliver(stand.connector(), call(number, meeting=None, task=None))
    talk = {"uniq": "pbx-1", "duration": 40, "source": "АТС", "phone": number, "call_status": 4}
    for of, entity, params in (
        ("contacts", contact, talk),
        ("leads", int(ref), talk),
        ("leads", int(ref), {**talk, "duration": 0, "call_status": 6}),
    ):
        note = {"entity_id": entity, "entity_type": of, "note_type": "call_out", "params": params}
        feed.add_notes(stand.fake.account, [note])
    told, further = await connector.changes(place)
    talks = [one for one in told if one.kind == "answered"]
    assert [(one.lead_ref, one.phone) for one in talks] == [(ref, number)] * 2, "on the contact, and on the lead"
    assert len({one.key for one in talks}) == 2
    assert [one for one in (await connector.changes(further))[0] if one.kind == "answered"] == []
    await connector.close()


async def test_leads_are_found_by_a_day_on_them_and_a_won_one_is_closed(stand: AmoStand) -> None:
    stand.more = {"fields": {"ends_on": "602"}}
    connector, now = stand.connector(), datetime.now(UTC)
    _, place = await connector.changes("")
    refs = [await stand.enter(phone()) for _ in range(2)]
    for ref, days in zip(refs, (10, 90), strict=True):
        day = int((now + timedelta(days=days)).timestamp())
        entities.update_lead(
            stand.fake.account, int(ref), {"custom_fields_values": [{"field_id": 602, "values": [{"value": day}]}]}
        )
    found, whole = await connector.ending("ends_on", after=now, before=now + timedelta(days=14))
    assert ([one.lead_ref for one in found], whole) == ([refs[0]], True)
    with pytest.raises(Misconfigured, match="не сопоставлено"):
        await connector.ending("other", after=now, before=now)
    entities.update_lead(stand.fake.account, int(refs[0]), {"status_id": 142})
    told, _ = await connector.changes(place)
    assert [(one.lead_ref, one.closed) for one in told if one.kind == "stage"] == [(refs[0], True)]
    await connector.close()
