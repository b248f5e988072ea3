"""What goes out after a call, decided from what the call came to and from the targets there are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from robot.crm.outbox_ports import Kind, NewDelivery
from robot.domain.calls import Wish
from robot.domain.outcomes import Outcome

AGAIN = "again"
"""In the payload of a delivery that follows another one of the same call: all it brings may be there already."""

CORRECTION = "correction"
"""In the payload of a delivery that tells of a person's correction: its id."""

SEND_DOCUMENT = "send_document"

COMPLETE_IN = timedelta(seconds=15)
"""After the call: its recording is compressed by then, and its last turn is written, unless the node is busy."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something goes out: a CRM, a mail server, … `name` is that of its deliverer."""

    name: str
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt as it is written down. rang: the client's telephone may have. again: the attempt was closed before,
    and this is its last word. stage_before, stage: the lead's card before and after."""

    attempt_id: UUID
    lead_id: int
    outcome: Outcome
    ended_at: datetime
    answered: bool
    rang: bool = True
    again: bool = False
    booked: bool = False
    recorded: bool = False
    stage_before: str = ""
    stage: str = ""
    wishes: Sequence[Wish] = ()


def plan(ended: Ended, targets: Sequence[Target]) -> list[NewDelivery]:
    """Nothing for a client whose telephone never rang; nothing is sent to one who wants to hear nothing more."""
    if not ended.rang and not ended.answered:
        return []
    return [one for target in targets for one in _of(ended, target)]


def correction(
    attempt_id: UUID, lead_id: int, number: int, targets: Sequence[Target], *, now: datetime
) -> list[NewDelivery]:
    """Whoever is told of calls is told, once, that a person has changed what this one came to. number: of the
    correction. Nothing goes to the client: he heard none of it."""
    return [
        NewDelivery(
            f"{attempt_id}:{target.name}:{Kind.CALL}:correction:{number}",
            target.name,
            Kind.CALL,
            lead_id,
            attempt_id,
            now,
            {CORRECTION: str(number)},
        )
        for target in targets
        if Kind.CALL in target.kinds
    ]


def _of(ended: Ended, target: Target) -> Iterator[NewDelivery]:
    if Kind.CALL in target.kinds:
        due_at = ended.ended_at + COMPLETE_IN if ended.recorded else ended.ended_at
        number, payload = (2, {AGAIN: "1"}) if ended.again else (None, {})
        yield _new(ended, target, Kind.CALL, payload, number=number, due_at=due_at)
    if ended.outcome is Outcome.OPTED_OUT:
        return
    if Kind.INVITATION in target.kinds and ended.booked:
        yield _new(ended, target, Kind.INVITATION)
    if Kind.DOCUMENT in target.kinds:
        promised = [wish for wish in ended.wishes if wish.name == SEND_DOCUMENT]
        for number, wish in enumerate(promised, start=1):
            yield _new(ended, target, Kind.DOCUMENT, wish.params, number=number)
    if Kind.MESSAGE in target.kinds and ended.stage != ended.stage_before:
        yield _new(ended, target, Kind.MESSAGE, {"stage_before": ended.stage_before, "stage": ended.stage})


def _new(
    ended: Ended,
    target: Target,
    kind: Kind,
    payload: Mapping[str, str] | None = None,
    *,
    number: int | None = None,
    due_at: datetime | None = None,
) -> NewDelivery:
    key = f"{ended.attempt_id}:{target.name}:{kind}" + (f":{number}" if number else "")
    return NewDelivery(key, target.name, kind, ended.lead_id, ended.attempt_id, due_at or ended.ended_at, payload or {})
