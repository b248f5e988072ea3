"""Debian's packages without installing them: unpacked into a directory of their own, nothing of them configured or run
by the package manager, so that it takes no special rights.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telephony.errors import LabError

BUILD_TIMEOUT_S = 900
NEEDLESS = ("usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/perl", "var/lib/apt", "var/cache")


@dataclass(frozen=True, slots=True)
class Wanted:
    """title: for error messages. suite: the Debian release. mirror: where it is fetched from, empty for Debian's usual
    places. needless: patterns of what is removed again."""

    title: str
    package: str
    suite: str
    mirror: str = ""
    needless: Sequence[str] = NEEDLESS


def _as_it_is(root: Path) -> None:
    """Nothing to change."""


async def unpack(root: Path, wanted: Wanted, finish: Callable[[Path], None] = _as_it_is) -> None:
    """Into `root`, whole or not at all: beside its place first. finish: called with it before it is moved there. Raises
    LabError."""
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is not installed", remedy="apt-get install mmdebstrap")
    root.parent.mkdir(parents=True, exist_ok=True)
    for leftover in root.parent.glob(f".{root.name}.building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    building = Path(tempfile.mkdtemp(prefix=f".{root.name}.building-", dir=root.parent))
    try:
        await _run(building / "root", wanted)
        for pattern in wanted.needless:
            for needless in (building / "root").glob(pattern):
                folder = needless.is_dir() and not needless.is_symlink()
                shutil.rmtree(needless) if folder else needless.unlink()
        finish(building / "root")
        with contextlib.suppress(OSError):  # somebody else's has come first: as good as ours
            (building / "root").rename(root)
    finally:
        shutil.rmtree(building, ignore_errors=True)


async def _run(target: Path, wanted: Wanted) -> None:
    command = [
        "mmdebstrap",
        "--variant=extract",
        "--mode=chrootless",
        f"--include={wanted.package}",
        "--components=main",
        '--aptopt=Acquire::Check-Valid-Until "false"',
        wanted.suite,
        str(target),
        *([wanted.mirror] if wanted.mirror else []),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, env=_environment(target.parent)
    )
    try:
        async with asyncio.timeout(BUILD_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError as error:
        raise LabError(
            f"unpacking {wanted.title} took over {BUILD_TIMEOUT_S} s", remedy="try again on a faster network"
        ) from error
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if process.returncode != 0:
        last = "\n".join(output.decode(errors="replace").strip().splitlines()[-5:])
        raise LabError(
            f"{wanted.title} could not be unpacked (mmdebstrap ended with {process.returncode}):\n{last}",
            remedy=f"see that {wanted.mirror or 'Debian'} can be reached (http_proxy is honoured) and,"
            " outside Debian, that debian-archive-keyring is installed; then try again",
        )


def _environment(temporary: Path) -> dict[str, str]:
    """mmdebstrap's unpacking needs a directory for its own files; the rest is the caller's (proxies, locale)."""
    return dict(os.environ) | {"TMPDIR": str(temporary)}
