"""The connector of amoCRM. It does not know when managers are busy: amoCRM has no calendar to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pydantic import BaseModel

from robot.crm.amocrm.account import Account
from robot.crm.amocrm.client import Client
from robot.crm.amocrm.delivery import Delivery
from robot.crm.amocrm.feed import Feed
from robot.crm.amocrm.settings import Settings
from robot.crm.connector import Change, Connector, Findings, Named
from robot.crm.mapped import Asked, missing
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.tokens import FileTokens, TokenStore
from robot.crm.touched import Touched
from robot.crm.writes import Write
from robot.i18n import tr


class Amo:
    name = "amocrm"

    def __init__(self, settings: Settings, parts: Parts, tokens: TokenStore) -> None:
        self._settings = settings
        self._parts = parts
        self._client = Client(settings, parts.wire, parts.throttle, tokens)
        self._account = Account(self._client, settings, parts.now)
        self._feed = Feed(self._account, parts.now)

    async def check(self) -> Findings:
        me = await self._account.me()
        stages, users = await self._account.statuses(), await self._account.users()
        problems = self._unmapped(stages, users, await self._account.fields(), await self._account.reasons())
        if not me.get("drive_url"):
            problems.append(
                tr(
                    "записи не уйдут: дайте интеграции доступ к файлам",
                    "recordings will not be sent: give the integration access to files",
                )
            )
        if self._settings.pipeline and not stages:
            problems.append(
                tr(
                    "такой воронки нет: исправьте ZVONAR_CRM__AMOCRM__PIPELINE",
                    "there is no such funnel: correct ZVONAR_CRM__AMOCRM__PIPELINE",
                )
            )
        return Findings(f"{self._settings.host}, {me.get('name', '?')}", stages, users, ("crm",), problems)

    def _unmapped(
        self, stages: Sequence[Named], users: Sequence[Named], fields: frozenset[str], reasons: Sequence[Named]
    ) -> list[str]:
        """What the settings name and the account has not."""
        settings = self._settings
        responsible = [settings.responsible] if settings.responsible else []
        asked = (
            Asked("STAGES", settings.stages.values(), {one.id for one in stages}),
            Asked("MANAGERS", [*settings.managers.values(), *responsible], {one.id for one in users}),
            Asked("FIELDS", settings.fields.values(), fields),
            Asked("REASONS", settings.reasons.values(), {one.id for one in reasons}),
        )
        return missing(self.name, asked)

    def writes(self, report: CallReport) -> Sequence[Write]:
        return Delivery(report, self._account, self._parts.data_dir).writes()

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        return await self._feed.changes(since)

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        """What a webhook told, read from the account."""
        return await self._feed.touched(told)

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        return await self._feed.ending(field, after=after, before=before)

    async def close(self) -> None:
        await self._client.close()


def connect(settings: BaseModel, parts: Parts) -> Connector:
    chosen = cast("Settings", settings)
    return Amo(chosen, parts, FileTokens(parts.data_dir / "crm" / f"amocrm-{chosen.host}.json"))
