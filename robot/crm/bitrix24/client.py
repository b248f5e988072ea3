"""Requests to Bitrix24: one method, its result; tokens renewed, limits honoured, errors named. Nothing is repeated but
what was refused for an expired token, which was not carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from robot.crm.bitrix24.settings import Settings
from robot.crm.errors import DeliveryError, Limited, Misconfigured, NotThere, Refused, Unauthorized, Unreachable
from robot.crm.http import Answer, Request, Wire, refused, retry_after
from robot.crm.throttle import Throttle
from robot.crm.tokens import Authorization, TokenPair, TokenStore
from robot.i18n import tr

NAME = "Bitrix24"
PAGE = 50
EXPIRED = "expired_token"
RENEWALS = 3
"""For one request: what somebody else has just renewed may have run out, too."""

_MISSING = {"NOT_FOUND", "OWNER_NOT_FOUND", "CRM_FIELD_ERROR_VALUE_NOT_VALID"}
_NOT_ALLOWED = {"ACCESS_DENIED", "INSUFFICIENT_SCOPE", "INVALID_CREDENTIALS", "USER_ACCESS_ERROR", "NO_AUTH_FOUND"}
_NOT_ALLOWED |= {"INVALID_GRANT", "INVALID_CLIENT", "PAYMENT_REQUIRED", "PORTAL_DELETED"}
_WAITS = {
    EXPIRED.upper(): timedelta(seconds=2),  # again and again, though it was renewed
    "QUERY_LIMIT_EXCEEDED": timedelta(seconds=2),
    "OPERATION_TIME_LIMIT": timedelta(minutes=10),
    "OVERLOAD_LIMIT": timedelta(hours=1),
}


class Client:
    """One portal. Raises DeliveryError."""

    def __init__(self, settings: Settings, wire: Wire, throttle: Throttle, tokens: TokenStore) -> None:
        self._settings = settings
        self._wire = wire
        self._throttle = throttle
        self._authorization = Authorization(tokens, settings.refresh_token.get_secret_value(), self._exchange)

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """The method's result. Empty maps come as []: see `as_map`."""
        return (await self._envelope(method, params or {})).get("result")

    async def listing(
        self, method: str, params: Mapping[str, Any], *, inside: str = "", pages: int = 20
    ) -> Sequence[Mapping[str, Any]]:
        """Rows of a list, page by page. inside: the key of the rows in the result."""
        rows: list[Mapping[str, Any]] = []
        start: int | None = 0
        for _ in range(pages):
            told = await self._envelope(method, {**params, "start": start})
            result = told.get("result")
            page = as_map(result).get(inside) if inside else result
            rows += [row for row in page or [] if isinstance(row, Mapping)]
            start = told.get("next")
            if not isinstance(start, int):
                break
        return rows

    async def close(self) -> None:
        await self._wire.close()

    async def _envelope(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._settings.application:
            return _told(await self._send(f"{self._settings.webhook.get_secret_value()}/{method}", params), method)
        pair = await self._authorization.pair()
        answer = await self._send_as(pair, method, params)
        for _ in range(RENEWALS):
            if answer.status != 401 or _code(answer) != EXPIRED:
                break
            pair = await self._authorization.renewed(pair)
            answer = await self._send_as(pair, method, params)
        return _told(answer, method)

    async def _send_as(self, pair: TokenPair, method: str, params: Mapping[str, Any]) -> Answer:
        return await self._send(f"{self._settings.portal}/rest/{method}", {**params, "auth": pair.access})

    async def _send(self, url: str, params: Mapping[str, Any]) -> Answer:
        settings = self._settings
        await self._throttle.take(f"bitrix24:{settings.host}", per_s=settings.per_s, burst=settings.burst)
        return await self._wire.send(Request("POST", url, json=params))

    async def _exchange(self, old: TokenPair | None) -> TokenPair:
        settings = self._settings
        given = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "refresh_token": old.refresh if old else settings.refresh_token.get_secret_value(),
        }
        answer = await self._wire.send(Request("POST", f"{settings.oauth_url}/oauth/token/", form=given))
        if 400 <= answer.status < 500 and answer.status != 429:
            raise Unauthorized(
                tr(
                    f"{NAME} не продлил доступ: {_code(answer) or answer.status}",
                    f"{NAME} did not prolong the access: {_code(answer) or answer.status}",
                ),
                remedy=tr(
                    "установите приложение на портал заново и впишите новый ZVONAR_CRM__BITRIX24__REFRESH_TOKEN",
                    "install the application in the portal again and set a new ZVONAR_CRM__BITRIX24__REFRESH_TOKEN",
                ),
            )
        told = _told(answer, "oauth/token")
        return TokenPair(id_of(told, "access_token"), id_of(told, "refresh_token"))


def as_map(value: Any) -> Mapping[str, Any]:
    """A map; [] is how PHP writes an empty one."""
    return value if isinstance(value, Mapping) else {}


def id_of(row: Any, name: str = "id") -> str:
    """What was made. Raises Unreachable for an answer without it: it may have been made all the same."""
    told = as_map(row).get(name)
    return number_of(told)


def number_of(told: Any) -> str:
    """The same where the id is the whole result."""
    if told in (None, "", [], {}) or isinstance(told, bool):
        raise Unreachable(tr(f"{NAME} отвечает не тем, что обещано", f"{NAME} does not answer as it promises to"))
    return str(told)


def _told(answer: Answer, method: str) -> Mapping[str, Any]:
    if answer.ok:
        told = as_map(answer.json(NAME))
        if "error" not in told:
            return told
    raise error_of(answer, method)


def _code(answer: Answer) -> str:
    """The vendor's code of the error, "" where there is none: an answer of a proxy, an error of a calendar."""
    try:
        told = as_map(answer.json(NAME))
    except DeliveryError:
        return ""
    code = str(told.get("error", ""))
    return code if len(code) <= 60 and code.replace("_", "").isalnum() else ""


def error_of(answer: Answer, method: str) -> DeliveryError:
    """The vendor's sentence is left out: it may hold what was sent."""
    code = _code(answer)
    known, detail = code.upper(), f"{method}: {code or answer.status}"
    if known in _WAITS:
        return Limited(
            tr(f"{NAME} просит подождать: {detail}", f"{NAME} asks to wait: {detail}"),
            remedy=tr("робот повторит сам", "the robot will repeat it by itself"),
            after=retry_after(answer) or _WAITS[known],
        )
    if known == "WRONG_AUTH_TYPE":
        return Misconfigured(
            tr(f"{NAME} не даёт это вебхуку: {detail}", f"{NAME} refuses this to webhooks: {detail}"),
            remedy=tr("подключите робота приложением (OAuth)", "connect the robot as an application (OAuth)"),
        )
    if known in _NOT_ALLOWED and not (method == "bizproc.event.send" and known == "ACCESS_DENIED"):
        return Unauthorized(
            tr(f"{NAME} не разрешает: {detail}", f"{NAME} does not allow it: {detail}"),
            remedy=tr(
                "выпустите вебхук или приложение с правами crm, calendar, telephony, user и повторите",
                "issue a webhook or an application with the rights crm, calendar, telephony, user, and try again",
            ),
        )
    if known in _MISSING or known in _NOT_ALLOWED:  # to a process that waits no more the vendor denies access
        return NotThere(
            tr(f"в {NAME} этого нет: {detail}", f"this is not in {NAME}: {detail}"),
            remedy=tr("сверьте стадии, поля и сотрудников: zvonar crm check", "check with: zvonar crm check"),
        )
    said_no = Refused(tr(f"{NAME} отказал: {detail}", f"{NAME} refused: {detail}"))
    return said_no if answer.ok else refused(NAME, answer, f"{method} {code}".strip())
