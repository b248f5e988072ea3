"""The contract's other side: a fake account, and a person who works in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from robot.crm.amocrm.connector import Amo
from robot.crm.amocrm.fake import entities, server
from robot.crm.amocrm.fake.server import FakeAmo
from robot.crm.amocrm.settings import Settings
from robot.crm.http import HttpWire
from robot.crm.registry import Parts
from robot.crm.throttle import MemoryThrottle
from robot.crm.tokens import FileTokens
from tests.conftest import HANGS_S
from tests.contracts.connector_contract import FIELD, MANAGER, Broken, SeenCall, SeenLead, SeenMeeting, SeenTask, Tap
from tests.contracts.connector_contract import untouched as _untouched

STAGES = {"new": 41, "contacted": 42, "callback": 44, "meeting": 46, "refused": 143}
USER = "9007"


async def at_once(_seconds: float) -> None:
    """The throttle has tests of its own."""


class AmoStand:
    def __init__(self, fake: FakeAmo, data_dir: Path, *, integration: bool) -> None:
        self.fake = fake
        self.data_dir = data_dir
        self.integration = integration
        self.more: Mapping[str, Any] = {}

    def settings(self, **more: Any) -> Settings:
        way: dict[str, Any] = {"token": server.LONG_LIVED}
        if self.integration:
            way = {"client_id": server.CLIENT_ID, "client_secret": server.CLIENT_SECRET, "code": server.CODE}
            way |= {"redirect_url": server.REDIRECT_URL}
        ours: dict[str, Any] = {"stages": STAGES, "managers": {MANAGER: USER}, "fields": {FIELD: "601"}}
        ours |= {"url": self.fake.url, "responsible": "9001", "reasons": {"price": 701}, "recording_mb": 1}
        return Settings.model_validate(way | ours | dict(self.more) | more)

    def connector(self, tap: Tap = _untouched, **more: Any) -> Amo:
        parts = Parts(tap(HttpWire(timeout_s=HANGS_S)), MemoryThrottle(sleep=at_once), self.data_dir)
        return Amo(self.settings(**more), parts, FileTokens(self.data_dir / "tokens.json"))

    async def broken(self, how: Broken) -> Amo:
        if how is Broken.REVOKED:
            self.fake.revoked = True
        elif how is Broken.STAGE_DELETED:
            del self.fake.account.statuses[46]
        else:
            del self.fake.account.fields[601]
        return self.connector()

    async def enter(self, phone: str) -> str:
        account = self.fake.account
        values = [{"field_code": "PHONE", "values": [{"value": phone, "enum_code": "WORK"}]}]
        contact = entities.add_contact(account, {"name": "Заявка", "custom_fields_values": values})
        return str(entities.add_lead(account, {"name": "Заявка"}, contacts=[contact["id"]], company=0)["id"])

    async def seen(self, phone: str) -> list[SeenLead]:
        account = self.fake.account
        mine = {
            number
            for number, contact in account.contacts.items()
            if any(entities.digits(one)[-10:] == phone[-10:] for one in entities.phones(contact))
        }
        assert len(mine) <= 1, "a contact is there once"
        return [self._lead(number) for number, lead in account.leads.items() if mine & set(lead["contacts"])]

    def _lead(self, number: int) -> SeenLead:
        account, lead, settings = self.fake.account, self.fake.account.leads[number], self.settings()
        values = {str(one["field_id"]): one["values"][0]["value"] for one in lead["custom_fields_values"] or []}
        tasks = [row for row in account.tasks.values() if row["entity_id"] == number]
        contact = account.contacts[lead["contacts"][0]]
        return SeenLead(
            id=str(number),
            stage=settings.our_stage(str(lead["status_id"])),
            name=contact["name"],
            company=account.companies.get(lead["company"], ""),
            fields={FIELD: str(values.get("601", ""))},
            meetings=[
                SeenMeeting(self._manager(row), _at(row), _at(row) + timedelta(seconds=row["duration"]))
                for row in tasks
                if row["task_type_id"] == 2
            ],
            tasks=[SeenTask(row["text"], self._manager(row), _at(row)) for row in tasks],
            calls=self._calls(number),
        )

    def _manager(self, task: Mapping[str, Any]) -> str:
        user = str(task["responsible_user_id"])
        return next((ours for ours, theirs in self.settings().managers.items() if theirs == user), "")

    def _calls(self, lead: int) -> list[SeenCall]:
        """Every call on the card, with the notes that follow it until the next one."""
        notes = [row for row in self.fake.account.notes.values() if row["entity_id"] == lead]
        found: list[tuple[list[str], list[bytes]]] = []
        for row in notes:
            params = row["params"]
            if row["note_type"].startswith("call"):
                found.append(([params["call_result"]], []))
            elif row["note_type"] == "attachment":
                found[-1][1].append(self.fake.account.files[params["file_uuid"]])
            else:
                found[-1][0].append(params["text"])
        assert all(len(texts) <= 2 and len(files) <= 1 for texts, files in found), "each note is there once"
        return [SeenCall("\n".join(texts), files[0] if files else None) for texts, files in found]


def _at(task: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(task["complete_till"], UTC)
