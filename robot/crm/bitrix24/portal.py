"""What a Bitrix24 portal has: stages, users, fields, cards; who we are there; when managers are busy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from robot.crm.bitrix24 import mapping
from robot.crm.bitrix24.card import CONTACT, Card, card_of
from robot.crm.bitrix24.client import Client, as_map
from robot.crm.bitrix24.settings import Settings
from robot.crm.connector import Busy, Named
from robot.crm.errors import NotThere

FRESH = timedelta(minutes=10)
"""So long what seldom changes is not asked for again."""
OFFLINE = "rest_offline_extended"


class Portal:
    """Only reads."""

    def __init__(self, client: Client, settings: Settings, now: Callable[[], datetime]) -> None:
        self.client = client
        self.settings = settings
        self._now = now
        self._me = ""
        self._hears: bool | None = None
        self._card: tuple[datetime, Card] | None = None
        self._fields: tuple[datetime, frozenset[str]] | None = None

    async def me(self) -> Mapping[str, Any]:
        told = as_map(await self.client.call("profile"))
        self._me = str(told.get("ID", ""))
        return told

    async def user(self, manager: str) -> str:
        """Their user's id of our manager; whoever is responsible; whoever the robot is there."""
        mapped = self.settings.user_of(manager)
        if not mapped and not self._me:
            await self.me()
        return mapped or self._me

    async def stages(self) -> Sequence[Named]:
        of_cards = {"ENTITY_ID": (await self.card()).stages}
        rows = await self.client.call("crm.status.list", {"filter": of_cards, "order": {"SORT": "ASC"}})
        return [Named(str(row["STATUS_ID"]), str(row["NAME"])) for row in rows or []]

    async def users(self) -> Sequence[Named]:
        rows = await self.client.listing("user.get", {"FILTER": {"ACTIVE": True}})
        return [Named(str(row["ID"]), f"{row.get('NAME', '')} {row.get('LAST_NAME', '')}".strip()) for row in rows]

    async def fields(self) -> frozenset[str]:
        """Names of a card's fields."""
        if self._fields is None or self._now() - self._fields[0] > FRESH:
            kind = (await self.card()).type_id
            told = as_map(await self.client.call("crm.item.fields", {"entityTypeId": kind}))
            self._fields = self._now(), frozenset(as_map(told.get("fields")))
        return self._fields[1]

    async def scopes(self) -> Sequence[str]:
        return [str(one) for one in await self.client.call("scope") or []]

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        managers = self.settings.managers
        if not managers:
            return []
        # Days are the portal's: one more on either side.
        day = timedelta(days=1)
        period = {"from": f"{after - day:%Y-%m-%d}", "to": f"{before + day:%Y-%m-%d}"}
        told = await self.client.call(
            "calendar.accessibility.get", {"users": sorted({int(user) for user in managers.values()}), **period}
        )
        found = mapping.busy_of(told, managers)
        return [one for one in found if one.starts_at < before and one.ends_at > after]

    async def card(self) -> Card:
        """What clients are here. A portal that does not tell has leads."""
        if self._card is None or self._now() - self._card[0] > FRESH:
            mode = await self.client.call("crm.settings.mode.get")
            self._card = self._now(), card_of(int(mode) if str(mode).isdecimal() else 0, self.settings.funnel)
        return self._card[1]

    async def item(self, kind: int, ref: str) -> Mapping[str, Any] | None:
        """None when it is gone."""
        try:
            told = await self.client.call("crm.item.get", {"entityTypeId": kind, "id": int(ref)})
        except NotThere:
            return None
        return as_map(as_map(told).get("item")) or None

    async def lead(self, ref: str) -> Mapping[str, Any] | None:
        """A card with the numbers and the name of its client; None when it is gone."""
        card = await self.card()
        item = await self.item(card.type_id, ref)
        if item is None or not card.deal:
            return item
        contact = await self.item(CONTACT, str(item["contactId"])) if item.get("contactId") else None
        return {**item, **{name: (contact or {}).get(name) for name in ("fm", "name", "lastName")}}

    async def hears_deletions(self) -> bool:
        """Offline events are for administrators, and to be kept until they were stored they take a plan that has it."""
        if self._hears is None:
            told = await self.client.call("feature.get", {"CODE": OFFLINE})
            self._hears = bool((await self.me()).get("ADMIN")) and as_map(told).get("value") == "Y"
        return self._hears
