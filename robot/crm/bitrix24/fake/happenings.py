"""The offline queue of the fake portal: what changed, fetched by those who cannot be reached."""

from __future__ import annotations

from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError, required
from robot.crm.bitrix24.fake.items import Params
from robot.crm.bitrix24.fake.portal import Portal


def bind(portal: Portal, params: Params) -> Any:
    if not params.get("event"):
        raise required("event")
    if params.get("event_type") == "offline":
        portal.bound.add(str(params["event"]).upper())
    return True


def bound(portal: Portal, _params: Params) -> Any:
    return [{"event": name, "handler": "", "auth_type": "0", "offline": "1"} for name in sorted(portal.bound)]


def get(portal: Portal, params: Params) -> Any:
    """With clear=0 the lines are kept for this process until it clears them."""
    if not portal.users[1]["ADMIN"]:
        raise ApiError("ACCESS_DENIED", "Access denied!", status=403)
    limit = int(params.get("limit", 50))
    process = str(params.get("process_id") or "")
    lines = [row for row in portal.offline if row["process_id"] == process][:limit]
    told = [{name: value for name, value in row.items() if name != "process_id"} for row in lines]
    if str(params.get("clear", 1)) == "1":
        portal.offline = [row for row in portal.offline if row not in lines]
        return {"process_id": None, "events": told}
    process = process or f"p{portal.next_id()}"
    for row in lines:
        row["process_id"] = process
    return {"process_id": process if lines else None, "events": told}


def clear(portal: Portal, params: Params) -> Any:
    process = str(params.get("process_id") or "")
    if not process:
        raise required("process_id")
    portal.offline = [row for row in portal.offline if row["process_id"] != process]
    return True
