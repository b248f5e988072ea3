"""What a real Odoo tells the triggers: whom people talked to, which leads are closed, and what ends soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from robot.crm.connector import Change
from robot.crm.errors import Misconfigured
from robot.domain.clock import utc_now
from tests.contracts.connector_contract import FIELD
from tests.postgres.odoo_stand import ROBOT, OdooStand

pytestmark = pytest.mark.postgres

DAY = timedelta(days=1)


async def scheduled(stand: OdooStand, lead: str, kind: str) -> None:
    """An activity of the robot's, or of whoever looks at the card."""
    await stand.person.api.call(
        "crm.lead",
        "activity_schedule",
        ids=[int(lead)],
        act_type_xmlid=f"mail.mail_activity_data_{kind}",
        date_deadline="2027-03-01",
        user_id=int(stand.users[ROBOT]),
    )


async def done(stand: OdooStand, lead: str) -> None:
    activities = await stand.person.find("mail.activity", [["res_id", "=", int(lead)]], "id")
    await stand.person.api.call("mail.activity", "action_feedback", ids=[one["id"] for one in activities])


async def said(stand: OdooStand, lead: str, subtype: str, **more: Any) -> None:
    await stand.person.api.call(
        "crm.lead", "message_post", ids=[int(lead)], body="Здравствуйте", subtype_xmlid=subtype, **more
    )


def since_then(before: Sequence[Change], found: Sequence[Change]) -> list[Change]:
    """A look goes back a minute: what other tests did in it is told again."""
    known = {one.key for one in before}
    return [one for one in found if one.key not in known]


async def test_a_call_marked_done_and_a_message_to_the_client_are_talks_and_nothing_else_is(stand: OdooStand) -> None:
    names = ("called", "wrote", "did", "noted", "client")
    leads = {name: await stand.enter(f"+7495710{place:04d}") for place, name in enumerate(names)}
    connector = stand.connector()
    _, since = await connector.changes("")
    before, since = await connector.changes(since)
    client = await stand.person.make("res.partner", name="Пётр", email="petr@example.com")
    await scheduled(stand, leads["called"], "call")
    await done(stand, leads["called"])
    await said(stand, leads["wrote"], "mail.mt_comment", message_type="comment")
    await scheduled(stand, leads["did"], "todo")
    await done(stand, leads["did"])
    await said(stand, leads["noted"], "mail.mt_note", message_type="comment")
    await said(stand, leads["client"], "mail.mt_comment", message_type="email", author_id=client)

    found, _ = await connector.changes(since)
    again, _ = await connector.changes(since)
    await connector.close()
    talks = {one.key: one for one in since_then(before, found) if one.kind == "answered"}
    assert {one.lead_ref for one in talks.values()} == {leads["called"], leads["wrote"]}
    assert {one.phone for one in talks.values()} == {"+74957100000", "+74957100001"}
    assert {one.key for one in since_then(before, again) if one.kind == "answered"} == set(talks)


async def test_a_lead_that_is_won_or_lost_is_closed(stand: OdooStand) -> None:
    won, lost = await stand.enter("+74957110001"), await stand.enter("+74957110002")
    connector = stand.connector()
    _, since = await connector.changes("")
    before, since = await connector.changes(since)
    (stage,) = await stand.person.find("crm.stage", [["is_won", "=", True]], "id")
    await stand.person.change("crm.lead", won, stage_id=stage["id"])
    await stand.person.api.call("crm.lead", "action_set_lost", ids=[int(lost)])
    later = (utc_now() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
    await stand.person.change("crm.lead", won, date_last_stage_update=later)  # as if it had been made an hour ago

    found, _ = await connector.changes(since)
    await connector.close()
    assert {one.lead_ref for one in since_then(before, found) if one.closed} == {won, lost}


async def test_leads_are_found_by_a_day_on_their_cards(stand: OdooStand) -> None:
    day = datetime.now(UTC) + 10 * DAY
    soon, far = await stand.enter("+74957120001"), await stand.enter("+74957120002")
    await stand.person.change("crm.lead", soon, date_deadline=day.date().isoformat())
    await stand.person.change("crm.lead", far, date_deadline=(day + 60 * DAY).date().isoformat())
    connector = stand.connector(fields={FIELD: "x_need", "ends_on": "date_deadline"})
    found, whole = await connector.ending("ends_on", after=day - 10 * DAY, before=day + DAY)
    with pytest.raises(Misconfigured, match="не дата"):
        await connector.ending(FIELD, after=day, before=day)
    with pytest.raises(Misconfigured, match="не сопоставлено"):
        await connector.ending("nothing", after=day, before=day)
    await connector.close()

    (one,) = [change for change in found if change.lead_ref in (soon, far)]
    assert (one.lead_ref, one.phone, one.kind, whole) == (soon, "+74957120001", "ends", True)
    assert one.due_at is not None
    assert one.due_at.astimezone(UTC) == datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
    assert one.fields["ends_on"] == day.date().isoformat()
