"""Where a 1C publishes its OData, and which of its objects and properties take what."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic.dataclasses import dataclass

from robot.crm.http import Address
from robot.crm.onec.mapping import VALUES
from robot.crm.section import CrmSection, Names, from_json
from robot.wording import Wrong

_NAME = r"^\w{1,200}$"
_MAYBE = r"^\w{0,200}$"


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Object:
    """entity: Catalog_Партнеры, Document_ТелефонныйЗвонок, … fields: its property -> a value of ours (mapping.VALUES).
    constants: its property -> a fixed text. mark: a text property in which we know our records again (in brackets after
    what else stands there, so a comment will do). lead: the property that refers to the lead."""

    entity: str = Field(pattern=_NAME)
    fields: Names = Field(default_factory=dict)
    constants: Names = Field(default_factory=dict)
    mark: str = Field(default="", pattern=_MAYBE)
    lead: str = Field(default="", pattern=_MAYBE)

    @field_validator("fields")
    @classmethod
    def _ours(cls, fields: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(fields.values()) - VALUES):
            known = ", ".join(sorted(VALUES))
            raise Wrong(
                f"нет значения «{unknown[0]}»: справа могут стоять {known}",
                f"there is no value “{unknown[0]}”: on the right there may be {known}",
            )
        return fields


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LeadObject(Object):
    """phone: its property that is searched. stage: the one that takes the stage, "" when there is none."""

    phone: str = Field(pattern=_NAME)
    stage: str = Field(default="", pattern=_MAYBE)


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class MarkedObject(Object):
    mark: str = Field(pattern=_NAME)
    lead: str = Field(pattern=_NAME)


Lead = Annotated[LeadObject, BeforeValidator(from_json)]
Marked = Annotated[MarkedObject, BeforeValidator(from_json)]


def _maybe(value: Any) -> Any:
    return from_json(value) or None


MaybeMarked = Annotated[MarkedObject | None, BeforeValidator(_maybe)]


class Settings(CrmSection):
    """url: ends in /odata/standard.odata. What has no object is not written."""

    url: Address
    login: str = Field(min_length=1, max_length=200)
    password: SecretStr = SecretStr("")
    lead: Lead
    call: Marked
    meeting: MaybeMarked = None
    task: MaybeMarked = None
    file: MaybeMarked = None
    per_s: float = Field(default=3, gt=0, le=1000)
    burst: int = Field(default=5, ge=1, le=1000)
    recording_mb: float = Field(default=5, gt=0, le=1000)
