"""OData 3 as 1C speaks it: search, make, change. Nothing is repeated."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from robot.crm.errors import NotThere
from robot.crm.http import Answer, Request, Wire, refused
from robot.crm.onec.settings import Settings
from robot.crm.throttle import Throttle
from robot.i18n import tr

WHOM = "1С"
KEY = "Ref_Key"
_NAMES = frozenset({400, 404, 405, 501})
"""What 1C answers when an object or a property is not published, or is called otherwise."""


class Client:
    def __init__(self, settings: Settings, wire: Wire, throttle: Throttle) -> None:
        secret = f"{settings.login}:{settings.password.get_secret_value()}".encode()
        self._headers = {"Authorization": f"Basic {base64.b64encode(secret).decode()}", "Accept": "application/json"}
        self._settings = settings
        self._wire = wire
        self._throttle = throttle

    async def find(self, entity: str, condition: str) -> str | None:
        """The key of the first."""
        answer = await self._send("GET", entity, entity, {"$filter": condition, "$select": KEY, "$top": "1"})
        found = answer.json(WHOM).get("value", [])
        return str(found[0][KEY]) if found else None

    async def top(self, entity: str) -> None:
        """Whether it is published and may be read."""
        await self._send("GET", entity, entity, {"$top": "1"})

    async def make(self, entity: str, values: Mapping[str, Any]) -> str:
        answer = await self._send("POST", entity, entity, {}, values)
        return str(answer.json(WHOM)[KEY])

    async def change(self, entity: str, key: str, values: Mapping[str, Any]) -> None:
        await self._send("PATCH", entity, f"{entity}(guid'{key}')", {}, values)

    async def _send(
        self, method: str, entity: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> Answer:
        limits = self._settings
        name = f"onec:{urlsplit(limits.url).netloc}"
        await self._throttle.take(name, per_s=limits.per_s, burst=limits.burst)
        options = "&".join(f"{key}={quote(value)}" for key, value in {"$format": "json", **query}.items())
        place = quote(path, safe="()'-")
        url = f"{limits.url}/{place}?{options}"
        answer = await self._wire.send(Request(method, url, self._headers, json=body))
        if answer.ok:
            return answer
        if answer.status in _NAMES:
            raise NotThere(
                tr(f"1С не приняла запрос к {entity}: {answer.status}", f"1C refused a request to {entity}"),
                remedy=tr(
                    "сверьте с конфигурацией объект и его реквизиты в ZVONAR_CRM__ONEC__…, и что объект опубликован "
                    "в OData",
                    "compare the object and its properties in ZVONAR_CRM__ONEC__… with the configuration, and that it "
                    "is published in OData",
                ),
            )
        raise refused(WHOM, answer)
