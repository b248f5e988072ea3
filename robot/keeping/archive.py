"""The file of a backup: a tar, then one line with the SHA-256 of every byte before it.

`tar xf` reads it like any other; a byte that was changed anywhere, or one that is missing, is found. It is written to a
name of its own, brought to the disk, read again, and only then gets its own.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from robot.keeping.errors import ArchiveDamaged, CannotWrite
from robot.keeping.manifest import NAME, Entry, Manifest, read_manifest

CHUNK = 1 << 20
MODE = 0o600
"""It holds people's numbers and words."""

_SEAL = "zvonar-sha256:"
SEAL_BYTES = len(_SEAL) + 64 + 1
LARGEST_MANIFEST = 1 << 28

OnBytes = Callable[[int], None]
MAKE_ROOM = "make room, or write it to another disk; nothing half written was left"


class Writer:
    """Files go in one after the other; `seal` ends it with the manifest."""

    def __init__(self, file: BinaryIO, on_bytes: OnBytes) -> None:
        self._file = _Hashing(file)
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - see seal
        self._on_bytes = on_bytes

    def add(self, path: str, source: BinaryIO, size: int) -> Entry:
        """Exactly `size` bytes of the source; of a file that grew meanwhile no more are taken. A shorter one is filled
        up with zeros. Raises OSError."""
        reading = _Reading(source, size, self._on_bytes)
        self._tar.addfile(_member(path, size), reading)
        return Entry(path, size, reading.sha256)

    def seal(self, manifest: Manifest) -> None:
        text = manifest.text().encode()
        self._tar.addfile(_member(NAME, len(text)), io.BytesIO(text))
        self._tar.close()
        self._file.seal()


class _Hashing(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._file.write(data)
        self._sum.update(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def seal(self) -> None:
        self._file.write(f"{_SEAL}{self._sum.hexdigest()}\n".encode())


class _Reading:
    """So many bytes of a file, counted and summed up."""

    def __init__(self, source: BinaryIO, size: int, on_bytes: OnBytes) -> None:
        self._source = source
        self._left = size
        self._sum = hashlib.sha256()
        self._on_bytes = on_bytes

    def read(self, wanted: int = -1) -> bytes:
        wanted = self._left if wanted < 0 else min(wanted, self._left)
        data = self._source.read(wanted)
        data += bytes(wanted - len(data))
        self._left -= len(data)
        self._sum.update(data)
        self._on_bytes(len(data))
        return data

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


def _member(path: str, size: int) -> tarfile.TarInfo:
    """Without names of users or times of files: they tell nothing that is needed."""
    member = tarfile.TarInfo(path)
    member.size, member.mode = size, MODE
    return member


def _exclusively(path: str, _flags: int) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE)


@contextmanager
def written(place: Path) -> Iterator[BinaryIO]:
    """A new file beside its place, that gets its name when it is whole and on the disk; what fails leaves nothing.
    Raises CannotWrite."""
    part = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        with open(part, "wb", opener=_exclusively) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
        to_disk(place.parent)
    except OSError as error:
        raise CannotWrite(f"{place} was not written: {error.strerror or error}", remedy=MAKE_ROOM) from error
    finally:
        part.unlink(missing_ok=True)


def to_disk(folder: Path) -> None:
    """A name that was given or taken there. Raises OSError."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def check_seal(file: BinaryIO, on_bytes: OnBytes) -> None:
    """Every byte of it. Raises ArchiveDamaged."""
    size = file.seek(0, os.SEEK_END) - SEAL_BYTES
    if size < 0:
        raise ArchiveDamaged("the backup was cut off")
    file.seek(0)
    total, left = hashlib.sha256(), size
    while left:
        data = file.read(min(CHUNK, left))
        if not data:
            raise ArchiveDamaged("the backup was cut off while it was read")
        total.update(data)
        left -= len(data)
        on_bytes(len(data))
    if file.read() != f"{_SEAL}{total.hexdigest()}\n".encode():
        raise ArchiveDamaged(
            "the backup is damaged: it was cut off or changed after it was written", remedy="take another backup"
        )
    file.seek(0)


@contextmanager
def opened(archive: Path, on_bytes: OnBytes) -> Iterator[Reader]:
    """Its seal is checked. Raises ArchiveDamaged, ArchiveTooNew."""
    try:
        file = archive.open("rb")
    except OSError as error:
        raise ArchiveDamaged(f"{archive} cannot be read: {error.strerror}", remedy="name another backup") from error
    with file:
        check_seal(file, on_bytes)
        try:
            tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - closed below
            reader = Reader(tar)
        except tarfile.TarError as error:
            raise ArchiveDamaged(f"{archive} is no backup of Zvonar") from error
        with tar:
            yield reader


class Reader:
    """An archive whose seal is whole."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._members = {member.name: member for member in tar.getmembers() if member.isreg()}
        self._tar = tar
        if NAME not in self._members or self._members[NAME].size > LARGEST_MANIFEST:
            raise ArchiveDamaged("the backup has no list of its contents")
        self.manifest = read_manifest(self._open(NAME).read().decode(errors="replace"))

    def copy(self, entry: Entry, beside: Path, target: BinaryIO | None, on_bytes: OnBytes) -> None:
        """Its content into the target, or nowhere, and check it. Raises ArchiveDamaged, OSError."""
        total, size = hashlib.sha256(), 0
        try:
            with place_beside(beside, entry.sha256).open("rb") if entry.beside else self._open(entry.path) as source:
                while data := source.read(CHUNK):
                    total.update(data)
                    size += len(data)
                    on_bytes(len(data))
                    if target is not None:
                        target.write(data)
        except FileNotFoundError as error:
            raise ArchiveDamaged(f"{entry.path} is missing in {beside}", remedy="take another backup") from error
        if total.hexdigest() != entry.sha256 or size != entry.size:
            raise ArchiveDamaged(f"{entry.path} in the backup is damaged", remedy="take another backup")

    def _open(self, path: str) -> BinaryIO:
        member = self._members.get(path)
        found = None if member is None else self._tar.extractfile(member)
        if found is None:
            raise ArchiveDamaged(f"{path} is missing in the backup")
        return found  # type: ignore[return-value]


def place_beside(folder: Path, sha256: str) -> Path:
    """Where a recording lies that several backups share."""
    return folder / "recordings" / sha256[:2] / sha256
