"""Who was erased, as a document: whoever brings a backup back erases them again out of what it knows.

    {"format": "zvonar-erasures", "version": 1, "key": "…", "erased": [{"digest": "…", "since": "2026-11-22T…"}, …]}

It names nobody; but with its key every number can be tried, so it is as secret as the database. After each erasure it
is written beside the database, too: the newest one may be needed when the database is lost.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from robot.privacy.ports import Erased, LedgerStore, Persons

FILE = "erasures.json"
FORMAT = "zvonar-erasures"
AGAIN = "restore"
"""Who is named in certificates of what was erased again."""


class BadLedger(Exception):
    """No ledger, or one of a newer version."""

    code = "bad_ledger"
    retryable = False
    ru = "это не журнал удалений Звонаря"

    def __init__(self) -> None:
        super().__init__("this is no ledger of erasures")


class Store(LedgerStore, Persons, Protocol):
    """Where people are erased, and who was is known."""


async def ledger_of(store: LedgerStore) -> str:
    """The document. Raises StorageError."""
    key, lines = await store.ledger()
    erased = [{"digest": line.digest, "since": line.since.isoformat()} for line in lines]
    return json.dumps({"format": FORMAT, "version": 1, "key": key.hex(), "erased": erased}, indent=1)


async def reapply(store: Store, document: str, *, now: Callable[[], datetime]) -> int:
    """Erase all of them in a store that knows some of them still, and bar them all. How many were known. To be run
    where no calls go on, and again until it returns: it may have been cut off. Raises BadLedger, ForeignLedger,
    StillTalking, StorageError."""
    key, lines = _read(document)
    known = await store.adopt(key, lines, now=now())
    for phone in known:
        await store.erase(phone, who=AGAIN, now=now())
    if known:
        await store.settle()
    return len(known)


def _read(document: str) -> tuple[bytes, list[Erased]]:
    try:
        told = json.loads(document)
        if told["format"] != FORMAT or told["version"] != 1:
            raise BadLedger
        lines = [Erased(str(one["digest"]), datetime.fromisoformat(one["since"])) for one in told["erased"]]
        return bytes.fromhex(told["key"]), lines
    except (ValueError, KeyError, TypeError):
        raise BadLedger from None


def keep_file(folder: Path, document: str) -> None:
    """Whole or as it was, read by its owner alone. Blocking. Raises OSError."""
    handle, part = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(document)
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(folder / FILE)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
