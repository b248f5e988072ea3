"""The company's rules as a file, read and checked whole:

triggers:
  - name: revive
    on: stage
    stage: stalled
    campaign: revival
    delay: 2d
    within: 5d
    priority: revival
  - {name: day_before, on: meeting, before: 1d, campaign: reminder-day, priority: reminder}
  - {name: offer_read, on: sent, document: commercial_offer, delay: 3d, campaign: revival, script: follow_up}
  - {name: renewal, on: ends, field: ends_on, before: 14d, campaign: renewals}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from robot.crm.errors import Misconfigured
from robot.crm.registry import CONNECTORS
from robot.crm.triggers.rules import MOST_AHEAD, MOST_BEFORE, On, Trigger
from robot.domain import priorities as p
from robot.i18n import tr
from robot.wording import Wrong, fault_text

MOST_BYTES = 256 * 1024
PRIORITIES: Mapping[str, int] = {
    "cold": p.PRIORITY_COLD,
    "revival": p.PRIORITY_REVIVAL,
    "follow_up": p.PRIORITY_FOLLOW_UP,
    "reminder": p.PRIORITY_REMINDER,
    "callback": p.PRIORITY_CALLBACK,
    "request": p.PRIORITY_REQUEST,
}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TIME = re.compile(r"([0-9]{1,4})([smhd])", re.ASCII)


def _duration(value: Any) -> timedelta:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong("пишите число и единицу: 30m, 2h, 3d", "write a number and a unit: 30m, 2h, 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]


_OF_CRM = frozenset({"before", "document", "field"})
_FOREIGN: Mapping[On, frozenset[str]] = {
    On.STAGE: _OF_CRM,
    On.CREATED: _OF_CRM,
    On.TASK: _OF_CRM,
    On.ROBOT: _OF_CRM,
    On.MEETING: frozenset({"crm", "stage", "delay", "within", "document", "field"}),
    On.SENT: frozenset({"crm", "stage", "before", "field"}),
    On.ENDS: frozenset({"delay", "document"}),
}
"""What has no meaning there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rule(_Part):
    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    on: On
    campaign: str = Field(min_length=1, max_length=64)
    crm: str = ""
    stage: str = Field(default="", max_length=200, coerce_numbers_to_str=True)
    before: Duration = timedelta(0)
    delay: Duration = timedelta(0)
    within: Duration | None = None
    priority: str | None = None
    script: str = Field(default="", max_length=200)
    document: str = Field(default="", max_length=100)
    field: str = Field(default="", max_length=100)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.crm and self.crm not in CONNECTORS:
            known = ", ".join(CONNECTORS)
            raise Wrong(f"crm: выберите из {known}", f"crm: choose one of {known}")
        if self.priority is not None and self.priority not in PRIORITIES:
            known = ", ".join(PRIORITIES)
            raise Wrong(f"priority: выберите из {known}", f"priority: choose one of {known}")
        if self.within is not None and not self.within:
            raise Wrong("within: больше нуля", "within: more than nothing")
        if self.on is On.STAGE and not self.stage:
            raise Wrong("stage: назовите этап, на который перешёл лид", "stage: name the stage a lead comes to")
        for name in sorted(_FOREIGN[self.on]):
            if getattr(self, name):
                raise Wrong(f"при on: {self.on} не бывает {name}", f"with on: {self.on} there is no {name}")
        self._check_time()
        return self

    def _check_time(self) -> None:
        if self.on is On.MEETING and not timedelta(0) < self.before <= MOST_BEFORE:
            raise Wrong("before: за сколько до встречи, до 14d", "before: how long before the meeting, up to 14d")
        if self.on is On.ENDS and not timedelta(0) < self.before <= MOST_AHEAD:
            raise Wrong("before: за сколько до конца, до 366d", "before: how long before the end, up to 366d")
        if self.on is On.ENDS and not self.field:
            raise Wrong(
                "field: поле лида с датой конца, слева в ZVONAR_CRM__…__FIELDS",
                "field: the lead's field with the day of the end, on the left in ZVONAR_CRM__…__FIELDS",
            )
        if self.on is On.SENT and not self.delay:
            raise Wrong("delay: через сколько после отправки: 3d", "delay: how long after it was sent: 3d")

    def trigger(self) -> Trigger:
        priority = None if self.priority is None else PRIORITIES[self.priority]
        return Trigger(
            self.name,
            self.on,
            self.campaign,
            self.crm,
            self.stage,
            self.before,
            self.delay,
            self.within,
            priority,
            self.script,
            self.document,
            self.field,
        )


class _Rules(_Part):
    triggers: tuple[_Rule, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.triggers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Wrong(f"имя повторяется: {', '.join(twice)}", f"a name is given twice: {', '.join(twice)}")
        return self


def load_triggers(file: Path) -> tuple[Trigger, ...]:
    """In the file's order. Raises Misconfigured: which rule is wrong and what to write."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _wrong(file, tr("файл больше 256 КБ", "the file exceeds 256 KB"))
        read = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise _wrong(file, tr("файла нет", "it is not there")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(file, tr("не читается: ", "cannot be read: ") + type(error).__name__) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{tr('строка', 'line')} {mark.line + 1}" if mark else ""
        raise _wrong(file, tr(f"это не YAML {line}", f"no YAML {line}").strip()) from None
    except RecursionError:
        raise _wrong(file, tr("слишком глубоко вложено", "nested too deeply")) from None
    try:
        rules = _Rules.model_validate(read)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise _wrong(file, "; ".join(_line(fault["loc"], fault_text(fault)) for fault in faults)) from None
    return tuple(rule.trigger() for rule in rules.triggers)


def _line(place: tuple[int | str, ...], text: str) -> str:
    """Rules are counted from 1."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in place]
    return f"{'.'.join(parts)}: {text}" if parts else text


def _wrong(file: Path, what: str) -> Misconfigured:
    return Misconfigured(
        tr(f"триггеры, {file.name}: {what}", f"triggers, {file.name}: {what}"),
        remedy=tr("проверяет zvonar triggers check", "zvonar triggers check checks it"),
        may_have_arrived=False,
    )
