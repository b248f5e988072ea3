"""The rules of dialing as settings: whom, how often, for how much. Read and checked whole before anything starts.

Wrong configuration means no calls: what cannot be used is refused with a sentence that says what to write instead.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import NoDecode

from robot.domain.caps import ContactPolicy
from robot.domain.errors import InvalidTariff
from robot.domain.numbering import NumberGuard
from robot.domain.phones import InvalidPhone, parse_phone
from robot.domain.rules import DialingRules
from robot.domain.tariff_text import parse_tariff
from robot.domain.tariffs import RUSSIA, Tariff
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.wording import Wrong

LARGEST_TARIFF = 1024 * 1024
"""Bytes: the tables of operators have some thousands of lines."""

_PREFIX = re.compile(r"\+[1-9]\d{0,14}", re.ASCII)
_SHORT = re.compile(r"[*#0-69][*#0-9]{1,5}", re.ASCII)
"""What begins with 7 or 8 is a Russian code whose plus was forgotten."""


def listed(value: Any) -> Any:
    """A list as people write it in an environment variable: "a, b" or ["a", "b"]."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise Wrong(
                'список не читается: пишите через запятую или так: ["a", "b"]',
                'this list cannot be read: separate by commas or write ["a", "b"]',
            ) from None
    return [part.strip() for part in value.split(",") if part.strip()]


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]


class RulesSettings(BaseModel):
    """`allowed` and `denied` are prefixes (+7, +7495) and short numbers; `callers` our numbers to show in turn;
    `timezone` the company's, whose midnight begins the day of the ceiling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_day: int = Field(default=3, ge=1, le=100)
    per_week: int = Field(default=6, ge=1, le=500)
    ever: int = Field(default=15, ge=1, le=10_000)
    refusal_pause_days: int = Field(default=90, ge=0, le=3650)
    allowed: Listed = ("+7",)
    denied: Listed = ()
    tariff: Path | None = None
    ceiling_roubles: Decimal | None = Field(default=None, ge=0, le=100_000_000, decimal_places=2)
    longest_call_s: int = Field(default=900, ge=30, le=7200)
    callers: Listed = ()
    timezone: str = "Europe/Moscow"

    @field_validator("allowed", "denied")
    @classmethod
    def _prefixes(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        for place, prefix in enumerate(prefixes, 1):
            if not (_PREFIX.fullmatch(prefix) or _SHORT.fullmatch(prefix)):
                raise Wrong(
                    f"{place}-й префикс не годится: пишите «+» и цифры (+7, +7495) или короткий номер целиком (0611)",
                    f"prefix {place} is none: write a plus and digits (+7, +7495) or a whole short number (0611)",
                )
        return prefixes

    @field_validator("allowed")
    @classmethod
    def _somewhere(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        if not prefixes:
            raise Wrong("звонить некуда: разрешите хотя бы +7", "there is nowhere to call: allow at least +7")
        return prefixes

    @field_validator("callers")
    @classmethod
    def _numbers(cls, callers: tuple[str, ...]) -> tuple[str, ...]:
        try:
            numbers = tuple(parse_phone(caller) for caller in callers)
        except InvalidPhone:
            raise Wrong(
                "среди номеров есть не телефон: пишите их целиком, через запятую: +74951234567, +74951234568",
                "one of the numbers is none: write them whole, separated by commas: +74951234567, +74951234568",
            ) from None
        return tuple(dict.fromkeys(numbers))

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if zone_info(name) is None:
            raise Wrong("это не часовой пояс: пишите, например, Europe/Moscow", "no time zone: write Europe/Moscow")
        return name

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if not self.per_day <= self.per_week <= self.ever:
            raise Wrong(
                f"нужно PER_DAY ≤ PER_WEEK ≤ EVER, а задано {self.per_day}, {self.per_week}, {self.ever}",
                f"PER_DAY ≤ PER_WEEK ≤ EVER is needed, not {self.per_day}, {self.per_week}, {self.ever}",
            )
        return self

    def rules(self) -> DialingRules:
        """With the tariff read from its file. Raises Wrong."""
        ceiling = self.ceiling_roubles
        return DialingRules(
            contact=ContactPolicy(self.per_day, self.per_week, self.ever, timedelta(days=self.refusal_pause_days)),
            guard=NumberGuard(self.allowed, self.denied),
            tariff=RUSSIA if self.tariff is None else _read_tariff(self.tariff),
            ceiling_kopecks=None if ceiling is None else int(ceiling * 100),
            longest_call_s=self.longest_call_s,
            callers=self.callers,
            timezone=self.timezone,
        )


def unpriced(rules: DialingRules) -> list[str]:
    """Allowed prefixes under which no number has a price: they are allowed in vain."""
    rows = [row.prefix for row in rules.tariff.rows]
    return [
        prefix
        for prefix in rules.guard.allowed
        if rules.tariff.rate(prefix) is None and not any(row.startswith(prefix) for row in rows)
    ]


def _read_tariff(file: Path) -> Tariff:
    try:
        if file.stat().st_size > LARGEST_TARIFF:
            raise Wrong("таблица тарифов больше 1 МБ", "the tariff table exceeds 1 MB")
        content = file.read_bytes()
    except OSError as error:
        raise Wrong(
            f"файл тарифов {file} не открыть ({error.strerror}): укажите путь к таблице CSV",
            f"the tariff file {file} cannot be opened ({error.strerror}): give the path of a CSV table",
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    try:
        return parse_tariff(text)
    except InvalidTariff as error:
        raise Wrong(f"{file}: {error.ru}", f"{file}: {error.en}") from None


def rules_text(rules: DialingRules) -> str:
    """The rules in one sentence, for whoever checks them."""
    c, kopecks = rules.contact, rules.ceiling_kopecks
    ceiling = tr("без потолка", "no ceiling") if kopecks is None else f"{kopecks / 100:.2f} ₽"
    prefixes, rates = ", ".join(rules.guard.allowed), len(rules.tariff.rows)
    return tr(
        f"одному человеку звонков в день {c.per_day}, в неделю {c.per_week}, всего {c.ever}, после отказа пауза "
        f"{c.refusal_pause.days} дн.; направления {prefixes}; тарифов {rates}; в день {ceiling}; звонок до "
        f"{rules.longest_call_s} с; своих номеров {len(rules.callers)}",
        f"{c.per_day} dials a day, {c.per_week} a week, {c.ever} ever of one person, {c.refusal_pause.days} days after "
        f"a refusal; prefixes {prefixes}; {rates} rates; {ceiling} a day; calls up to {rules.longest_call_s} s; "
        f"{len(rules.callers)} numbers of ours",
    )
