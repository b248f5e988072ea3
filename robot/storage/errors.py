"""What can go wrong with the database.

StorageError               code, retryable, remedy
├── UnsupportedDatabase    unsupported_database   the address names a database this product does not speak
├── DatabaseUnavailable    database_unavailable   no connection, or it broke (retryable)
├── AccessDenied           database_access        wrong user or password, no such database, file not writable
├── DatabaseLocked         database_locked        another program holds the lock for too long (retryable)
├── Conflict               database_conflict      transactions crossed, and repeating did not help (retryable)
├── DiskFull               disk_full              nothing can be written until room is made (retryable)
├── DatabaseDamaged        database_damaged       the file is not a database, or is broken
├── SchemaMissing          schema_missing         the tables are not there: the database was never migrated
├── SchemaTooNew           schema_too_new         written by a newer version of the product: not touched
├── UnknownCampaign        unknown_campaign       no campaign of this name
├── UnknownAttempt         unknown_attempt        an attempt that was never begun
├── SlotNotHeld            slot_not_held          a meeting in a slot that its attempt does not hold: nothing written
└── InvalidRecord          invalid_record         a value the rules forbid (negative quota, unknown time zone)
"""

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """Base of the tree. `code` is stable (UI, metrics); `remedy` tells the person in charge what to do."""

    code: ClassVar[str] = "storage"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        super().__init__(message or self.code)
        self.remedy = remedy


class UnsupportedDatabase(StorageError):
    code = "unsupported_database"


class DatabaseUnavailable(StorageError):
    code = "database_unavailable"
    retryable = True


class AccessDenied(StorageError):
    code = "database_access"


class DatabaseLocked(StorageError):
    code = "database_locked"
    retryable = True


class Conflict(StorageError):
    code = "database_conflict"
    retryable = True


class DiskFull(StorageError):
    """Talks go on and keep what was said until somebody makes room; nobody new is dialed meanwhile."""

    code = "disk_full"
    retryable = True


class DatabaseDamaged(StorageError):
    code = "database_damaged"


class SchemaMissing(StorageError):
    code = "schema_missing"


class SchemaTooNew(StorageError):
    code = "schema_too_new"


class UnknownCampaign(StorageError):
    code = "unknown_campaign"


class UnknownAttempt(StorageError):
    code = "unknown_attempt"


class SlotNotHeld(StorageError):
    code = "slot_not_held"


class InvalidRecord(StorageError):
    code = "invalid_record"
