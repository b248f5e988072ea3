"""By which way a lead came, as reports name it. Pure."""

from __future__ import annotations

from robot.crm.base import NewLead
from robot.domain.people import Lead

LIST = "list"
"""Of leads that were loaded, and told nothing of where they are from."""
FIELDS = ("channel", "канал", "source", "источник", "utm_source")
"""What forms, lists and CRMs call it; the first that says something counts."""
MOST = 60


def channel_of(new: NewLead, known: Lead) -> str:
    """What the lead itself names, now or before; else which of our doors it came in by (webhook, api, crm)."""
    told = {name.strip().lower(): value for name, value in {**known.fields, **new.fields}.items()}
    named = (" ".join(told.get(name, "").split())[:MOST] for name in FIELDS)
    return next(filter(None, named), "") or new.source or LIST
