"""Odoo's two ways of being asked, behind one port: methods of models, by name, with named arguments.

JSON-RPC: POST /jsonrpc, `object.execute_kw`; the user's number is asked for first. Odoo 14 to 19.
JSON-2: POST /json/2/{model}/{method}, the key in a header. Odoo 19 and later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from robot.crm.errors import DeliveryError
from robot.crm.http import Answer, Request, Wire, refused
from robot.crm.odoo.faults import fault, wrong_key
from robot.crm.odoo.settings import Api, Settings
from robot.crm.throttle import Throttle

WHOM = "Odoo"
JSON2_SINCE = 19


class OdooApi(Protocol):
    """Raises DeliveryError. Nothing is repeated."""

    async def call(self, model: str, method: str, *, ids: Sequence[int] | None = None, **named: Any) -> Any:
        """ids: None for methods of the model itself."""
        ...

    async def create(self, model: str, values: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> int: ...

    async def write(
        self, model: str, record: int, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> None: ...

    async def me(self) -> int:
        """Our user's number."""
        ...

    async def version(self) -> int:
        """14, 15, …"""
        ...


def api(settings: Settings, wire: Wire, throttle: Throttle) -> OdooApi:
    bucket = _Bucket(settings, wire, throttle)
    return JsonRpc(settings, bucket) if settings.api is Api.RPC else Json2(settings, bucket)


class _Bucket:
    """A wire that waits its turn: one bucket for the database, shared by all nodes."""

    def __init__(self, settings: Settings, wire: Wire, throttle: Throttle) -> None:
        self._settings = settings
        self._wire = wire
        self._throttle = throttle
        self._name = f"odoo:{urlsplit(settings.url).netloc}:{settings.database}"

    async def post(self, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        await self._throttle.take(self._name, per_s=self._settings.per_s, burst=self._settings.burst)
        answer = await self._wire.send(Request("POST", f"{self._settings.url}{path}", headers, json=body))
        if answer.ok:
            return answer.json(WHOM)
        raise self._fault(answer)

    @staticmethod
    def _fault(answer: Answer) -> DeliveryError:
        """JSON-2 names the exception in the body of its errors."""
        try:
            told = json.loads(answer.body)
        except ValueError:
            told = None
        named = isinstance(told, dict) and "name" in told and answer.status < 500
        return fault(told) if named else refused(WHOM, answer)


class JsonRpc:
    def __init__(self, settings: Settings, bucket: _Bucket) -> None:
        self._settings = settings
        self._bucket = bucket
        self._me = 0
        self._version = 0

    async def call(self, model: str, method: str, *, ids: Sequence[int] | None = None, **named: Any) -> Any:
        return await self._execute(model, method, [] if ids is None else [list(ids)], named)

    async def create(self, model: str, values: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> int:
        """`create` wants its values first, and unnamed."""
        return int(await self._execute(model, "create", [dict(values)], {"context": dict(context or {})}))

    async def write(
        self, model: str, record: int, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> None:
        """Models name the parameter as they like."""
        await self._execute(model, "write", [[record], dict(values)], {"context": dict(context or {})})

    async def me(self) -> int:
        if not self._me:
            login, key = self._settings.login, self._settings.key.get_secret_value()
            number = await self._ask("common", "authenticate", self._settings.database, login, key, {})
            if not isinstance(number, int) or isinstance(number, bool):
                raise wrong_key()
            self._me = number
        return self._me

    async def version(self) -> int:
        if not self._version:
            told = await self._ask("common", "version")
            self._version = int(told["server_version_info"][0])
        return self._version

    async def _execute(self, model: str, method: str, args: list[Any], named: Mapping[str, Any]) -> Any:
        key = self._settings.key.get_secret_value()
        return await self._ask(
            "object", "execute_kw", self._settings.database, await self.me(), key, model, method, args, dict(named)
        )

    async def _ask(self, service: str, method: str, *args: Any) -> Any:
        params = {"service": service, "method": method, "args": args}
        told = await self._bucket.post("/jsonrpc", {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}, {})
        if not isinstance(told, dict):
            raise fault({})
        if "error" in told:
            data = told["error"].get("data") if isinstance(told["error"], dict) else None
            raise fault(data if isinstance(data, dict) else {})
        return told.get("result")


class Json2:
    def __init__(self, settings: Settings, bucket: _Bucket) -> None:
        key = settings.key.get_secret_value()
        self._headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": settings.database}
        self._bucket = bucket
        self._me = 0

    async def call(self, model: str, method: str, *, ids: Sequence[int] | None = None, **named: Any) -> Any:
        body = named if ids is None else {"ids": list(ids), **named}
        return await self._bucket.post(f"/json/2/{model}/{method}", body, self._headers)

    async def create(self, model: str, values: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> int:
        made = await self.call(model, "create", vals_list=[dict(values)], context=dict(context or {}))
        return int(made[0])

    async def write(
        self, model: str, record: int, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> None:
        await self.call(model, "write", ids=[record], vals=dict(values), context=dict(context or {}))

    async def me(self) -> int:
        if not self._me:
            self._me = int((await self.call("res.users", "context_get"))["uid"])
        return self._me

    async def version(self) -> int:
        """None speaks JSON-2 that is older; newer ones are taken for this."""
        return JSON2_SINCE
