"""What an amoCRM account has: statuses, users, fields; leads and contacts, by phone and by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from robot.crm.amocrm import mapping
from robot.crm.amocrm.client import Client, as_map, embedded
from robot.crm.amocrm.settings import Settings
from robot.crm.connector import Named

FRESH = timedelta(minutes=10)
CLOSED = frozenset({"142", "143"})
"""Won and lost: the same in every funnel of every account."""
CLOCKS_DIFFER_S = 600
MOST_IDS = 50
"""In one question."""


class Account:
    """Only reads."""

    def __init__(self, client: Client, settings: Settings, now: Callable[[], datetime]) -> None:
        self.client = client
        self.settings = settings
        self._now = now
        self._fields: tuple[datetime, frozenset[str]] | None = None

    async def me(self) -> Mapping[str, Any]:
        return as_map(await self.client.get("account", {"with": "drive_url"}))

    async def statuses(self) -> Sequence[Named]:
        """Of the chosen funnel, else of the main one."""
        rows = await self.client.rows("leads/pipelines", "pipelines")
        wanted = [row for row in rows if row.get("id") == self.settings.pipeline] or [
            row for row in rows if not self.settings.pipeline and row.get("is_main")
        ]
        return [Named(str(one["id"]), str(one["name"])) for row in wanted for one in embedded(row, "statuses")]

    async def users(self) -> Sequence[Named]:
        return _named(await self.client.rows("users", "users"))

    async def reasons(self) -> Sequence[Named]:
        return _named(await self.client.rows("leads/loss_reasons", "loss_reasons"))

    async def fields(self) -> frozenset[str]:
        """Ids of a lead's fields."""
        if self._fields is None or self._now() - self._fields[0] > FRESH:
            rows = await self.client.rows("leads/custom_fields", "custom_fields")
            self._fields = self._now(), frozenset(str(row["id"]) for row in rows)
        return self._fields[1]

    async def lead(self, ref: str) -> Mapping[str, Any]:
        return as_map(await self.client.get(f"leads/{int(ref)}"))

    async def by_phone(self, phone: str, *, since: datetime) -> tuple[str | None, str | None]:
        """The contact with this number and the lead to go on with: open before closed, then the newest. since: what was
        made after that is looked through, too: the search learns of it late."""
        contacts = await self._alike(phone, {"query": mapping.digits(phone), "with": "leads"})
        if not contacts:
            made_since = int(since.timestamp()) - CLOCKS_DIFFER_S
            contacts = await self._alike(phone, {"filter": {"created_at": {"from": made_since}}, "with": "leads"})
        if not contacts:
            return None, None
        ids = [str(one["id"]) for contact in contacts for one in embedded(contact, "leads")]
        leads = sorted(await self.leads(ids), key=lambda lead: (_closed(lead), -int(lead["id"])))
        return str(contacts[0]["id"]), str(leads[0]["id"]) if leads else None

    async def _alike(self, phone: str, query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Contacts that have this number, whatever else the search found. The one made first comes first."""
        rows = await self.client.rows("contacts", "contacts", query)
        wanted = mapping.digits(phone)
        alike = [row for row in rows if wanted in {mapping.digits(one) for one in mapping.phones_of(row)}]
        return sorted(alike, key=lambda row: int(row["id"]))

    async def leads(self, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return await self.by_ids("leads", ids, {"with": "contacts"})

    async def by_ids(
        self, path: str, ids: Sequence[str], query: Mapping[str, Any], *, name: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """name: of the rows, where it is not the path."""
        numbers = [int(one) for one in dict.fromkeys(ids)]
        found: list[Mapping[str, Any]] = []
        for first in range(0, len(numbers), MOST_IDS):
            wanted = {"filter": {"id": numbers[first : first + MOST_IDS]}}
            found += await self.client.rows(path, name or path, {**wanted, **query})
        return found

    async def cards(self, refs: Sequence[str]) -> tuple[dict[str, Mapping[str, Any]], dict[str, Mapping[str, Any]]]:
        """Leads by id, and the main contact of each."""
        leads = {str(row["id"]): row for row in await self.leads(refs)}
        main = {ref: _main_contact(lead) for ref, lead in leads.items()}
        rows = await self.by_ids("contacts", [one for one in main.values() if one], {})
        contacts = {str(row["id"]): row for row in rows}
        return leads, {ref: contacts[one] for ref, one in main.items() if one in contacts}


def _named(rows: Sequence[Mapping[str, Any]]) -> Sequence[Named]:
    return [Named(str(row["id"]), str(row.get("name", ""))) for row in rows]


def _closed(lead: Mapping[str, Any]) -> bool:
    return str(lead.get("status_id")) in CLOSED


def _main_contact(lead: Mapping[str, Any]) -> str:
    contacts = embedded(lead, "contacts")
    return str(next((one["id"] for one in contacts if one.get("is_main")), contacts[0]["id"] if contacts else ""))
