"""What one call changes in Odoo: each change made once, and how to see that it was made."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any

from robot.crm.after_call import Todo, stage_to_set, todos
from robot.crm.call_text import heading
from robot.crm.errors import Misconfigured, NotThere
from robot.crm.odoo import mapping as m
from robot.crm.odoo.finished import stays
from robot.crm.odoo.office import ALL, Office
from robot.crm.odoo.settings import Settings
from robot.crm.recording import recording
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.stages import stage_after
from robot.crm.writes import NOTHING, Done, Write
from robot.i18n import tr

LEAD = "crm.lead"
EVENT = "calendar.event"
ACTIVITY = "mail.activity"
SILENT = {"no_mail_to_attendees": True, "dont_notify": True, "mail_create_nosubscribe": True}
"""Context: the client is invited by the robot, not by Odoo as well."""
RICH_NOTES_SINCE = 17
"""From this version on a note's HTML must be called that, or it is shown as text."""


async def asked_calls(office: Office) -> list[Any]:
    """Domain of the activities by which people ask the robot to ring leads: calls that are its user's."""
    me, kind = await office.api.me(), await office.call_type()
    return [["res_model", "=", LEAD], ["user_id", "=", me], ["activity_type_id", "=", kind]]


class Deeds:
    """Of one report."""

    def __init__(self, report: CallReport, settings: Settings, office: Office, parts: Parts) -> None:
        self._report = report
        self._settings = settings
        self._office = office
        self._parts = parts
        self._mark = m.mark(report.attempt_id)
        self._todos = todos(report, settings.timezone)

    def writes(self) -> Sequence[Write]:
        writes = [
            Write("lead", self._make_lead, self._look_lead, always_look=True),
            Write("card", self._fill_card, self._again, needs=("lead",)),
            Write("collected", self._fill_collected, self._again, needs=("lead",)),
        ]
        if stage_to_set(self._report) in self._settings.stages:
            writes.append(Write("stage", self._set_stage, self._again, needs=("lead",)))
        if self._report.meeting is not None:
            writes.append(Write("meeting", self._make_meeting, self._look_meeting, needs=("lead",)))
        for place, todo in enumerate(self._todos):
            make, look = partial(self._make_task, todo, place), partial(self._look_task, place)
            writes.append(Write(f"task:{place}", make, look, needs=("lead",)))
        if self._report.recording:
            writes.append(Write("recording", self._send_recording, self._look_recording, needs=("lead",)))
        writes.append(Write("note", self._make_note, self._look_note, needs=("lead",)))
        if stage_after(self._report.outcome, ""):
            writes.append(Write("asked", self._close_asked, self._again, needs=("lead",)))
        return writes

    async def _again(self, _: Done) -> None:
        """Setting the same values twice is setting them once."""
        return

    async def _look_lead(self, _: Done) -> str | None:
        fields = await self._office.fields(LEAD)
        wanted = [*await self._office.some(LEAD, m.PHONES), "active", "write_date"]
        domain = m.phone_domain(self._report.lead.phone, fields)
        found = m.best(await self._office.find(LEAD, domain, wanted, context=ALL), self._report.lead.phone)
        return None if found is None else str(found["id"])

    async def _make_lead(self, _: Done) -> str:
        """A lead that is nobody's is better than none: who is gone is told where he is needed."""
        user = self._settings.user_of(self._report.meeting.manager if self._report.meeting is not None else "")
        try:
            values = m.new_lead(self._report, user)
            if user:
                await self._office.partner(m.number(user))
        except NotThere:
            values = m.new_lead(self._report, "")
        return str(await self._office.api.create(LEAD, values, {"mail_create_nosubscribe": True}))

    async def _fill_card(self, done: Done) -> str:
        """What a person wrote there stays."""
        known = m.known(self._report)
        record = await self._lead(done, list(known))
        if missing := {field: value for field, value in known.items() if not record[field]}:
            await self._office.write(LEAD, int(done["lead"]), missing)
        return NOTHING

    async def _fill_collected(self, done: Done) -> str:
        """The latest talk knows best."""
        values = m.collected(self._report, self._settings, await self._office.fields(LEAD))
        if values:
            await self._office.write(LEAD, int(done["lead"]), values)
        return NOTHING

    async def _set_stage(self, done: Done) -> str:
        stage = self._settings.stages.get(stage_to_set(self._report))
        if not stage:
            return NOTHING  # the mapping was changed since the call
        lead = await self._lead(done, ["active", "stage_id"])
        if await stays(self._office, lead, called_at=self._report.ended_at):
            return NOTHING
        if stage == m.LOST:
            await self._office.write(LEAD, int(done["lead"]), {"active": False, "probability": 0, **await self._why()})
            return NOTHING
        if await self._office.first("crm.stage", [["id", "=", m.number(stage)]]) is None:
            raise NotThere(
                tr(f"в Odoo нет стадии {stage}", f"Odoo has no stage {stage}"),
                remedy=tr(
                    "её удалили: выберите другую в ZVONAR_CRM__ODOO__STAGES (zvonar crm check покажет, какие есть)",
                    "it was deleted: choose another in ZVONAR_CRM__ODOO__STAGES (zvonar crm check lists them)",
                ),
            )
        values = {"stage_id": m.number(stage), "active": True, "type": "opportunity"}
        await self._office.write(LEAD, int(done["lead"]), values)
        return NOTHING

    async def _why(self) -> m.Record:
        """The reason of a refusal, where it is mapped; in the note it stands anyway."""
        reason = self._settings.reasons.get(self._report.reason, "")
        names = await self._office.some(LEAD, ["lost_reason_id", "lost_reason"])
        return {names[0]: m.number(reason)} if reason and names else {}

    async def _look_meeting(self, _: Done) -> str | None:
        return await self._office.first(EVENT, [["description", "ilike", self._mark]])

    async def _make_meeting(self, done: Done) -> str:
        booked = self._report.meeting
        assert booked is not None  # noqa: S101 - else there is no such write
        user = self._manager(booked.manager)
        fields = await self._office.fields(EVENT)
        values = m.event(
            self._report,
            booked,
            lead=int(done["lead"]),
            user=user,
            partner=await self._office.partner(user),
            rich=fields["description"]["type"] == "html",
        )
        former = await self._former_meeting()
        if former is None:
            return str(await self._office.api.create(EVENT, values, SILENT))
        await self._office.write(EVENT, int(former), values, **SILENT)
        return former

    async def _former_meeting(self) -> str | None:
        """That which is moved. Somebody may have deleted it."""
        moves = self._report.meeting.moves if self._report.meeting is not None else None
        if moves is None:
            return None
        return await self._office.first(EVENT, [["description", "ilike", m.mark(moves)]])

    def _manager(self, name: str) -> int:
        user = self._settings.user_of(name)
        if not user and not name:
            raise Misconfigured(
                tr("задача ничья: в Odoo её некому отдать", "the task is nobody's: there is no one in Odoo to take it"),
                remedy=tr(
                    "назовите, кто берёт ничьё: ZVONAR_CRM__ODOO__RESPONSIBLE (zvonar crm check покажет номера)",
                    "name who takes such tasks: ZVONAR_CRM__ODOO__RESPONSIBLE (zvonar crm check lists the ids)",
                ),
            )
        if not user:
            raise Misconfigured(
                tr(f"менеджер «{name}» не сопоставлен с Odoo", f"the manager “{name}” is not mapped to Odoo"),
                remedy=tr(
                    f'впишите его в ZVONAR_CRM__ODOO__MANAGERS={{"{name}": номер}} (zvonar crm check покажет номера)',
                    f'put him into ZVONAR_CRM__ODOO__MANAGERS={{"{name}": id}} (zvonar crm check lists the ids)',
                ),
                named=name,
            )
        return m.number(user)

    async def _look_task(self, place: int, done: Done) -> str | None:
        """One that was done since is a message on the card."""
        theirs = [["res_id", "=", int(done["lead"])]]
        told = m.task_mark(self._report.attempt_id, place)
        open_one = await self._office.first(ACTIVITY, [["res_model", "=", LEAD], *theirs, ["note", "ilike", told]])
        return open_one or await self._office.first(
            "mail.message", [["model", "=", LEAD], *theirs, ["body", "ilike", told]]
        )

    async def _make_task(self, todo: Todo, place: int, done: Done) -> str:
        values = {
            "summary": todo.title,
            "note": m.activity_note(self._report, place),
            "date_deadline": m.day(todo.due_at, self._settings.timezone),
            "user_id": await self._who_does(todo, done),
        }
        if todo.meeting and (former := await self._former_task(done)) is not None:
            await self._office.write(ACTIVITY, former, values)
            return str(former)
        await self._office.api.call(
            LEAD, "activity_schedule", ids=[int(done["lead"])], act_type_xmlid=m.activity_type(todo), **values
        )
        return NOTHING

    async def _who_does(self, todo: Todo, done: Done) -> int:
        """Who is mapped, else the lead's salesperson; never the robot, who would ring instead."""
        if not self._settings.user_of(todo.manager):
            owner = (await self._lead(done, ["user_id"]))["user_id"]
            if owner and owner[0] != await self._office.api.me():
                return int(owner[0])
        return self._manager(todo.manager)

    async def _former_task(self, done: Done) -> int | None:
        """That of the meeting which is moved."""
        moves = self._report.meeting.moves if self._report.meeting is not None else None
        if moves is None:
            return None
        domain: list[Any] = [["res_model", "=", LEAD], ["res_id", "=", int(done["lead"])]]
        found = await self._office.first(ACTIVITY, [*domain, ["note", "ilike", m.task_mark(moves, 0)]])
        return None if found is None else int(found)

    async def _close_asked(self, done: Done) -> str:
        """Whom the robot was asked to ring it has talked to; what is done is not there to be done again."""
        asked = [*await asked_calls(self._office), ["res_id", "=", int(done["lead"])]]
        if open_ones := await self._office.find(ACTIVITY, asked):
            ids = [one["id"] for one in open_ones]
            await self._office.api.call(ACTIVITY, "action_feedback", ids=ids, feedback=heading(self._report))
        return NOTHING

    async def _look_recording(self, done: Done) -> str | None:
        lead = int(done["lead"])
        name = m.file_stem(self._report)
        return await self._office.first(
            "ir.attachment", [["res_model", "=", LEAD], ["res_id", "=", lead], ["name", "=like", f"{name}.%"]]
        )

    async def _send_recording(self, done: Done) -> str:
        limit = self._settings.recording_mb
        sound = await recording(self._parts.data_dir, self._report.recording, most_mb=limit, whom="Odoo")
        if sound is None:
            return NOTHING
        values = {
            "name": f"{m.file_stem(self._report)}.{sound.name.rpartition('.')[2]}",
            "datas": base64.b64encode(sound.content).decode(),
            "mimetype": sound.type,
            "res_model": LEAD,
            "res_id": int(done["lead"]),
        }
        return str(await self._office.api.create("ir.attachment", values))

    async def _look_note(self, _: Done) -> str | None:
        return await self._office.first("mail.message", [["message_id", "=", m.message_id(self._report.attempt_id)]])

    async def _make_note(self, done: Done) -> str:
        sound = done.get("recording", NOTHING)
        left_out = bool(self._report.recording) and "recording" not in done
        rich = {"body_is_html": True} if await self._office.api.version() >= RICH_NOTES_SINCE else {}
        made = await self._office.api.call(
            LEAD,
            "message_post",
            ids=[int(done["lead"])],
            body=m.note(self._report, self._settings.timezone, without_recording=left_out),
            message_id=m.message_id(self._report.attempt_id),
            subtype_xmlid="mail.mt_note",
            attachment_ids=[] if sound == NOTHING else [int(sound)],
            **rich,
        )
        return str(made[0] if isinstance(made, list) else made)

    async def _lead(self, done: Done, fields: Sequence[str]) -> m.Record:
        found = await self._office.find(LEAD, [["id", "=", int(done["lead"])]], fields, context=ALL)
        if not found:
            raise NotThere(
                tr("лид удалён из Odoo", "the lead was deleted from Odoo"),
                remedy=tr(
                    "если так и задумано, снимите эту доставку: zvonar outbox drop",
                    "if that was meant, drop this delivery: zvonar outbox drop",
                ),
            )
        return found[0]
