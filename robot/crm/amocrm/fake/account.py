"""What an amoCRM account holds, in memory, in the vendor's own shapes; and how it says no."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from robot.domain.clock import utc_now

Row: TypeAlias = dict[str, Any]

PIPELINE = 5001
STATUSES = {
    41: "Новая заявка",
    42: "В работе",
    43: "Завис",
    44: "Перезвонить",
    45: "КП отправлено",
    46: "Встреча назначена",
    142: "Успешно реализовано",
    143: "Закрыто и не реализовано",
}
FIELDS = {601: "Потребность", 602: "Город"}
LOSS_REASONS = {701: "Дорого", 702: "Есть поставщик"}


class ApiError(Exception):
    """One answer as application/problem+json. paths: of the values that will not do, with the code of each."""

    def __init__(self, status: int, title: str, paths: Mapping[str, str] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.paths = dict(paths or {})


def unsupported(path: str) -> ApiError:
    return ApiError(400, "Bad Request", {path: "NotSupportedChoice"})


@dataclass(slots=True)
class Account:
    """search_lag_s: how much later than it is made a contact is found by its number. `happened`: changes not yet told
    to webhooks: entity, what, the row."""

    now: Callable[[], datetime] = utc_now
    search_lag_s: float = 0.0
    users: dict[int, str] = field(default_factory=lambda: {9001: "Анна Смирнова", 9007: "Пётр Иванов"})
    statuses: dict[int, str] = field(default_factory=lambda: dict(STATUSES))
    fields: dict[int, str] = field(default_factory=lambda: dict(FIELDS))
    reasons: dict[int, str] = field(default_factory=lambda: dict(LOSS_REASONS))
    leads: dict[int, Row] = field(default_factory=dict)
    contacts: dict[int, Row] = field(default_factory=dict)
    companies: dict[int, str] = field(default_factory=dict)
    notes: dict[int, Row] = field(default_factory=dict)
    tasks: dict[int, Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[Row, bytes]] = field(default_factory=dict)
    happened: list[tuple[str, str, Row]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def next_id(self) -> int:
        return next(self._ids)

    def stamp(self) -> int:
        return int(self.now().timestamp())

    def tell(self, entity: str, what: str, row: Row) -> None:
        """To webhooks."""
        self.happened.append((entity, what, row))

    def log(
        self, kind: str, entity: int, before: Sequence[Row] = (), after: Sequence[Row] = (), *, of: str = "lead"
    ) -> None:
        """Into the feed of events. Empty values are lists, as PHP writes them. of: lead or contact."""
        self.events.append(
            {
                "id": f"01fake{self.next_id():016d}",
                "type": kind,
                "entity_id": entity,
                "entity_type": of,
                "created_by": 0,
                "created_at": self.stamp(),
                "value_before": list(before),
                "value_after": list(after),
                "account_id": 1,
            }
        )


def status_of(account: Account, given: Any, path: str) -> int:
    if not isinstance(given, int) or given not in account.statuses:
        raise unsupported(path)
    return given


def user_of(account: Account, given: Any, path: str) -> int:
    if not isinstance(given, int) or given not in account.users:
        raise unsupported(path)
    return given


def values_of(account: Account, given: Any) -> list[Row]:
    """Custom fields of a lead. One that is not there spoils the whole request."""
    for place, one in enumerate(given or []):
        if one.get("field_id") not in account.fields:
            raise unsupported(f"custom_fields_values.{place}.field_id")
    return list(given or [])
