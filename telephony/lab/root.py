"""Asterisk without installing it: Debian's package and what it needs, unpacked into a directory of their own.

Nothing of it is configured or run by the package manager, so neither building nor using it takes special rights: the
program is started by the loader that lies beside it, with its own libraries (see `Asterisk.command`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from telephony.errors import LabError
from telephony.lab.settings import LabSettings, Step

BUILD_TIMEOUT_S = 900
NEEDLESS = ("usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/perl", "var/lib/apt", "var/cache")


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An unpacked Asterisk. Raises LabError where a part of it is missing."""

    root: Path

    def command(self, config: Path) -> list[str]:
        """Start it in the foreground with this asterisk.conf."""
        libraries = self.loader.parent
        program = self.root / "usr/sbin/asterisk"
        return [str(self.loader), "--library-path", str(libraries), str(program), "-f", "-C", str(config)]

    @property
    def loader(self) -> Path:
        return self._one("usr/lib/*-linux-gnu*/ld-linux-*.so.*")

    @property
    def modules(self) -> Path:
        return self._one("usr/lib/*-linux-gnu*/asterisk/modules")

    @property
    def data(self) -> Path:
        return self._one("usr/share/asterisk")

    def _one(self, pattern: str) -> Path:
        for found in self.root.glob(pattern):
            return found.resolve()
        raise LabError(f"{self.root} holds no whole Asterisk", remedy="remove that directory and start the lab again")


async def ensure_asterisk(settings: LabSettings, progress: Callable[[Step], None]) -> Asterisk:
    """The Asterisk in the settings' root, built there if there is none yet. Takes half a minute and 250 MB, once."""
    root = settings.root
    if not _exists(root):
        progress(
            Step(
                "Скачиваю и распаковываю Asterisk (около 250 МБ, один раз)…",
                "Downloading and unpacking Asterisk (about 250 MB, once)…",
            )
        )
        await _build(settings)
    asterisk = Asterisk(root)
    _ = asterisk.loader, asterisk.modules, asterisk.data
    return asterisk


def _exists(root: Path) -> bool:
    return root.is_dir()


async def _build(settings: LabSettings) -> None:
    """Beside its place first, then into it: there is a whole one or none."""
    root = settings.root
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is not installed", remedy="apt-get install mmdebstrap")
    root.parent.mkdir(parents=True, exist_ok=True)
    for leftover in root.parent.glob(f".{root.name}.building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    building = Path(tempfile.mkdtemp(prefix=f".{root.name}.building-", dir=root.parent))
    try:
        await _unpack(building / "root", settings)
        for needless in NEEDLESS:
            shutil.rmtree(building / "root" / needless, ignore_errors=True)
        with contextlib.suppress(OSError):  # somebody else's has come first: as good as ours
            (building / "root").rename(root)
    finally:
        shutil.rmtree(building, ignore_errors=True)


async def _unpack(target: Path, settings: LabSettings) -> None:
    command = [
        "mmdebstrap",
        "--variant=extract",
        "--mode=chrootless",
        "--include=asterisk",
        "--components=main",
        '--aptopt=Acquire::Check-Valid-Until "false"',
        settings.suite,
        str(target),
        *([settings.mirror] if settings.mirror else []),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, env=_environment(target.parent)
    )
    try:
        async with asyncio.timeout(BUILD_TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError as error:
        raise LabError(
            f"unpacking Asterisk took over {BUILD_TIMEOUT_S} s", remedy="try again on a faster network"
        ) from error
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if process.returncode != 0:
        last = "\n".join(output.decode(errors="replace").strip().splitlines()[-5:])
        raise LabError(
            f"Asterisk could not be unpacked (mmdebstrap ended with {process.returncode}):\n{last}",
            remedy=f"see that {settings.mirror or 'Debian'} can be reached (http_proxy is honoured) and,"
            " outside Debian, that debian-archive-keyring is installed; then try again",
        )


def _environment(temporary: Path) -> dict[str, str]:
    """mmdebstrap's unpacking needs a directory for its own files; the rest is the caller's (proxies, locale)."""
    return dict(os.environ) | {"TMPDIR": str(temporary)}
