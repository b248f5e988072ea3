"""Connectors by name. A new one is a package with `settings.py` (a model `Settings`) and `connector.py` (a function
`connect(settings, parts)`), and a line here.

Settings are read with the product's own; a connector's code is imported when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from pydantic import BaseModel

from robot.crm.connector import Connector
from robot.crm.errors import Misconfigured
from robot.crm.http import Wire
from robot.crm.throttle import Throttle
from robot.domain.clock import utc_now
from robot.i18n import tr

CONNECTORS: Mapping[str, str] = {
    "amocrm": "robot.crm.amocrm",
    "bitrix24": "robot.crm.bitrix24",
    "odoo": "robot.crm.odoo",
    "onec": "robot.crm.onec",
    "webhook": "robot.crm.webhook",
}
"""Name -> package. The name is also that of the section: ZVONAR_CRM__ODOO__…"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a connector is given. wire: its own from now on, closed with it. data_dir: recordings' paths are relative to
    it."""

    wire: Wire
    throttle: Throttle
    data_dir: Path
    now: Callable[[], datetime] = utc_now


class _Module(Protocol):
    def connect(self, settings: BaseModel, parts: Parts) -> Connector: ...


def section(name: str) -> type[BaseModel]:
    """The model of this connector's settings."""
    return cast("type[BaseModel]", import_module(f"{CONNECTORS[name]}.settings").Settings)


def make(name: str, settings: BaseModel | None, parts: Parts) -> Connector:
    """settings: its section. Nothing is sent yet. Raises Misconfigured."""
    if name not in CONNECTORS:
        known = ", ".join(CONNECTORS)  # builtin is none of them: nothing is delivered to it
        raise Misconfigured(
            tr(f"нет такой CRM: {name}", f"unknown CRM: {name}"),
            remedy=tr(f"выберите из: {known}", f"choose one of {known}"),
        )
    if settings is None:
        raise Misconfigured(
            tr(f"CRM {name} не настроена", f"the CRM {name} is not set up"),
            remedy=tr(f"задайте ZVONAR_CRM__{name.upper()}__…", f"set ZVONAR_CRM__{name.upper()}__…"),
        )
    module = cast("_Module", import_module(f"{CONNECTORS[name]}.connector"))
    return module.connect(settings, parts)
