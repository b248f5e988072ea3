"""Writing to somebody else's system exactly once, though every answer may be lost and we may die at any moment.

A delivery is a row of writes. Before a write is sent its name is kept as begun; when it is answered, what it made is
kept as done. A write found begun and not done may have arrived: it is looked for, by a mark that only we set, before it
is sent again. So whatever happens in between, each is done once. A failure of which it is certain that nothing arrived
ends the doubt: such a write is not begun any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from robot.crm.errors import DeliveryError

log = structlog.get_logger(__name__)

Done = Mapping[str, str]
"""What earlier writes of this delivery made: the other side's id by the write's name."""

NOTHING = "-"
"""What a write leaves that makes nothing with an id."""


@dataclass(frozen=True, slots=True)
class Write:
    """One change in another system. look: the id of what an earlier try made, None when it did not arrive; only reads.
    do: makes it, gives its id (NOTHING where there is none). always_look: even the first time (a lead by its phone).
    needs: names of writes without which this one makes no sense."""

    name: str
    do: Callable[[Done], Awaitable[str]]
    look: Callable[[Done], Awaitable[str | None]]
    always_look: bool = False
    needs: Sequence[str] = ()


@dataclass(slots=True)
class Journal:
    """How far a delivery has come; kept between tries."""

    begun: set[str] = field(default_factory=set)
    done: dict[str, str] = field(default_factory=dict)


Keep = Callable[[Journal], Awaitable[None]]
"""Stores the journal; what is kept has outlived the process."""


async def carry_out(writes: Sequence[Write], journal: Journal, keep: Keep) -> None:
    """All writes that are not done yet, in order. One that fails for good does not keep back those that do not need
    it; a failure that may pass ends the try at once. Raises the first failure when nothing more can be done."""
    failure: DeliveryError | None = None
    for write in writes:
        if write.name in journal.done or any(name not in journal.done for name in write.needs):
            continue
        try:
            journal.done[write.name] = await _once(write, journal, keep)
        except DeliveryError as failed:
            if failed.retryable:
                raise
            failure = failure or failed
        else:
            journal.begun.discard(write.name)
            await keep(journal)
            log.info("write_done", write=write.name)
    if failure is not None:
        raise failure


async def _once(write: Write, journal: Journal, keep: Keep) -> str:
    if (write.always_look or write.name in journal.begun) and (found := await write.look(journal.done)) is not None:
        return found
    if write.name not in journal.begun:
        journal.begun.add(write.name)
        await keep(journal)
    try:
        return await write.do(journal.done)
    except DeliveryError as failed:
        if not failed.may_have_arrived:
            journal.begun.discard(write.name)
            await keep(journal)
        raise
