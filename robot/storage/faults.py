"""From the drivers' errors to the words of robot.storage.errors.

SQLite says it by result code (sqlite.org/rescode.html), PostgreSQL by SQLSTATE (its manual, appendix A).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from robot.storage.errors import (
    AccessDenied,
    Conflict,
    DatabaseDamaged,
    DatabaseLocked,
    DatabaseUnavailable,
    DiskFull,
    SchemaMissing,
    StorageError,
)

_FREE_DISK = "free some disk space where the database lies; calls go on as soon as it can write again"
CHECK_SERVER = "check that PostgreSQL runs and can be reached from here, and the address in ZVONAR_DATABASE_URL"
_CHECK_ACCESS = "check user, password and database name, or the owner and the mode of the file and its folder"
_RESTORE = "restore the file from a backup, or move it away to begin with an empty database"

_BY_SQLITE_CODE: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseLocked, "another program keeps the database file locked: close it"),
    sqlite3.SQLITE_LOCKED: (DatabaseLocked, "another program keeps the database file locked: close it"),
    sqlite3.SQLITE_FULL: (DiskFull, _FREE_DISK),
    sqlite3.SQLITE_NOTADB: (DatabaseDamaged, _RESTORE),
    sqlite3.SQLITE_CORRUPT: (DatabaseDamaged, _RESTORE),
    sqlite3.SQLITE_CANTOPEN: (AccessDenied, _CHECK_ACCESS),
    sqlite3.SQLITE_READONLY: (AccessDenied, _CHECK_ACCESS),
    sqlite3.SQLITE_PERM: (AccessDenied, _CHECK_ACCESS),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailable, "the disk under the database reports errors: check it"),
}

_BY_SQLSTATE: dict[str, tuple[type[StorageError], str]] = {
    "40001": (Conflict, ""),
    "40P01": (Conflict, ""),
    "55P03": (DatabaseLocked, "another program holds a lock in the database"),
    "53100": (DiskFull, _FREE_DISK),
    "28": (AccessDenied, _CHECK_ACCESS),
    "3D": (AccessDenied, _CHECK_ACCESS),
    "42501": (AccessDenied, _CHECK_ACCESS),
    "42P01": (SchemaMissing, "migrate the database first"),
    "08": (DatabaseUnavailable, CHECK_SERVER),
    "57": (DatabaseUnavailable, CHECK_SERVER),
    "53": (DatabaseUnavailable, CHECK_SERVER),
    "XX001": (DatabaseDamaged, _RESTORE),
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the driver reports as a StorageError; programming errors (constraints, naive times) pass unchanged."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        known = _known(error)
        if known is None:
            raise
        raise known from error
    except (OSError, TimeoutError) as error:
        raise DatabaseUnavailable(f"no connection to the database: {error}", remedy=CHECK_SERVER) from error
    except sa.exc.TimeoutError as error:  # none of OSError's kind: the pool's, while its connections wait for an answer
        raise DatabaseUnavailable("every connection to the database is taken", remedy=CHECK_SERVER) from error


def _known(error: sa.exc.DBAPIError) -> StorageError | None:
    driver: BaseException | None = error.orig
    while isinstance(driver, Exception):
        found = _sqlite(driver) or _postgres(driver)
        if found is not None:
            kind, remedy = found
            return kind(str(driver), remedy=remedy)
        if isinstance(driver, OSError | TimeoutError):
            return DatabaseUnavailable(str(driver), remedy=CHECK_SERVER)
        driver = driver.__cause__
    if error.connection_invalidated:
        return DatabaseUnavailable("the connection to the database broke", remedy=CHECK_SERVER)
    return None


def _sqlite(error: Exception) -> tuple[type[StorageError], str] | None:
    if not isinstance(error, sqlite3.Error):
        return None
    if "no such table" in str(error):
        return SchemaMissing, "migrate the database first"
    code = getattr(error, "sqlite_errorcode", 0)
    return _BY_SQLITE_CODE.get(code & 0xFF)  # the low byte is the primary code


def _postgres(error: Exception) -> tuple[type[StorageError], str] | None:
    state = getattr(error, "sqlstate", None) or ""
    for length in (5, 2):
        if (found := _BY_SQLSTATE.get(state[:length])) is not None:
            return found
    return None
