"""Bringing a backup back: everything is taken out beside its place and checked, people who were erased since are erased
again out of it, and only then it takes the place of what is there. What fails before leaves everything as it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from robot.keeping.archive import MAKE_ROOM, Reader, opened, to_disk
from robot.keeping.backup import OnProgress, silent
from robot.keeping.errors import ArchiveTooNew, BackupError, CannotWrite, NotEmpty, StillRunning
from robot.keeping.manifest import DATABASES, Manifest
from robot.keeping.snapshot import Snapshots, check_sqlite
from robot.keeping.sources import ASIDE, DATA, RECORDINGS, SETTINGS, STUDIO, Place
from robot.privacy.ledger import FILE as LEDGER

ENDING_LOOKS, LOOK_S = 20, 0.1

Purify = Callable[[str, Path, Path], None]
"""Erase again who was erased since the backup. Given the address of the database, the data directory that holds its
recordings, and the folder for the ledger of who was erased. Raises what it likes: where the database is a file, nothing
was replaced then; on a server the old ledger stands, and to restore again erases again."""


@dataclass(frozen=True, slots=True)
class Restoring:
    """schemas: revisions of the database this version knows. replace: what is there may go."""

    place: Place
    database: Snapshots
    schemas: Collection[str]
    replace: bool = False
    beside: Path | None = None
    purify: Purify = field(default=lambda _address, _data_dir, _ledger: None)


def restore(archive: Path, order: Restoring, on_progress: OnProgress = silent) -> Manifest:
    """Blocking; no robot may run on it. Raises BackupError."""
    place = order.place
    with opened(archive, lambda size: on_progress("seal", size)) as reader:
        _check_fits(reader.manifest, order)
        _check_stopped(order.database)
        try:
            place.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _staging(place.data_dir) as staging:
                fresh = staging / "new"
                _take_out(reader, order.beside or archive.parent, fresh, on_progress)
                snapshot = fresh / DATABASES[reader.manifest.database]
                on_progress("database", 0)
                if order.database.kind == "sqlite":
                    check_sqlite(snapshot)
                    (fresh / DATA).mkdir(exist_ok=True)
                    order.purify(f"sqlite:///{snapshot}", fresh, fresh / DATA)
                _put_in_place(order, fresh, staging / "old", snapshot)
        except OSError as error:
            raise CannotWrite(f"nothing was restored: {error.strerror or error}", remedy=MAKE_ROOM) from error
    if order.database.kind == "postgresql":
        order.purify(place.database, place.data_dir, place.data_dir)
    return reader.manifest


def _check_fits(manifest: Manifest, order: Restoring) -> None:
    if manifest.schema not in order.schemas:
        raise ArchiveTooNew(
            f"the database in the backup is of a newer version of Zvonar (schema {manifest.schema}, product"
            f" {manifest.product or 'unknown'})",
            remedy=f"install Zvonar {manifest.product} or newer, then restore",
        )
    if manifest.database != order.database.kind:
        raise BackupError(
            f"the backup is of {manifest.database}, the database of these settings is {order.database.kind}",
            remedy="set ZVONAR_DATABASE_URL to a database of the same kind",
        )
    if order.replace:
        return
    there = [name for name in (RECORDINGS,) if _holds_anything(order.place.data_dir / name)]
    if there or not order.database.empty:
        raise NotEmpty(
            "there is data already: " + ", ".join([*there, *([] if order.database.empty else ["database"])]),
            remedy="take a backup of it first; --replace puts the old one in its place",
        )


def _check_stopped(database: Snapshots) -> None:
    """One that is just ending has a moment for it."""
    for _ in range(ENDING_LOOKS):
        if not (users := database.users()):
            return
        time.sleep(LOOK_S)
    raise StillRunning(
        f"the database is in use: {', '.join(users)}", remedy="stop the robot (systemctl stop zvonar), on every machine"
    )


def _holds_anything(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


@contextmanager
def _staging(data_dir: Path) -> Iterator[Path]:
    """On the same disk: what is in it can take another's place at once."""
    for leftover in data_dir.glob(".restore-*"):
        raise BackupError(
            f"an earlier restore was cut off; what it was moving is in {leftover}",
            remedy="look into its folders new and old, move back what is missing, remove it, and restore again",
        )
    staging = Path(tempfile.mkdtemp(prefix=".restore-", dir=data_dir))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _take_out(reader: Reader, beside: Path, into: Path, on_progress: OnProgress) -> None:
    """Every file, checked. Raises ArchiveDamaged, OSError."""
    for entry in reader.manifest.files:
        target = into / entry.path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123
            reader.copy(entry, beside, file, lambda size: on_progress("files", size))


def _put_in_place(order: Restoring, fresh: Path, old: Path, snapshot: Path) -> None:
    """Folder by folder, the database last; back again where one of these steps fails."""
    old.mkdir()
    done: list[tuple[Path, Path]] = []
    try:
        for number, (source, target) in enumerate(_moves(order, fresh)):
            aside = old / str(number)
            if target.exists():
                shutil.move(target, aside)
                done.append((aside, target))
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(source, target)
            done.append((target, source))
        order.database.restore(snapshot)
    except BaseException:
        for there, back in reversed(done):
            shutil.move(there, back)
        raise
    to_disk(order.place.data_dir)


def _moves(order: Restoring, fresh: Path) -> Iterator[tuple[Path, Path]]:
    """From where to where. Recordings are those of the backup, and no others; of two ledgers of who was erased the
    newer one stands until they are joined."""
    place = order.place
    stands = place.data_dir / LEDGER if order.database.kind == "postgresql" else None
    (fresh / RECORDINGS).mkdir(exist_ok=True)
    yield fresh / RECORDINGS, place.data_dir / RECORDINGS
    for child in sorted((fresh / DATA).iterdir()) if (fresh / DATA).is_dir() else []:
        target = place.data_dir / child.name
        if target != stands or not target.exists():
            yield child, target
    if (fresh / STUDIO).is_dir():
        yield fresh / STUDIO, place.studio or place.data_dir / ASIDE / STUDIO
    if (fresh / SETTINGS).is_dir():
        yield fresh / SETTINGS, place.data_dir / ASIDE / SETTINGS
