"""The occasion of a delivery, from the call or from the card, and what is printed for it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from robot.crm.base import LeadCard
from robot.crm.outbox_ports import Delivery
from robot.crm.report import Booked, CallReport
from robot.sending.facts import Occasion, facts_of
from robot.sending.kit import FILES, TEMPLATES, Kit
from robot.sending.order import Addresses
from robot.sending.printing import Job


def job_of(kit: Kit, word: str, occasion: Occasion, folder: Path) -> Job:
    templates = folder / TEMPLATES
    return Job(
        kit.document(word).template,
        facts_of(occasion, kit, word),
        templates=templates if templates.is_dir() else None,
        files=folder / FILES,
    )


def by_call(delivery: Delivery, report: CallReport, to: Addresses) -> Occasion:
    return Occasion(
        report.lead,
        report.ended_at,
        report.attempt_id,
        email=to.email,
        meeting=_with_place(report.meeting, delivery),
        comment=delivery.payload.get("comment", ""),
        callback_at=report.callback_at,
    )


def by_card(delivery: Delivery, card: LeadCard, to: Addresses, now: datetime) -> Occasion:
    """What goes out without a call: of meetings, the next one is meant."""
    ahead = [one for one in card.meetings if one.slot.ends_at > now]
    meeting = min(ahead, key=lambda one: one.slot.starts_at, default=None)
    return Occasion(
        card.lead,
        delivery.created_at or now,
        delivery.id,
        email=to.email,
        meeting=_with_place(None if meeting is None else Booked(meeting.slot, meeting.manager_name), delivery),
        comment=delivery.payload.get("comment", ""),
    )


def _with_place(meeting: Booked | None, delivery: Delivery) -> Booked | None:
    """The payload may say where, when the report does not."""
    place = delivery.payload.get("place", "")
    return replace(meeting, place=place) if meeting is not None and place and not meeting.place else meeting
