"""What a Bitrix24 portal holds, in memory, in the vendor's own shapes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from robot.domain.clock import utc_now

Row: TypeAlias = dict[str, Any]

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
OWNERS = {LEAD: "LEAD", DEAL: "DEAL", CONTACT: "CONTACT", COMPANY: "COMPANY"}

LEAD_STAGES = {
    "NEW": ("Не обработан", "process"),
    "IN_PROCESS": ("В работе", "process"),
    "STALLED": ("Завис", "process"),
    "UC_CALLBACK": ("Перезвонить", "process"),
    "UC_INFO": ("КП отправлено", "process"),
    "UC_MEETING": ("Встреча назначена", "process"),
    "CONVERTED": ("Качественный лид", "success"),
    "JUNK": ("Некачественный лид", "failure"),
    "UC_DNC": ("Не звонить", "failure"),
}
DEAL_STAGES = {
    "NEW": ("Новая", "process"),
    "PREPARATION": ("Подготовка документов", "process"),
    "STALLED": ("Зависла", "process"),
    "UC_MEETING": ("Встреча назначена", "process"),
    "WON": ("Сделка успешна", "success"),
    "LOSE": ("Сделка провалена", "failure"),
}
LEAD_FIELDS = (
    *("id", "title", "stageId", "assignedById", "originatorId", "originId", "name", "lastName", "companyTitle"),
    *("comments", "sourceId", "createdTime", "updatedTime", "categoryId", "contactId", "companyId", "opportunity"),
    *("ufCrmNeed", "ufCrmCity", "ufCrmReason"),
)


def _stages() -> dict[int, dict[str, tuple[str, str]]]:
    return {LEAD: dict(LEAD_STAGES), DEAL: dict(DEAL_STAGES)}


@dataclass(slots=True)
class Portal:
    """`items`: by entity type and id. `phones`: of leads and contacts. `diary`: events by user's id. `offline`: the
    queue of offline events; `bound`: events an application asked to queue. `files`: what was uploaded. `mode`: 1 with
    leads, 2 without. `robots` of the automation by code; `waiting`: answers by the token of the process that waits;
    `asked`: what was not yet told to a robot's handler: address, body."""

    now: Callable[[], datetime] = utc_now
    users: dict[int, Row] = field(
        default_factory=lambda: {
            1: {"ID": "1", "ACTIVE": True, "NAME": "Анна", "LAST_NAME": "Смирнова", "ADMIN": True},
            7: {"ID": "7", "ACTIVE": True, "NAME": "Пётр", "LAST_NAME": "Иванов", "ADMIN": False},
        }
    )
    stages: dict[int, dict[str, tuple[str, str]]] = field(default_factory=_stages)
    fields: dict[int, list[str]] = field(default_factory=lambda: {kind: list(LEAD_FIELDS) for kind in OWNERS})
    items: dict[tuple[int, int], Row] = field(default_factory=dict)
    phones: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    history: list[Row] = field(default_factory=list)
    activities: dict[int, Row] = field(default_factory=dict)
    comments: dict[int, Row] = field(default_factory=dict)
    calls: dict[str, Row] = field(default_factory=dict)
    diary: dict[int, Row] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    offline: list[Row] = field(default_factory=list)
    files: dict[int, bytes] = field(default_factory=dict)
    mode: int = 1
    robots: dict[str, Row] = field(default_factory=dict)
    waiting: dict[str, list[Row]] = field(default_factory=dict)
    asked: list[tuple[str, Row]] = field(default_factory=list)
    happened: list[tuple[str, Row]] = field(default_factory=list)
    """Events not yet told to webhooks: name, data."""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(101))

    def next_id(self) -> int:
        return next(self._ids)

    def stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def of(self, entity: int) -> Sequence[Row]:
        """Items of one type, oldest first."""
        return [item for (kind, _), item in self.items.items() if kind == entity]

    def moved(self, entity: int, item: Row, *, kind: int) -> None:
        """Into the history of stages. kind: 1 made, 2 moved, 3 moved to a final one."""
        self.history.append(
            {
                "ID": self.next_id(),
                "TYPE_ID": kind,
                "OWNER_ID": item["id"],
                "CREATED_TIME": self.stamp(),
                "STAGE_ID": item["stageId"],
                "ENTITY_TYPE_ID": entity,
            }
        )

    def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """An event, to webhooks and into the offline queue: one line for one element, however often it changes."""
        told = {"FIELDS": dict(data)}
        self.happened.append((event, told))
        if event not in self.bound:
            return
        self.offline = [
            row for row in self.offline if row["process_id"] or (row["EVENT_NAME"], row["EVENT_DATA"]) != (event, told)
        ]
        row = {"ID": str(self.next_id()), "TIMESTAMP_X": self.stamp(), "EVENT_NAME": event, "EVENT_DATA": told}
        self.offline.append({**row, "EVENT_ADDITIONAL": False, "MESSAGE_ID": row["ID"], "process_id": ""})
