"""This node as the Settings page sees it: its line, its voices, its scripts; and test calls over it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import structlog

from robot.calls.ports import PhraseSource
from robot.calls.trial import TrialCaller
from robot.domain.clock import utc_now
from robot.domain.company import TrialEnd
from robot.i18n import tr
from robot.settings import Settings
from robot.speech import registry
from robot.storage.errors import StorageError
from robot.storage.store import Storage
from robot.web.settings_ports import Choice, LineState
from robot.wiring.crm_desk import CrmDesk
from robot.wiring.speech import engine_options
from scripts_dialog import library, load_script
from telephony.base import Line

log = structlog.get_logger(__name__)


class Node(Protocol):
    """What it looks at."""

    settings: Settings
    storage: Storage
    line: Line

    @property
    def trial_voice(self) -> PhraseSource: ...


class NodePlant:
    """Plant of robot.web.settings_ports. One test call at a time: more would take channels from clients."""

    def __init__(self, node: Node, crms: CrmDesk) -> None:
        self._node = node
        self.crms = crms
        self._calling: asyncio.Task[None] | None = None

    async def scripts(self) -> Sequence[Choice]:
        stored = await self._node.storage.script_versions.live()
        shipped = await asyncio.to_thread(_shipped)
        own = [Choice(name, mark.title or name) for name, mark in stored.items()]
        return sorted({one.name: one for one in (*shipped, *own)}.values(), key=lambda one: one.title)

    async def voices(self) -> Sequence[Choice]:
        engines = await asyncio.to_thread(registry.available, engine_options(self._node.settings))
        return [
            Choice(one.name, one.name, "" if one.lack is None else tr(one.lack.ru, one.lack.en))
            for one in engines
            if one.kind == "synthesizer"
        ]

    async def line(self) -> LineState:
        settings, health = self._node.settings, await self._node.line.health()
        trunk = settings.asterisk.trunk if settings.line == "asterisk" else ""
        callers = settings.rules.callers or ((settings.asterisk.caller_id,) if settings.asterisk.caller_id else ())
        return LineState(health.ok, settings.line, health.detail, trunk, settings.dialer.channels, callers)

    def call(self, call_id: UUID, phone: str) -> bool:
        if self._calling is not None and not self._calling.done():
            return False
        self._calling = asyncio.create_task(self._call(call_id, phone), name="trial-call")
        return True

    async def close(self) -> None:
        if self._calling is not None:
            self._calling.cancel()
            await asyncio.wait([self._calling])

    async def _call(self, call_id: UUID, phone: str) -> None:
        node = self._node
        shown = next(iter(node.settings.rules.callers), node.settings.asterisk.caller_id)
        caller = TrialCaller(
            node.line, node.trial_voice, caller_id=shown, ring_timeout_s=node.settings.dialer.ring_timeout_s
        )
        end = TrialEnd("interrupted")
        try:
            end = await caller.call(call_id, phone)
        except Exception as error:
            end = TrialEnd("failed")
            log.exception("trial_call_failed", error=type(error).__name__)
        finally:
            try:
                await node.storage.trial_calls.end(call_id, end, now=utc_now())
            except StorageError as error:
                log.warning("trial_call_not_settled", error=error.code)


@lru_cache(maxsize=1)
def _shipped() -> Sequence[Choice]:
    return [Choice(name, load_script(library.path(name)).title) for name in library.names()]
