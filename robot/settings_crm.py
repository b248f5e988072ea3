"""The CRMs as settings: a section for each connector of robot.crm.registry, empty unless it is used.

ZVONAR_CRM__ODOO__URL=https://crm.example.com turns Odoo on; what the section needs besides is told at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, create_model

from robot.crm import registry


class Sections(BaseModel):
    """One field per connector, None where it is not used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def used(self) -> Mapping[str, BaseModel]:
        """Connector's name -> its section, in the registry's order."""
        given = {name: getattr(self, name, None) for name in registry.CONNECTORS}
        return {name: section for name, section in given.items() if section is not None}


if TYPE_CHECKING:
    CrmSettings = Sections
else:
    _fields: dict[str, Any] = {name: (registry.section(name) | None, None) for name in registry.CONNECTORS}
    CrmSettings = create_model("CrmSettings", __base__=Sections, **_fields)
