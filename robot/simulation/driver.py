"""Runs a fleet on its virtual clock, over a database of its own, and counts what is asked of that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from robot.simulation.clock import VirtualLoop
from robot.simulation.fleet import Lived, OpenStore, Simulation, Told, rules_of
from robot.simulation.fleet_plans import Fleet, fleet_inputs
from robot.simulation.mortal import Load
from robot.storage.engine import connect
from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage


def live_in_memory(fleet: Fleet, told: Told = lambda _minutes, _calls: None) -> Lived:
    """All nodes see one store in memory."""
    store = MemoryStorage(rules_of(fleet, fleet_inputs(fleet)))
    return _live(fleet, lambda: store, told)


def live_on_postgres(fleet: Fleet, address: str, told: Told = lambda _minutes, _calls: None) -> Lived:
    """Each node has connections of its own to this database, which is migrated and holds nothing."""
    rules = rules_of(fleet, fleet_inputs(fleet))
    return _live(fleet, lambda: Storage(connect(address), rules), told)


def _live(fleet: Fleet, open_store: OpenStore, told: Told) -> Lived:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        simulation = Simulation(fleet, open_store, told)
        with _counted(simulation.lived.load):
            return runner.run(simulation.run())


@contextmanager
def _counted(load: Load) -> Iterator[None]:
    """Statements and transactions of every engine in this process."""

    def statement(*_of: Any) -> None:
        load.statements += 1

    def commit(_connection: Any) -> None:
        load.transactions += 1

    heard = (("before_cursor_execute", statement), ("commit", commit), ("rollback", commit))
    for event, take in heard:
        sa.event.listen(sa.Engine, event, take)
    try:
        yield
    finally:
        for event, take in heard:
            sa.event.remove(sa.Engine, event, take)
