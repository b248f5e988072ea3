"""POST /hooks/leads/{campaign}: a new request from a site or a CRM, signed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web

from robot.crm.base import NewLead
from robot.crm.lead_row import MOST_FIELDS, RowRefused, column_of, lead_from
from robot.domain.consent import Consent
from robot.settings_web import HookSettings, WebSettings
from robot.web.body import dig, read_body, read_flat, text_of
from robot.web.errors import NotFound, TooMany, Unusable
from robot.web.limits import RateLimit
from robot.web.routes.intake import key_of, take_in
from robot.web.services import SERVICES
from robot.web.signature import GENUINE, SIGNATURE, TIMESTAMP, check

SOURCE = "webhook"
REQUEST_ID = "request_id"


class Hooks:
    """The sources of the settings, with what each address has asked of late."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._limit = RateLimit(settings.per_minute)

    async def receive(self, request: web.Request) -> web.Response:
        self._admit(request)
        services = request.app[SERVICES]
        slug = request.match_info["campaign"]
        hook = self._settings.hooks.get(slug)
        if hook is None:
            raise NotFound("unknown_campaign", "заявок для такой кампании не ждём", "no requests are awaited here")
        body = await read_body(request)
        now = services.now()
        secrets = (hook.secret.get_secret_value(), hook.previous.get_secret_value())
        headers = request.headers
        signature = check(secrets, headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, ""), body, now=now)
        request[GENUINE] = True
        document = read_flat(body, request.content_type, request.charset or "")
        lead, told = read_request(document, hook, now=now)
        campaign = await services.ports.campaigns.get(slug)
        # What the body calls itself, else the signature: either is the same when it comes again.
        key = key_of(SOURCE, slug, REQUEST_ID, told) if told else key_of(SOURCE, slug, SIGNATURE, signature)
        return await take_in(services, campaign, lead, key=key)

    def _admit(self, request: web.Request) -> None:
        wait_s = self._limit.take(
            source_of(request.remote or "", request.headers.getall("X-Forwarded-For", []), self._settings.proxies),
            asyncio.get_running_loop().time(),
        )
        if wait_s:
            raise TooMany(wait_s)

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/hooks/leads/{campaign}", self.receive)]


def source_of(remote: str, forwarded: Sequence[str], proxies: Sequence[str]) -> str:
    """The address that asks: of those told by proxies of ours the last that is none of them. What a stranger tells of
    himself is not believed."""
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while remote in proxies and hops:
        remote = hops.pop()[:64]
    return remote


def read_request(document: Mapping[str, Any], hook: HookSettings, *, now: datetime) -> tuple[NewLead, str]:
    """The lead of a body, and what the request calls itself ("" nothing). Fields that the settings place are taken from
    there; the others by their usual names. Raises Unusable."""
    values = {column_of(name): text_of(value) for name, value in _named(document)}
    told = values.pop("request id", "") or text_of(document.get(REQUEST_ID))
    values.update({field: dig(document, path) for field, path in hook.fields.items()})
    told = values.pop(REQUEST_ID, "") or told
    try:
        lead = lead_from({name: value for name, value in values.items() if name and value})
    except RowRefused as refused:
        raise Unusable("invalid", refused.reason.ru, refused.reason.en) from None
    if lead.consent is None and hook.consent_text:
        lead = replace(lead, consent=Consent(hook.consent_source, now, hook.consent_text))
    return replace(lead, source=SOURCE), told[:200]


def _named(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Scalars with a name short enough to be one of a field."""
    if len(document) > 2 * MOST_FIELDS:
        raise Unusable("invalid", f"больше {MOST_FIELDS} полей", f"more than {MOST_FIELDS} fields")
    return [(name, value) for name, value in document.items() if len(name) <= 64]
