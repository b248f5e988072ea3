"""Making a backup while calls go on: first the database of one moment, then the files it speaks of.

In a folder of backups recordings lie beside the archives, each once, named by its checksum: the next backup writes the
new ones only, and the folder is checked and cleared as a whole.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from robot.keeping.archive import CHUNK, Writer, opened, place_beside, written
from robot.keeping.errors import ArchiveDamaged, BackupError, CannotWrite
from robot.keeping.last import LastBackup, remember
from robot.keeping.manifest import DATABASES, Entry, Manifest
from robot.keeping.snapshot import Snapshots
from robot.keeping.sources import ARCHIVE, Place, Source, latest, others_of, recordings_of

_log = logging.getLogger(__name__)

_NAME = re.compile(r"zvonar-\d{8}T\d{6}Z" + re.escape(ARCHIVE))
OnProgress = Callable[[str, int], None]
"""Which part is at work, and how many bytes of it were done since the last time."""


def silent(_part: str, _size: int) -> None:
    """For who does not show it."""


@dataclass(frozen=True, slots=True)
class Order:
    """target: a folder of backups, or one file. secrets: with passwords and keys of other systems. keep: how many
    archives of the folder are kept, 0 all. schema: what the database's tables are, asked when it is read."""

    target: Path
    secrets: bool = False
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    archive: Path
    files: int
    size: int
    dropped: int


def is_folder(target: Path) -> bool:
    """What has no name of a file is one: it is made when it is not there."""
    return target.is_dir() or not target.suffix


def make_backup(
    place: Place,
    database: Snapshots,
    order: Order,
    *,
    schema: Callable[[], str],
    product: str,
    now: datetime,
    on_progress: OnProgress = silent,
) -> Made:
    """Blocking. Raises BackupError; then there is no archive, and no older one was dropped."""
    folder = order.target if is_folder(order.target) else None
    archive = order.target if folder is None else folder / f"zvonar-{now:%Y%m%dT%H%M%SZ}{ARCHIVE}"
    keeping = _Keeping(place, database, order, folder, on_progress)
    with written(archive) as file:
        writer = Writer(file, lambda size: on_progress("archive", size))
        entries = list(keeping.entries(writer))
        writer.seal(Manifest(now, product, database.kind, schema(), order.secrets, entries))
        file.flush()
        check_archive(Path(file.name), archive.parent, on_progress)
    size = sum(entry.size for entry in entries)
    _remember(place, LastBackup(now, str(archive.absolute()), size))
    dropped = clear(folder, order.keep) if folder is not None and order.keep else 0
    return Made(archive, len(entries), size, dropped)


def _remember(place: Place, last: LastBackup) -> None:
    try:
        remember(place.data_dir, last)
    except OSError as error:
        # The backup is there; that the monitoring takes it for older is no reason to make another one.
        _log.warning("the last backup is not noted in %s: %s", place.data_dir, error.strerror)


def check_archive(archive: Path, beside: Path | None = None, on_progress: OnProgress = silent) -> Manifest:
    """Every byte of it, and every recording it counts on. beside: the folder they lie in, else the archive's. Raises
    BackupError."""
    with opened(archive, lambda size: on_progress("seal", size)) as reader:
        wanted = DATABASES[reader.manifest.database]
        if wanted not in {entry.path for entry in reader.manifest.files}:
            raise ArchiveDamaged("there is no database in the backup")
        for entry in reader.manifest.files:
            reader.copy(entry, beside or archive.parent, None, lambda size: on_progress("check", size))
        return reader.manifest


def clear(folder: Path, keep: int) -> int:
    """Drop the oldest archives, and the recordings none of those left counts on; how many archives went. Recordings
    stay where an archive cannot be read: nobody knows what it counts on."""
    archives = sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    for old in archives[:-keep]:
        old.unlink()
    needed: set[str] = set()
    for archive in archives[-keep:]:
        try:
            with opened(archive, lambda _size: None) as reader:
                needed |= {entry.sha256 for entry in reader.manifest.files if entry.beside}
        except BackupError:
            return len(archives[:-keep])
    for recording in (folder / "recordings").glob("*/*"):
        if recording.name not in needed:
            recording.unlink()
    return len(archives[:-keep])


class _Keeping:
    """One backup under way."""

    def __init__(
        self, place: Place, database: Snapshots, order: Order, folder: Path | None, on_progress: OnProgress
    ) -> None:
        self._place = place
        self._database = database
        self._order = order
        self._folder = folder
        self._on_progress = on_progress

    def entries(self, writer: Writer) -> Iterator[Entry]:
        """In the order in which they must be read: what the database speaks of was there before it was."""
        into = partial(_added, writer)
        with self._snapshot() as snapshot:
            yield _added(writer, Source(DATABASES[self._database.kind], snapshot))
        for source in recordings_of(self._place):
            if (there := latest(source.file)) is None:
                continue  # removed for its age, or with its person
            found = Source(source.path.removesuffix(source.file.suffix) + there.suffix, there)
            if (entry := _if_there(into if self._folder is None else self._beside, found)) is not None:
                yield entry
        for source in others_of(self._place, secrets=self._order.secrets, backups=self._order.target):
            if (entry := _if_there(into, source)) is not None:
                yield entry

    @contextmanager
    def _snapshot(self) -> Iterator[Path]:
        """Beside the archive, so that there is room for it."""
        where = self._folder or self._order.target.parent
        with tempfile.TemporaryDirectory(prefix=".zvonar-", dir=where) as scratch:
            target = Path(scratch) / "database"
            self._on_progress("database", 0)
            self._database.save(target)
            yield target

    def _beside(self, source: Source) -> Entry:
        """The recording in the folder of backups, written once. That of a call under way grows while it is read: what
        was copied counts."""
        assert self._folder is not None  # noqa: S101 - asked by who calls
        known = self._copied(source, None)
        if place_beside(self._folder, known.sha256).exists():
            return known
        incoming = self._folder / "recordings" / "incoming"
        try:
            with written(incoming) as file:
                entry = self._copied(source, file)
            place = place_beside(self._folder, entry.sha256)
            place.parent.mkdir(exist_ok=True, mode=0o700)
            incoming.replace(place)
        finally:
            incoming.unlink(missing_ok=True)
        return entry

    def _copied(self, source: Source, target: BinaryIO | None) -> Entry:
        total, size = hashlib.sha256(), 0
        with source.file.open("rb") as content:
            while data := content.read(CHUNK):
                total.update(data)
                size += len(data)
                if target is not None:
                    target.write(data)
                    self._on_progress("recordings", len(data))
        return Entry(source.path, size, total.hexdigest(), beside=True)


def _added(writer: Writer, source: Source) -> Entry:
    if source.text is not None:
        return writer.add(source.path, BytesIO(source.text), len(source.text))
    with source.file.open("rb") as content:
        return writer.add(source.path, content, os.fstat(content.fileno()).st_size)


def _if_there(add: Callable[[Source], Entry], source: Source) -> Entry | None:
    """None where it was removed just now. Raises CannotWrite for what cannot be read."""
    try:
        return add(source)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise CannotWrite(f"{source.file} cannot be read", remedy="run it as the user the robot runs as") from error
