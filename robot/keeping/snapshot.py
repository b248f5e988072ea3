"""A database as it is at one moment, into a file, while calls go on; and a database made from such a file.

SQLite: its online backup. PostgreSQL: pg_dump, pg_restore and psql of the installed client, told the password by the
environment, where other users do not see it.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa

from robot.keeping.errors import ArchiveDamaged, BackupError, DatabaseRefused, ProgramMissing
from robot.keeping.manifest import Kind

_CLIENT = "apt-get install postgresql-client, of the server's version"
_LOOK = "see that the disk has room and the database is whole: zvonar doctor"
_OLD = re.compile(r"server version|unsupported version")


class Snapshots(Protocol):
    """One database. All methods block."""

    @property
    def kind(self) -> Kind: ...

    def save(self, target: Path) -> None:
        """Raises BackupError, OSError."""
        ...

    def restore(self, source: Path) -> None:
        """In the place of everything that is there, wholly or not at all. Raises BackupError, OSError."""
        ...

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it that a restore would replace."""
        ...

    def users(self) -> Sequence[str]:
        """Robots and commands that work on it now, as far as they can be seen from here."""
        ...


def snapshots_of(address: str) -> Snapshots:
    """address: SQLAlchemy's."""
    url = sa.make_url(address)
    return SqliteFile(Path(url.database or "")) if url.drivername.startswith("sqlite") else PostgresServer(url)


class SqliteFile:
    kind: Kind = "sqlite"

    def __init__(self, file: Path) -> None:
        self.file = file

    def save(self, target: Path) -> None:
        """A copy of one moment. In one step: the robot writes on meanwhile, into the log beside the file; between two
        steps its writing would begin the copy anew."""
        try:
            with (
                closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=60)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise OSError(28, os.strerror(28)) from error
            raise DatabaseRefused(f"the database was not copied: {error}", remedy=_LOOK) from error
        target.chmod(0o600)

    def restore(self, source: Path) -> None:
        check_sqlite(source)
        with closing(sqlite3.connect(source)) as connection:  # nothing of it may stay in a log beside it
            connection.execute("PRAGMA journal_mode=DELETE")
        part = self.file.with_name(f".{self.file.name}.part")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(source, part)  # it may be another disk
            for leftover in ("-wal", "-shm"):  # of the old file: with the new one they would be its ruin
                self.file.with_name(self.file.name + leftover).unlink(missing_ok=True)
            part.replace(self.file)
        finally:
            part.unlink(missing_ok=True)

    @property
    def empty(self) -> bool:
        if not self.file.exists():
            return True
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
                return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))
        except sqlite3.Error:
            return False  # whatever it is, it is something

    def users(self) -> Sequence[str]:
        return [f"pid {pid}" for pid in _holders(self.file) if pid != os.getpid()]


def _holders(file: Path) -> Iterator[int]:
    """Processes that have the file open; of other users none are seen."""
    there = str(file.resolve())
    for handles in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(handle.readlink()) == there for handle in handles.iterdir()):
                yield int(handles.parent.name)
        except OSError:  # it is not ours to see, or has ended
            continue


def check_sqlite(file: Path) -> None:
    """Raises ArchiveDamaged."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise ArchiveDamaged("the database in the backup is damaged")
    except sqlite3.Error as error:
        raise ArchiveDamaged(f"the database in the backup cannot be read: {error}") from error


class PostgresServer:
    kind: Kind = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._url = url

    def save(self, target: Path) -> None:
        target.touch(mode=0o600)
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def restore(self, source: Path) -> None:
        """In one transaction: the old tables go, the new ones come, or nothing has happened."""
        with source.with_suffix(".sql").open("w+b") as script:
            for name in self._tables():
                quoted = name.replace('"', '""')
                script.write(f'DROP TABLE IF EXISTS "{quoted}" CASCADE;\n'.encode())
            script.flush()
            self._run("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(source), server=False, out=script)
            script.seek(0)
            self._run("psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", given=script)

    @property
    def empty(self) -> bool:
        return not self._tables()

    def users(self) -> Sequence[str]:
        who = "coalesce(host(client_addr), 'this machine')"
        return self._ask(
            f"select distinct {who} from pg_stat_activity"  # noqa: S608 - nothing of it comes from outside
            " where datname = current_database() and application_name = 'zvonar'"
        )

    def _tables(self) -> Sequence[str]:
        return self._ask("select tablename from pg_tables where schemaname = current_schema() order by 1")

    def _ask(self, query: str) -> Sequence[str]:
        return self._run("psql", "-X", "-A", "-t", "-q", "-c", query).decode().split("\n")[:-1]

    def _run(
        self, program: str, *arguments: str, server: bool = True, given: IO[bytes] | None = None,
        out: IO[bytes] | None = None,
    ) -> bytes:  # fmt: skip
        found = shutil.which(program)
        if found is None:
            raise ProgramMissing(f"{program} is not installed", remedy=_CLIENT)
        done = subprocess.run(
            [found, *arguments],
            env=self._environment() if server else dict(os.environ),
            stdin=subprocess.DEVNULL if given is None else given,
            stdout=subprocess.PIPE if out is None else out,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode != 0:
            raise self._refused(program, done.stderr.decode(errors="replace"))
        return done.stdout or b""

    def _refused(self, program: str, told: str) -> BackupError:
        """Its first lines: the rest repeats what people's rows hold."""
        lines = [line for line in told.splitlines() if "error" in line.lower() or "could not" in line.lower()]
        said = (lines or told.splitlines() or ["it said nothing"])[0][:300]
        if "No space left on device" in told:
            return DatabaseRefused(f"{program}: no room on the disk", remedy="make room where the backup is written")
        if _OLD.search(told):
            return ProgramMissing(f"{program} does not fit the server: {said}", remedy=_CLIENT)
        return DatabaseRefused(
            f"{program}: {said}", remedy="check that PostgreSQL runs and its address in the settings"
        )

    def _environment(self) -> Mapping[str, str]:
        """libpq's variables: neither address nor password stand in a list of processes."""
        url = self._url
        host = url.query.get("host", url.host or "")
        told = {
            "PGHOST": host if isinstance(host, str) else host[0],
            "PGPORT": str(url.port or ""),
            "PGUSER": url.username or "",
            "PGPASSWORD": str(url.password or ""),
            "PGDATABASE": url.database or "",
            "PGAPPNAME": "zvonar backup",
            "PGCONNECT_TIMEOUT": "10",
        }
        return {**os.environ, "LC_ALL": "C.UTF-8", **{name: value for name, value in told.items() if value}}
