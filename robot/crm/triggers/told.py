"""Whose webhooks are understood, and by whom. Pure: bodies come from strangers, and nothing is raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from robot.crm.amocrm import hooks as amocrm
from robot.crm.bitrix24 import hooks as bitrix24
from robot.crm.connector import Change
from robot.crm.touched import Touched

TELLING: Mapping[str, Callable[[bytes], Sequence[Touched]]] = {"amocrm": amocrm.parse, "bitrix24": bitrix24.parse}
"""Connector's name -> what a request's body tells."""


class Rereads(Protocol):
    """A connector that reads what a webhook told."""

    async def touched(self, told: Sequence[Touched]) -> Sequence[Change]: ...
