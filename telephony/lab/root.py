"""Asterisk without installing it: Debian's package and what it needs, unpacked into a directory of their own.

Nothing of it is configured or run by the package manager, so neither building nor using it takes special rights: the
program is started by the loader that lies beside it, with its own libraries (see `Asterisk.command`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from telephony.errors import LabError
from telephony.lab.debian import Wanted, unpack
from telephony.lab.settings import LabSettings, Step


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
        await unpack(root, Wanted("Asterisk", "asterisk", settings.suite, settings.mirror))
    asterisk = Asterisk(root)
    _ = asterisk.loader, asterisk.modules, asterisk.data
    return asterisk


def _exists(root: Path) -> bool:
    return root.is_dir()
