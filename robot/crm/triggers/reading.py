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
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from robot.crm.errors import Misconfigured
from robot.crm.registry import CONNECTORS
from robot.crm.triggers.rules import MOST_BEFORE, On, Trigger
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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rule(_Part):
    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    on: Literal["stage", "created", "task", "meeting"]
    campaign: str = Field(min_length=1, max_length=64)
    crm: str = ""
    stage: str = Field(default="", max_length=200, coerce_numbers_to_str=True)
    before: Duration = timedelta(0)
    delay: Duration = timedelta(0)
    within: Duration | None = None
    priority: str | None = None

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
        if self.on == On.STAGE.value and not self.stage:
            raise Wrong("stage: назовите этап, на который перешёл лид", "stage: name the stage a lead comes to")
        self._check_meeting()
        return self

    def _check_meeting(self) -> None:
        if self.on != On.MEETING.value:
            if self.before:
                raise Wrong("before: только при on: meeting", "before: with on: meeting only")
            return
        if not timedelta(0) < self.before <= MOST_BEFORE:
            raise Wrong("before: за сколько до встречи, до 14d", "before: how long before the meeting, up to 14d")
        if self.crm or self.stage or self.delay or self.within:
            raise Wrong(
                "при on: meeting не бывает crm, stage, delay и within",
                "with on: meeting there is no crm, stage, delay or within",
            )

    def trigger(self) -> Trigger:
        priority = None if self.priority is None else PRIORITIES[self.priority]
        return Trigger(
            self.name, On(self.on), self.campaign, self.crm, self.stage, self.before, self.delay, self.within, priority
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
