"""The stores the desk works on, together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from robot.domain.campaigns import Campaign
from robot.scripts.ports import Drafts, Pins, Scripts, Sounds, Versions


class AllCampaigns(Protocol):
    async def all(self) -> Sequence[Campaign]: ...


@dataclass(frozen=True, slots=True)
class ScriptStores:
    scripts: Scripts
    drafts: Drafts
    versions: Versions
    pins: Pins
    sounds: Sounds
    campaigns: AllCampaigns

    async def followers(self, script: str) -> Sequence[tuple[Campaign, int | None]]:
        """Campaigns that speak it, or would to who rings back, with the version they are pinned to."""
        pinned = [pin for pin in await self.pins.all() if pin.script == script]
        pins = {pin.campaign_id: pin.version for pin in pinned}
        return [
            (campaign, pins.get(campaign.id))
            for campaign in await self.campaigns.all()
            if script in (campaign.script, campaign.inbound_script)
        ]
