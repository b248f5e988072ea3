"""1C as a connector. Built from its documentation; see README.md."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from robot.crm.after_call import Todo, stage_to_set, todos
from robot.crm.connector import Change, Findings
from robot.crm.errors import DeliveryError
from robot.crm.onec import mapping as m
from robot.crm.onec.client import Client
from robot.crm.onec.settings import MarkedObject, Object, Settings
from robot.crm.recording import recording
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.writes import NOTHING, Done, Write
from robot.domain.people import lead_fields
from robot.i18n import tr


class Onec:
    name = "onec"

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings = settings
        self._parts = parts
        self._client = Client(settings, parts.wire, parts.throttle)

    async def check(self) -> Findings:
        """Whether each object can be read; that properties fit shows when the first call is written."""
        may, problems = [], []
        settings = self._settings
        for one in (settings.lead, settings.call, settings.meeting, settings.task, settings.file):
            if one is None:
                continue
            try:
                await self._client.top(one.entity)
            except DeliveryError as error:
                if error.retryable:
                    raise
                problems.append(f"{error}: {error.remedy}")
            else:
                may.append(tr(f"читать {one.entity}", f"read {one.entity}"))
        return Findings(f"1С, {settings.url} ({settings.login})", may=may, problems=problems)

    def writes(self, report: CallReport) -> Sequence[Write]:
        return _Deeds(report, self._settings, self._client, self._parts).writes()

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """1C keeps no times of changes that all configurations had: it sends requests to the robot itself
        (docs/howto/webhook.md)."""
        return (), since

    async def close(self) -> None:
        await self._parts.wire.close()


class _Deeds:
    """What one call changes."""

    def __init__(self, report: CallReport, settings: Settings, client: Client, parts: Parts) -> None:
        self._report = report
        self._settings = settings
        self._client = client
        self._parts = parts
        self._values = m.values(report, settings.timezone)

    def writes(self) -> Sequence[Write]:
        settings, report = self._settings, self._report
        zone = settings.timezone
        writes = [Write("lead", self._make_lead, self._look_lead, always_look=True)]
        writes.append(Write("collected", self._fill, self._again, needs=("lead",)))
        if settings.lead.stage and stage_to_set(report) in settings.stages:
            writes.append(Write("stage", self._set_stage, self._again, needs=("lead",)))
        if settings.meeting is not None and report.meeting is not None:
            more = m.of_meeting(report, settings.user_of(report.meeting.manager), zone)
            writes.append(self._marked("meeting", settings.meeting, more))
        if settings.task is not None:
            for place, todo in enumerate(todos(report, zone)):
                more = m.of_task(todo, settings.user_of(todo.manager), zone)
                writes.append(self._marked(f"task:{place}", settings.task, more, todo=todo))
        writes.append(self._marked("call", settings.call, {}))
        if settings.file is not None and report.recording:
            look = partial(self._look, settings.file, "file")
            writes.append(Write("file", partial(self._send_file, settings.file), look, needs=("lead", "call")))
        return writes

    def _marked(self, name: str, what: MarkedObject, more: Mapping[str, Any], *, todo: Todo | None = None) -> Write:
        moves = name == "meeting" or (todo is not None and todo.meeting)
        make = partial(self._make, what, name, more, moves)
        return Write(name, make, partial(self._look, what, name), needs=("lead",))

    async def _again(self, _: Done) -> None:
        """Setting the same values twice is setting them once."""
        return

    async def _look_lead(self, _: Done) -> str | None:
        lead = self._settings.lead
        return await self._client.find(lead.entity, m.any_of(lead.phone, m.writings(self._report.lead.phone)))

    async def _make_lead(self, _: Done) -> str:
        lead = self._settings.lead
        values = {**self._filled(lead, self._values), lead.phone: self._report.lead.phone}
        return await self._client.make(lead.entity, values)

    async def _fill(self, done: Done) -> str:
        said = lead_fields(self._report.collected)
        values = {theirs: said[ours] for ours, theirs in self._settings.fields.items() if said.get(ours)}
        if values:
            await self._client.change(self._settings.lead.entity, done["lead"], values)
        return NOTHING

    async def _set_stage(self, done: Done) -> str:
        lead = self._settings.lead
        stage = self._settings.stages.get(stage_to_set(self._report))
        if not stage:
            return NOTHING  # the mapping was changed since the call
        await self._client.change(lead.entity, done["lead"], {lead.stage: stage})
        return NOTHING

    async def _look(self, what: MarkedObject, name: str, _: Done) -> str | None:
        return await self._known(what, m.mark(self._report.attempt_id, name))

    async def _known(self, what: MarkedObject, mark: str) -> str | None:
        return await self._client.find(what.entity, f"substringof({m.quoted(mark)}, {what.mark})")

    async def _make(self, what: MarkedObject, name: str, more: Mapping[str, Any], moves: bool, done: Done) -> str:
        values = self._filled(what, {**self._values, **more})
        values[what.mark] = f"{values.get(what.mark, '')} {m.mark(self._report.attempt_id, name)}".strip()
        values[what.lead] = done["lead"]
        former = self._report.meeting.moves if moves and self._report.meeting is not None else None
        if former is not None and (key := await self._known(what, m.mark(former, name))) is not None:
            await self._client.change(what.entity, key, values)
            return key
        return await self._client.make(what.entity, values)

    async def _send_file(self, what: MarkedObject, done: Done) -> str:
        limit = self._settings.recording_mb
        sound = await recording(self._parts.data_dir, self._report.recording, most_mb=limit, whom="1С")
        if sound is None:
            return NOTHING
        content = base64.b64encode(sound.content).decode()
        more = {"recording_name": sound.name, "recording_base64": content}
        return await self._make(what, "file", more, False, {**done, "lead": done["call"]})

    @staticmethod
    def _filled(what: Object, values: Mapping[str, Any]) -> dict[str, Any]:
        """Empty texts are left out: a reference that is empty is refused."""
        given = {name: values.get(ours, "") for name, ours in what.fields.items()}
        return {**what.constants, **{name: value for name, value in given.items() if value != ""}}


def connect(settings: Settings, parts: Parts) -> Onec:
    return Onec(settings, parts)
