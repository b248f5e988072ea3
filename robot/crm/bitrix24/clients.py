"""The client of a call in a portal: his lead; or a deal, with contact and company, where leads are switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from robot.crm.bitrix24 import mapping
from robot.crm.bitrix24.card import COMPANY, CONTACT
from robot.crm.bitrix24.client import as_map, id_of
from robot.crm.bitrix24.portal import Portal
from robot.crm.marks import ORIGIN, mark
from robot.crm.report import CallReport
from robot.crm.writes import Done


class Clients:
    """Of one report. Whatever is made on the way to a card is found by its mark at the next try."""

    def __init__(self, report: CallReport, portal: Portal) -> None:
        self._report = report
        self._portal = portal
        self._client = portal.client
        self._settings = portal.settings

    async def user(self) -> str:
        """Who has it all: the manager of the meeting, else who is responsible."""
        return await self._portal.user(self._report.meeting.manager if self._report.meeting else "")

    async def find(self, _done: Done) -> str | None:
        """A card that is still open before one that is closed, then the newest."""
        card = await self._portal.card()
        ids = await self._alike("CONTACT" if card.deal else card.owner)
        known = {"@contactId": ids, "categoryId": card.funnel} if card.deal else {"@id": ids}
        rows = await self._rows(card.type_id, known) if ids else []
        # What was made a moment ago may not be in the index of duplicates yet: it is found by its mark.
        rows = rows or await self._rows(card.type_id, self._own("lead"))
        is_open = (str(row["id"]) for row in rows if not self._settings.is_final(str(row.get("stageId") or "")))
        return next(is_open, None) or next((str(row["id"]) for row in rows), None)

    async def make(self, _done: Done) -> str:
        card, user = await self._portal.card(), await self.user()
        if not card.deal:
            return await self._add(card.type_id, mapping.new_lead(self._report, self._settings, user))
        contact = await self._contact(user)
        return await self._add(card.type_id, mapping.new_deal(self._report, self._settings, user, contact))

    async def update(self, lead: str, fields: Mapping[str, Any]) -> None:
        kind = (await self._portal.card()).type_id
        await self._client.call("crm.item.update", {"entityTypeId": kind, "id": int(lead), "fields": fields})

    async def called(self, lead: str) -> tuple[int, str]:
        """Type and id of whom the telephony knows: the lead, or the deal's contact."""
        card = await self._portal.card()
        if not card.deal:
            return card.type_id, lead
        contact = ((await self._portal.item(card.type_id, lead)) or {}).get("contactId")
        return CONTACT, str(contact) if contact else await self._contact(await self.user())

    async def _contact(self, user: str) -> str:
        """Whose deal it is: the one with this number that was made first, or a new one."""
        known = sorted(int(one) for one in await self._alike("CONTACT"))
        if known:
            return str(known[0])
        company = await self._made(COMPANY, "company") if self._report.lead.company.strip() else ""
        if company is None:
            company = await self._add(COMPANY, mapping.new_company(self._report, user))
        made = await self._made(CONTACT, "contact")
        return made or await self._add(CONTACT, mapping.new_contact(self._report, user, company))

    async def _made(self, kind: int, write: str) -> str | None:
        rows = await self._rows(kind, self._own(write))
        return str(rows[0]["id"]) if rows else None

    async def _alike(self, owner: str) -> Sequence[Any]:
        """Ids of leads or contacts with the client's number."""
        phones = list(mapping.phones_of(self._report.lead.phone))
        asked = {"type": "PHONE", "values": phones, "entity_type": owner}
        return as_map(await self._client.call("crm.duplicate.findbycomm", asked)).get(owner) or []

    def _own(self, write: str) -> Mapping[str, str]:
        return {"originatorId": ORIGIN, "originId": mark(self._report.attempt_id, write)}

    async def _rows(self, kind: int, wanted: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The newest first."""
        params = {"entityTypeId": kind, "filter": dict(wanted), "select": ["id", "stageId"], "order": {"id": "DESC"}}
        return await self._client.listing("crm.item.list", params, inside="items", pages=1)

    async def _add(self, kind: int, fields: Mapping[str, Any]) -> str:
        told = await self._client.call("crm.item.add", {"entityTypeId": kind, "fields": fields})
        return id_of(as_map(told).get("item"))
