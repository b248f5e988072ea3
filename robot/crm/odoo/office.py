"""What is asked of an Odoo again and again, asked once: its fields, its users' partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from robot.crm.errors import NotThere
from robot.crm.odoo.api import OdooApi
from robot.crm.odoo.mapping import Fields, Record
from robot.i18n import tr

ALL = {"active_test": False}
"""Context: lost leads, too."""


class Office:
    """Remembers for as long as the connector lives; a user's partner does not change, a field that comes is seen after
    a restart."""

    def __init__(self, api: OdooApi) -> None:
        self.api = api
        self._fields: dict[str, Fields] = {}
        self._partners: dict[int, int] = {}
        self._call_type = 0

    async def fields(self, model: str) -> Fields:
        if model not in self._fields:
            told = await self.api.call(model, "fields_get", attributes=["type"])
            self._fields[model] = told
        return self._fields[model]

    async def some(self, model: str, wanted: Sequence[str]) -> list[str]:
        """Those of the fields that this version has."""
        there = await self.fields(model)
        return [name for name in wanted if name in there]

    async def find(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str] = ("id",),
        *,
        order: str = "id",
        limit: int = 0,
        offset: int = 0,
        context: Mapping[str, Any] | None = None,
    ) -> list[Record]:
        """limit: 0 for all."""
        found: list[Record] = await self.api.call(
            model,
            "search_read",
            domain=list(domain),
            fields=list(fields),
            order=order,
            limit=limit or None,
            offset=offset,
            context=dict(context or {}),
        )
        return found

    async def first(self, model: str, domain: Sequence[Any]) -> str | None:
        """The id of one that is there."""
        found = await self.find(model, domain, limit=1)
        return str(found[0]["id"]) if found else None

    async def write(self, model: str, record: int, values: Mapping[str, Any], **context: bool) -> None:
        await self.api.write(model, record, values, context)

    async def call_type(self) -> int:
        """The type of the activities "Call"; 0 where it was deleted."""
        if not self._call_type:
            named = [["module", "=", "mail"], ["name", "=", "mail_activity_data_call"]]
            found = await self.find("ir.model.data", named, ["res_id"])
            self._call_type = int(found[0]["res_id"]) if found else 0
        return self._call_type

    async def ids(self, module: str, names: Sequence[str]) -> Mapping[str, int]:
        """Ids of records by the names that Odoo's modules gave them; without those that were deleted."""
        named = [["module", "=", module], ["name", "in", list(names)]]
        found = await self.find("ir.model.data", named, ["name", "res_id"])
        return {str(one["name"]): int(one["res_id"]) for one in found}

    async def won(self) -> frozenset[str]:
        """Ids of the stages of leads that are won."""
        return frozenset(str(one["id"]) for one in await self.find("crm.stage", [["is_won", "=", True]]))

    async def partner(self, user: int) -> int:
        """Raises NotThere for a user who was deleted or may not log in any more."""
        if user not in self._partners:
            found = await self.find("res.users", [["id", "=", user]], ["partner_id"])
            if not found:
                raise NotThere(
                    tr(f"в Odoo нет пользователя {user}", f"Odoo has no user {user}"),
                    remedy=tr(
                        "исправьте ZVONAR_CRM__ODOO__MANAGERS или …__RESPONSIBLE: zvonar crm check",
                        "correct ZVONAR_CRM__ODOO__MANAGERS or …__RESPONSIBLE: zvonar crm check",
                    ),
                )
            self._partners[user] = int(found[0]["partner_id"][0])
        return self._partners[user]
