"""How fast nodes claim from a short and from a long queue: the same work on both, in turns."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import sqlalchemy as sa

from robot.proving.errors import ProvingError
from robot.proving.queue_worker import Measured
from robot.proving.scratch import Place, long_queue
from robot.storage import tables as t

ROUNDS = 2
"""Short, long, short, long: what neighbours on the machine take, they take from both."""


@dataclass(frozen=True, slots=True)
class Order:
    """seconds: of work on each queue. batch: tasks asked for by one claim."""

    address: str
    nodes: int
    tasks: int
    small: int = 10_000
    seconds: float = 10.0
    batch: int = 5


@dataclass(slots=True)
class Series:
    """What the nodes measured on one queue, each in all its rounds. twice: tasks that two claims got."""

    tasks: int
    nodes: list[list[Measured]] = field(default_factory=list)
    twice: int = 0

    def report(self) -> dict[str, Any]:
        together = [one for node in self.nodes for one in node]
        return {
            "tasks": self.tasks,
            "per_node": [_figures(node) for node in self.nodes],
            "together": {
                **_figures(together, nodes=len(self.nodes)),
                "begin_ms": percentiles([ms for one in together for ms in one.begin]),
                "finish_ms": percentiles([ms for one in together for ms in one.finish]),
            },
            "claimed_twice": self.twice,
        }


def _figures(runs: Sequence[Measured], nodes: int = 1) -> dict[str, object]:
    """nodes: that worked at the same time."""
    seconds = sum(one.seconds for one in runs) / nodes or 1.0
    claims = [ms for one in runs for ms in one.claim]
    return {
        "claims": len(claims),
        "claims_per_s": round(len(claims) / seconds, 1),
        "tasks_per_s": round(sum(one.tasks for one in runs) / seconds, 1),
        "claim_ms": percentiles(claims),
    }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the most; zeros for fewer than two values."""
    if len(values) < 2:
        return {"p50": 0.0, "p99": 0.0, "max": 0.0}
    parts = quantiles(values, n=100, method="inclusive")
    return {"p50": round(parts[49], 2), "p99": round(parts[98], 2), "max": round(max(values), 2)}


def ratio(short: Series, long: Series) -> dict[str, float]:
    """How many times longer a claim takes on the long queue."""
    few, many = ([ms for node in one.nodes for run in node for ms in run.claim] for one in (short, long))
    first, second = percentiles(few), percentiles(many)
    return {name: round(second[name] / first[name], 2) for name in ("p50", "p99") if first[name]}


async def measure(order: Order, filled: Callable[[int, int], None]) -> tuple[Series, Series]:
    """On the short queue and on the long one. filled: told (tasks wanted, tasks there) while they are made. Raises
    ProvingError, StorageError."""
    series = [Series(size, [[] for _ in range(order.nodes)]) for size in (order.small, order.tasks)]
    async with AsyncExitStack() as stack:
        places = [
            await stack.enter_async_context(
                long_queue(order.address, one.tasks, lambda there, wanted=one.tasks: filled(wanted, there))  # type: ignore[misc]
            )
            for one in series
        ]
        for _ in range(ROUNDS):
            for one, place in zip(series, places, strict=True):
                for node, measured in zip(one.nodes, await _round(order, place), strict=True):
                    node.append(measured)
        for one, place in zip(series, places, strict=True):
            one.twice = await _claimed_twice(place)
    return series[0], series[1]


async def _round(order: Order, place: Place) -> list[Measured]:
    """All nodes at once, each a process."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "robot.proving.queue_worker", stdin=PIPE, stdout=PIPE, limit=2**26
        )
        for _ in range(order.nodes)
    ]
    try:
        for number, process in enumerate(processes, 1):
            await _tell(process, _job(order, place, f"node-{number}"))
        for process in processes:
            if await _line(process) != "ready":
                raise ProvingError("a node of the measurement could not begin")
        for process in processes:
            await _tell(process, "")
        return [Measured(**json.loads(await _line(process))) for process in processes]
    finally:
        for process in processes:
            if process.returncode is None and process.stdin is not None:
                process.stdin.close()
        for process in processes:
            await _end(process)


def _job(order: Order, place: Place, node: str) -> str:
    return json.dumps(
        {
            "address": place.address,
            "schema": place.schema,
            "node": node,
            "batch": order.batch,
            "seconds": order.seconds / ROUNDS,
        }
    )


async def _tell(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin is not None  # noqa: S101 - a pipe was asked for
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    line = (await process.stdout.readline()).decode().strip()
    if not line:
        raise ProvingError("a node of the measurement ended without a result", remedy="see its message above")
    return line


async def _end(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(5):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _claimed_twice(place: Place) -> int:
    """Each task is given back for two hours later, so whatever has two attempts was claimed twice."""
    attempts = t.attempts.c
    database = place.open()
    try:
        async with database.read() as connection:
            query = sa.select(sa.func.count() - sa.func.count(sa.distinct(attempts.task_id)))
            return int((await connection.execute(query.select_from(t.attempts))).scalar_one())
    finally:
        await database.close()
