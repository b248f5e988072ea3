"""The contract of connectors, and what only Odoo has, on a real Odoo 14."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import pytest

from robot.crm.connector import Busy
from robot.crm.errors import Misconfigured, NotThere
from robot.crm.http import Wire
from robot.crm.odoo import changes
from robot.crm.report import CallReport, Wish
from robot.crm.stages import Stage, TaskKind
from robot.proving.odoo import DATABASE, RunningOdoo
from robot.proving.postgres import USER
from tests.conftest import THOROUGH
from tests.contracts.bad_input_contract import BadInputContract
from tests.contracts.connector_contract import MANAGER, Broken, ConnectorContract, booked, call, deliver, phone, refusal
from tests.postgres.json2_front import Json2Front
from tests.postgres.odoo_stand import ROBOT, OdooStand

pytestmark = pytest.mark.postgres


class TestOdoo14(BadInputContract, ConnectorContract):
    names: ClassVar = {Broken.FIELD_RENAMED: "x_former"}
    every = 1 if THOROUGH else 5


class Json2Stand(OdooStand):
    def wire(self) -> Wire:
        return Json2Front(super().wire(), ROBOT)


class TestJson2:
    """The other API, before the same Odoo: of the contract what goes through every kind of request."""

    contract = ConnectorContract()

    @pytest.fixture
    async def newer(self, odoo: tuple[str, Mapping[str, str]], tmp_path: Path) -> AsyncIterator[Json2Stand]:
        stand = Json2Stand(*odoo, tmp_path, api="json2")
        yield stand
        await stand.person.close()

    async def test_it_is_checked(self, newer: Json2Stand) -> None:
        await self.contract.test_a_check_tells_who_we_are_and_what_there_is_to_map(newer)

    async def test_a_call_leaves_all(self, newer: Json2Stand) -> None:
        await self.contract.test_a_call_leaves_all_that_a_manager_would_have_entered(newer)

    async def test_a_meeting_is_moved(self, newer: Json2Stand) -> None:
        await self.contract.test_a_meeting_is_moved_and_not_doubled(newer)

    async def test_a_revoked_key_is_told(self, newer: Json2Stand) -> None:
        await self.contract.test_a_revoked_key_is_told_and_nothing_is_tried_again(newer)

    async def test_a_deleted_stage_is_named(self, newer: Json2Stand) -> None:
        await self.contract.test_a_deleted_stage_is_named_and_the_rest_is_done(newer)


async def test_the_task_moves_with_its_meeting(stand: OdooStand) -> None:
    number, later = phone(), datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    first = call(number)
    await deliver(stand.connector(), first)
    moved = booked(later, moves=first.attempt_id)
    await deliver(stand.connector(), call(number, meeting=moved, task=(TaskKind.MEETING, later)))

    (lead,) = await stand.seen(number)
    (task,) = lead.tasks
    assert task.due_at.date() == later.date()
    assert "27.11.2026 12:00" in task.text


async def test_a_manager_nobody_mapped_is_named_and_the_rest_is_done(stand: OdooStand) -> None:
    number = phone()
    with pytest.raises(Misconfigured, match=MANAGER) as told:
        await deliver(stand.connector(managers={}, responsible=""), call(number))
    assert told.value.named == MANAGER, "logs leave it out"
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.meetings), len(lead.calls)) == (Stage.MEETING, 0, 1)


async def test_a_task_of_nobody_goes_to_the_leads_salesperson_and_never_to_the_robot(stand: OdooStand) -> None:
    number, alone = phone(), phone()
    wish = Wish("create_task", {"title": "Ответить на вопрос"})
    entered = await stand.enter(number)
    await stand.person.change("crm.lead", entered, user_id=int(stand.users[MANAGER]))
    await deliver(stand.connector(managers={}, responsible=""), replace(refusal(number), wishes=(wish,)))
    with pytest.raises(Misconfigured):
        await deliver(stand.connector(managers={}, responsible=""), replace(refusal(alone), wishes=(wish,)))
    (owned,), (nobodys,) = await stand.seen(number), await stand.seen(alone)
    assert [task.manager for task in owned.tasks] == [MANAGER]
    assert (len(nobodys.tasks), len(nobodys.calls)) == (0, 1)


async def test_a_user_who_was_deleted_is_named(stand: OdooStand) -> None:
    number = phone()
    with pytest.raises(NotThere, match="99999"):
        await deliver(stand.connector(managers={MANAGER: "99999"}), call(number))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (Stage.MEETING, 1)


async def test_what_a_person_wrote_on_the_card_stays(stand: OdooStand) -> None:
    number = phone()
    entered = await stand.enter(number)
    await stand.person.change("crm.lead", entered, partner_name="ООО «Иначе»")
    await deliver(stand.connector(), call(number))
    (lead,) = await stand.seen(number)
    assert (lead.company, lead.name) == ("ООО «Иначе»", "Пётр Иванов")


async def test_a_lost_lead_is_found_and_won_back(stand: OdooStand) -> None:
    number = phone()
    await deliver(stand.connector(), refusal(number))
    await deliver(stand.connector(), call(number))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (Stage.MEETING, 2)


@pytest.mark.parametrize("report", [call, refusal])
async def test_a_won_lead_stays_won(stand: OdooStand, report: Callable[[str], CallReport]) -> None:
    number = phone()
    entered = await stand.enter(number)
    (won, *_) = await stand.person.find("crm.stage", [["is_won", "=", True]], "id")
    await stand.person.change("crm.lead", entered, stage_id=won["id"])
    await deliver(stand.connector(), report(number))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (str(won["id"]), 1)


async def test_a_lead_that_a_person_marked_lost_after_the_call_is_not_reopened(stand: OdooStand) -> None:
    number, hour = phone(), timedelta(hours=1)
    entered = await stand.enter(number)
    await stand.person.api.call("crm.lead", "action_set_lost", ids=[int(entered)])
    await deliver(stand.connector(), replace(call(number), ended_at=datetime.now(UTC) - hour))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (Stage.REFUSED, 1)
    await deliver(stand.connector(), replace(call(number), ended_at=datetime.now(UTC) + hour))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (Stage.MEETING, 2), "a later call wins it back"


async def test_two_calls_that_come_late_leave_the_stage_of_the_last(stand: OdooStand) -> None:
    number, hour = phone(), timedelta(hours=1)
    await deliver(stand.connector(), replace(refusal(number), ended_at=datetime.now(UTC) - 2 * hour))
    await deliver(stand.connector(), replace(call(number), ended_at=datetime.now(UTC) - hour))
    (lead,) = await stand.seen(number)
    assert (lead.stage, len(lead.calls)) == (Stage.MEETING, 2)


async def test_the_reason_of_a_refusal_is_theirs_where_it_is_mapped(stand: OdooStand) -> None:
    number = phone()
    await deliver(stand.connector(reasons={"price": "1"}), refusal(number, "price"))
    (lead,) = await stand.seen(number)
    (kept,) = await stand.person.find("crm.lead", [["id", "=", int(lead.id)]], "lost_reason")
    assert kept["lost_reason"][0] == 1


async def test_a_check_names_what_the_settings_name_in_vain(stand: OdooStand) -> None:
    connector = stand.connector(
        stages={"meeting": "777"}, managers={MANAGER: "888"}, fields={"need": "x_former"}, reasons={"price": "999"}
    )
    found = await connector.check()
    await connector.close()
    assert [word for word in ("777", "888", "x_former", "999") if not any(word in one for one in found.problems)] == []


async def test_a_manager_is_busy_when_the_calendar_has_something_for_him(stand: OdooStand) -> None:
    (user,) = await stand.person.find("res.users", [["id", "=", int(stand.users[MANAGER])]], "partner_id")
    partner = user["partner_id"][0]

    async def event(start: str, stop: str, **more: Any) -> int:
        values = {"name": "Приём", "start": start, "stop": stop, "partner_ids": [[6, 0, [partner]]]}
        return await stand.person.make("calendar.event", **(values | more))

    await event("2027-02-01 08:00:00", "2027-02-01 09:00:00")
    await event("2027-02-01 10:00:00", "2027-02-01 11:00:00", show_as="free")
    declined = await event("2027-02-01 12:00:00", "2027-02-01 13:00:00")
    (invited,) = await stand.person.find("calendar.attendee", [["event_id", "=", declined]], "id")
    await stand.person.change("calendar.attendee", invited["id"], state="declined")
    whole_day = {"allday": True, "start_date": "2027-02-03", "stop_date": "2027-02-03"}
    await event("2027-02-03 00:00:00", "2027-02-03 00:00:00", **whole_day)

    connector = stand.connector()
    found = await connector.busy(after=datetime(2027, 2, 1, tzinfo=UTC), before=datetime(2027, 2, 5, tzinfo=UTC))
    await connector.close()
    assert sorted(found, key=lambda one: one.starts_at) == [
        Busy(MANAGER, datetime(2027, 2, 1, 8, tzinfo=UTC), datetime(2027, 2, 1, 9, tzinfo=UTC)),
        Busy(MANAGER, datetime(2027, 2, 2, 21, tzinfo=UTC), datetime(2027, 2, 3, 21, tzinfo=UTC)),
    ]


async def test_what_people_do_with_leads_is_told_once_by_its_key(stand: OdooStand, server: RunningOdoo) -> None:
    moved, lost, asked = (phone() for _ in range(3))
    leads = {number: await stand.enter(number) for number in (moved, lost, asked)}
    connector = stand.connector()
    nothing, since = await connector.changes("")
    assert nothing == ()
    before, since = await connector.changes(since)

    new = phone()
    await stand.enter(new)
    await aged(server, leads[moved])
    await stand.person.change("crm.lead", leads[moved], stage_id=3)
    await stand.person.api.call("crm.lead", "action_set_lost", ids=[int(leads[lost])])
    await stand.person.api.call(
        "crm.lead",
        "activity_schedule",
        ids=[int(leads[asked])],
        act_type_xmlid="mail.mail_activity_data_call",
        date_deadline="2027-03-01",
        user_id=int(stand.users[ROBOT]),
    )
    found, later = await connector.changes(since)
    await deliver(stand.connector(), refusal(asked))
    again, _ = await connector.changes(since)
    await connector.close()

    fresh = {one.key: one for one in found if one.key not in {old.key for old in before}}
    told = {(one.phone, one.kind, one.stage) for one in fresh.values()}
    assert {(new, "created", Stage.NEW), (moved, "stage", Stage.MEETING), (lost, "stage", Stage.REFUSED)} <= told
    (task,) = [one for one in fresh.values() if one.kind == "task"]
    assert (task.phone, task.due_at) == (asked, datetime(2027, 3, 1, 7, tzinfo=UTC))
    assert {one.key for one in again} >= {one.key for one in found} - {task.key}
    assert task.key not in {one.key for one in again}, "it was done"
    assert later >= since


async def test_a_mass_update_is_read_to_its_end_and_nothing_changed_meanwhile_is_left_out(
    stand: OdooStand, server: RunningOdoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More leads with one time than a look reads: the next ones go on behind them."""
    monkeypatch.setattr(changes, "PAGE", 2)
    monkeypatch.setattr(changes, "MOST_PAGES", 2)
    leads = [await stand.enter(phone()) for _ in range(11)]
    connector = stand.connector()
    _, place = await connector.changes("")
    for lead in leads:
        await aged(server, lead)
    await stand.person.api.call("crm.lead", "write", ids=[int(lead) for lead in leads], vals={"stage_id": 3})
    came_to: dict[str, set[str]] = {lead: set() for lead in leads}
    ends = 0
    while ends < 2:  # rounds
        found, further = await connector.changes(place)
        assert further != place, "it goes on"
        for one in found:
            if one.kind == "stage" and one.lead_ref in came_to:
                came_to[one.lead_ref].add(one.stage)
        if came_to[leads[0]] == {Stage.MEETING} and not ends:  # it was read in this round already
            await stand.person.change("crm.lead", leads[0], stage_id=2)
        place, ends = further, ends + ("|" not in further)
    await connector.close()
    assert came_to == {lead: {Stage.MEETING} for lead in leads} | {leads[0]: {Stage.MEETING, Stage.CONTACTED}}


async def aged(server: RunningOdoo, lead: str) -> None:
    """Made an hour ago, as leads are that people move."""
    connection = await asyncpg.connect(host=str(server.socket), user=USER, database=DATABASE)
    try:
        await connection.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '1 hour' WHERE id = $1", int(lead)
        )
    finally:
        await connection.close()
