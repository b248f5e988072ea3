"""What a Bitrix24 portal has: stages, users, fields; who we are there; when managers are busy; what happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from robot.crm.bitrix24 import mapping
from robot.crm.bitrix24.client import Client, as_map
from robot.crm.bitrix24.mapping import LEAD
from robot.crm.bitrix24.settings import Settings
from robot.crm.connector import Busy, Change, Named
from robot.crm.errors import NotThere
from robot.crm.marks import ORIGIN
from robot.crm.touched import Touched

FRESH = timedelta(minutes=10)
"""So long what seldom changes is not asked for again."""
STAGES = "STATUS"
DELETED = "ONCRMLEADDELETE"
OFFLINE = "rest_offline_extended"
MADE = "1"
ONE_POLL = 50
"""Changes told at once; the rest the next time."""


class Portal:
    """Reads, but for the queue of deletions: that is asked for once, and cleared of what was told."""

    def __init__(self, client: Client, settings: Settings, now: Callable[[], datetime]) -> None:
        self.client = client
        self.settings = settings
        self._now = now
        self._me = ""
        self._hears: bool | None = None
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
        rows = await self.client.call("crm.status.list", {"filter": {"ENTITY_ID": STAGES}, "order": {"SORT": "ASC"}})
        return [Named(str(row["STATUS_ID"]), str(row["NAME"])) for row in rows or []]

    async def users(self) -> Sequence[Named]:
        rows = await self.client.listing("user.get", {"FILTER": {"ACTIVE": True}})
        return [Named(str(row["ID"]), f"{row.get('NAME', '')} {row.get('LAST_NAME', '')}".strip()) for row in rows]

    async def fields(self) -> frozenset[str]:
        """Names of a lead's fields."""
        if self._fields is None or self._now() - self._fields[0] > FRESH:
            told = as_map(await self.client.call("crm.item.fields", {"entityTypeId": LEAD}))
            self._fields = self._now(), frozenset(as_map(told.get("fields")))
        return self._fields[1]

    async def scopes(self) -> Sequence[str]:
        return [str(one) for one in await self.client.call("scope") or []]

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        managers = {user: name for name, user in self.settings.managers.items()}
        if not managers:
            return []
        # Days are the portal's: one more on either side.
        day = timedelta(days=1)
        period = {"from": f"{after - day:%Y-%m-%d}", "to": f"{before + day:%Y-%m-%d}"}
        told = await self.client.call(
            "calendar.accessibility.get", {"users": [int(user) for user in managers], **period}
        )
        found = mapping.busy_of(told, managers)
        return [one for one in found if one.starts_at < before and one.ends_at > after]

    async def lead(self, ref: str) -> Mapping[str, Any] | None:
        """None when it is gone."""
        try:
            told = await self.client.call("crm.item.get", {"entityTypeId": LEAD, "id": int(ref)})
        except NotThere:
            return None
        return as_map(as_map(told).get("item")) or None

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """The place to go on from is the newest line of the history of stages, the newest todo, and the lines of the
        offline queue that were told last time and are cleared now."""
        place = _place(since)
        if place is None:
            newest = {"stage": await self._newest_stage(), "todo": await self._newest_todo(), "process": ""}
            if self.settings.application and await self.hears_deletions():
                await self._queue_deletions()
            return [], json.dumps(newest)
        moved = await self._history({"filter": {">ID": place["stage"]}, "order": {"ID": "ASC"}})
        asked = await self._todos({">ID": place["todo"]})
        place["stage"] = max([place["stage"], *(int(row["ID"]) for row in moved)])
        place["todo"] = max([place["todo"], *(int(row["ID"]) for row in asked)])
        deleted: Sequence[Change] = []
        if self.settings.application and await self.hears_deletions():
            deleted, place["process"] = await self._deleted(str(place["process"]))
        return [*await self._moves(moved), *await self._asked(asked), *deleted], json.dumps(place)

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        """What a webhook claims, as the portal has it: the newest move of each lead, under the history's own key."""
        found: list[Change] = []
        for kind, ref in dict.fromkeys((one.kind, one.ref) for one in told if one.ref.isdecimal()):
            if kind == "task":
                found += await self._asked(await self._todos({"ID": int(ref)}))
            elif await self.lead(ref) is None:
                found.append(self._gone(ref))
            else:
                params = {"filter": {"OWNER_ID": int(ref)}, "order": {"ID": "DESC"}}
                found += await self._moves((await self._history(params))[:1])
        return found

    async def _newest_stage(self) -> int:
        rows = await self._history({"order": {"ID": "DESC"}})
        return int(rows[0]["ID"]) if rows else 0

    async def _newest_todo(self) -> int:
        rows = await self.client.listing("crm.activity.list", {"order": {"ID": "DESC"}, "select": ["ID"]}, pages=1)
        return int(rows[0]["ID"]) if rows else 0

    async def _history(self, params: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """A page of it."""
        given = {"entityTypeId": LEAD, **params}
        return (await self.client.listing("crm.stagehistory.list", given, inside="items", pages=1))[:ONE_POLL]

    async def _moves(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        found = []
        for row in rows:
            item = await self.lead(str(row["OWNER_ID"]))
            if item is not None:
                kind = "created" if str(row.get("TYPE_ID")) == MADE else "stage"
                at = mapping.iso(row.get("CREATED_TIME")) or self._now()
                stage = str(row.get("STAGE_ID") or row.get("STATUS_ID") or "")
                found.append(mapping.change_of(f"stage:{row['ID']}", kind, at, item, self.settings, stage=stage))
        return found

    async def _todos(self, wanted: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """A page of those that are open."""
        own = {"OWNER_TYPE_ID": LEAD, "PROVIDER_ID": "CRM_TODO", "COMPLETED": "N", **wanted}
        select = ["ID", "OWNER_ID", "SUBJECT", "DESCRIPTION", "DEADLINE", "CREATED"]
        params = {"filter": own, "order": {"ID": "ASC"}, "select": select}
        return (await self.client.listing("crm.activity.list", params, pages=1))[:ONE_POLL]

    async def _asked(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        """Todos by which people ask the robot to call."""
        found = []
        for row in rows:
            title = str(row.get("SUBJECT") or "").casefold()
            own = ORIGIN in str(row.get("DESCRIPTION") or "")
            if own or not any(word.casefold() in title for word in self.settings.callback_words):
                continue
            item = await self.lead(str(row["OWNER_ID"]))
            if item is not None:
                at, stage = mapping.iso(row.get("CREATED")) or self._now(), str(item.get("stageId") or "")
                key, due = f"todo:{row['ID']}", row.get("DEADLINE")
                found.append(mapping.change_of(key, "task", at, item, self.settings, stage=stage, due=due))
        return found

    async def hears_deletions(self) -> bool:
        """Offline events are for administrators, and to be kept until they were stored they take a plan that has it."""
        if self._hears is None:
            told = await self.client.call("feature.get", {"CODE": OFFLINE})
            self._hears = bool((await self.me()).get("ADMIN")) and as_map(told).get("value") == "Y"
        return self._hears

    async def _queue_deletions(self) -> None:
        bound = await self.client.call("event.get")
        names = {str(as_map(one).get("event", "")).upper() for one in bound or []}
        if DELETED not in names:
            await self.client.call("event.bind", {"event": DELETED, "event_type": "offline"})

    async def _deleted(self, process: str) -> tuple[Sequence[Change], str]:
        if process:
            await self.client.call("event.offline.clear", {"process_id": process})
        told = as_map(await self.client.call("event.offline.get", {"clear": 0, "filter": {"=EVENT_NAME": DELETED}}))
        rows = [as_map(row) for row in told.get("events") or []]
        refs = [str(as_map(as_map(row.get("EVENT_DATA")).get("FIELDS")).get("ID", "")) for row in rows]
        return [self._gone(ref) for ref in refs if ref], str(told.get("process_id") or "")

    def _gone(self, ref: str) -> Change:
        return Change(f"bitrix24:deleted:{ref}", "deleted", ref, "", self._now())


def _place(since: str) -> dict[str, Any] | None:
    """None at the first time, and for what is no place of ours."""
    try:
        told: Any = json.loads(since) if since else None
    except ValueError:
        return None
    fits = isinstance(told, dict) and isinstance(told.get("stage"), int) and isinstance(told.get("todo"), int)
    return {"process": ""} | told if fits else None
