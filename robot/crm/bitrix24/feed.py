"""What happened in a portal since we looked last, and what its webhooks tell of."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from robot.crm.bitrix24 import mapping
from robot.crm.bitrix24.client import as_map
from robot.crm.bitrix24.mapping import ROBOT
from robot.crm.bitrix24.portal import Portal
from robot.crm.connector import Change
from robot.crm.errors import DeliveryError
from robot.crm.marks import ORIGIN
from robot.crm.section import unmapped_field
from robot.crm.touched import Touched
from robot.crm.triggers.rules import ANSWERED

MADE, FINISHED = "1", "3"
"""Lines of the history of stages: that it was made, that it came to a stage that is final."""
ONE_POLL = 50
"""Changes told at once; the rest the next time."""
TALKS = (1, 2, 4)
"""Types of activities: a meeting, a call, a letter."""
CALL_TALK = 2
TALK_PAGES = 4
END_PAGES = 20
_PLACE = {"process": "", "talk": ""}


class Feed:
    """Reads, but for the queue of deletions: that is asked for once, and cleared of what was told."""

    def __init__(self, portal: Portal, now: Callable[[], datetime]) -> None:
        self._portal = portal
        self._client = portal.client
        self._settings = portal.settings
        self._now = now

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """The place to go on from is the newest line of the history of stages, the newest todo, the time of the newest
        talk, and the lines of the offline queue that were told last time and are cleared now."""
        place = _place(since)
        if place is None:
            newest = {"stage": await self._newest_stage(), "todo": await self._newest_todo(), "process": ""}
            newest["talk"] = self._now().isoformat(timespec="seconds")
            if self._settings.application and await self._portal.hears_deletions():
                await self._queue_deletions()
            return [], json.dumps(newest)
        moved = await self._history({"filter": {">ID": place["stage"]}, "order": {"ID": "ASC"}})
        found, last = await _as_far_as_it_goes(moved, self._moves)
        place["stage"] = int(last["ID"]) if last else place["stage"]
        if last is not None and last is not moved[-1]:
            return found, json.dumps(place)  # the rest the next time, in its order
        asked = await self._todos({">ID": place["todo"]})
        told, last = await _as_far_as_it_goes(asked, self._asked)
        place["todo"] = int(last["ID"]) if last else place["todo"]
        found += told
        try:
            talks, place["talk"] = await self._talks(str(place["talk"]))
            found += talks
            if self._settings.application and await self._portal.hears_deletions():
                deleted, place["process"] = await self._deleted(str(place["process"]))
                found += deleted
        except DeliveryError as error:
            if not error.retryable or not found:
                raise
        return found, json.dumps(place)

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        """What a webhook claims, as the portal has it: the newest move of each card, under the history's own key."""
        found: list[Change] = []
        card = await self._portal.card()
        for one in told:
            if one.kind == ROBOT:
                found += await self._robot(one)
        for kind, ref in dict.fromkeys((one.kind, one.ref) for one in told if one.ref.isdecimal()):
            if kind == "task":
                found += await self._asked(await self._todos({"ID": int(ref)}))
            elif kind != card.kind:
                continue  # a deal beside leads, or what is left of leads
            elif await self._portal.lead(ref) is None:
                found.append(self._gone(ref))
            else:
                params = {"filter": {"OWNER_ID": int(ref)}, "order": {"ID": "DESC"}}
                found += await self._moves((await self._history(params))[:1])
        return found

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        """Cards by a day on them. Raises Misconfigured for a field that is not mapped."""
        theirs = self._settings.fields.get(field)
        if theirs is None:
            raise unmapped_field("bitrix24", field)
        card = await self._portal.card()
        wanted = {
            f">={theirs}": after.isoformat(timespec="seconds"),
            f"<={theirs}": before.isoformat(timespec="seconds"),
        }
        params = {"entityTypeId": card.type_id, "filter": wanted, "order": {"id": "ASC"}, "select": ["id"]}
        rows = await self._client.listing("crm.item.list", params, inside="items", pages=END_PAGES)
        found = []
        for row in rows:
            item = await self._portal.lead(str(row["id"]))
            due = mapping.iso(item.get(theirs)) if item is not None else None
            if item is not None and due is not None:
                stage, key = str(item.get("stageId") or ""), f"ends:{row['id']}:{field}:{due:%Y-%m-%d}"
                found.append(mapping.change_of(key, "ends", due, item, self._settings, stage=stage, due=item[theirs]))
        return found, len(rows) < END_PAGES * ONE_POLL

    # --- moves and tasks ---

    async def _newest_stage(self) -> int:
        rows = await self._history({"order": {"ID": "DESC"}})
        return int(rows[0]["ID"]) if rows else 0

    async def _newest_todo(self) -> int:
        rows = await self._client.listing("crm.activity.list", {"order": {"ID": "DESC"}, "select": ["ID"]}, pages=1)
        return int(rows[0]["ID"]) if rows else 0

    async def _history(self, params: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """A page of it."""
        given = {"entityTypeId": (await self._portal.card()).type_id, **params}
        return (await self._client.listing("crm.stagehistory.list", given, inside="items", pages=1))[:ONE_POLL]

    async def _moves(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        found = []
        for row in rows:
            item = await self._portal.lead(str(row["OWNER_ID"]))
            if item is not None:
                kind = "created" if str(row.get("TYPE_ID")) == MADE else "stage"
                at = mapping.iso(row.get("CREATED_TIME")) or self._now()
                stage = str(row.get("STAGE_ID") or row.get("STATUS_ID") or "")
                closed = str(row.get("TYPE_ID")) == FINISHED
                key = f"stage:{row['ID']}"
                found.append(mapping.change_of(key, kind, at, item, self._settings, stage=stage, closed=closed))
        return found

    async def _todos(self, wanted: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """A page of those that are open."""
        card = await self._portal.card()
        own = {"OWNER_TYPE_ID": card.type_id, "PROVIDER_ID": "CRM_TODO", "COMPLETED": "N", **wanted}
        select = ["ID", "OWNER_ID", "SUBJECT", "DESCRIPTION", "DEADLINE", "CREATED"]
        params = {"filter": own, "order": {"ID": "ASC"}, "select": select}
        return (await self._client.listing("crm.activity.list", params, pages=1))[:ONE_POLL]

    async def _asked(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        """Todos by which people ask the robot to call."""
        found = []
        for row in rows:
            title = str(row.get("SUBJECT") or "").casefold()
            own = ORIGIN in str(row.get("DESCRIPTION") or "")
            if own or not any(word.casefold() in title for word in self._settings.callback_words):
                continue
            item = await self._portal.lead(str(row["OWNER_ID"]))
            if item is not None:
                at, stage = mapping.iso(row.get("CREATED")) or self._now(), str(item.get("stageId") or "")
                key, due = f"todo:{row['ID']}", row.get("DEADLINE")
                found.append(mapping.change_of(key, "task", at, item, self._settings, stage=stage, due=due))
        return found

    # --- people who talked to clients ---

    async def _talks(self, since: str) -> tuple[Sequence[Change], str]:
        """Calls, letters and meetings that people held; and the time to go on from. What was told before is told again
        with the same key."""
        card = await self._portal.card()
        owner = {"OWNER_TYPE_ID": [card.type_id, mapping.CONTACT] if card.deal else card.type_id}
        wanted = {**owner, "TYPE_ID": TALKS, "COMPLETED": "Y", ">=LAST_UPDATED": since or self._now().isoformat()}
        select = [
            "ID",
            "OWNER_ID",
            "OWNER_TYPE_ID",
            "TYPE_ID",
            "DIRECTION",
            "ORIGIN_ID",
            "ORIGINATOR_ID",
            "LAST_UPDATED",
        ]
        params = {"filter": wanted, "order": {"LAST_UPDATED": "ASC"}, "select": select}
        rows = await self._client.listing("crm.activity.list", params, pages=TALK_PAGES)
        found, last = await _as_far_as_it_goes(rows, self._talk)
        return found, str((last or {}).get("LAST_UPDATED") or since)

    async def _talk(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Change]:
        found: list[Change] = []
        for row in rows:
            at = mapping.iso(row.get("LAST_UPDATED")) or self._now()
            if await self._by_a_person(row) and (phone := await self._phone(row)) is not None:
                refs = await self._cards_of(row)
                found += [Change(f"bitrix24:talk:{row['ID']}:{ref}", ANSWERED, ref, phone, at) for ref in refs]
        return found

    async def _cards_of(self, row: Mapping[str, Any]) -> Sequence[str]:
        """The card the talk hangs on, or all deals of the contact; "" where there is none."""
        card = await self._portal.card()
        if str(row["OWNER_TYPE_ID"]) == str(card.type_id):
            return [str(row["OWNER_ID"])]
        wanted = {"entityTypeId": card.type_id, "filter": {"contactId": int(row["OWNER_ID"])}, "select": ["id"]}
        deals = await self._client.listing("crm.item.list", wanted, inside="items", pages=1)
        return [str(deal["id"]) for deal in deals] or [""]

    async def _by_a_person(self, row: Mapping[str, Any]) -> bool:
        """Not the robot's call, nor one that nobody answered, nor a letter of the client's."""
        if row.get("ORIGINATOR_ID") == ORIGIN:
            return False
        if str(row.get("TYPE_ID")) != str(CALL_TALK):
            return str(row.get("DIRECTION")) != mapping.FROM_CLIENT
        call = str(row.get("ORIGIN_ID") or "").removeprefix("VI_")
        if not call:
            return True
        rows = await self._client.listing("voximplant.statistic.get", {"FILTER": {"CALL_ID": call}}, pages=1)
        known = rows[0] if rows else {}
        ours = str(known.get("EXTERNAL_CALL_ID") or "").startswith(ORIGIN)
        return not ours and str(known.get("CALL_FAILED_CODE", mapping.TALKED)) == mapping.TALKED

    async def _phone(self, row: Mapping[str, Any]) -> str | None:
        """Of the card or the contact it hangs on; None when that is gone."""
        kind, ref = int(row["OWNER_TYPE_ID"]), str(row["OWNER_ID"])
        item = await (self._portal.item(kind, ref) if kind == mapping.CONTACT else self._portal.lead(ref))
        return None if item is None else mapping.phone_of(item)

    # --- the automation's robot, and deletions ---

    async def _robot(self, told: Touched) -> Sequence[Change]:
        """The card it was started for, with who waits for the answer. Of a card that is gone, too: he waits."""
        ref = told.told.get("ref", "")
        item = await self._portal.lead(ref) if ref.isdecimal() else None
        at = mapping.moment(told.told.get("at")) or self._now()
        stage = str((item or {}).get("stageId") or "")
        change = mapping.change_of(f"robot:{told.ref}", ROBOT, at, item or {"id": ref}, self._settings, stage=stage)
        return [mapping.asked_by_robot(change, told)]

    async def _queue_deletions(self) -> None:
        deleted = (await self._portal.card()).deleted
        bound = await self._client.call("event.get")
        names = {str(as_map(one).get("event", "")).upper() for one in bound or []}
        if deleted not in names:
            await self._client.call("event.bind", {"event": deleted, "event_type": "offline"})

    async def _deleted(self, process: str) -> tuple[Sequence[Change], str]:
        deleted = (await self._portal.card()).deleted
        if process:
            await self._client.call("event.offline.clear", {"process_id": process})
        told = as_map(await self._client.call("event.offline.get", {"clear": 0, "filter": {"=EVENT_NAME": deleted}}))
        rows = [as_map(row) for row in told.get("events") or []]
        refs = [str(as_map(as_map(row.get("EVENT_DATA")).get("FIELDS")).get("ID", "")) for row in rows]
        return [self._gone(ref) for ref in refs if ref], str(told.get("process_id") or "")

    def _gone(self, ref: str) -> Change:
        return Change(f"bitrix24:deleted:{ref}", "deleted", ref, "", self._now())


Rows = Sequence[Mapping[str, Any]]


async def _as_far_as_it_goes(
    rows: Rows, read: Callable[[Rows], Awaitable[Sequence[Change]]]
) -> tuple[list[Change], Mapping[str, Any] | None]:
    """Row by row: a portal that answers every other time is read to the end all the same, in some looks. What was read,
    and its last row. Raises DeliveryError where not even the first could be read."""
    found: list[Change] = []
    last = None
    for row in rows:
        try:
            found += await read([row])
        except DeliveryError as error:
            if not error.retryable or last is None:
                raise
            break
        last = row
    return found, last


def _place(since: str) -> dict[str, Any] | None:
    """None at the first time, and for what is no place of ours."""
    try:
        told: Any = json.loads(since) if since else None
    except ValueError:
        return None
    fits = isinstance(told, dict) and isinstance(told.get("stage"), int) and isinstance(told.get("todo"), int)
    return _PLACE | told if fits else None
