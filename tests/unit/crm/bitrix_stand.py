"""The contract's other side: a fake portal, and a person who works in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from robot.crm.bitrix24.automation import CODE
from robot.crm.bitrix24.connector import Bitrix24
from robot.crm.bitrix24.fake import automation, server
from robot.crm.bitrix24.fake.items import digits
from robot.crm.bitrix24.fake.methods import call
from robot.crm.bitrix24.fake.portal import COMPANY, CONTACT, LEAD, OWNERS
from robot.crm.bitrix24.fake.server import FakeBitrix24
from robot.crm.bitrix24.settings import Settings
from robot.crm.http import HttpWire
from robot.crm.recording import Recording
from robot.crm.registry import Parts
from robot.crm.throttle import MemoryThrottle
from robot.crm.tokens import FileTokens
from tests.conftest import HANGS_S
from tests.contracts.connector_contract import FIELD, MANAGER, Broken, SeenCall, SeenLead, SeenMeeting, SeenTask, Tap
from tests.contracts.connector_contract import untouched as _untouched

STAGES = {
    "new": "NEW",
    "contacted": "IN_PROCESS",
    "meeting": "UC_MEETING",
    "refused": "JUNK",
    "callback": "UC_CALLBACK",
}
OF_DEALS = {"new": "NEW", "contacted": "PREPARATION", "meeting": "UC_MEETING", "refused": "LOSE"}
USER = "7"


async def as_it_is(kept: Recording) -> tuple[str, bytes]:
    """The contract's recordings hold no sound that could be converted."""
    return kept.name.replace(".ogg", ".mp3"), kept.content


async def at_once(_seconds: float) -> None:
    """The throttle has tests of its own."""


class BitrixStand:
    """card: what clients are there, leads or deals."""

    def __init__(self, fake: FakeBitrix24, data_dir: Path, *, application: bool, card: int = LEAD) -> None:
        self.fake = fake
        self.data_dir = data_dir
        self.application = application
        self.card = card
        self.more: Mapping[str, Any] = {}

    def settings(self, **more: Any) -> Settings:
        way: dict[str, Any] = {"webhook": self.fake.webhook_url}
        if self.application:
            way = {"portal": self.fake.url, "oauth_url": self.fake.url, "refresh_token": server.FIRST_REFRESH}
            way |= {"client_id": server.CLIENT_ID, "client_secret": server.CLIENT_SECRET}
        stages = STAGES if self.card == LEAD else OF_DEALS
        ours: dict[str, Any] = {"stages": stages, "managers": {MANAGER: USER}, "fields": {FIELD: "ufCrmNeed"}}
        return Settings.model_validate(way | ours | {"recording_mb": 1, "responsible": "1"} | dict(self.more) | more)

    def connector(self, tap: Tap = _untouched, **more: Any) -> Bitrix24:
        parts = Parts(tap(HttpWire(timeout_s=HANGS_S)), MemoryThrottle(sleep=at_once), self.data_dir)
        return Bitrix24(self.settings(**more), parts, FileTokens(self.data_dir / "tokens.json"), as_it_is)

    async def broken(self, how: Broken) -> Bitrix24:
        if how is Broken.REVOKED:
            self.fake.revoked = True
        elif how is Broken.STAGE_DELETED:
            del self.fake.portal.stages[self.card]["UC_MEETING"]
        else:
            self.fake.portal.fields[self.card].remove("ufCrmNeed")
        return self.connector()

    def by_hand(self, method: str, **params: Any) -> Any:
        """As a person does it in the portal."""
        return call(self.fake.portal, method, params, app=True)["result"]

    async def enter(self, phone: str) -> str:
        fields: dict[str, Any] = {"title": "Заявка", "fm": [{"typeId": "PHONE", "valueType": "WORK", "value": phone}]}
        if self.card != LEAD:
            contact = self.by_hand("crm.item.add", entityTypeId=CONTACT, fields=fields)["item"]["id"]
            fields = {"title": "Заявка", "contactId": contact}
        return str(self.by_hand("crm.item.add", entityTypeId=self.card, fields=fields)["item"]["id"])

    def started(self, ref: str, rule: str = "") -> str:
        """The automation came to “Call by robot” on this card; the token of the process that waits."""
        asked = {"code": CODE, "id": ref, "owner": OWNERS[self.card], "properties": {"rule": rule}}
        return str(automation.start(self.fake.portal, asked))

    async def seen(self, phone: str) -> list[SeenLead]:
        portal, of_whom = self.fake.portal, LEAD if self.card == LEAD else CONTACT
        alike = [
            number
            for (kind, number), phones in portal.phones.items()
            if kind == of_whom and any(digits(one)[-10:] == phone[-10:] for one in phones)
        ]
        if self.card != LEAD:
            alike = [deal["id"] for deal in portal.of(self.card) if deal["contactId"] in alike]
        return [self._lead(number) for number in alike]

    def _lead(self, number: int) -> SeenLead:
        item, settings = self.fake.portal.items[self.card, number], self.settings()
        who = item if self.card == LEAD else self.fake.portal.items[CONTACT, item["contactId"]]
        return SeenLead(
            id=str(number),
            stage=settings.our_stage(item["stageId"]),
            name=who["name"] or "",
            company=self._company(who),
            fields={FIELD: str(item.get("ufCrmNeed") or "")},
            meetings=[
                SeenMeeting(self._manager(row["OWNER_ID"]), _at(row["DATE_FROM_TS_UTC"]), _at(row["DATE_TO_TS_UTC"]))
                for row in self.fake.portal.diary.values()
                if row["DELETED"] == "N" and f"{OWNERS[self.card][0]}_{number}" in row["UF_CRM_CAL_EVENT"]
            ],
            tasks=[
                SeenTask(
                    row["SUBJECT"],
                    self._manager(row["RESPONSIBLE_ID"]),
                    datetime.fromisoformat(row["DEADLINE"]).astimezone(UTC),
                )
                for row in self.fake.portal.activities.values()
                if row["PROVIDER_ID"] == "CRM_TODO" and row["OWNER_ID"] == str(number)
            ],
            calls=self._calls(str(number), str(who["id"])),
        )

    def _company(self, who: Mapping[str, Any]) -> str:
        """Of a lead, or of a deal's contact."""
        if self.card == LEAD or not who.get("companyId"):
            return str(who.get("companyTitle") or "")
        return str(self.fake.portal.items[COMPANY, who["companyId"]]["title"])

    def _manager(self, user: str) -> str:
        return next((ours for ours, theirs in self.settings().managers.items() if theirs == user), "")

    def _calls(self, lead: str, client: str) -> list[SeenCall]:
        """Every call on the card, with the comments that follow it until the next one."""
        portal, owners = self.fake.portal, {lead, client}
        found = [row for row in portal.activities.values() if row["TYPE_ID"] == "2" and row["OWNER_ID"] in owners]
        calls = []
        for place, activity in enumerate(found):
            number, text = int(activity["ID"]), str(activity.get("DESCRIPTION", ""))
            until = int(found[place + 1]["ID"]) if place + 1 < len(found) else 1 << 60
            mine = [
                row for row in portal.comments.values() if row["ENTITY_ID"] == lead and number < int(row["ID"]) < until
            ]
            registered = next((c for c in portal.calls.values() if c["CRM_ACTIVITY_ID"] == str(number)), {})
            files = [portal.files[file] for row in mine for file in row["FILES"]]
            files += [portal.files[registered["RECORD_FILE_ID"]]] if registered.get("RECORD_FILE_ID") else []
            assert len(files) <= 1, "a recording is there once"
            assert registered.get("transcripts", 0) <= 1, "a transcript is there once"
            said = [one["MESSAGE"] for one in registered.get("messages", [])]
            whole = "\n".join([text, *(row["COMMENT"] for row in mine), *said]).replace("\u200b", "")
            calls.append(SeenCall(whole, files[0] if files else None))
        return calls


def _at(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
