"""What every store refuses, and how leads are merged. Pure; shared by all implementations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from robot.crm.base import NewLead
from robot.domain.campaigns import Campaign
from robot.domain.meetings import MOST_BUFFER, WorkingHours
from robot.domain.people import Lead
from robot.domain.rest_days import known_country
from robot.domain.zones import zone_info
from robot.storage.errors import InvalidRecord, UnknownCampaign

MOST_A_DAY = 1_000_000
"""A quota beyond this is a slip of the finger."""


def unknown_campaign(slug: str, names: Sequence[str]) -> UnknownCampaign:
    there = f"there are: {', '.join(names)}" if names else "there is none yet: import leads into one first"
    return UnknownCampaign(f"no campaign is called {slug!r}", remedy=there)


def check_quota(quota: int | None) -> None:
    """Raises InvalidRecord."""
    if quota is not None and not 0 <= quota <= MOST_A_DAY:
        raise InvalidRecord(f"{quota} meetings a day are not possible", remedy="give a number from 0 up")


def check_campaign(campaign: Campaign) -> None:
    """Refuse what would only fail at dialing time. Raises InvalidRecord."""
    check_quota(campaign.quota)
    if not campaign.slug.strip():
        raise InvalidRecord("a campaign needs a name", remedy="give it one")
    if campaign.meeting_minutes <= 0 or campaign.max_attempts <= 0:
        raise InvalidRecord("minutes of a meeting and attempts are counted from 1", remedy="correct the campaign")
    check_zone(campaign.timezone)


def check_zone(name: str) -> None:
    """Raises InvalidRecord."""
    if zone_info(name) is None:
        raise InvalidRecord(f"{name!r} is no time zone", remedy="use an IANA name such as Europe/Moscow")


def check_hours(hours: WorkingHours) -> None:
    """Raises InvalidRecord."""
    check_zone(hours.timezone)
    if not timedelta(0) <= hours.buffer <= MOST_BUFFER:
        raise InvalidRecord("a buffer lasts up to four hours", remedy="give minutes from 0 to 240")
    if hours.country and not known_country(hours.country):
        raise InvalidRecord(
            f"the holidays of {hours.country!r} are not known", remedy="give a country like RU, or none"
        )


def merged(leads: Sequence[NewLead]) -> Mapping[str, NewLead]:
    """One lead per number; of fields given twice the last that says something stands. Raises InvalidRecord."""
    by_phone: dict[str, NewLead] = {}
    for lead in leads:
        if lead.timezone:
            check_zone(lead.timezone)
        earlier = by_phone.get(lead.phone)
        by_phone[lead.phone] = lead if earlier is None else lead.over(earlier)
    return by_phone


def updated(lead: Lead, new: NewLead) -> Lead:
    """The stored lead with what is newly known; empty says nothing."""
    known = NewLead(lead.phone, lead.name, lead.company, lead.city, lead.timezone, lead.fields)
    both = new.over(known)
    return replace(
        lead, name=both.name, company=both.company, city=both.city, timezone=both.timezone, fields=both.fields
    )
