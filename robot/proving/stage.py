"""Everything real on one machine: a PostgreSQL, nodes, each with two Asterisks and subscribers, and cables between."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from robot.proving.cable import Cable
from robot.proving.nodes import Node, Place, Shared, free_lab_ports
from robot.proving.postgres import Cluster, private_cluster
from telephony.lab import lab as stand
from telephony.lab.journal import Entry, read_journal
from telephony.lab.root import ensure_asterisk
from telephony.lab.settings import LabSettings, Step

CABLE = 12
"""The cable's port, counted from the lab's first one."""

Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Installed:
    """What `make setup` has put into the user's data and cache directories."""

    models: Path
    asterisk: Path
    cache: Path


@dataclass(frozen=True, slots=True)
class Stage:
    home: Path
    cluster: Cluster
    nodes: tuple[Node, ...]
    cables: tuple[Cable, ...]

    def journal(self) -> list[list[Entry]]:
        """What the subscribers of each node's lab have lived through."""
        return [list(read_journal(node.lab.journal)) for node in self.nodes]


@asynccontextmanager
async def set_up(
    installed: Installed, *, nodes: int, environment: Mapping[str, str], progress: Progress, keep: Path | None = None
) -> AsyncIterator[Stage]:
    """PostgreSQL and the labs run; nodes are not started. All of it is ended and removed; keep: where the nodes' logs
    and the journals are copied to. Raises ProvingError, LabError."""
    home = Path(tempfile.mkdtemp(prefix="zvonar-proof-"))
    try:
        async with AsyncExitStack() as stack:
            crew: list[Node] = []
            stack.callback(keep_logs, crew, keep)
            cluster = await stack.enter_async_context(private_cluster())
            shared = Shared(cluster.address, installed.models, installed.cache, environment)
            cables = []
            for number, base in enumerate(free_lab_ports(nodes), 1):
                folder = home / f"node-{number}"
                lab = replace(LabSettings.under(folder, port_base=base), root=installed.asterisk)
                stack.push_async_callback(stand.down, lab, _quiet)
                node = Node(Place(f"node-{number}", folder, base + CABLE), lab, shared)
                stack.push_async_callback(node.kill)
                cables.append(await stack.enter_async_context(Cable(base + CABLE, lab.ami_port)))
                crew.append(node)
            await ensure_asterisk(crew[0].lab, progress)  # one download, not one for each
            await asyncio.gather(*(stand.up(node.lab, progress if node is crew[0] else _quiet) for node in crew))
            yield Stage(home, cluster, tuple(crew), tuple(cables))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _quiet(_step: Step) -> None:
    """One lab's progress is enough."""


def keep_logs(nodes: Iterable[Node], keep: Path | None) -> None:
    """Copies of each node's log and its subscribers' journal, where they are wanted."""
    if keep is None:
        return
    keep.mkdir(parents=True, exist_ok=True)
    for node in nodes:
        for file in (node.log, node.lab.journal):
            if file.exists():
                shutil.copyfile(file, keep / f"{node.name}.{file.name}")
