"""Requests to amoCRM's API v4: tokens renewed, limits honoured, errors named. Nothing is repeated but what was refused
for an expired token, which was not carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from robot.crm.amocrm.settings import Settings
from robot.crm.errors import DeliveryError, Limited, NotThere, Refused, Unauthorized, Unreachable
from robot.crm.forms import form_text
from robot.crm.http import Answer, Request, Wire, refused, retry_after
from robot.crm.throttle import Throttle
from robot.crm.tokens import Authorization, TokenPair, TokenStore
from robot.i18n import tr

NAME = "amoCRM"
PROBLEM = "application/problem+json"
RENEWALS = 3
"""For one request: what somebody else has just renewed may have run out, too."""
MOST_ROWS = 250
"""A page."""

_NAMED = ("status_id", "pipeline_id", "custom_fields", "responsible_user_id", "loss_reason_id", "entity_id")
"""Parts of paths of values that were there once."""


class Client:
    """One account. Raises DeliveryError."""

    def __init__(self, settings: Settings, wire: Wire, throttle: Throttle, tokens: TokenStore) -> None:
        self._settings = settings
        self._wire = wire
        self._throttle = throttle
        self._authorization = Authorization(tokens, settings.grant, self._exchange)

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """None for what is empty."""
        return await self._ask("GET", path, query=query)

    async def post(self, path: str, json: Any) -> Any:
        return await self._ask("POST", path, json=json)

    async def patch(self, path: str, json: Any) -> Any:
        return await self._ask("PATCH", path, json=json)

    async def upload(self, url: str, part: bytes, kind: str) -> Any:
        """To the account's drive, by an address it gave."""
        return await self._send(Request("POST", url, headers={"Content-Type": kind}, body=part))

    async def rows(self, path: str, name: str, query: Mapping[str, Any] | None = None) -> Sequence[Mapping[str, Any]]:
        """The first page of a list, MOST_ROWS at most."""
        return embedded(await self.get(path, {"limit": MOST_ROWS, **(query or {})}), name)

    async def close(self) -> None:
        await self._wire.close()

    async def _ask(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, json: Any = None) -> Any:
        url = path if path.startswith(("http://", "https://")) else f"{self._settings.url}/api/v4/{path}"
        return await self._send(Request(method, f"{url}?{form_text(query)}" if query else url, json=json))

    async def _send(self, request: Request) -> Any:
        lasting = self._settings.token.get_secret_value()
        pair = TokenPair(lasting, "") if lasting else await self._authorization.pair()
        answer = await self._send_as(pair, request)
        for _ in range(0 if lasting else RENEWALS):
            if answer.status != 401:
                break
            pair = await self._authorization.renewed(pair)
            answer = await self._send_as(pair, request)
        if answer.ok:
            return answer.json(NAME) if answer.body else None
        raise error_of(answer)

    async def _send_as(self, pair: TokenPair, request: Request) -> Answer:
        settings = self._settings
        await self._throttle.take(f"amocrm:{settings.host}", per_s=settings.per_s, burst=settings.burst)
        headers = {**request.headers, "Authorization": f"Bearer {pair.access}"}
        return await self._wire.send(replace(request, headers=headers))

    async def _exchange(self, old: TokenPair | None) -> TokenPair:
        settings = self._settings
        refresh = old.refresh if old else settings.refresh_token.get_secret_value()
        how = (
            {"grant_type": "refresh_token", "refresh_token": refresh}
            if refresh
            else {"grant_type": "authorization_code", "code": settings.code.get_secret_value()}
        )
        secret = settings.client_secret.get_secret_value()
        given = {"client_id": settings.client_id, "client_secret": secret, "redirect_uri": settings.redirect_url, **how}
        answer = await self._wire.send(Request("POST", f"{settings.url}/oauth2/access_token", json=given))
        if 400 <= answer.status < 500 and answer.status != 429:
            raise Unauthorized(
                tr(f"{NAME} не дал доступа: {answer.status}", f"{NAME} gave no access: {answer.status}"),
                remedy=tr(
                    "откройте карточку интеграции, скопируйте новый код авторизации в ZVONAR_CRM__AMOCRM__CODE и "
                    "за двадцать минут выполните zvonar crm check",
                    "open the integration's card, copy a new authorization code into ZVONAR_CRM__AMOCRM__CODE and run "
                    "zvonar crm check within twenty minutes",
                ),
            )
        if not answer.ok:
            raise error_of(answer)
        told = as_map(answer.json(NAME))
        return TokenPair(id_of(told, "access_token"), id_of(told, "refresh_token"))


def as_map(value: Any) -> Mapping[str, Any]:
    """A map; [] is how PHP writes an empty one."""
    return value if isinstance(value, Mapping) else {}


def id_of(row: Any, name: str = "id") -> str:
    """What was made. Raises Unreachable for an answer without it: it may have been made all the same."""
    told = as_map(row).get(name)
    if told in (None, ""):
        raise Unreachable(tr(f"{NAME} отвечает не тем, что обещано", f"{NAME} does not answer as it promises to"))
    return str(told)


def first(rows: Any) -> Any:
    """None where there is none."""
    return rows[0] if isinstance(rows, list) and rows else None


def embedded(told: Any, name: str) -> list[Mapping[str, Any]]:
    rows = as_map(as_map(told).get("_embedded")).get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def error_of(answer: Answer) -> DeliveryError:
    """The vendor's sentences are left out: they may hold what was sent."""
    problem = answer.headers.get("content-type", "").startswith(PROBLEM)
    if answer.status == 403 and not problem:
        # Who keeps passing the limit is shut out at the door, by a page; a right that is missing is told as data.
        return Limited(
            tr(f"{NAME} закрыл доступ с этого адреса за частые запросы", f"{NAME} locked this address out for a while"),
            remedy=tr(
                "робот повторит сам; если это повторяется, уменьшите ZVONAR_CRM__AMOCRM__PER_S и проверьте, не "
                "обращается ли к аккаунту с этого адреса кто-то ещё",
                "the robot will repeat it; if it happens again, lower ZVONAR_CRM__AMOCRM__PER_S, and see whether "
                "somebody else asks the account from this address",
            ),
            after=retry_after(answer) or timedelta(minutes=15),
        )
    if answer.status == 402:
        return Unauthorized(
            tr(f"аккаунт {NAME} не оплачен", f"the account of {NAME} is not paid for"),
            remedy=tr("оплатите аккаунт и повторите доставку", "pay for the account and try again"),
        )
    if answer.status == 400 and problem:
        paths = _paths(answer)
        detail = ", ".join(paths) or "400"
        if any(name in path for path in paths for name in _NAMED):
            return NotThere(
                tr(f"в {NAME} этого нет: {detail}", f"this is not in {NAME}: {detail}"),
                remedy=tr("сверьте номера в настройках: zvonar crm check", "check the ids with zvonar crm check"),
            )
        return Refused(tr(f"{NAME} отказал: {detail}", f"{NAME} refused: {detail}"))
    return refused(NAME, answer)


def _paths(answer: Answer) -> Sequence[str]:
    """Where the wrong values lie: names of the API alone."""
    try:
        told = as_map(answer.json(NAME))
    except DeliveryError:
        return []
    errors = [one for part in told.get("validation-errors") or [] for one in as_map(part).get("errors") or []]
    paths = [str(as_map(one).get("path", "")) for one in errors]
    return [path for path in paths if path.isascii() and path.replace(".", "").replace("_", "").isalnum()][:5]
