"""“Call by robot” in the automation of a portal: how it is installed, and how a waiting process is told the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from robot.crm.bitrix24.client import NAME, Client
from robot.crm.errors import Misconfigured, NotThere
from robot.crm.writes import NOTHING, Done, Write
from robot.i18n import tr

log = structlog.get_logger(__name__)

CODE = "zvonar_call"
SCOPE = "bizproc"
RULE = "rule"
_RESULTS = {
    "outcome": ("Итог", "Outcome", "string"),
    "reason": ("Причина", "Reason", "string"),
    "talked_s": ("Разговор, секунд", "Talk, seconds", "int"),
    "meeting_at": ("Время встречи", "Time of the meeting", "datetime"),
    "callback_at": ("Когда перезвонить", "When to call back", "datetime"),
}
"""Result -> its names, and what it is."""


async def install(client: Client, handler: str, user: int, *, application: bool) -> None:
    """Add the robot, or bring it up to date. handler: our address for this portal's webhooks. user: an administrator.
    Raises DeliveryError."""
    if not application:
        raise Misconfigured(
            tr(
                f"робота автоматизации {NAME} ставит только приложение", f"only an application may install it in {NAME}"
            ),
            remedy=tr("подключите робота приложением (OAuth)", "connect the robot as an application (OAuth)"),
        )
    known = await client.call("bizproc.robot.list")
    there = isinstance(known, Sequence) and CODE in known
    fields = _described(handler, user)
    if there:
        await client.call("bizproc.robot.update", {"CODE": CODE, "FIELDS": fields})
    else:
        await client.call("bizproc.robot.add", {"CODE": CODE, **fields})


def _described(handler: str, user: int) -> dict[str, Any]:
    rule = {
        "Name": {"ru": "Правило (имя триггера)", "en": "Rule (a trigger's name)"},
        "Description": {"ru": "Пусто — первое правило on: robot", "en": "Empty: the first rule on: robot"},
        "Type": "string",
        "Required": "N",
    }
    return {
        "HANDLER": handler,
        "AUTH_USER_ID": user,
        "USE_SUBSCRIPTION": "Y",
        "NAME": {"ru": "Звонок робота", "en": "Call by robot"},
        "PROPERTIES": {RULE: rule},
        "RETURN_PROPERTIES": {
            name: {"Name": {"ru": ru, "en": en}, "Type": kind} for name, (ru, en, kind) in _RESULTS.items()
        },
        "FILTER": {"INCLUDE": [["crm", "CCrmDocumentLead"], ["crm", "CCrmDocumentDeal"]]},
    }


def reply(client: Client, reply_to: str, told: Mapping[str, str]) -> Sequence[Write]:
    """A second answer finds nobody who waits: so it may be given again when nobody knows whether the first arrived."""

    async def do(_done: Done) -> str:
        values = {name: told.get(name, "") for name in _RESULTS}
        log_line = tr(f"Звонок робота: {values['outcome']}", f"Call by the robot: {values['outcome']}")
        given = {"EVENT_TOKEN": reply_to, "RETURN_VALUES": values, "LOG_MESSAGE": log_line}
        try:
            await client.call("bizproc.event.send", given)
        except NotThere:
            log.info("nobody_waits", crm="bitrix24")  # answered before, or stopped by a person
        return NOTHING

    async def look(_done: Done) -> str | None:
        return None

    return [Write("reply", do, look)]
