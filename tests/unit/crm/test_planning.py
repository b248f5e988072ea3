"""What goes out after which call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from robot.crm.outbox_ports import Kind
from robot.crm.planning import COMPLETE_IN, Ended, Target, plan
from robot.domain.calls import Wish
from robot.domain.outcomes import Outcome

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALL_ID = UUID(int=7)
CRM = Target("amocrm", frozenset({Kind.CALL}))
MAIL = Target("mail", frozenset({Kind.INVITATION, Kind.DOCUMENT}))
SMS = Target("sms", frozenset({Kind.MESSAGE}))
ALL = (CRM, MAIL, SMS)
TALK = Ended(CALL_ID, 5, Outcome.REFUSED, NOON, answered=True, stage_before="new", stage="refused")
NOBODY = replace(TALK, outcome=Outcome.NO_ANSWER, answered=False, stage="new")
BOOKED = replace(TALK, outcome=Outcome.MEETING_BOOKED, booked=True, stage="meeting")


def keys(ended: Ended, *targets: Target) -> list[str]:
    return [one.key.removeprefix(f"{CALL_ID}:") for one in plan(ended, targets or ALL)]


def test_every_target_gets_what_is_its_own() -> None:
    offer, cases = (Wish("send_document", {"template": name}) for name in ("offer", "cases"))
    wishes = (offer, Wish("set_stage"), cases)
    assert keys(replace(BOOKED, wishes=wishes)) == [
        "amocrm:call",
        "mail:invitation",
        "mail:document:1",
        "mail:document:2",
        "sms:message",
    ]
    (document,) = [one for one in plan(replace(TALK, wishes=wishes[:1]), ALL) if one.kind is Kind.DOCUMENT]
    assert document.payload == {"template": "offer"}
    assert keys(BOOKED, CRM) == ["amocrm:call"]
    assert plan(BOOKED, ()) == []


def test_no_meeting_no_invitation_and_no_message_without_a_change() -> None:
    assert keys(TALK) == ["amocrm:call", "sms:message"]
    assert keys(replace(TALK, stage_before="refused")) == ["amocrm:call"]
    (message,) = plan(TALK, (SMS,))
    assert message.payload == {"stage_before": "new", "stage": "refused"}


def test_who_wants_to_hear_nothing_more_is_sent_nothing_but_the_crm_knows() -> None:
    wish = Wish("send_document", {"template": "offer"})
    assert keys(replace(TALK, outcome=Outcome.OPTED_OUT, stage="do_not_call", wishes=(wish,))) == ["amocrm:call"]


def test_calls_nobody_took() -> None:
    assert keys(NOBODY) == ["amocrm:call"]
    assert keys(replace(NOBODY, outcome=Outcome.FAILED, rang=False)) == []


def test_a_call_goes_out_when_it_is_complete_and_mail_at_once() -> None:
    call, invitation, _ = plan(replace(BOOKED, recorded=True), ALL)
    assert call.due_at - NOON == COMPLETE_IN > timedelta(0)
    assert invitation.due_at == NOON
    assert plan(BOOKED, (CRM,))[0].due_at == NOON


def test_the_last_word_on_a_call_is_told_apart() -> None:
    (again,) = plan(replace(BOOKED, again=True), (CRM,))
    assert again.key.endswith(":amocrm:call:2")
    assert again.payload == {"again": "1"}
