"""What the company says of itself in every script, and the calls that try its telephone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from robot.domain.campaigns import Campaign

FACTS: Mapping[str, str] = {
    "company_name": "company.name",
    "company_does": "company.does",
    "robot_name": "robot.name",
    "introduction": "legal.introduction",
    "number_source": "number_source",
    "meeting_with": "meeting.with",
    "meeting_format": "meeting.format",
}
"""Name in the API -> the variable that all scripts that ship know. What is empty is left to the script."""


def spread(facts: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, str]:
    """A campaign's facts when the company's change: what it said as the company did it says anew; what it has of its
    own stays."""
    kept = dict(facts)
    for name in FACTS.values():
        if kept.get(name, "") == before.get(name, ""):
            kept.pop(name, None)
            if after.get(name):
                kept[name] = after[name]
    return kept


def speaks_for(company: Mapping[str, str], campaign: Campaign) -> Mapping[str, str]:
    """The facts of a campaign that is new: the company's where it has none of its own."""
    return {**{name: value for name, value in company.items() if value}, **campaign.facts}


@dataclass(frozen=True, slots=True)
class TrialEnd:
    """code: completed; a telephony error's code (busy, no_answer, line_down, …); failed for a fault of ours. heard:
    somebody spoke."""

    code: str
    answered: bool = False
    heard: bool = False
    talked_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A test call. end: None while it lasts. `phone` is personal data."""

    id: UUID
    phone: str
    asked_by: str
    at: datetime
    end: TrialEnd | None = None
