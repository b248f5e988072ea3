"""What Bitrix24 posts to us: outgoing webhooks and events of applications, and its automation's robot. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from robot.crm.forms import at, parse_form
from robot.crm.touched import Touched

_KINDS = {"ONCRMLEAD": "lead", "ONCRMACTIVITY": "task"}


def parse(body: bytes) -> Sequence[Touched]:
    """Of one request; nothing for events we do not follow, and for what is no event. From the automation's robot comes
    the element it was started for."""
    form = parse_form(body)
    event = at(form, "event").upper()
    token = at(form, "auth", "application_token")
    for prefix, kind in _KINDS.items():
        ref = at(form, "data", "FIELDS", "ID")
        if event.startswith(prefix) and _is_id(ref):
            return [Touched(kind, ref, deleted=event == f"{prefix}DELETE", token=token)]
    document = at(form, "document_id", "2")
    ref = document.removeprefix("LEAD_")
    if document.startswith("LEAD_") and _is_id(ref):
        return [Touched("lead", ref, token=token)]
    return []


def genuine(touched: Touched, application_token: str) -> bool:
    """Whether it comes from our portal. Nothing does while no token is set."""
    return bool(application_token) and hmac.compare_digest(touched.token.encode(), application_token.encode())


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
