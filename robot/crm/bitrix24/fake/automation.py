"""The automation of the fake portal: robots of applications, processes that wait for their answers."""

from __future__ import annotations

from typing import Any

from robot.crm.bitrix24.fake.errors import ApiError
from robot.crm.bitrix24.fake.items import Params, found
from robot.crm.bitrix24.fake.portal import OWNERS, Portal, Row


def add_robot(portal: Portal, params: Params) -> Any:
    code = str(params.get("CODE") or "")
    if not code.replace("_", "").replace("-", "").replace(".", "").isalnum():
        raise ApiError("ERROR_ACTIVITY_VALIDATION_FAILURE", "Wrong activity code!")
    if code in portal.robots:
        raise ApiError("ERROR_ACTIVITY_ALREADY_INSTALLED", "Activity or Robot already installed!")
    portal.robots[code] = _checked(portal, params)
    return True


def update_robot(portal: Portal, params: Params) -> Any:
    code = str(params.get("CODE") or "")
    if code not in portal.robots:
        raise ApiError("ERROR_ACTIVITY_NOT_FOUND", "Activity or Robot not found!")
    portal.robots[code] |= _checked(portal, params.get("FIELDS") or {})
    return True


def list_robots(portal: Portal, _params: Params) -> Any:
    return list(portal.robots)


def _checked(portal: Portal, given: Params) -> Row:
    if not portal.users[1]["ADMIN"]:
        raise ApiError("ACCESS_DENIED", "Access denied!", status=403)
    if not str(given.get("HANDLER") or "").startswith(("http://", "https://")):
        raise ApiError("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol")
    if not given.get("NAME"):
        raise ApiError("ERROR_ACTIVITY_VALIDATION_FAILURE", "Empty activity NAME!")
    return dict(given)


def start(portal: Portal, params: Params) -> Any:
    """A card has come to a stage with this robot: the process waits for its answer. What is told to the handler."""
    kind = next((kind for kind, name in OWNERS.items() if name == str(params.get("owner", "LEAD"))), 0)
    card = found(portal, kind, params.get("id"))
    robot = portal.robots.get(str(params.get("code")))
    if robot is None:
        raise ApiError("ERROR_ACTIVITY_NOT_FOUND", "Activity or Robot not found!")
    token = f"{portal.next_id():x}|A1_2_3|{portal.next_id():032x}"
    portal.waiting[token] = []
    owner = OWNERS[kind]
    body = {
        "workflow_id": f"{portal.next_id():x}",
        "code": params["code"],
        "document_id": ["crm", f"CCrmDocument{owner.capitalize()}", f"{owner}_{card['id']}"],
        "event_token": token,
        "properties": dict(params.get("properties") or {}),
        "use_subscription": robot.get("USE_SUBSCRIPTION", "N"),
        "ts": int(portal.now().timestamp()),
    }
    portal.asked.append((str(robot["HANDLER"]), body))
    return token


def send_event(portal: Portal, params: Params) -> Any:
    """Whoever was answered waits no more."""
    values = {name.upper(): value for name, value in params.items()}
    answers = portal.waiting.get(str(values.get("EVENT_TOKEN")))
    if answers is None or answers:
        raise ApiError("ACCESS_DENIED", "Access denied!", status=403)
    answers.append(dict(values.get("RETURN_VALUES") or {}))
    return True
