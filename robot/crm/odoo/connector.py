"""Odoo as a connector. See README.md for what it does there and what was tried on which version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from robot.crm.connector import Busy, Change, Findings
from robot.crm.odoo import calendar, changes, checking, ends
from robot.crm.odoo.api import api
from robot.crm.odoo.deeds import Deeds
from robot.crm.odoo.office import Office
from robot.crm.odoo.settings import Settings
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.writes import Write


class Odoo:
    name = "odoo"

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings = settings
        self._parts = parts
        self._office = Office(api(settings, parts.wire, parts.throttle))

    async def check(self) -> Findings:
        return await checking.check(self._office, self._settings)

    def writes(self, report: CallReport) -> Sequence[Write]:
        return Deeds(report, self._settings, self._office, self._parts).writes()

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        return await changes.changes(self._office, self._settings, since)

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        return await ends.ending(self._office, self._settings, field, after=after, before=before)

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        settings = self._settings
        return await calendar.busy(self._office, settings.managers, settings.timezone, after=after, before=before)

    async def close(self) -> None:
        await self._parts.wire.close()


def connect(settings: Settings, parts: Parts) -> Odoo:
    return Odoo(settings, parts)
