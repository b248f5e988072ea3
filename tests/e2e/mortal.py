"""A life of the product's delivering worker in a process of its own, which ends with SIGKILL at the step it is told.

Steps are everything it does to its database, to a CRM or to a mail server, before and after it is done, numbered by
what it is; each is written down before it is taken, so that a first life tells which there are.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiosmtplib

from robot.crm.http import HttpWire
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import State
from robot.domain.calls import CallResult
from robot.domain.clock import utc_now
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.observability.metrics import Metrics
from robot.sending import office
from robot.settings import Settings
from robot.storage.engine import connect
from robot.storage.store import Storage
from robot.wiring import outgoing as wiring
from tests.unit.sending.scene import QuickPress


@dataclass(frozen=True)
class Ended:
    """A talk that came to a meeting in this slot, which the attempt holds."""

    attempt_id: UUID
    slot: Slot
    recording: str


@dataclass(frozen=True)
class Life:
    """ahead: of the machine's clock, so that the last life's leases are over. before: a call whose end may have been
    written down already, and was not delivered as far as is known. fatal: the step before which it dies, "" for
    none. notes: a file of steps."""

    data_dir: Path
    environment: Mapping[str, str]
    ahead: timedelta
    call: Ended | None
    before: Ended | None = None
    fatal: str = ""
    notes: Path = Path(os.devnull)


@dataclass
class Steps:
    life: Life
    counted: bool = False
    taken: Counter[str] = field(default_factory=Counter)

    def step(self, what: str) -> None:
        if not self.counted:
            return
        self.taken[what] += 1
        name = f"{what} {self.taken[what]}"
        with self.life.notes.open("a") as notes:
            notes.write(f"{name}\n")
        if name == self.life.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, method: str, what: str) -> None:
        """Each use of the method is two steps."""
        use: Callable[..., Awaitable[Any]] = getattr(owner, method)

        async def stepwise(*arguments: Any, **more: Any) -> Any:
            self.step(f"before {what}")
            done = await use(*arguments, **more)
            self.step(f"after {what}")
            return done

        setattr(owner, method, stepwise)


@dataclass
class Node:
    settings: Settings
    storage: Storage
    metrics: Metrics = field(default_factory=Metrics)


def live(life: Life) -> None:
    """The process."""
    os.environ.update(life.environment)
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    settings = Settings(data_dir=life.data_dir)
    database = connect(settings.database)
    storage = Storage(database, targets=wiring.targets(settings))
    steps = Steps(life)
    _watch(steps, storage)

    def now() -> datetime:
        return utc_now() + life.ahead

    setattr(wiring, "utc_now", now)  # noqa: B010 - of this process alone
    setattr(office, "ProcessPress", QuickPress)  # noqa: B010 - printing has tests of its own, and takes its time
    try:
        for ended, steps.counted in ((life.before, False), (life.call, True)):
            if ended is not None:
                await _end(storage, ended, now())
            await _deliver(Node(settings, storage))
    finally:
        await database.close()


def _watch(steps: Steps, storage: Storage) -> None:
    steps.watch(storage.attempts, "finish", "the end of the call")
    for method in ("keep", "settle"):
        steps.watch(storage.outbox, method, method)
    steps.watch(storage.sent, "begun", "the card's line")
    steps.watch(storage.sent, "settled", "the card's mark")
    steps.watch(HttpWire, "send", "a request")
    for method in ("connect", "mail", "rcpt", "data"):
        steps.watch(aiosmtplib.SMTP, method, f"smtp {method}")


async def _end(storage: Storage, ended: Ended, now: datetime) -> None:
    """As the session of the call writes it down; the recording was complete long ago."""
    at = now - timedelta(minutes=1)
    result = CallResult(
        Outcome.MEETING_BOOKED, at, answered_at=at, meeting=ended.slot, recording=ended.recording, collected={}
    )
    await storage.attempts.finish(ended.attempt_id, result, retry_at=None)


async def _deliver(node: Node) -> None:
    """The node's worker, until nothing waits."""
    settled, settle = asyncio.Event(), node.storage.outbox.settle

    async def told(*arguments: Any, **more: Any) -> Any:
        done = await settle(*arguments, **more)
        settled.set()
        return done

    node.storage.outbox.settle = told  # type: ignore[method-assign]
    try:
        async with wiring.outgoing(node) as outbox, wiring.delivering(outbox, on_failure=settled.set):
            while await _waiting(node.storage):
                await settled.wait()
                settled.clear()
    finally:
        node.storage.outbox.settle = settle  # type: ignore[method-assign]


async def _waiting(storage: Storage) -> bool:
    return bool(await storage.outbox_desk.entries(Wanted((State.WAITING,)), limit=1, now=utc_now()))
