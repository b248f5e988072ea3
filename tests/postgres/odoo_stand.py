"""A real Odoo 14 as the contract's other side, and a person in it: the administrator, over the same API."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from robot.crm.http import HttpWire, Wire
from robot.crm.odoo.api import api
from robot.crm.odoo.connector import Odoo, connect
from robot.crm.odoo.settings import Settings
from robot.crm.registry import Parts
from robot.crm.stages import Stage
from robot.crm.throttle import MemoryThrottle
from robot.proving.odoo import DATABASE, LOGIN, PASSWORD
from tests.conftest import HANGS_S
from tests.contracts.connector_contract import (
    FIELD,
    MANAGER,
    Broken,
    SeenCall,
    SeenLead,
    SeenMeeting,
    SeenTask,
    Tap,
    untouched,
)

ROBOT = "robot@example.com"
ROBOT_KEY = "a-key-of-the-robot"
STAGES = {Stage.NEW: "1", Stage.CONTACTED: "2", Stage.MEETING: "3", Stage.REFUSED: "lost"}
ALL = {"active_test": False}
_NUMBERS = count(1)


class Person:
    """Somebody with all rights."""

    def __init__(self, url: str) -> None:
        self.wire = HttpWire(timeout_s=HANGS_S)
        settings = Settings.model_validate({"url": url, "database": DATABASE, "login": LOGIN, "key": PASSWORD})
        self.api = api(settings, self.wire, MemoryThrottle())

    async def find(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.api.call(
            model, "search_read", domain=domain, fields=list(fields), order="id", context=ALL
        )
        return found

    async def make(self, model: str, **values: Any) -> int:
        return await self.api.create(model, values, {"no_reset_password": True, "no_mail_to_attendees": True})

    async def change(self, model: str, record: int | str, **values: Any) -> None:
        await self.api.write(model, int(record), values)

    async def close(self) -> None:
        await self.wire.close()


async def furnish(url: str) -> Mapping[str, str]:
    """Once: a manager, the robot's user, a field of the company's own. Users' ids by name."""
    person = Person(url)
    try:
        rights = await person.find(
            "ir.model.data",
            [["module", "=", "sales_team"], ["name", "=", "group_sale_salesman_all_leads"]],
            "res_id",
        )
        groups = [[4, rights[0]["res_id"]]]
        users = {
            MANAGER: await person.make(
                "res.users", name=MANAGER, login="olga@example.com", email="olga@example.com", groups_id=groups
            ),
            ROBOT: await person.make(
                "res.users", name="Звонарь", login=ROBOT, email=ROBOT, password=ROBOT_KEY, groups_id=groups
            ),
        }
        (model,) = await person.find("ir.model", [["model", "=", "crm.lead"]], "id")
        await person.make(
            "ir.model.fields", name="x_need", model_id=model["id"], ttype="char", field_description="Потребность"
        )
        return {name: str(number) for name, number in users.items()}
    finally:
        await person.close()


class OdooStand:
    def __init__(self, url: str, users: Mapping[str, str], data_dir: Path, **more: Any) -> None:
        self.url = url
        self.users = users
        self.person = Person(url)
        self._data_dir = data_dir
        self._more = more

    @property
    def data_dir(self) -> Path:
        return self._data_dir

    def connector(self, tap: Tap = untouched, **more: Any) -> Odoo:
        settings = {
            "url": self.url,
            "database": DATABASE,
            "login": ROBOT,
            "key": ROBOT_KEY,
            "stages": STAGES,
            "managers": {MANAGER: self.users[MANAGER]},
            "responsible": self.users[MANAGER],
            "fields": {FIELD: "x_need"},
            "recording_mb": 1,
            "per_s": 1000,
            "burst": 1000,
        }
        wire: Wire = tap(self.wire())
        return connect(
            Settings.model_validate(settings | self._more | more), Parts(wire, MemoryThrottle(), self.data_dir)
        )

    def wire(self) -> Wire:
        return HttpWire(timeout_s=HANGS_S)

    async def broken(self, how: Broken) -> Odoo:
        if how is Broken.REVOKED:
            return self.connector(key="revoked")
        if how is Broken.FIELD_RENAMED:
            return self.connector(fields={FIELD: "x_former"})
        stage = await self.person.make("crm.stage", name=f"Стадия {next(_NUMBERS)}")
        await self.person.api.call("crm.stage", "unlink", ids=[stage])
        return self.connector(stages=STAGES | {Stage.MEETING: str(stage)})

    async def enter(self, phone: str) -> str:
        return str(await self.person.make("crm.lead", name="Заявка с выставки", phone=phone, type="opportunity"))

    async def seen(self, phone: str) -> list[SeenLead]:
        wanted = ("phone", "mobile", "stage_id", "active", "contact_name", "partner_name", "x_need")
        leads = await self.person.find("crm.lead", [], *wanted)
        ours = [lead for lead in leads if _end(lead["phone"]) == phone[-10:] or _end(lead["mobile"]) == phone[-10:]]
        return [await self._lead(lead) for lead in ours]

    async def _lead(self, lead: dict[str, Any]) -> SeenLead:
        theirs = {value: ours for ours, value in STAGES.items()}
        stage = str(lead["stage_id"][0]) if lead["active"] else "lost"
        return SeenLead(
            id=str(lead["id"]),
            stage=theirs.get(stage, stage),
            name=lead["contact_name"] or "",
            company=lead["partner_name"] or "",
            fields={FIELD: lead["x_need"] or ""},
            meetings=await self._meetings(lead["id"]),
            tasks=await self._tasks(lead["id"]),
            calls=await self._calls(lead["id"]),
        )

    def _name(self, user: Any) -> str:
        names = {number: name for name, number in self.users.items()}
        return names.get(str(user[0]), "") if user else ""

    async def _meetings(self, lead: int) -> list[SeenMeeting]:
        found = await self.person.find("calendar.event", [["opportunity_id", "=", lead]], "user_id", "start", "stop")
        return [SeenMeeting(self._name(one["user_id"]), _time(one["start"]), _time(one["stop"])) for one in found]

    async def _tasks(self, lead: int) -> list[SeenTask]:
        domain = [["res_model", "=", "crm.lead"], ["res_id", "=", lead]]
        found = await self.person.find("mail.activity", domain, "user_id", "summary", "date_deadline")
        return [SeenTask(one["summary"], self._name(one["user_id"]), _time(one["date_deadline"])) for one in found]

    async def _calls(self, lead: int) -> list[SeenCall]:
        domain = [["model", "=", "crm.lead"], ["res_id", "=", lead], ["message_type", "=", "notification"]]
        comments = await self.person.find("mail.message", domain, "body", "attachment_ids", "message_id")
        notes = [one for one in comments if "zvonar" in one["message_id"]]
        return [SeenCall(_read(note["body"]), await self._sound(note["attachment_ids"])) for note in notes]

    async def _sound(self, attachments: list[int]) -> bytes | None:
        found = await self.person.find("ir.attachment", [["id", "in", attachments]], "datas")
        assert len(found) < 2
        return base64.b64decode(found[0]["datas"]) if found else None


def _end(phone: Any) -> str:
    return re.sub(r"\D", "", phone or "")[-10:]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _read(body: str) -> str:
    """As the browser shows it: what is a tag is not read."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br/?>|</(p|li)>", "\n", body)))
