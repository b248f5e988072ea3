"""What the settings of any CRM have in common: how our stages, managers and fields are called there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from robot.crm.errors import Misconfigured
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.wording import Wrong


def from_json(value: Any) -> Any:
    """One part of a nested variable comes as text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


Names = Annotated[Mapping[str, Annotated[str, Field(coerce_numbers_to_str=True)]], BeforeValidator(from_json)]
"""Ours -> theirs. Numbers are taken as text: ids are."""


def _zone(name: str) -> str:
    if zone_info(name) is None:
        raise Wrong("это не часовой пояс: пишите, например, Europe/Moscow", "no time zone: write Europe/Moscow")
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def unmapped_field(crm: str, field: str) -> Misconfigured:
    """A rule of the triggers goes by a field that is not mapped."""
    variable = f"ZVONAR_CRM__{crm.upper()}__FIELDS"
    return Misconfigured(
        tr(f"поле {field} не сопоставлено", f"the field {field} is not mapped"),
        remedy=tr(f"впишите его в {variable}", f"put it into {variable}"),
        may_have_arrived=False,
    )


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CrmSection(Section):
    """stages: our stage (robot.crm.stages.Stage, or what a script sets) -> theirs; what is missing is left alone.
    managers: our manager's name -> their user's id. responsible: the user who gets what no manager in particular has.
    fields: what talks collect (without "lead.") -> their field. timezone: of the times that people read in texts."""

    stages: Names = Field(default_factory=dict)
    managers: Names = Field(default_factory=dict)
    responsible: str = Field(default="", coerce_numbers_to_str=True)
    fields: Names = Field(default_factory=dict)
    timezone: Zone = "Europe/Moscow"

    def our_stage(self, theirs: str) -> str:
        """Of theirs; theirs itself where it is not mapped."""
        return next((ours for ours, mapped in self.stages.items() if mapped == theirs), theirs)

    def user_of(self, manager: str) -> str:
        """Their user's id of our manager, else who is responsible, else ""."""
        return self.managers.get(manager, "") or self.responsible
