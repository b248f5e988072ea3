"""What can go wrong with a backup.

BackupError             code, remedy
├── ArchiveDamaged      archive_damaged     cut off, or changed: nothing of it is used
├── ArchiveTooNew       archive_too_new     written by a newer version, or its database was
├── NotEmpty            restore_not_empty   there is data where it is to be restored
├── StillRunning        restore_running     a robot works on what is to be replaced
├── ProgramMissing      program_missing     pg_dump, pg_restore or psql is not installed, or too old
├── DatabaseRefused     database_refused    PostgreSQL did not give the data, or did not take them
└── CannotWrite         backup_not_written  no room, or no right to write there
"""

from __future__ import annotations

from typing import ClassVar


class BackupError(Exception):
    """Base of the tree. `code` is stable; `remedy` tells the person in charge what to do."""

    code: ClassVar[str] = "backup"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        super().__init__(message or self.code)
        self.remedy = remedy


class ArchiveDamaged(BackupError):
    code = "archive_damaged"


class ArchiveTooNew(BackupError):
    code = "archive_too_new"


class NotEmpty(BackupError):
    code = "restore_not_empty"


class StillRunning(BackupError):
    code = "restore_running"


class ProgramMissing(BackupError):
    code = "program_missing"


class DatabaseRefused(BackupError):
    code = "database_refused"


class CannotWrite(BackupError):
    code = "backup_not_written"
