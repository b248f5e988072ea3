"""A Bitrix24 cloud of one portal on a port of this machine: its addresses, tokens, limits and webhooks.

Built from the vendor's public documentation, never compared with a live portal.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from robot.crm.bitrix24.fake import automation
from robot.crm.bitrix24.fake.errors import ApiError
from robot.crm.bitrix24.fake.methods import call
from robot.crm.bitrix24.fake.portal import Portal
from robot.crm.faking import LARGEST_BODY, Bucket, FakeServer, Faults, Telling, Trouble
from robot.crm.forms import parse_form

ACCESS_S = 3600.0
OPERATING_S = 600.0
"""Seconds of work a method may do in ten minutes."""

WEBHOOK_USER, WEBHOOK_CODE = "1", "zvonarfakecode"
CLIENT_ID, CLIENT_SECRET = "local.zvonar.fake", "zvonar-fake-client-secret"
FIRST_REFRESH = "fake-refresh-0"
APPLICATION_TOKEN = "zvonar-fake-application-token"  # noqa: S105 - of a fake
_AUTH = {"auth": {"domain": "fake.bitrix24.ru", "application_token": APPLICATION_TOKEN}}


class FakeBitrix24(FakeServer):
    """per_s, burst: the limit on requests. clock: seconds, by which requests leak and tokens run out. webhook: where
    changes are told to, "" nowhere. `requests` counts them by method, `operating` seconds of work by method (set one to
    OPERATING_S to have it blocked)."""

    def __init__(
        self,
        portal: Portal | None = None,
        *,
        faults: Faults | None = None,
        seed: int = 0,
        per_s: float = 2.0,
        burst: int = 50,
        clock: Callable[[], float] = time.monotonic,
        webhook: str = "",
    ) -> None:
        self.portal = portal or Portal()
        self.trouble = Trouble(faults or Faults(), seed)
        self.bucket = Bucket(per_s, burst)
        self.requests: Counter[str] = Counter()
        self.operating: dict[str, float] = {}
        self.webhook = webhook
        self.refusals = 0
        """Requests that were too many."""
        self.revoked = False
        """Whether the webhook's code and all tokens are refused."""
        self._clock = clock
        self._refresh = FIRST_REFRESH
        self._access: dict[str, float] = {}
        self.renewed = 0
        self.telling = Telling()
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self.trouble.middleware])
        app.router.add_route("*", "/rest/{method}", self._by_token)
        app.router.add_route("*", "/rest/{user}/{code}/{method}", self._by_code)
        app.router.add_route("*", "/oauth/token/", self._token)
        app.router.add_get("/_fake/state", self._state)
        app.router.add_post("/_fake/call/{method}", self._by_hand)
        app.router.add_post("/_fake/robot/{code}", self._start_robot)
        super().__init__(app)

    @property
    def webhook_url(self) -> str:
        """The address of the inbound webhook, for the settings."""
        return f"{self.url}/rest/{WEBHOOK_USER}/{WEBHOOK_CODE}"

    def expire(self) -> None:
        """All access tokens have run out."""
        self._access.clear()

    async def stop(self) -> None:
        await self.telling.stop()
        await super().stop()

    async def _by_code(self, request: web.Request) -> web.StreamResponse:
        known = (request.match_info["user"], request.match_info["code"]) == (WEBHOOK_USER, WEBHOOK_CODE)
        if not known or self.revoked:
            return _error(ApiError("NO_AUTH_FOUND", "Wrong authorization data", status=401))
        return await self._call(request, await _params(request), app=False)

    async def _by_token(self, request: web.Request) -> web.StreamResponse:
        params = await _params(request)
        token = str(params.get("auth", ""))
        if self.revoked or not token.startswith("fake-access-"):
            return _error(ApiError("NO_AUTH_FOUND", "Wrong authorization data", status=401))
        if self._access.get(token, 0.0) <= self._clock() or self.trouble.strikes("expired"):
            self._access.pop(token, None)
            return _error(ApiError("expired_token", "The access token provided has expired.", status=401))
        return await self._call(request, params, app=True)

    async def _call(self, request: web.Request, params: Mapping[str, Any], *, app: bool) -> web.StreamResponse:
        name = request.match_info["method"].removesuffix(".json")
        self.requests[name] += 1
        if self.trouble.strikes("limited") or not self.bucket.take(self._clock()):
            self.refusals += 1
            return _error(ApiError("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503))
        if self.operating.get(name, 0.0) >= OPERATING_S:
            return _error(ApiError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit", status=429))
        try:
            told = call(self.portal, name, params, app=app)
        except ApiError as error:
            return _error(error)
        finally:
            self._tell()
        now = time.time()
        told["time"] = {"start": now, "finish": now, "duration": 0.0, "processing": 0.0}
        told["time"] |= {"operating": self.operating.get(name, 0.0), "operating_reset_at": int(now) + 600}
        return web.json_response(told, dumps=_php)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """A refresh token is good for one use."""
        given = {**request.query, **(await request.post())}
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _error(ApiError("invalid_client", "Client authorization failed", status=401))
        if self.revoked or given.get("grant_type") != "refresh_token" or given.get("refresh_token") != self._refresh:
            return _error(ApiError("invalid_grant", "The provided token is invalid", status=400))
        self.renewed += 1
        access, self._refresh = f"fake-access-{self.renewed}", f"fake-refresh-{self.renewed}"
        self._access[access] = self._clock() + ACCESS_S
        return web.json_response(
            {
                "access_token": access,
                "refresh_token": self._refresh,
                "expires_in": int(ACCESS_S),
                "client_endpoint": f"{self.url}/rest/",
                "server_endpoint": f"{self.url}/rest/",
                "domain": "oauth.bitrix24.tech",
                "member_id": "fake",
                "scope": "crm,calendar,telephony",
                "status": "L",
                "user_id": 1,
            }
        )

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        """What a person would see: counts, cards, what hangs on them."""
        return web.json_response(self.snapshot(), dumps=_php)

    def snapshot(self) -> dict[str, Any]:
        portal = self.portal
        return {
            "items": [{**item, "phones": portal.phones.get(key, [])} for key, item in portal.items.items()],
            "activities": list(portal.activities.values()),
            "comments": list(portal.comments.values()),
            "calls": list(portal.calls.values()),
            "events": list(portal.diary.values()),
            "requests": dict(self.requests),
            "faults": dict(self.trouble.told),
        }

    async def _by_hand(self, request: web.Request) -> web.StreamResponse:
        """As a person who works in the portal: any method, without limits or tokens."""
        try:
            told = call(self.portal, request.match_info["method"], await _params(request), app=True)
        except ApiError as error:
            return _error(error)
        finally:
            self._tell()
        return web.json_response(told, dumps=_php)

    async def _start_robot(self, request: web.Request) -> web.StreamResponse:
        """As if a card had come to a stage with this robot: ?id=7&owner=LEAD&rule=…; the token of who waits."""
        asked = {"code": request.match_info["code"], **request.query}
        asked["properties"] = {"rule": request.query.get("rule", "")}  # type: ignore[assignment]
        try:
            token = automation.start(self.portal, asked)
        except ApiError as error:
            return _error(error)
        finally:
            self._tell()
        return web.json_response({"event_token": token})

    def _tell(self) -> None:
        """The events since then, to the webhook, and to robots' handlers what they are to do: behind the answer, once,
        and whoever does not listen misses them."""
        happened, self.portal.happened = self.portal.happened, []
        asked, self.portal.asked = self.portal.asked, []
        now = int(time.time())
        events = [(self.webhook, {"event": event, "data": data, "ts": now}) for event, data in happened if self.webhook]
        self.telling.tell([*events, *asked], _AUTH)


async def _params(request: web.Request) -> dict[str, Any]:
    """JSON, or a form with brackets; the query as well."""
    given: dict[str, Any] = dict(parse_form(request.query_string))
    body = await request.read()
    if request.content_type == "application/json" and body:
        with contextlib.suppress(ValueError):
            told = json.loads(body)
            given |= told if isinstance(told, dict) else {}
    elif body:
        given |= parse_form(body)
    return given


def _error(error: ApiError) -> web.Response:
    return web.json_response({"error": error.code, "error_description": error.text}, status=error.status)


def _php(value: Any) -> str:
    """As PHP writes JSON: a map without entries is a list without entries."""
    return json.dumps(_emptied(value), ensure_ascii=False, default=str)


def _emptied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _emptied(one) for name, one in value.items()} if value else []
    return [_emptied(one) for one in value] if isinstance(value, (list, tuple)) else value
