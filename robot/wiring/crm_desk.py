"""The CRMs as the Settings page sees them: what there is to map to, and which mapping holds.

The settings' file says how our stages and managers are called there; what is saved in the browser wins. Every connector
of this node looks names up in the same `LiveNames`, so a change holds from its next delivery on; other nodes read it
within REFRESHED_EVERY_S.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog
from pydantic import ValidationError

from robot.crm import registry
from robot.crm.connector import Findings
from robot.crm.http import HttpWire
from robot.crm.live_names import LiveNames
from robot.crm.section import CrmSection
from robot.crm.throttle import Throttle
from robot.domain.clock import utc_now
from robot.settings import Settings
from robot.storage.errors import StorageError
from robot.web.settings_ports import CrmMapping, KeptSettings
from robot.wording import Wrong, fault_text

log = structlog.get_logger(__name__)

REFRESHED_EVERY_S = 30.0
STAGE, MANAGER = "stage.", "manager."
"""How both are kept in one flat mapping."""


class Kept(Protocol):
    """What the desk needs of the stores."""

    @property
    def kept_settings(self) -> KeptSettings: ...


@dataclass(frozen=True, slots=True)
class _Mapped:
    """written: as the settings' file has it."""

    written: CrmSection
    stages: LiveNames
    managers: LiveNames


class CrmDesk:
    """Crms of robot.web.settings_ports. `settings` are those given, with names that are live."""

    def __init__(self, settings: Settings, kept: KeptSettings, throttle: Throttle) -> None:
        self._kept = kept
        self._throttle = throttle
        self._mapped = {
            name: _Mapped(section, LiveNames(section.stages), LiveNames(section.managers))
            for name, section in settings.crm.used().items()
            if isinstance(section, CrmSection)
        }
        live = {
            name: one.written.model_copy(update={"stages": one.stages, "managers": one.managers})
            for name, one in self._mapped.items()
        }
        self.settings = settings.model_copy(update={"crm": settings.crm.model_copy(update=live)})

    @property
    def names(self) -> Sequence[str]:
        return list(self._mapped)

    async def mapping(self, crm: str) -> CrmMapping:
        one = self._mapped[crm]
        await self._read(crm)
        return CrmMapping(dict(one.stages), dict(one.managers), one.written.responsible)

    async def set_mapping(self, crm: str, mapping: CrmMapping) -> None:
        self._check(self._mapped[crm].written, mapping)
        flat = {
            **{STAGE + ours: theirs for ours, theirs in mapping.stages.items()},
            **{MANAGER + ours: theirs for ours, theirs in mapping.managers.items()},
        }
        await self._kept.set_mapping(crm, flat, now=utc_now())
        self._become(crm, flat)

    async def look(self, crm: str) -> Findings:
        section = self.settings.crm.used()[crm]
        parts = registry.Parts(HttpWire(), self._throttle, self.settings.data_dir)
        connector = registry.make(crm, section, parts)
        try:
            return await connector.check()
        finally:
            await connector.close()

    async def refresh(self) -> None:
        """Read what was saved, here or on another node. A database that is away changes nothing."""
        for name in self._mapped:
            try:
                await self._read(name)
            except StorageError as error:
                log.warning("crm_mapping_not_read", crm=name, error=error.code)

    async def _read(self, crm: str) -> None:
        flat = await self._kept.mapping(crm)
        if flat is not None:
            self._become(crm, flat)

    def _become(self, crm: str, flat: Mapping[str, str]) -> None:
        one = self._mapped[crm]
        one.stages.become(_part(flat, STAGE))
        one.managers.become(_part(flat, MANAGER))

    def _check(self, written: CrmSection, mapping: CrmMapping) -> None:
        """By the rules of the section itself. Raises Wrong."""
        values = written.model_dump() | {"stages": dict(mapping.stages), "managers": dict(mapping.managers)}
        try:
            type(written).model_validate(values)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            text = fault_text(fault)
            raise Wrong(text, text) from None


@asynccontextmanager
async def following(desk: CrmDesk) -> AsyncIterator[None]:
    """The mappings that were saved hold before anything is delivered, and what other nodes save holds soon after."""
    await desk.refresh()
    refreshing = asyncio.create_task(_refresh(desk), name="CRM mappings")
    try:
        yield
    finally:
        refreshing.cancel()
        await asyncio.wait([refreshing])


async def _refresh(desk: CrmDesk) -> None:
    while True:
        await asyncio.sleep(REFRESHED_EVERY_S)
        await desk.refresh()


def _part(flat: Mapping[str, str], prefix: str) -> Mapping[str, str]:
    return {name.removeprefix(prefix): value for name, value in flat.items() if name.startswith(prefix)}
