"""The robot's own CRM, looked at as a connector.

It is no target of deliveries: what a call means for the card, its stage, the meeting and the manager's task is
written in the transaction that ends the call (robot/storage/closing.py), so nothing of it can be lost or doubled on the
way. Nor has it changes to be polled: whoever changes a lead does so in the same database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from robot.crm.connector import Change, Findings, Named
from robot.crm.report import CallReport
from robot.crm.stages import STAGE_TITLES
from robot.crm.writes import Write
from robot.i18n import tr

NAME = "builtin"


class Staff(Protocol):
    async def names(self) -> Sequence[str]:
        """Of all managers who hold meetings."""
        ...


class Builtin:
    name = NAME

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    async def check(self) -> Findings:
        """Managers are known by their names."""
        names = await self._staff.names()
        stages = [Named(stage.value, tr(text.ru, text.en)) for stage, text in STAGE_TITLES.items()]
        nobody = tr(
            "встречи проводить некому: zvonar managers add",
            "nobody holds meetings: zvonar managers add",
        )
        may = (tr("вести лиды, стадии, встречи, задачи", "keep leads, stages, meetings, tasks"),)
        return Findings(
            tr("своя база робота", "the robot's own database"),
            stages,
            [Named(name, name) for name in names],
            may,
            () if names else (nobody,),
        )

    def writes(self, report: CallReport) -> Sequence[Write]:  # noqa: ARG002
        """None: they were done in the call's transaction."""
        return ()

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        return (), since

    async def close(self) -> None:
        """Nothing is open."""
