"""What one call changes in a Bitrix24 portal, write by write."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from robot.crm.after_call import Todo, stage_to_set, todos
from robot.crm.bitrix24 import mapping
from robot.crm.bitrix24.client import NAME, as_map, id_of, number_of
from robot.crm.bitrix24.clients import Clients
from robot.crm.bitrix24.portal import Portal
from robot.crm.call_text import task_line
from robot.crm.errors import NotThere, TooLarge
from robot.crm.known_fields import write_known
from robot.crm.marks import ORIGIN, mark
from robot.crm.recording import Recording, recording
from robot.crm.report import Booked, CallReport
from robot.crm.stages import TaskKind, Text
from robot.crm.writes import NOTHING, Done, Write
from robot.i18n import tr

NEEDS_LEAD = ("lead",)
MARKED_PAGES = 2
"""Of the newest todos and comments of a card, fifty a page: what we made at the last try is among them."""

Convert = Callable[[Recording], Awaitable[tuple[str, bytes]]]


class Delivery:
    """One report on its way. It remembers nothing between tries: all that is needed again is asked for again."""

    def __init__(self, report: CallReport, portal: Portal, data_dir: Path, convert: Convert) -> None:
        self._report = report
        self._portal = portal
        self._client = portal.client
        self._settings = portal.settings
        self._data_dir = data_dir
        self._convert = convert
        self._clients = Clients(report, portal)

    def writes(self) -> Sequence[Write]:
        report = self._report
        found = [Write("lead", self._clients.make, self._clients.find, always_look=True)]
        if mapping.card_fields(report, self._settings):
            found.append(Write("fields", self._set_fields, _never, needs=NEEDS_LEAD))
        if self._settings.stages.get(stage_to_set(report)):
            found.append(Write("stage", self._set_stage, _never, needs=NEEDS_LEAD))
        found += self._call_writes()
        if report.meeting is not None:
            found.append(self._meeting_write(report.meeting))
        for place, todo in enumerate(todos(report, self._settings.timezone)):
            found.append(self._todo_write(f"task:{place}", todo))
        return found

    def _mark(self, write: str, attempt: UUID | None = None) -> str:
        return mark(attempt or self._report.attempt_id, write)

    # --- the card ---

    async def _set_fields(self, done: Done) -> str:
        async def write(there: Mapping[str, str]) -> None:
            await self._clients.update(done["lead"], there)

        remedy = Text(
            "исправьте ZVONAR_CRM__BITRIX24__FIELDS или …__REASON_FIELD: код поля — в его настройках",
            "correct ZVONAR_CRM__BITRIX24__FIELDS or …__REASON_FIELD: the portal shows the code of a field",
        )
        fields = mapping.card_fields(self._report, self._settings)
        return await write_known(fields, await self._portal.fields(), write, whom=NAME, remedy=remedy)

    async def _set_stage(self, done: Done) -> str:
        wanted = self._settings.stages.get(stage_to_set(self._report))
        if not wanted:
            return NOTHING  # the mapping was changed since the call
        kind = (await self._portal.card()).type_id
        told = await self._client.call("crm.item.get", {"entityTypeId": kind, "id": int(done["lead"])})
        current = str(as_map(as_map(told).get("item")).get("stageId") or "")
        if current == wanted or self._settings.is_final(current):
            return NOTHING
        try:
            await self._clients.update(done["lead"], {"stageId": wanted})
        except NotThere:
            raise NotThere(
                tr(f"в {NAME} нет стадии {wanted}", f"{NAME} has no stage {wanted}"),
                remedy=tr(
                    "исправьте ZVONAR_CRM__BITRIX24__STAGES: стадии показывает zvonar crm check",
                    "correct ZVONAR_CRM__BITRIX24__STAGES: zvonar crm check shows the stages",
                ),
            ) from None
        return NOTHING

    # --- the call ---

    def _call_writes(self) -> list[Write]:
        report = self._report
        if report.corrects is not None:
            return [Write("note", self._comment_call, self._comment_found("note"), needs=NEEDS_LEAD)]
        if not self._settings.application:
            logged = [Write("call", self._log_call, self._find_logged_call, needs=NEEDS_LEAD)]
            if report.recording:
                logged.append(Write("record", self._comment_record, self._comment_found("record"), needs=NEEDS_LEAD))
            return logged
        found = [Write("call", self._register_call, self._find_call, needs=NEEDS_LEAD)]
        if report.recording:
            found.append(Write("record", self._attach_record, _never, needs=("call",)))
        if mapping.messages(report.said):
            found.append(Write("transcript", self._attach_transcript, self._find_transcript, needs=("call",)))
        if report.talked_s > 0:
            found.append(Write("note", self._comment_call, self._comment_found("note"), needs=NEEDS_LEAD))
        return found

    async def _find_call(self, _done: Done) -> str | None:
        row = await self._statistics({"EXTERNAL_CALL_ID": self._mark("call")})
        return str(row["CALL_ID"]) if row else None

    async def _register_call(self, done: Done) -> str:
        """A call that was registered and never finished is shown nowhere: of two registrations one is left over."""
        user = await self._clients.user()
        client = await self._clients.called(done["lead"])
        params = mapping.registration(self._report, self._settings, client, user)
        told = await self._client.call("telephony.externalCall.register", params)
        call = id_of(told, "CALL_ID")
        end = {"CALL_ID": call, "USER_ID": int(user), "DURATION": self._report.talked_s, "ADD_TO_CHAT": 0}
        await self._client.call(
            "telephony.externalCall.finish", {**end, "STATUS_CODE": mapping.status_code(self._report)}
        )
        return call

    async def _attach_record(self, done: Done) -> str:
        """A second one takes the place of the first."""
        kept = await self._recording()
        if kept is None:
            return NOTHING
        name, content = await self._convert(kept)
        if len(content) > self._settings.recording_mb * 2**20:
            raise TooLarge(
                tr(f"запись слишком велика для {NAME}", f"the recording is too large for {NAME}"),
                remedy=tr("запись осталась у робота", "the recording is kept by the robot"),
            )
        params = {"CALL_ID": done["call"], "FILENAME": name, "FILE_CONTENT": _base64(content)}
        told = await self._client.call("telephony.externalCall.attachRecord", params)
        return str(as_map(told).get("FILE_ID", NOTHING))

    async def _find_transcript(self, done: Done) -> str | None:
        row = await self._statistics({"CALL_ID": done["call"]})
        return str(row["TRANSCRIPT_ID"]) if row and row.get("TRANSCRIPT_ID") else None

    async def _attach_transcript(self, done: Done) -> str:
        params = {"CALL_ID": done["call"], "MESSAGES": mapping.messages(self._report.said)}
        told = await self._client.call("telephony.call.attachTranscription", params)
        return str(as_map(told).get("TRANSCRIPT_ID", NOTHING))

    async def _statistics(self, wanted: Mapping[str, str]) -> Mapping[str, Any] | None:
        rows = await self._client.listing("voximplant.statistic.get", {"FILTER": wanted}, pages=1)
        return rows[0] if rows else None

    async def _find_logged_call(self, _done: Done) -> str | None:
        params = {"filter": {"ORIGINATOR_ID": ORIGIN, "ORIGIN_ID": self._mark("call")}, "select": ["ID"]}
        rows = await self._client.listing("crm.activity.list", params, pages=1)
        return str(rows[0]["ID"]) if rows else None

    async def _log_call(self, done: Done) -> str:
        owner, client = ((await self._portal.card()).type_id, done["lead"]), await self._clients.called(done["lead"])
        fields = mapping.logged_call(self._report, self._settings, owner, client, await self._clients.user())
        return number_of(await self._client.call("crm.activity.add", {"fields": fields}))

    async def _recording(self) -> Recording | None:
        most_mb = self._settings.recording_mb
        return await recording(self._data_dir, self._report.recording, most_mb=most_mb, whom=NAME)

    # --- comments ---

    async def _comment_call(self, done: Done) -> str:
        text = mapping.call_text(self._report, self._settings, self._mark("note"), spoken=False)
        return await self._comment(done, text, [])

    async def _comment_record(self, done: Done) -> str:
        kept = await self._recording()
        if kept is None:
            return NOTHING
        text = tr(f"Запись звонка\n{self._mark('record')}", f"Recording of the call\n{self._mark('record')}")
        return await self._comment(done, text, [[kept.name, _base64(kept.content)]])

    async def _comment(self, done: Done, text: str, files: list[list[str]]) -> str:
        fields: dict[str, Any] = {**await self._commented(done), "COMMENT": text}
        told = await self._client.call(
            "crm.timeline.comment.add", {"fields": fields | ({"FILES": files} if files else {})}
        )
        return number_of(told)

    async def _commented(self, done: Done) -> Mapping[str, Any]:
        return {"ENTITY_ID": int(done["lead"]), "ENTITY_TYPE": (await self._portal.card()).kind}

    def _comment_found(self, write: str) -> Callable[[Done], Awaitable[str | None]]:
        async def look(done: Done) -> str | None:
            params = {"filter": await self._commented(done), "order": {"ID": "DESC"}, "select": ["ID", "COMMENT"]}
            rows = await self._client.listing("crm.timeline.comment.list", params, pages=MARKED_PAGES)
            return _marked(rows, "COMMENT", self._mark(write))

        return look

    # --- the meeting and the tasks ---

    def _meeting_write(self, booked: Booked) -> Write:
        async def look(_done: Done) -> str | None:
            return await self._event(await self._clients.user(), self._mark("meeting"))

        async def do(done: Done) -> str:
            title, user = task_line(TaskKind.MEETING, self._report), await self._clients.user()
            card = f"{(await self._portal.card()).letter}_{done['lead']}"
            params = mapping.calendar_event(self._report, booked, title, card, user)
            before = await self._moved_event(booked.moves) if booked.moves else None
            if before is not None and before[0] == user:
                await self._client.call("calendar.event.update", {**params, "id": int(before[1])})
                return before[1]
            if before is not None:
                old = {"id": int(before[1]), "type": "user", "ownerId": int(before[0])}
                await self._client.call("calendar.event.delete", old)
            return number_of(await self._client.call("calendar.event.add", params))

        return Write("meeting", do, look, needs=NEEDS_LEAD)

    async def _moved_event(self, attempt: UUID) -> tuple[str, str] | None:
        """Whose calendar the earlier meeting is in, and its id."""
        first = await self._clients.user()
        for user in dict.fromkeys([first, *self._settings.managers.values()]):
            found = await self._event(user, self._mark("meeting", attempt))
            if found is not None:
                return user, found
        return None

    async def _event(self, user: str, wanted: str) -> str | None:
        """Without dates the vendor tells of a month back and three ahead."""
        rows = await self._client.call("calendar.event.get", {"type": "user", "ownerId": int(user)})
        return _marked(rows if isinstance(rows, list) else [], "DESCRIPTION", wanted)

    def _todo_write(self, name: str, todo: Todo) -> Write:
        async def look(done: Done) -> str | None:
            return await self._todo(done["lead"], self._mark(name))

        async def do(done: Done) -> str:
            params: dict[str, Any] = {
                "ownerTypeId": (await self._portal.card()).type_id,
                "ownerId": int(done["lead"]),
                "deadline": todo.due_at.isoformat(timespec="seconds"),
                "title": todo.title,
                "description": self._mark(name),
                "responsibleId": int(await self._portal.user(todo.manager)),
                "pingOffsets": [0, 15],
            }
            moves = self._report.meeting.moves if todo.meeting and self._report.meeting else None
            before = await self._todo(done["lead"], self._mark(name, moves)) if moves else None
            if before is not None:
                await self._client.call("crm.activity.todo.update", {**params, "id": int(before)})
                return before
            return id_of(await self._client.call("crm.activity.todo.add", params))

        return Write(name, do, look, needs=NEEDS_LEAD)

    async def _todo(self, lead: str, wanted: str) -> str | None:
        kind = (await self._portal.card()).type_id
        owner = {"OWNER_TYPE_ID": kind, "OWNER_ID": int(lead), "PROVIDER_ID": "CRM_TODO"}
        params = {"filter": owner, "order": {"ID": "DESC"}, "select": ["ID", "DESCRIPTION"]}
        rows = await self._client.listing("crm.activity.list", params, pages=MARKED_PAGES)
        return _marked(rows, "DESCRIPTION", wanted)


async def _never(_done: Done) -> str | None:
    """For what may be written twice with the same end: it is written again."""
    return None


def _marked(rows: Sequence[Mapping[str, Any]], where: str, wanted: str) -> str | None:
    return next((str(row["ID"]) for row in rows if wanted in str(row.get(where) or "")), None)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
