"""As much of 1C's OData as its documentation tells: entity sets, $filter with eq, or and substringof, POST, PATCH. What
is not published or called otherwise is refused. A server of ours: no 1C was at hand.
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from robot.crm.http import HttpWire
from robot.crm.onec.connector import Onec, connect
from robot.crm.onec.settings import Settings
from robot.crm.registry import Parts
from robot.crm.throttle import MemoryThrottle
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

FIXTURE = Path("robot/crm/onec/fixtures/settings.env")
USER = "b5d1c1f0-0000-4000-8000-000000000001"
MOSCOW = ZoneInfo("Europe/Moscow")
PUBLISHED = {
    "Catalog_Партнеры": {"Description", "КонтактноеЛицо", "Организация", "Телефон", "Стадия", "Потребность"},
    "Document_ТелефонныйЗвонок": {"Date", "Тема", "Комментарий", "Расшифровка", "Партнер_Key"},
    "Document_Встреча": {"ДатаНачала", "ДатаОкончания", "Ответственный_Key", "Тема", "Комментарий", "Партнер_Key"},
    "Task_ЗадачаИсполнителя": {"Description", "СрокИсполнения", "Исполнитель_Key", "Комментарий", "Предмет_Key"},
    "Catalog_Файлы": {"Description", "Данные_Base64Data", "Описание", "Владелец_Key"},
}
_EQUAL = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
_WITHIN = re.compile(r"substringof\('((?:[^']|'')*)', (\w+)\)")

Row = dict[str, Any]


class Base:
    """An infobase."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)

    async def take(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != "Basic " + base64.b64encode(b"zvonar:secret").decode():
            return web.Response(status=401)
        assert request.query["$format"] == "json"
        entity, _, key = request.match_info["path"].partition("(")
        if entity not in PUBLISHED:
            return _refuse(404)
        if request.method == "GET":
            return web.json_response({"value": self._found(entity, request.query)})
        values = await request.json()
        if set(values) - PUBLISHED[entity]:
            return _refuse(400)
        if request.method == "POST":
            row = {"Ref_Key": str(uuid4()), **values}
            self.rows[entity].append(row)
            return web.json_response(row, status=201)
        row = next(one for one in self.rows[entity] if f"guid'{one['Ref_Key']}')" == key)
        row.update(values)
        return web.json_response(row)

    def _found(self, entity: str, query: Mapping[str, str]) -> list[Row]:
        equal, within = _EQUAL.findall(query.get("$filter", "")), _WITHIN.findall(query.get("$filter", ""))
        rows = self.rows[entity]
        if equal or within:
            rows = [
                row
                for row in rows
                if any(row.get(name) == text.replace("''", "'") for name, text in equal)
                or any(text.replace("''", "'") in row.get(name, "") for text, name in within)
            ]
        return [{"Ref_Key": row["Ref_Key"]} for row in rows[: int(query["$top"])]]


def _refuse(status: int) -> web.Response:
    return web.json_response({"odata.error": {"code": "0", "message": {"lang": "ru", "value": "…"}}}, status=status)


class OnecStand:
    def __init__(self, url: str, base: Base, data_dir: Path) -> None:
        self._url = url
        self._base = base
        self._data_dir = data_dir

    @property
    def data_dir(self) -> Path:
        return self._data_dir

    def connector(self, tap: Tap = untouched, **more: Any) -> Onec:
        """As the example in the connector's folder has it."""
        lines = (line.partition("=") for line in FIXTURE.read_text(encoding="utf-8").splitlines())
        settings: dict[str, Any] = {name.removeprefix("ZVONAR_CRM__ONEC__").lower(): value for name, _, value in lines}
        settings |= {"url": self._url, "managers": {MANAGER: USER}, "fields": {FIELD: "Потребность"}}
        settings |= {"recording_mb": 1, "per_s": 1000, "burst": 1000}
        parts = Parts(tap(HttpWire(timeout_s=HANGS_S)), MemoryThrottle(), self.data_dir)
        return connect(Settings.model_validate(settings | more), parts)

    async def broken(self, how: Broken) -> Onec:
        return self.connector(**({"password": "x"} if how is Broken.REVOKED else {"fields": {FIELD: "Прежнее"}}))

    async def enter(self, phone: str) -> str:
        self._base.rows["Catalog_Партнеры"].append({"Ref_Key": str(uuid4()), "Телефон": phone, "Организация": ""})
        return str(self._base.rows["Catalog_Партнеры"][-1]["Ref_Key"])

    async def seen(self, phone: str) -> list[SeenLead]:
        rows = self._base.rows["Catalog_Партнеры"]
        return [self._lead(row) for row in rows if re.sub(r"\D", "", row["Телефон"])[-10:] == phone[-10:]]

    def _of(self, entity: str, reference: str, key: str) -> list[Row]:
        return [row for row in self._base.rows[entity] if row[reference] == key]

    def _lead(self, row: Row) -> SeenLead:
        key = row["Ref_Key"]
        stages = {"Новый": "new", "Контакт": "contacted", "Встреча": "meeting", "Отказ": "refused"}
        meetings = self._of("Document_Встреча", "Партнер_Key", key)
        tasks = self._of("Task_ЗадачаИсполнителя", "Предмет_Key", key)
        return SeenLead(
            id=key,
            stage=stages.get(row.get("Стадия", ""), ""),
            name=row.get("КонтактноеЛицо", ""),
            company=row.get("Организация", ""),
            fields={FIELD: row.get("Потребность", "")},
            meetings=[
                SeenMeeting(_who(one["Ответственный_Key"]), _time(one["ДатаНачала"]), _time(one["ДатаОкончания"]))
                for one in meetings
            ],
            tasks=[
                SeenTask(one["Description"], _who(one.get("Исполнитель_Key")), _time(one["СрокИсполнения"]))
                for one in tasks
            ],
            calls=[self._call(one) for one in self._of("Document_ТелефонныйЗвонок", "Партнер_Key", key)],
        )

    def _call(self, row: Row) -> SeenCall:
        files = self._of("Catalog_Файлы", "Владелец_Key", row["Ref_Key"])
        assert len(files) < 2
        sound = base64.b64decode(files[0]["Данные_Base64Data"]) if files else None
        return SeenCall(f"{row['Комментарий']}\n{row.get('Расшифровка', '')}", sound)


def _who(key: str | None) -> str:
    return MANAGER if key == USER else ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)
