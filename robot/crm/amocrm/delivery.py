"""What one call changes in an amoCRM account, write by write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from robot.crm.after_call import Todo, stage_to_set, todos
from robot.crm.amocrm import mapping
from robot.crm.amocrm.account import Account
from robot.crm.amocrm.client import NAME, as_map, embedded, first, id_of
from robot.crm.errors import NotThere, Refused, TooLarge
from robot.crm.known_fields import write_known
from robot.crm.marks import mark
from robot.crm.recording import Recording, recording
from robot.crm.report import CallReport
from robot.crm.stages import Text
from robot.crm.writes import NOTHING, Done, Write
from robot.i18n import tr

NEEDS_LEAD = ("lead",)
LOST = "143"


class Delivery:
    """One report on its way. Between tries it remembers nothing; within one, the contact that was just found."""

    def __init__(self, report: CallReport, account: Account, data_dir: Path) -> None:
        self._report = report
        self._account = account
        self._client = account.client
        self._settings = account.settings
        self._data_dir = data_dir
        self._contact: str | None = None

    def writes(self) -> Sequence[Write]:
        report = self._report
        found = [Write("lead", self._make_lead, self._find_lead, always_look=True)]
        if mapping.card_fields(report, self._settings):
            found.append(Write("fields", self._set_fields, _never, needs=NEEDS_LEAD))
        if self._settings.stages.get(stage_to_set(report)):
            found.append(Write("stage", self._set_stage, _never, needs=NEEDS_LEAD))
        found.append(Write("call", self._note_call, self._noted(self._is_call), needs=NEEDS_LEAD))
        if report.recording:
            found.append(Write("record", self._attach_record, self._noted(self._is_record), needs=NEEDS_LEAD))
        if report.talked_s > 0:
            found.append(Write("note", self._note_talk, self._noted(self._is_talk), needs=NEEDS_LEAD))
        for place, todo in enumerate(todos(report, self._settings.timezone)):
            found.append(self._task_write(f"task:{place}", todo))
        return found

    def _mark(self, write: str, attempt: UUID | None = None) -> str:
        return mark(attempt or self._report.attempt_id, write)

    def _user(self) -> str:
        """The manager of the meeting, else who is responsible, "" when the account decides."""
        return self._settings.user_of(self._report.meeting.manager if self._report.meeting else "")

    # --- the card ---

    async def _find_lead(self, _done: Done) -> str | None:
        report = self._report
        self._contact, lead = await self._account.by_phone(report.lead.phone, since=report.started_at)
        return lead

    async def _make_lead(self, _done: Done) -> str:
        if self._contact is not None:
            lead = mapping.lead_of(self._contact, self._report, self._settings, self._user())
            return id_of(first(embedded(await self._client.post("leads", [lead]), "leads")))
        lead = mapping.lead_with_contact(self._report, self._settings, self._user())
        return id_of(first(await self._client.post("leads/complex", [lead])))

    async def _set_fields(self, done: Done) -> str:
        async def write(there: Mapping[str, str]) -> None:
            values = {"custom_fields_values": mapping.field_values(there)}
            await self._client.patch(f"leads/{done['lead']}", values)

        remedy = Text(
            "исправьте ZVONAR_CRM__AMOCRM__FIELDS: слева наше поле, справа id поля сделки",
            "correct ZVONAR_CRM__AMOCRM__FIELDS: our field on the left, the id of theirs on the right",
        )
        fields = mapping.card_fields(self._report, self._settings)
        return await write_known(fields, await self._account.fields(), write, whom=NAME, remedy=remedy)

    async def _set_stage(self, done: Done) -> str:
        wanted = self._settings.stages.get(stage_to_set(self._report))
        if not wanted:
            return NOTHING  # the mapping was changed since the call
        current = str((await self._account.lead(done["lead"])).get("status_id"))
        if current == wanted or current in self._settings.final:
            return NOTHING
        told: dict[str, Any] = {"status_id": int(wanted)}
        told |= {"pipeline_id": self._settings.pipeline} if self._settings.pipeline else {}
        reason = self._settings.reasons.get(self._report.reason)
        told |= {"loss_reason_id": int(reason)} if reason and wanted == LOST else {}
        try:
            await self._client.patch(f"leads/{done['lead']}", told)
        except NotThere:
            raise NotThere(
                tr(
                    f"в {NAME} нет статуса {wanted} или причины отказа {reason or ''}".rstrip(),
                    f"{NAME} has no status {wanted}, or no loss reason {reason or ''}".rstrip(),
                ),
                remedy=tr(
                    "исправьте ZVONAR_CRM__AMOCRM__STAGES и …__REASONS: номера показывает zvonar crm check",
                    "correct ZVONAR_CRM__AMOCRM__STAGES and …__REASONS: zvonar crm check shows the ids",
                ),
            ) from None
        return NOTHING

    # --- the call ---

    async def _note_call(self, done: Done) -> str:
        return await self._note(mapping.call_note(self._report, done["lead"], self._user()))

    async def _note_talk(self, done: Done) -> str:
        return await self._note(mapping.talk_note(self._report, done["lead"], self._settings.timezone))

    async def _attach_record(self, done: Done) -> str:
        """A file whose note was not made is seen by nobody: after a broken try there is one more in the drive."""
        settings, report = self._settings, self._report
        kept = await recording(self._data_dir, report.recording, most_mb=settings.recording_mb, whom=NAME)
        if kept is None:
            return NOTHING
        file = await self._upload(kept)
        params = {
            "file_uuid": id_of(file, "uuid"),
            "version_uuid": file.get("version_uuid"),
            "file_name": self._file_name(kept),
        }
        return await self._note({"entity_id": int(done["lead"]), "note_type": "attachment", "params": params})

    def _file_name(self, kept: Recording) -> str:
        return f"{self._mark('record')}.{kept.name.rpartition('.')[2]}"

    async def _upload(self, kept: Recording) -> Mapping[str, Any]:
        drive = str((await self._account.me()).get("drive_url") or "").rstrip("/")
        if not drive:
            raise Refused(
                tr(f"{NAME} не даёт хранилища файлов", f"{NAME} gives no place for files"),
                remedy=tr("дайте интеграции доступ к файлам", "give the integration access to files"),
            )
        told = {"file_name": self._file_name(kept), "file_size": len(kept.content), "content_type": kept.type}
        session = as_map(await self._client.post(f"{drive}/v1.0/sessions", told))
        if len(kept.content) > int(session.get("max_file_size") or len(kept.content)):
            raise TooLarge(
                tr(f"запись больше, чем принимает {NAME}", f"the recording is larger than {NAME} takes"),
                remedy=tr("запись осталась у робота", "the recording is kept by the robot"),
            )
        url, part = id_of(session, "upload_url"), int(session.get("max_part_size") or len(kept.content))
        answer: Mapping[str, Any] = {}
        for begin in range(0, len(kept.content), part):
            answer = as_map(await self._client.upload(url, kept.content[begin : begin + part], kept.type))
            url = str(answer.get("next_url") or url)
        return answer

    async def _note(self, note: Mapping[str, Any]) -> str:
        return id_of(first(embedded(await self._client.post("leads/notes", [note]), "notes")))

    def _noted(self, mine: Callable[[str, Mapping[str, Any]], bool]) -> Callable[[Done], Awaitable[str | None]]:
        async def look(done: Done) -> str | None:
            query = {"order": {"id": "desc"}}
            rows = await self._client.rows(f"leads/{done['lead']}/notes", "notes", query)
            found = (row for row in rows if mine(str(row.get("note_type")), as_map(row.get("params"))))
            return next((str(row["id"]) for row in found), None)

        return look

    def _is_call(self, _kind: str, params: Mapping[str, Any]) -> bool:
        return params.get("uniq") == self._mark("call")

    def _is_talk(self, kind: str, params: Mapping[str, Any]) -> bool:
        return kind == "common" and self._mark("note") in str(params.get("text", ""))

    def _is_record(self, _kind: str, params: Mapping[str, Any]) -> bool:
        return self._mark("record") in f"{params.get('file_name')} {params.get('original_name')}"

    # --- the meeting and other tasks ---

    def _task_write(self, name: str, todo: Todo) -> Write:
        async def look(done: Done) -> str | None:
            return await self._task(done["lead"], self._mark(name))

        async def do(done: Done) -> str:
            user = self._settings.user_of(todo.manager)
            told = mapping.task(todo, self._report, done["lead"], user, self._mark(name))
            moves = self._report.meeting.moves if todo.meeting and self._report.meeting else None
            before = await self._task(done["lead"], self._mark(name, moves)) if moves else None
            if before is not None:
                names = ("text", "complete_till", "duration", "responsible_user_id")
                await self._client.patch(f"tasks/{before}", {one: told[one] for one in names if one in told})
                return before
            return id_of(first(embedded(await self._client.post("tasks", [told]), "tasks")))

        return Write(name, do, look, needs=NEEDS_LEAD)

    async def _task(self, lead: str, wanted: str) -> str | None:
        query = {"filter": {"entity_type": "leads", "entity_id": int(lead)}, "order": {"id": "desc"}}
        rows = await self._client.rows("tasks", "tasks", query)
        return next((str(row["id"]) for row in rows if wanted in str(row.get("text", ""))), None)


async def _never(_done: Done) -> str | None:
    """For what may be written twice with the same end: it is written again."""
    return None
