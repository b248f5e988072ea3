"""A node as its owner has it: the process `zvonar serve` with a data directory and a lab of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from robot.proving.errors import ProvingError
from telephony.lab.settings import LabSettings

ASK_S = 5.0
POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Shared:
    """What nodes have in common: the database's address, the installed models, rendered phrases; more environment."""

    database: str
    models: Path
    cache: Path
    more: Mapping[str, str] = field(default_factory=dict)


PRODUCT = ("-c", "from robot.cli.main import main; main()")


@dataclass(frozen=True, slots=True)
class Outfit:
    """What one node's process has that others have not. program: arguments of Python. prefix: before the command. seen:
    where its data directory is reached from here, when it sees a file system of its own; None for as it sees it
    itself."""

    environment: Mapping[str, str] = field(default_factory=dict)
    program: Sequence[str] = PRODUCT
    prefix: Sequence[str] = ()
    seen: Path | None = None


USUAL = Outfit()


@dataclass(frozen=True, slots=True)
class Place:
    """home: the node's data directory, the lab's beside it or in it. ami_port: where it believes its Asterisk's AMI to
    be, so that a cable may lie between."""

    name: str
    home: Path
    ami_port: int


class Node:
    """One process."""

    def __init__(self, place: Place, lab: LabSettings, shared: Shared, outfit: Outfit = USUAL) -> None:
        self.name = place.name
        self.home = place.home
        self.lab = lab
        self._ami_port = place.ami_port
        self._shared = shared
        self._outfit = outfit
        self._process: asyncio.subprocess.Process | None = None
        self.web_port = 0

    @property
    def log(self) -> Path:
        return self._seen / "log"

    @property
    def _seen(self) -> Path:
        return self._outfit.seen or self.home

    @property
    def pid(self) -> int | None:
        """None while it does not live."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, **more: str) -> None:
        """more: environment of this node alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        for name, place in (("models", self._shared.models), ("lab", self.lab.directory)):
            with contextlib.suppress(FileExistsError):
                (self._seen / name).symlink_to(place)
        self.web_port = free_port()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._outfit.prefix,
                sys.executable,
                *self._outfit.program,
                "serve",
                env=self._environment() | more,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us, who end it in order
            )

    async def ready(self, within_s: float) -> None:
        """Until it can make calls. Raises ProvingError when it ends, or cannot in time."""
        try:
            async with asyncio.timeout(within_s):
                while await self.get("/readyz") is None:
                    if not self.alive:
                        raise ProvingError(f"{self.name} ended at once: {self._last_words()}", remedy=f"see {self.log}")
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise ProvingError(f"{self.name} was not ready within {within_s:.0f} s: {self._last_words()}") from error

    async def get(self, path: str) -> str | None:
        """The text of an answer 200, None for any other and for none."""
        timeout = aiohttp.ClientTimeout(total=ASK_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"http://127.0.0.1:{self.web_port}{path}") as answer,
            ):
                return await answer.text() if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL, 10.0)

    async def stop(self, within_s: float) -> int | None:
        """SIGTERM, as the service manager does; after that time kill -9. The exit code, None when it had to be
        killed."""
        return await self._end(signal.SIGTERM, within_s)

    async def _end(self, number: signal.Signals, within_s: float) -> int | None:
        process = self._process
        if process is None or process.returncode is not None:
            return None if process is None else process.returncode
        process.send_signal(number)
        try:
            async with asyncio.timeout(within_s):
                return await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            return None

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])
        return ""

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZVONAR_")}
        return {
            **inherited,
            "ZVONAR_DATA_DIR": str(self.home),
            "ZVONAR_CACHE_DIR": str(self._shared.cache),
            "ZVONAR_DATABASE_URL": self._shared.database,
            "ZVONAR_LINE": "lab",
            # The lab's settings say where everything of it is, counted from the first port; only AMI is asked for.
            "ZVONAR_LAB__PORT": str(self._ami_port - 2),
            "ZVONAR_INBOUND__AT_MOST": "0",
            "ZVONAR_DIALER__NODE": self.name,
            "ZVONAR_WEB__PORT": str(self.web_port),
            "ZVONAR_LOG_JSON": "true",
            **self._shared.more,
            **self._outfit.environment,
        }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def free_lab_ports(count: int) -> list[int]:
    """First ports for so many labs, each followed by those of its cable."""
    found = []
    for base in range(24_040, 26_000, 20):
        if all(_free(base + offset) for offset in range(20)):
            found.append(base)
            if len(found) == count:
                return found
    raise ProvingError("no free ports for the labs", remedy="stop other labs: zvonar lab down")


def _free(port: int) -> bool:
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
