"""Calls that our own calendar, letters and the days on leads' cards bring, each at its time. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from robot.crm.base import NewLead
from robot.crm.connector import Change
from robot.crm.triggers.ports import Happening, HasDocument, Upcoming, Wanted
from robot.crm.triggers.rules import LAST_MINUTES, On, Trigger, reminder_at
from robot.domain.campaigns import Campaign
from robot.domain.zones import zone_info

SOURCE = "crm"
"""Of the tasks."""
MEETINGS = "meetings"
LETTERS = "sent"


def reminder_of(meeting: Upcoming, trigger: Trigger, campaign: Campaign, *, now: datetime) -> Happening | None:
    """The call that reminds of a meeting, once its time has come; None before, and where it was over when the meeting
    was booked, or there is none."""
    lead = meeting.lead
    moment = reminder_at(trigger, meeting.starts_at, campaign.window, lead.zones)
    until = meeting.starts_at - LAST_MINUTES
    if moment is None or not meeting.booked_at < moment <= now < until:
        return None
    zone = zone_info(lead.timezone) or ZoneInfo(campaign.timezone)
    fields = {"meeting_at": meeting.starts_at.astimezone(zone).isoformat()}
    about = NewLead(lead.phone, fields=fields, source=SOURCE)
    wanted = Wanted(trigger.name, campaign.id, about, now, until, priority=trigger.priority, script=trigger.script)
    key = f"meeting:{meeting.attempt_id}:{trigger.name}"
    return Happening(key, MEETINGS, On.MEETING, str(lead.id), moment, wanted=wanted, meeting_of=meeting.attempt_id)


def follow_up_of(sent: HasDocument, trigger: Trigger, campaign: Campaign, *, now: datetime) -> Happening:
    """The call about a document that the client has had for the trigger's delay. The happening is that he got it:
    whoever talked to him since makes the call pointless."""
    lead, due_at = sent.lead, sent.at + trigger.delay
    until = trigger.until(due_at, campaign.window, lead.zones)
    about = NewLead(lead.phone, source=SOURCE)
    wanted = Wanted(
        trigger.name, campaign.id, about, max(now, due_at), until, priority=trigger.priority, script=trigger.script
    )
    key = f"sent:{sent.key}:{trigger.name}"
    return Happening(key, LETTERS, On.SENT, str(lead.id), sent.at, wanted=wanted, phone=lead.phone, sent_key=sent.key)


def as_renewal(change: Change, trigger: Trigger) -> tuple[Change, Trigger] | None:
    """What ends, as a change of the moment at which the client is to be called, and the rule as it is then read; None
    where it stands in another stage than the rule's. After the end the call has no point."""
    if change.due_at is None or trigger.stage not in ("", change.stage):
        return None
    moment = change.due_at - trigger.before
    within = trigger.before if trigger.within is None else min(trigger.within, trigger.before)
    renewal = replace(change, key=f"{change.key}:{trigger.name}", at=moment, due_at=moment, rule=trigger.name)
    return renewal, replace(trigger, within=within)
