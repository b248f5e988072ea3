"""All methods the fake portal knows. Any other is told to be unknown, as the vendor tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from robot.crm.bitrix24.fake import automation, diary, happenings, items, telephony, timeline
from robot.crm.bitrix24.fake.errors import ApiError
from robot.crm.bitrix24.fake.portal import Portal

SCOPES = ("crm", "calendar", "telephony", "user", "call", "bizproc")


@dataclass(frozen=True, slots=True)
class Method:
    """run: parameters -> result; with `listing` -> result, total, start of the next page. app: refused to webhooks."""

    run: Callable[[Portal, Mapping[str, Any]], Any]
    listing: bool = False
    app: bool = False


def _profile(portal: Portal, _params: Mapping[str, Any]) -> Any:
    return portal.users[1]


def _users(portal: Portal, _params: Mapping[str, Any]) -> Any:
    rows = list(portal.users.values())
    return rows, len(rows), None


def _feature(_portal: Portal, params: Mapping[str, Any]) -> Any:
    return {"value": "Y" if params.get("CODE") == "rest_offline_extended" else "N"}


METHODS: Mapping[str, Method] = {
    "profile": Method(_profile),
    "scope": Method(lambda _portal, _params: list(SCOPES)),
    "feature.get": Method(_feature),
    "user.get": Method(_users, listing=True),
    "crm.settings.mode.get": Method(lambda portal, _params: portal.mode),
    "crm.status.list": Method(items.statuses),
    "crm.item.fields": Method(items.fields),
    "crm.item.add": Method(items.add),
    "crm.item.get": Method(items.get),
    "crm.item.list": Method(items.listing, listing=True),
    "crm.item.update": Method(items.update),
    "crm.item.delete": Method(items.delete),
    "crm.duplicate.findbycomm": Method(items.duplicates),
    "crm.stagehistory.list": Method(items.stage_history, listing=True),
    "crm.activity.todo.add": Method(timeline.add_todo),
    "crm.activity.todo.update": Method(timeline.update_todo),
    "crm.activity.add": Method(timeline.add_activity),
    "crm.activity.update": Method(timeline.update_activity),
    "crm.activity.list": Method(timeline.list_activities, listing=True),
    "crm.timeline.comment.add": Method(timeline.add_comment),
    "crm.timeline.comment.list": Method(timeline.list_comments, listing=True),
    "telephony.externalCall.register": Method(telephony.register, app=True),
    "telephony.externalCall.finish": Method(telephony.finish, app=True),
    "telephony.externalCall.attachRecord": Method(telephony.attach_record),
    "telephony.call.attachTranscription": Method(telephony.attach_transcription),
    "voximplant.statistic.get": Method(telephony.statistics, listing=True),
    "calendar.event.add": Method(diary.add_event),
    "calendar.event.update": Method(diary.update_event),
    "calendar.event.delete": Method(diary.delete_event),
    "calendar.event.get": Method(diary.events),
    "calendar.accessibility.get": Method(diary.accessibility),
    "bizproc.robot.add": Method(automation.add_robot, app=True),
    "bizproc.robot.update": Method(automation.update_robot, app=True),
    "bizproc.robot.list": Method(automation.list_robots, app=True),
    "bizproc.event.send": Method(automation.send_event),
    "event.bind": Method(happenings.bind, app=True),
    "event.get": Method(happenings.bound, app=True),
    "event.offline.get": Method(happenings.get, app=True),
    "event.offline.clear": Method(happenings.clear, app=True),
}


def call(portal: Portal, name: str, params: Mapping[str, Any], *, app: bool) -> dict[str, Any]:
    """The envelope without its time. Raises ApiError."""
    method = METHODS.get(name)
    if method is None:
        raise ApiError("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404)
    if method.app and not app:
        raise ApiError("WRONG_AUTH_TYPE", "Current authorization type is denied for this method", status=403)
    if not method.listing:
        return {"result": method.run(portal, params)}
    result, total, following = method.run(portal, params)
    return {"result": result, "total": total} | ({} if following is None else {"next": following})
