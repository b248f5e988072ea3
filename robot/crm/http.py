"""Requests to other people's systems: one at a time, never repeated, never logged; failures as DeliveryError.

A connector sends by a `Wire`; tests put one before it that loses answers.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from pydantic import AfterValidator

from robot.crm.errors import DeliveryError, Limited, NotThere, Refused, TooLarge, Unauthorized, Unreachable
from robot.i18n import tr
from robot.wording import Wrong

TIMEOUT_S = 30.0
CONNECT_S = 10.0
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes. What is asked for is a page of leads at most."""
LONGEST_WAIT = timedelta(hours=1)
"""A header of theirs must not silence a whole target for days."""

_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """json, form or body: one of them, or none. Nothing of it is ever logged."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: names in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self, whom: str) -> Any:
        """Raises Unreachable: a page instead of JSON is what a proxy shows while the system is down."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # nested so deep that no data of theirs can be
            raise Unreachable(
                tr(f"{whom} отвечает не данными, а чем-то другим", f"{whom} answers with something that is no data"),
                remedy=tr("проверьте адрес в настройках", "check the address in the settings"),
            ) from None


class Wire(Protocol):
    async def send(self, request: Request) -> Answer:
        """Any status is an answer. Raises Unreachable: the request may have arrived all the same."""
        ...

    async def close(self) -> None: ...


class HttpWire:
    """Over HTTP(S). `timeout_s`: for the whole request."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=CONNECT_S)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> Answer:
        host = urlsplit(request.url).hostname or "?"
        try:
            # A redirect is no answer of an API, and would carry the token elsewhere.
            headers, data = _content(request)
            async with self._open().request(
                request.method, request.url, headers=headers, data=data, allow_redirects=False
            ) as response:
                body = await _whole(response, host)
                return Answer(response.status, body, {k.lower(): v for k, v in response.headers.items()})
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(
                tr(f"{host} не отвечает ({type(error).__name__})", f"{host} does not answer ({type(error).__name__})"),
                remedy=tr(
                    "если система работает, проверьте адрес и доступ к ней с этой машины",
                    "if the system is up, check the address and that this machine may reach it",
                ),
            ) from None  # the cause's text may hold the address with its secret

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # transports are closed in the loop's next turn


def _content(request: Request) -> tuple[Mapping[str, str], Mapping[str, str] | io.BytesIO | None]:
    """Headers and body. Bytes go out piece by piece: a recording in one piece would hold up the audio of the calls."""
    if request.json is not None:
        return {"Content-Type": "application/json", **request.headers}, io.BytesIO(json.dumps(request.json).encode())
    return request.headers, io.BytesIO(request.body) if request.body is not None else request.form


async def _whole(response: aiohttp.ClientResponse, host: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise Unreachable(tr(f"ответ {host} слишком велик", f"the answer of {host} is too large"))
    return bytes(body)


_BY_STATUS: Mapping[int, type[DeliveryError]] = {
    401: Unauthorized,
    403: Unauthorized,
    404: NotThere,
    408: Unreachable,
    410: NotThere,
    413: TooLarge,
    429: Limited,
}

_REMEDIES: Mapping[type[DeliveryError], Callable[[], str]] = {
    Unauthorized: lambda: tr(
        "выпустите новый ключ с нужными правами, впишите его в настройки и выполните zvonar crm check",
        "issue a new key with the rights it needs, put it into the settings and run zvonar crm check",
    ),
    NotThere: lambda: tr("проверьте настройки командой zvonar crm check", "check the settings with zvonar crm check"),
    TooLarge: lambda: tr("увеличьте предел в той системе", "raise the limit in that system"),
    Limited: lambda: tr("робот повторит сам", "the robot will repeat it by itself"),
}


def refused(whom: str, answer: Answer, what: str = "") -> DeliveryError:
    """What a status that is no success means. what: the vendor's own code of the error, never the body. 5xx is
    Unreachable: the write may have been done."""
    kind = Unreachable if answer.status >= 500 else _BY_STATUS.get(answer.status, Refused)
    detail = f"{answer.status} {what}".strip()
    remedy = _REMEDIES.get(kind)
    return kind(
        tr(f"{whom} отвечает ошибкой: {detail}", f"{whom} answers with an error: {detail}"),
        remedy=remedy() if remedy is not None else "",
        after=retry_after(answer),
    )


def retry_after(answer: Answer) -> timedelta | None:
    """Retry-After in seconds, LONGEST_WAIT at most; dates are not worth the trouble."""
    told = answer.headers.get("retry-after", "").strip()
    return min(timedelta(seconds=int(told)), LONGEST_WAIT) if _SECONDS.fullmatch(told) else None


def _address(text: str) -> str:
    """An http(s) address without secrets or a query, without the last slash. Raises Wrong."""
    try:
        parts = urlsplit(text.strip())
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.username or parts.query or parts.fragment:
        raise Wrong(
            "нужен адрес вида https://crm.example.ru, без пароля и параметров",
            "an address such as https://crm.example.com is needed, without password or parameters",
        )
    return text.strip().rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
"""For settings: where a system is."""
