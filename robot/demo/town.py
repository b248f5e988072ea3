"""The demonstration's world: a campaign, two managers and a town of simulated companies, stored as real ones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Protocol

from robot.crm.base import Campaigns, Leads, Managers, NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours

SCRIPT = "cold_call"
MANAGERS = ("Ольга Смирнова", "Павел Кузнецов")
HOURS = WorkingHours(opens=time(10), closes=time(18))


class Resident(Protocol):
    """Somebody who can be called."""

    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def city(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ClientBase:
    """The stores a town moves into."""

    campaigns: Campaigns
    managers: Managers
    leads: Leads


async def settle(base: ClientBase, residents: Sequence[Resident], *, quota: int, now: datetime) -> Campaign:
    """The campaign with everybody in its queue and the day's quota set. Simulated people never sleep: it has no
    closing hour, while its managers do."""
    campaign = await base.campaigns.ensure(
        Campaign(0, SCRIPT, "Холодные звонки: реклама в картах", SCRIPT, window=ALWAYS, max_attempts=1)
    )
    for name in MANAGERS:
        await base.managers.ensure(name, HOURS, campaigns=[campaign.id])
    await base.leads.add(
        campaign.id,
        [NewLead(one.number, one.name, one.company, one.city, "Europe/Moscow") for one in residents],
        now=now,
    )
    await base.campaigns.set_quota(campaign.slug, quota)
    return replace(campaign, quota=quota)
