"""The connector of Bitrix24."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from pydantic import BaseModel

from robot.crm.bitrix24 import automation
from robot.crm.bitrix24.client import Client
from robot.crm.bitrix24.delivery import Convert, Delivery
from robot.crm.bitrix24.feed import Feed
from robot.crm.bitrix24.portal import Portal
from robot.crm.bitrix24.settings import Settings
from robot.crm.connector import Busy, Change, Connector, Findings, Named
from robot.crm.mapped import Asked, missing, shared
from robot.crm.mp3 import as_mp3
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.tokens import FileTokens, TokenStore
from robot.crm.touched import Touched
from robot.crm.writes import Write
from robot.i18n import tr

NEEDED = ("crm", "calendar", "user")


class Bitrix24:
    """Knows when managers are busy, too (KnowsBusy). convert: the recording into what the portal plays."""

    name = "bitrix24"

    def __init__(self, settings: Settings, parts: Parts, tokens: TokenStore, convert: Convert = as_mp3) -> None:
        self._settings = settings
        self._parts = parts
        self._convert = convert
        self._client = Client(settings, parts.wire, parts.throttle, tokens)
        self._portal = Portal(self._client, settings, parts.now)
        self._feed = Feed(self._portal, parts.now)

    async def check(self) -> Findings:
        me = await self._portal.me()
        scopes = await self._portal.scopes()
        stages, users = await self._portal.stages(), await self._portal.users()
        problems = [
            tr(f"нет права {scope}: добавьте его вебхуку или приложению", f"the right {scope} is missing: add it")
            for scope in (*NEEDED, *(("telephony",) if self._settings.application else ()))
            if scope not in scopes
        ]
        problems += self._unmapped(stages, users, await self._portal.fields())
        name = f"{me.get('NAME', '')} {me.get('LAST_NAME', '')}".strip()
        may = [*scopes, *await self._bounds()]
        return Findings(f"{self._settings.host}, {name or me.get('ID', '?')}", stages, users, may, problems)

    async def _bounds(self) -> Sequence[str]:
        """What this way in cannot do; the rest works without it."""
        if not self._settings.application:
            return [
                tr(
                    "звонки — делами, запись — в комментарии: в телефонию их может писать только приложение (OAuth)",
                    "calls as activities, recordings as comments: only an application (OAuth) may log them as calls",
                )
            ]
        if await self._portal.hears_deletions():
            return []
        return [
            tr(
                "об удалении лидов робот не узнает: приложение должен установить администратор, и тариф должен давать "
                "офлайн-события",
                "deletions of leads are not learned: an administrator must install the application, and the plan must "
                "have offline events",
            )
        ]

    def _unmapped(self, stages: Sequence[Named], users: Sequence[Named], fields: frozenset[str]) -> list[str]:
        """What the settings name and the portal has not, and who stands for two."""
        settings = self._settings
        wanted_fields = [*settings.fields.values(), *([settings.reason_field] if settings.reason_field else [])]
        responsible = [settings.responsible] if settings.responsible else []
        asked = (
            Asked("STAGES", settings.stages.values(), {one.id for one in stages}),
            Asked("MANAGERS", [*settings.managers.values(), *responsible], {one.id for one in users}),
            Asked("FIELDS", wanted_fields, fields),
        )
        return [*missing(self.name, asked), *shared(self.name, settings.managers)]

    def writes(self, report: CallReport) -> Sequence[Write]:
        return Delivery(report, self._portal, self._parts.data_dir, self._convert).writes()

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        return await self._feed.changes(since)

    def reply(self, reply_to: str, told: Mapping[str, str]) -> Sequence[Write]:
        return automation.reply(self._client, reply_to, told)

    async def automate(self, handler: str) -> None:
        """Install “Call by robot” in the portal's automation. Raises DeliveryError."""
        me = await self._portal.me()
        application = self._settings.application
        await automation.install(self._client, handler, int(me.get("ID") or 1), application=application)

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]:
        """What a webhook told, read from the portal."""
        return await self._feed.touched(told)

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        return await self._feed.ending(field, after=after, before=before)

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        return await self._portal.busy(after=after, before=before)

    async def close(self) -> None:
        await self._client.close()


def connect(settings: BaseModel, parts: Parts) -> Connector:
    chosen = cast("Settings", settings)
    return Bitrix24(chosen, parts, FileTokens(parts.data_dir / "crm" / f"bitrix24-{chosen.host}.json"))
