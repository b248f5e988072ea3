"""Odoo 19's JSON-2 API before an older Odoo: the path, headers, named arguments and errors as its documentation has
them. What an Odoo 19 would do is done by the real Odoo 14 behind it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from robot.crm.http import Answer, Request, Wire

_STATUS = {"AccessDenied": 401, "AccessError": 403, "MissingError": 404, "UserError": 422, "ValidationError": 422}
_POSITIONAL = {"create": "vals_list", "write": "vals"}


class Json2Front:
    def __init__(self, behind: Wire, login: str) -> None:
        self._behind = behind
        self._login = login
        self._uids: dict[str, int] = {}

    async def send(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        _, version, number, model, method = parts.path.split("/")
        assert (request.method, version, number) == ("POST", "json", "2")
        scheme, _, key = request.headers["Authorization"].partition(" ")
        assert scheme == "bearer"
        database = request.headers["X-Odoo-Database"]
        server = f"{parts.scheme}://{parts.netloc}/jsonrpc"
        if not (uid := await self._uid(server, database, key)):
            return _answer(401, {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey", "debug": "…"})
        older, args, named = _arguments(method, dict(request.json))
        told = await self._ask(server, "object", "execute_kw", database, uid, key, model, older, args, named)
        body = json.loads(told.body)
        if "error" in body:
            data = body["error"]["data"]
            return _answer(_STATUS.get(data["name"].rpartition(".")[2], 500), data)
        result = body["result"] | {"uid": uid} if method == "context_get" else body["result"]
        return _answer(200, [result] if method == "message_post" else result)

    async def _uid(self, server: str, database: str, key: str) -> int:
        if key not in self._uids:
            told = await self._ask(server, "common", "authenticate", database, self._login, key, {})
            self._uids[key] = int(json.loads(told.body).get("result") or 0)
        return self._uids[key]

    async def _ask(self, url: str, service: str, method: str, *args: Any) -> Answer:
        params = {"service": service, "method": method, "args": args}
        return await self._behind.send(Request("POST", url, json={"method": "call", "params": params}))

    async def close(self) -> None:
        await self._behind.close()


def _arguments(method: str, body: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    """Method, arguments and named ones as Odoo 14 has them."""
    body.pop("body_is_html", None)
    if method == "has_access":
        return "check_access_rights", [], {"operation": body["operation"], "raise_exception": False}
    args = [body.pop("ids")] if "ids" in body else []
    if method in _POSITIONAL:
        args.append(body.pop(_POSITIONAL[method]))
    return method, args, body


def _answer(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"content-type": "application/json"})
