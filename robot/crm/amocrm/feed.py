"""What happened in an amoCRM account since we looked last, and what its webhooks tell of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from robot.crm.amocrm import mapping
from robot.crm.amocrm.account import CLOSED, Account
from robot.crm.amocrm.client import MOST_ROWS, as_map, embedded
from robot.crm.connector import Change
from robot.crm.marks import ORIGIN
from robot.crm.section import unmapped_field
from robot.crm.touched import Touched
from robot.crm.triggers.rules import ANSWERED

KINDS = {"lead_added": "created", "lead_status_changed": "stage", "lead_deleted": "deleted"}
TALKS = ("outgoing_call", "incoming_call")
"""Events that hang on leads and on contacts."""
NOT_REACHED = frozenset({1, 3, 5, 6, 7})
"""call_status of calls in which nobody talked."""
OVERLAP_S = 60
"""The feed tells of some things late: so far back it is read again."""
ONE_POLL = 100
"""Happenings told at once, and a page of the feed."""
MOST_PAGES = 50
END_PAGES = 20


class Feed:
    """Only reads."""

    def __init__(self, account: Account, now: Callable[[], datetime]) -> None:
        self._account = account
        self._client = account.client
        self._settings = account.settings
        self._now = now

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
                rows = await self._client.rows("tasks", "tasks", {"filter": {"id": [int(ref)], "is_completed": 0}})
                found += await self._asked(rows)
        return found

    async def _feed(self, since: int, *, lead: str = "") -> list[Mapping[str, Any]]:
        """Newest first, all there are since then; of one lead the newest hundred."""
        wanted: dict[str, Any] = {
            "type": [*KINDS, *TALKS],
            "entity": ["lead", "contact"],
            "created_at": {"from": since},
        }
        wanted |= {"type": list(KINDS), "entity": ["lead"], "entity_id": int(lead)} if lead else {}
        found: list[Mapping[str, Any]] = []
        for page in range(1, 2 if lead else MOST_PAGES + 1):
            query = {"filter": wanted, "limit": ONE_POLL, "page": page}
            rows = await self._client.rows("events", "events", query)
            found += rows
            if len(rows) < ONE_POLL:
                break
        return found

    async def _tasks(self, since: int) -> list[Mapping[str, Any]]:
        wanted = {"entity_type": "leads", "is_completed": 0, "updated_at": {"from": since}}
        rows = await self._client.rows("tasks", "tasks", {"filter": wanted, "order": {"id": "desc"}})
        return [row for row in rows[::-1] if self._asks(row)]

    def _asks(self, task: Mapping[str, Any]) -> bool:
        text = str(task.get("text") or "").casefold()
        return ORIGIN not in text and any(word.casefold() in text for word in self._settings.callback_words)

    async def _told(self, events: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        moves = [one for one in events if one.get("type") in KINDS]
        leads, contacts = await self._account.cards([str(one["entity_id"]) for one in moves])
        found = list(await self._talks([one for one in events if one.get("type") in TALKS]))
        for one in moves:
            ref, at = str(one["entity_id"]), mapping.moment(one["created_at"])
            key, kind = f"event:{one['id']}", KINDS.get(str(one.get("type")), "")
            if kind == "deleted":
                found.append(Change(f"amocrm:{key}", kind, ref, "", at))
            elif kind and ref in leads:
                after = as_map(next(iter(one.get("value_after") or []), None))
                stage = str(as_map(after.get("lead_status")).get("id") or leads[ref].get("status_id") or "")
                found.append(
                    mapping.change_of(
                        key,
                        kind,
                        at,
                        leads[ref],
                        contacts.get(ref, {}),
                        settings=self._settings,
                        stage=stage,
                        closed=kind == "stage" and stage in CLOSED,
                    )
                )
        return found

    async def _asked(self, tasks: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        tasks = [one for one in tasks if self._asks(one)]
        leads, contacts = await self._account.cards([str(one["entity_id"]) for one in tasks])
        return [
            mapping.change_of(
                f"task:{_task_key(one)}",
                "task",
                mapping.moment(one["updated_at"]),
                leads[ref],
                contacts.get(ref, {}),
                settings=self._settings,
                stage=str(leads[ref].get("status_id") or ""),
                due_at=mapping.moment(one["complete_till"]),
            )
            for one in tasks
            if (ref := str(one["entity_id"])) in leads
        ]

    async def _talks(self, events: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        """Calls of people's in which somebody talked; they hang on leads, or on contacts alone."""
        found = []
        for of in ("lead", "contact"):
            mine = [one for one in events if one.get("entity_type") == of]
            notes = {_note_of(one) for one in mine}
            held = await self._held(of, [note for note in notes if note])
            mine = [one for one in mine if _note_of(one) in held]
            refs = [str(one["entity_id"]) for one in mine]
            cards = await (self._of_leads(refs) if of == "lead" else self._of_contacts(refs))
            for one in mine:
                at = mapping.moment(one["created_at"])
                for ref, phone in cards.get(str(one["entity_id"]), []):
                    found.append(Change(f"amocrm:event:{one['id']}:{ref}", ANSWERED, ref, phone, at))
        return found

    async def _held(self, of: str, notes: Sequence[str]) -> frozenset[str]:
        """Ids of those notes that tell of a talk which was not the robot's."""
        rows = await self._account.by_ids(f"{of}s/notes", notes, {}, name="notes")
        return frozenset(str(row["id"]) for row in rows if _is_talk(as_map(row.get("params"))))

    async def _of_leads(self, refs: Sequence[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
        """By lead: itself, with its number."""
        leads, contacts = await self._account.cards(refs)
        return {ref: [(ref, mapping.dialable(contacts.get(ref, {})))] for ref in leads}

    async def _of_contacts(self, refs: Sequence[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
        """By contact: all his leads, "" where he has none, with his number."""
        rows = await self._account.by_ids("contacts", refs, {"with": "leads"})
        return {
            str(row["id"]): [
                (ref, mapping.dialable(row)) for ref in [str(one["id"]) for one in embedded(row, "leads")] or [""]
            ]
            for row in rows
        }

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        """Leads by a day on them. An account whose plan has no such filter tells of all leads: they are sifted here.
        Raises Misconfigured for a field that is not mapped."""
        theirs = self._settings.fields.get(field)
        if theirs is None:
            raise unmapped_field("amocrm", field)
        span = {"from": int(after.timestamp()), "to": int(before.timestamp())}
        found: list[Change] = []
        for page in range(1, END_PAGES + 1):
            query = {"filter": {"custom_fields_values": {theirs: span}}, "with": "contacts", "page": page}
            rows = await self._client.rows("leads", "leads", query)
            days = {str(row["id"]): day for row in rows if (day := _day(row, theirs)) is not None}
            wanted = [ref for ref, day in days.items() if after <= day <= before]
            leads, contacts = await self._account.cards(wanted)
            found += [
                mapping.change_of(
                    f"ends:{ref}:{field}:{days[ref]:%Y-%m-%d}",
                    "ends",
                    days[ref],
                    leads[ref],
                    contacts.get(ref, {}),
                    settings=self._settings,
                    stage=str(leads[ref].get("status_id") or ""),
                    due_at=days[ref],
                )
                for ref in leads
            ]
            if len(rows) < MOST_ROWS:
                return found, True
        return found, False


def _note_of(event: Mapping[str, Any]) -> str:
    after = as_map(next(iter(event.get("value_after") or []), None))
    return str(as_map(after.get("note")).get("id") or "")


def _is_talk(params: Mapping[str, Any]) -> bool:
    ours = str(params.get("uniq") or "").startswith(ORIGIN)
    return not ours and int(params.get("duration") or 0) > 0 and params.get("call_status") not in NOT_REACHED


def _day(lead: Mapping[str, Any], field: str) -> datetime | None:
    for one in lead.get("custom_fields_values") or []:
        if str(as_map(one).get("field_id")) == field:
            value = str(as_map(next(iter(one.get("values") or []), None)).get("value", ""))
            return mapping.moment(value) if value.isascii() and value.isdecimal() else None
    return None


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
