"""Which manager meets a client: his own, one of his region, one who knows what he needs; else whoever has time. Pure.

A preference orders, it never forbids: a client is called because some manager of the campaign has a free slot, and
whoever it is, he is offered it before he is told that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from robot.domain.people import Lead, Manager, labels


class ManagerBy(StrEnum):
    """By what managers are preferred. Among equals work is spread evenly."""

    OWNER = "owner"
    REGION = "region"
    SKILL = "skill"


def parse_order(text: str) -> tuple[ManagerBy, ...]:
    """Of "owner,region", most important first. Raises ValueError for a word that is none of them."""
    return tuple(dict.fromkeys(ManagerBy(part.strip()) for part in text.split(",") if part.strip()))


def preferred(managers: Iterable[Manager], lead: Lead, by: Sequence[ManagerBy]) -> Sequence[Sequence[int]]:
    """Ids of all the managers in groups, those who suit the lead best first."""
    groups: dict[tuple[bool, ...], list[int]] = {}
    for manager in managers:
        misfit = tuple(not _suits(manager, lead, one) for one in by)
        groups.setdefault(misfit, []).append(manager.id)
    return [groups[misfit] for misfit in sorted(groups)]


def _suits(manager: Manager, lead: Lead, by: ManagerBy) -> bool:
    match by:
        case ManagerBy.OWNER:
            return bool(labels(lead.owner) & labels(manager.name))
        case ManagerBy.REGION:
            return bool(labels(f"{lead.region},{lead.city}") & manager.profile.regions)
        case ManagerBy.SKILL:
            return lead.needs <= manager.profile.skills
