"""What Bitrix24 posts to us: outgoing webhooks and events of applications, and its automation's robot. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from robot.crm.bitrix24.mapping import ROBOT
from robot.crm.forms import at, parse_form
from robot.crm.touched import Touched

_KINDS = {"ONCRMLEAD": "lead", "ONCRMDEAL": "deal", "ONCRMACTIVITY": "task"}
_OWNERS = ("LEAD_", "DEAL_")
_LONGEST_TOKEN = 1000
_LONGEST_RULE = 100


def parse(body: bytes) -> Sequence[Touched]:
    """Of one request; nothing for events we do not follow, and for what is no event. From the automation's robot comes
    the card it was started for; where a process waits for the answer, with how to tell it."""
    form = parse_form(body)
    event = at(form, "event").upper()
    token = at(form, "auth", "application_token")
    for prefix, kind in _KINDS.items():
        ref = at(form, "data", "FIELDS", "ID")
        if event.startswith(prefix) and _is_id(ref):
            return [Touched(kind, ref, deleted=event == f"{prefix}DELETE", token=token)]
    document = at(form, "document_id", "2")
    for prefix in _OWNERS:
        ref = document.removeprefix(prefix)
        if document.startswith(prefix) and _is_id(ref):
            waits = at(form, "event_token")
            if not waits or len(waits) > _LONGEST_TOKEN:
                return [Touched(prefix[:-1].lower(), ref, token=token)]
            rule = at(form, "properties", "rule").strip()[:_LONGEST_RULE]
            # However often the portal repeats the request, the process waits for one answer.
            key = sha256(waits.encode()).hexdigest()
            return [
                Touched(
                    ROBOT, key, token=token, told={"ref": ref, "reply_to": waits, "rule": rule, "at": at(form, "ts")}
                )
            ]
    return []


def genuine(touched: Touched, application_token: str) -> bool:
    """Whether it comes from our portal. Nothing does while no token is set."""
    return bool(application_token) and hmac.compare_digest(touched.token.encode(), application_token.encode())


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
