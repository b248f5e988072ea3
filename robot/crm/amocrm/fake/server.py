"""An amoCRM cloud of one account on a port of this machine: its addresses, tokens, limits and webhooks.

Built from the vendor's public documentation and his PHP client, never compared with a live account.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from robot.crm.amocrm.fake import entities, feed
from robot.crm.amocrm.fake.account import PIPELINE, Account, ApiError, Row
from robot.crm.faking import LARGEST_BODY, Bucket, FakeServer, Faults, Telling, Trouble
from robot.crm.forms import Form, at, parse_form

ACCESS_S = 86_400.0
LONG_LIVED = "fake-long-lived-token"
CLIENT_ID, CLIENT_SECRET = "fake-client", "fake-client-secret"
REDIRECT_URL = "https://example.com/amocrm"
CODE = "fake-authorization-code"

ABUSES = 20
"""Requests over the limit within a minute, after which the address is locked out. The vendor names no figure."""
LOCKED_S = 600.0

Handler = Callable[[web.Request], Awaitable[Any]]


class FakeAmo(FakeServer):
    """per_s, burst: the limit on requests. clock: seconds, by which requests leak and tokens run out. webhook: where
    changes are told to, "" nowhere. `requests` counts them by method and path."""

    def __init__(
        self,
        account: Account | None = None,
        *,
        faults: Faults | None = None,
        seed: int = 0,
        per_s: float = 7.0,
        burst: int = 7,
        clock: Callable[[], float] = time.monotonic,
        webhook: str = "",
    ) -> None:
        self.account = account or Account()
        self.trouble = Trouble(faults or Faults(), seed)
        self.bucket = Bucket(per_s, burst)
        self.requests: Counter[str] = Counter()
        self.webhook = webhook
        self.refusals = 0
        """Requests that were too many."""
        self.revoked = False
        self.refresh = ""
        """The one that is good, "" before the code was used."""
        self.renewed = 0
        self._clock = clock
        self._access: dict[str, float] = {}
        self._abuses: list[float] = []
        self._locked_until = float("-inf")
        self.telling = Telling()
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self.trouble.middleware])
        app.router.add_post("/oauth2/access_token", self._token)
        for method, path, handler in self._routes():
            app.router.add_route(method, path, self._guarded(handler))
        app.router.add_get("/_fake/state", self._state)
        app.router.add_route("*", "/_fake/leads/{id}", self._by_hand)
        super().__init__(app)

    def _routes(self) -> Sequence[tuple[str, str, Handler]]:
        v4 = "/api/v4"
        return (
            ("GET", f"{v4}/account", self._account),
            ("GET", f"{v4}/users", self._users),
            ("GET", f"{v4}/leads/pipelines", self._pipelines),
            ("GET", f"{v4}/leads/loss_reasons", self._reasons),
            ("GET", f"{v4}/leads/custom_fields", self._fields),
            ("POST", f"{v4}/leads/complex", self._complex),
            ("POST", f"{v4}/leads/notes", self._add_notes),
            ("GET", f"{v4}/leads/notes", self._some_notes),
            ("GET", f"{v4}/contacts/notes", self._some_notes),
            ("GET", f"{v4}/leads", self._leads),
            ("POST", f"{v4}/leads", self._add_leads),
            ("GET", f"{v4}/leads/{{id:\\d+}}", self._lead),
            ("PATCH", f"{v4}/leads/{{id:\\d+}}", self._update_lead),
            ("GET", f"{v4}/leads/{{id:\\d+}}/notes", self._notes),
            ("GET", f"{v4}/contacts", self._contacts),
            ("GET", f"{v4}/tasks", self._tasks),
            ("POST", f"{v4}/tasks", self._add_tasks),
            ("PATCH", f"{v4}/tasks/{{id:\\d+}}", self._update_task),
            ("GET", f"{v4}/events", self._events),
            ("POST", "/v1.0/sessions", self._open_upload),
            ("POST", "/v1.0/sessions/upload/{session}/{place:\\d+}", self._upload),
        )

    def expire(self) -> None:
        """All access tokens have run out."""
        self._access.clear()

    async def stop(self) -> None:
        await self.telling.stop()
        await super().stop()

    # --- the way in ---

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.requests[f"{request.method} {request.path}"] += 1
            refused = self._limited() or self._unknown(request)
            if refused is not None:
                return refused
            try:
                told = await handler(request)
            except ApiError as error:
                return _problem(error)
            finally:
                self._tell()
            return web.Response(status=204) if told is None else _json(told)

        return answer

    def _limited(self) -> web.Response | None:
        now = self._clock()
        if now < self._locked_until:
            self.refusals += 1
            return web.Response(status=403, text="<html><h1>403 Forbidden</h1></html>", content_type="text/html")
        if self.trouble.strikes("limited"):
            return _problem(ApiError(429, "Too Many Requests"))
        if self.bucket.take(now):
            return None
        self.refusals += 1
        self._abuses = [at_ for at_ in self._abuses if now - at_ < 60] + [now]
        if len(self._abuses) > ABUSES:
            self._locked_until = now + LOCKED_S
        return _problem(ApiError(429, "Too Many Requests"))

    def _unknown(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        lasting = token == LONG_LIVED
        if self.revoked or not (lasting or self._access.get(token, 0.0) > self._clock()):
            return _problem(ApiError(401, "Unauthorized"))
        if not lasting and self.trouble.strikes("expired"):
            del self._access[token]
            return _problem(ApiError(401, "Unauthorized"))
        return None

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """A code and a refresh token are good for one use."""
        given = await _body(request)
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _problem(ApiError(400, "Integration is not found"))
        by_code = given.get("grant_type") == "authorization_code" and given.get("code") == CODE and not self.renewed
        by_refresh = given.get("grant_type") == "refresh_token" and self.refresh == given.get("refresh_token") != ""
        if self.revoked or given.get("redirect_uri") != REDIRECT_URL or not (by_code or by_refresh):
            return _problem(ApiError(401, "Token has been revoked"))
        self.renewed += 1
        access, self.refresh = f"fake-access-{self.renewed}", f"fake-refresh-{self.renewed}"
        self._access[access] = self._clock() + ACCESS_S
        told = {"token_type": "Bearer", "expires_in": int(ACCESS_S)}
        return _json({**told, "access_token": access, "refresh_token": self.refresh})

    # --- what can be asked ---

    async def _account(self, _request: web.Request) -> Any:
        told = {"id": 1, "name": "Учебный аккаунт", "subdomain": "fake", "current_user_id": min(self.account.users)}
        return {**told, "drive_url": self.url}

    async def _users(self, _request: web.Request) -> Any:
        rows = [{"id": number, "name": name} for number, name in self.account.users.items()]
        return _page("users", rows)

    async def _pipelines(self, _request: web.Request) -> Any:
        statuses = [{"id": n, "name": name, "pipeline_id": PIPELINE} for n, name in self.account.statuses.items()]
        return _page(
            "pipelines", [{"id": PIPELINE, "name": "Воронка", "is_main": True, "_embedded": {"statuses": statuses}}]
        )

    async def _reasons(self, _request: web.Request) -> Any:
        return _page("loss_reasons", [{"id": n, "name": name} for n, name in self.account.reasons.items()])

    async def _fields(self, _request: web.Request) -> Any:
        return _page("custom_fields", [{"id": n, "name": name} for n, name in self.account.fields.items()])

    async def _leads(self, request: web.Request) -> Any:
        rows = _cut(entities.chosen(self.account.leads.values(), _query(request)), request)
        return _page("leads", [entities.lead_told(row) for row in rows])

    async def _lead(self, request: web.Request) -> Any:
        return entities.lead_told(entities.found_lead(self.account, _id(request)))

    async def _complex(self, request: web.Request) -> Any:
        return entities.add_complex(self.account, await _body(request))

    async def _add_leads(self, request: web.Request) -> Any:
        made = []
        for one in await _body(request):
            contacts = [int(contact["id"]) for contact in (one.get("_embedded") or {}).get("contacts") or []]
            if any(number not in self.account.contacts for number in contacts):
                raise ApiError(400, "Bad Request", {"0._embedded.contacts.0.id": "NotSupportedChoice"})
            made.append(entities.add_lead(self.account, one, contacts=contacts, company=0))
        return _page("leads", [{"id": row["id"], "request_id": "0"} for row in made])

    async def _update_lead(self, request: web.Request) -> Any:
        lead = entities.update_lead(self.account, _id(request), await _body(request))
        return {"id": lead["id"], "updated_at": lead["updated_at"]}

    async def _contacts(self, request: web.Request) -> Any:
        rows = _cut(entities.find_contacts(self.account, _query(request)), request)
        return _page("contacts", [entities.contact_told(self.account, row) for row in rows])

    async def _notes(self, request: web.Request) -> Any:
        return _page("notes", _cut(feed.notes_of(self.account, _id(request), _query(request)), request))

    async def _some_notes(self, request: web.Request) -> Any:
        return _page("notes", _cut(entities.chosen(self.account.notes.values(), _query(request)), request))

    async def _add_notes(self, request: web.Request) -> Any:
        return _page("notes", feed.add_notes(self.account, await _body(request)))

    async def _tasks(self, request: web.Request) -> Any:
        return _page("tasks", _cut(feed.find_tasks(self.account, _query(request)), request))

    async def _add_tasks(self, request: web.Request) -> Any:
        return _page("tasks", feed.add_tasks(self.account, await _body(request)))

    async def _update_task(self, request: web.Request) -> Any:
        return feed.update_task(self.account, _id(request), await _body(request))

    async def _events(self, request: web.Request) -> Any:
        return _page("events", _cut(feed.find_events(self.account, _query(request)), request))

    async def _open_upload(self, request: web.Request) -> Any:
        return feed.open_upload(self.account, await _body(request), self.url)

    async def _upload(self, request: web.Request) -> Any:
        place, session = int(request.match_info["place"]), request.match_info["session"]
        return feed.upload_part(self.account, session, place, await request.read(), self.url)

    # --- people, and what is told ---

    def snapshot(self) -> dict[str, Any]:
        account = self.account
        return {
            "leads": [entities.lead_told(row) for row in account.leads.values()],
            "contacts": list(account.contacts.values()),
            "notes": list(account.notes.values()),
            "tasks": list(account.tasks.values()),
            "requests": dict(self.requests),
            "faults": dict(self.trouble.told),
        }

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        return _json(self.snapshot())

    async def _by_hand(self, request: web.Request) -> web.StreamResponse:
        """As a person who works in the account: PATCH or DELETE of a lead, without limits or tokens."""
        try:
            entities.found_lead(self.account, _id(request))
            if request.method == "DELETE":
                entities.delete_lead(self.account, _id(request))
            else:
                entities.update_lead(self.account, _id(request), await _body(request))
        except (ApiError, ValueError):
            return _problem(ApiError(400, "Bad Request"))
        finally:
            self._tell()
        return _json({})

    def _tell(self) -> None:
        """To the webhook: behind the answer, once; unsigned, as the vendor's are."""
        happened, self.account.happened = self.account.happened, []
        if self.webhook:
            account = {"account": {"id": 1, "subdomain": "fake"}}
            self.telling.tell([(self.webhook, {name: {what: [_flat(row)]}}) for name, what, row in happened], account)


def _flat(row: Row) -> Row:
    return {name: value for name, value in row.items() if isinstance(value, (str, int))}


def _query(request: web.Request) -> Form:
    return parse_form(request.query_string)


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        raise ApiError(400, "Bad Request") from None


def _cut(rows: list[Row], request: web.Request) -> list[Row]:
    query = _query(request)
    limit, page = int(at(query, "limit") or 50), int(at(query, "page") or 1)
    return rows[(page - 1) * limit : page * limit]


def _page(name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    """None, which is 204, for an empty page."""
    return {"_page": 1, "_embedded": {name: list(rows)}} if rows else None


def _json(told: Any) -> web.Response:
    return web.json_response(told, content_type="application/hal+json")


def _problem(error: ApiError) -> web.Response:
    told: Row = {"title": error.title, "type": f"https://httpstatus.es/{error.status}", "status": error.status}
    errors = [{"code": code, "path": path, "detail": "The value is not valid."} for path, code in error.paths.items()]
    if errors:
        told["validation-errors"] = [{"request_id": "0", "errors": errors}]
    return web.json_response(
        {**told, "detail": error.title}, status=error.status, content_type="application/problem+json"
    )
