"""What an amoCRM account has: statuses, users, fields; leads by phone; what happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from robot.crm.amocrm import mapping
from robot.crm.amocrm.client import Client, as_map, embedded
from robot.crm.amocrm.settings import Settings
from robot.crm.connector import Change, Named
from robot.crm.marks import ORIGIN
from robot.crm.touched import Touched

FRESH = timedelta(minutes=10)
CLOSED = frozenset({"142", "143"})
"""Won and lost: the same in every funnel of every account."""
KINDS = {"lead_added": "created", "lead_status_changed": "stage", "lead_deleted": "deleted"}
OVERLAP_S = 60
"""The feed tells of some things late: so far back it is read again."""
ONE_POLL = 100
"""Happenings told at once, and a page of the feed."""
MOST_PAGES = 50
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
        leads = sorted(await self._leads(ids), key=lambda lead: (_closed(lead), -int(lead["id"])))
        return str(contacts[0]["id"]), str(leads[0]["id"]) if leads else None

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """The place to go on from is a second of the feed and the ids told since shortly before, and the second by
        which tasks were read."""
        place = _place(since)
        now = int(self._now().timestamp())
        if place is None:
            events, asked = await self._feed(now - OVERLAP_S), await self._tasks(now - OVERLAP_S)
            at = max([now, *(int(one["created_at"]) for one in events)])
            return [], _text(at, [str(one["id"]) for one in events], now, [_task_key(one) for one in asked])
        at, seen, tasks_at, tasks_seen = place
        told = [one for one in await self._feed(at - OVERLAP_S) if str(one["id"]) not in seen]
        told = told[::-1][:ONE_POLL]
        if told:
            at = max(at, *(int(one["created_at"]) for one in told))
        tasks = [one for one in await self._tasks(tasks_at - OVERLAP_S) if _task_key(one) not in tasks_seen]
        if tasks:
            tasks_at = max(tasks_at, *(int(one["updated_at"]) for one in tasks))
        # What lies before the overlap is never read again, and may be forgotten.
        seen = [*seen, *(str(one["id"]) for one in told)][-10 * ONE_POLL :]
        tasks_seen = [*tasks_seen, *(_task_key(one) for one in tasks)][-10 * ONE_POLL :]
        return [*await self._told(told), *await self._asked(tasks)], _text(at, seen, tasks_at, tasks_seen)

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        """What a webhook claims, as the feed has it: the newest happening of each lead, under the feed's own key."""
        found: list[Change] = []
        for one in dict.fromkeys((one.kind, one.ref) for one in told if one.ref.isdecimal()):
            kind, ref = one
            if kind == "lead":
                found += await self._told((await self._feed(0, lead=ref))[:1])
            elif kind == "task":
                rows = await self.client.rows("tasks", "tasks", {"filter": {"id": [int(ref)], "is_completed": 0}})
                found += await self._asked(rows)
        return found

    async def _feed(self, since: int, *, lead: str = "") -> list[Mapping[str, Any]]:
        """Newest first, all there are since then; of one lead the newest hundred."""
        wanted: dict[str, Any] = {"type": list(KINDS), "entity": ["lead"], "created_at": {"from": since}}
        wanted |= {"entity_id": int(lead)} if lead else {}
        found: list[Mapping[str, Any]] = []
        for page in range(1, 2 if lead else MOST_PAGES + 1):
            query = {"filter": wanted, "limit": ONE_POLL, "page": page}
            rows = await self.client.rows("events", "events", query)
            found += rows
            if len(rows) < ONE_POLL:
                break
        return found

    async def _tasks(self, since: int) -> list[Mapping[str, Any]]:
        wanted = {"entity_type": "leads", "is_completed": 0, "updated_at": {"from": since}}
        rows = await self.client.rows("tasks", "tasks", {"filter": wanted, "order": {"id": "desc"}})
        return [row for row in rows[::-1] if self._asks(row)]

    def _asks(self, task: Mapping[str, Any]) -> bool:
        text = str(task.get("text") or "").casefold()
        return ORIGIN not in text and any(word.casefold() in text for word in self.settings.callback_words)

    async def _told(self, events: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        leads, contacts = await self._cards([str(one["entity_id"]) for one in events])
        found = []
        for one in events:
            ref, at = str(one["entity_id"]), mapping.moment(one["created_at"])
            key, kind = f"event:{one['id']}", KINDS.get(str(one.get("type")), "")
            if kind == "deleted":
                found.append(Change(f"amocrm:{key}", kind, ref, "", at))
            elif kind and ref in leads:
                after = as_map(next(iter(one.get("value_after") or []), None))
                stage = str(as_map(after.get("lead_status")).get("id") or leads[ref].get("status_id") or "")
                found.append(
                    mapping.change_of(
                        key, kind, at, leads[ref], contacts.get(ref, {}), settings=self.settings, stage=stage
                    )
                )
        return found

    async def _asked(self, tasks: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        tasks = [one for one in tasks if self._asks(one)]
        leads, contacts = await self._cards([str(one["entity_id"]) for one in tasks])
        return [
            mapping.change_of(
                f"task:{_task_key(one)}",
                "task",
                mapping.moment(one["updated_at"]),
                leads[ref],
                contacts.get(ref, {}),
                settings=self.settings,
                stage=str(leads[ref].get("status_id") or ""),
                due_at=mapping.moment(one["complete_till"]),
            )
            for one in tasks
            if (ref := str(one["entity_id"])) in leads
        ]

    async def _alike(self, phone: str, query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Contacts that have this number, whatever else the search found. The one made first comes first."""
        rows = await self.client.rows("contacts", "contacts", query)
        wanted = mapping.digits(phone)
        alike = [row for row in rows if wanted in {mapping.digits(one) for one in mapping.phones_of(row)}]
        return sorted(alike, key=lambda row: int(row["id"]))

    async def _leads(self, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return await self._by_ids("leads", ids, {"with": "contacts"})

    async def _by_ids(self, name: str, ids: Sequence[str], query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        numbers = [int(one) for one in dict.fromkeys(ids)]
        found: list[Mapping[str, Any]] = []
        for first in range(0, len(numbers), MOST_IDS):
            wanted = {"filter": {"id": numbers[first : first + MOST_IDS]}}
            found += await self.client.rows(name, name, {**wanted, **query})
        return found

    async def _cards(self, refs: Sequence[str]) -> tuple[dict[str, Mapping[str, Any]], dict[str, Mapping[str, Any]]]:
        """Leads by id, and the main contact of each."""
        leads = {str(row["id"]): row for row in await self._leads(refs)}
        main = {ref: _main_contact(lead) for ref, lead in leads.items()}
        rows = await self._by_ids("contacts", [one for one in main.values() if one], {})
        contacts = {str(row["id"]): row for row in rows}
        return leads, {ref: contacts[one] for ref, one in main.items() if one in contacts}


def _named(rows: Sequence[Mapping[str, Any]]) -> Sequence[Named]:
    return [Named(str(row["id"]), str(row.get("name", ""))) for row in rows]


def _closed(lead: Mapping[str, Any]) -> bool:
    return str(lead.get("status_id")) in CLOSED


def _main_contact(lead: Mapping[str, Any]) -> str:
    contacts = embedded(lead, "contacts")
    return str(next((one["id"] for one in contacts if one.get("is_main")), contacts[0]["id"] if contacts else ""))


def _task_key(task: Mapping[str, Any]) -> str:
    """A task that was moved is another happening."""
    return f"{task['id']}:{task['complete_till']}"


def _text(at: Any, seen: Sequence[str], tasks_at: int, tasks_seen: Sequence[str]) -> str:
    return json.dumps({"at": int(at), "seen": list(seen), "tasks_at": tasks_at, "tasks_seen": list(tasks_seen)})


def _place(since: str) -> tuple[int, list[str], int, list[str]] | None:
    """None at the first time, and for what is no place of ours."""
    try:
        told = json.loads(since)
        return int(told["at"]), list(told["seen"]), int(told["tasks_at"]), list(told["tasks_seen"])
    except (ValueError, KeyError, TypeError):
        return None
