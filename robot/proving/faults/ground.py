"""Where faults are dealt: nodes on one PostgreSQL, each with Asterisks, a disk and a clock of its own, a CRM, and
cables between the parts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from robot.crm.bitrix24.fake.server import FakeBitrix24
from robot.proving.audit import Kill
from robot.proving.cable import LOOPBACK, Cable
from robot.proving.disk import Disk, disk
from robot.proving.errors import PartMissing
from robot.proving.faults.journal import Tail
from robot.proving.node_process import ORDER, order, set_ahead
from robot.proving.nodes import Node, Outfit, Place, Shared, free_lab_ports, free_port
from robot.proving.postgres import USER, Cluster, private_cluster
from robot.proving.scene import BURST, MANAGERS
from robot.proving.stage import Installed, Progress, keep_logs
from robot.proving.trunk_cable import TrunkCable
from robot.storage.store import Storage, open_storage
from telephony.errors import LabError
from telephony.lab import lab as stand
from telephony.lab.root import ensure_asterisk
from telephony.lab.settings import LabSettings, Step

AMI, LISTENS, AUDIO, OUR_TRUNK, THEIR_TRUNK = 12, 13, 14, 16, 17
"""Ports of a station's cables, counted from its lab's first one."""

TRIES = 3
SOCKET = ".s.PGSQL.5432"
STAGES = {
    "new": "NEW",
    "contacted": "IN_PROCESS",
    "meeting": "UC_MEETING",
    "refused": "JUNK",
    "callback": "UC_CALLBACK",
}


@dataclass(frozen=True, slots=True)
class Station:
    """A node and what lies around it. audio, trunk: only where there is such a cable; disk: where one may be mounted.
    clock: the file that sets its wall clock. channels: of its dialer."""

    number: int
    node: Node
    channels: int
    ami: Cable
    database: Cable
    crm: Cable
    clock: Path
    tail: Tail
    audio: Cable | None = None
    trunk: TrunkCable | None = None
    disk: Disk | None = None

    @property
    def audio_port(self) -> int:
        """Where its robot listens for the audio of calls."""
        return self.node.lab.port_base + LISTENS

    async def start(self) -> None:
        await self.node.start(ZVONAR_DIALER__CHANNELS=str(self.channels))


@dataclass(slots=True)
class Ground:
    """secret: of the webhook for requests. kills: of nodes, so far. asked: numbers that the webhook took. away: names
    of nodes that are meant to be down; any other one that ends is started again."""

    home: Path
    cluster: Cluster
    stations: Sequence[Station]
    crm: FakeBitrix24
    storage: Storage
    secret: str
    lease_s: float
    kills: list[Kill] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    fresh: int = 0
    """Residents that were used up by bursts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """channels: of each node. environment: of all nodes."""

    channels: Sequence[int]
    environment: Mapping[str, str]
    lease_s: float
    seed: int


@asynccontextmanager
async def laid(installed: Installed, wanted: Wanted, progress: Progress, keep: Path | None) -> AsyncIterator[Ground]:
    """Everything runs but the nodes. All is ended and removed; keep: where logs and journals are copied to. Raises
    ProvingError, LabError, StorageError."""
    home = Path(tempfile.mkdtemp(prefix="zvonar-proof-"))
    try:
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(private_cluster())
            crm = await stack.enter_async_context(FakeBitrix24(per_s=1e6, burst=10**6, seed=wanted.seed))
            storage = await stack.enter_async_context(open_storage(cluster.address))
            secret = secrets.token_hex(32)
            shared = Shared(cluster.address, installed.models, installed.cache, _of_all(wanted, secret))
            site = _Site(stack, home, wanted, cluster, crm, installed, shared)
            bases = free_lab_ports(len(wanted.channels))
            stations = [await site.station(number, base) for number, base in enumerate(bases)]
            await ensure_asterisk(stations[0].node.lab, progress)  # one download, not one for each
            ups = [up(one.node.lab, progress if one is stations[0] else _quiet) for one in stations]
            # All of them to their end: one that still starts cannot be taken down.
            for ended in await asyncio.gather(*ups, return_exceptions=True):
                if isinstance(ended, BaseException):
                    raise ended
            stack.callback(keep_logs, [one.node for one in stations], keep)
            yield Ground(home, cluster, tuple(stations), crm, storage, secret, wanted.lease_s)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Site:
    """What all stations are put up with."""

    stack: AsyncExitStack
    home: Path
    wanted: Wanted
    cluster: Cluster
    crm: FakeBitrix24
    installed: Installed
    shared: Shared

    async def station(self, number: int, base: int) -> Station:
        """base: its lab's first port. The lab and the node do not run yet."""
        folder, enter = self.home / f"node-{number + 1}", self.stack.enter_async_context
        (folder / "db").mkdir(parents=True)
        set_ahead(folder / "clock", 0.0)
        lab, trunk = await self._lab(number, folder, base)
        own = None
        with contextlib.suppress(PartMissing):
            own = await enter(disk(folder / "data"))
        audio = await enter(Cable(base + AUDIO, base + LISTENS)) if number == 1 else None
        crm_port = free_port()
        crm = await enter(Cable(crm_port, int(self.crm.url.rpartition(":")[2])))
        database = await enter(Cable(folder / "db" / SOCKET, self.cluster.home / SOCKET))
        outfit = Outfit(
            {
                "ZVONAR_DATABASE_URL": f"postgresql://{USER}@/postgres?host={folder / 'db'}",
                "ZVONAR_CRM__BITRIX24__WEBHOOK": self.crm.webhook_url.replace(
                    self.crm.url, f"http://{LOOPBACK}:{crm_port}"
                ),
                ORDER: order(folder / "clock", base + LISTENS, base + (LISTENS if audio is None else AUDIO)),
            },
            ("-m", "robot.proving.node_process"),
            own.prefix if own is not None else (),
            own.seen if own is not None else None,
        )
        node = Node(Place(f"node-{number + 1}", folder / "data", base + AMI), lab, self.shared, outfit)
        self.stack.push_async_callback(node.kill)
        ami = await enter(Cable(base + AMI, lab.ami_port))
        channels, tail = self.wanted.channels[number], Tail(lab.journal)
        return Station(number, node, channels, ami, database, crm, folder / "clock", tail, audio, trunk, own)

    async def _lab(self, number: int, folder: Path, base: int) -> tuple[LabSettings, TrunkCable | None]:
        """The first one's trunk is a cable: carrying the media of all nodes would take a core."""
        lab = replace(LabSettings.under(folder, port_base=base), root=self.installed.asterisk)
        trunk = None
        if number == 0:
            near, far = (base + OUR_TRUNK, base + THEIR_TRUNK), (lab.pbx_sip_port, lab.telco_sip_port)
            lab = replace(lab, trunk_ports=near)
            trunk = await self.stack.enter_async_context(TrunkCable(near, far, Random(self.wanted.seed)))
        self.stack.push_async_callback(stand.down, lab, _quiet)
        return lab, trunk


def _of_all(wanted: Wanted, secret: str) -> Mapping[str, str]:
    crm = {
        "STAGES": json.dumps(STAGES),
        "MANAGERS": json.dumps(dict.fromkeys(MANAGERS, "7")),
        "PER_S": "50",
        "BURST": "100",
    }
    return {
        **{f"ZVONAR_CRM__BITRIX24__{name}": value for name, value in crm.items()},
        "ZVONAR_WEB__HOOKS": json.dumps({BURST: {"secret": secret}}),
        "ZVONAR_WEB__PER_MINUTE": "100000",
        **wanted.environment,
    }


async def up(lab: LabSettings, progress: Progress | None = None) -> None:
    """A machine that is busy may take longer than a lab has patience."""
    for patience in reversed(range(TRIES)):
        try:
            await stand.up(lab, progress or _quiet)
        except LabError:
            if not patience:
                raise
        else:
            return


def _quiet(_step: Step) -> None:
    """One lab's progress is enough."""
