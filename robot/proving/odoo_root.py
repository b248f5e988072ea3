"""Odoo 14 without installing it: Debian's package, unpacked like the lab's Asterisk, run by its own Python."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from robot.proving.errors import PartMissing
from telephony.errors import LabError
from telephony.lab.debian import NEEDLESS, Wanted, unpack

SUITE = "bullseye"
MIRRORS = ("http://deb.debian.org/debian", "http://archive.debian.org/debian")
"""Named, since the release's security updates are not all there any more; it runs on the loopback alone."""
_ADDONS = "usr/lib/python3/dist-packages/odoo/addons"
_UNUSED = (
    *("account", "event", "hr", "hw_", "l10n_", "lunch", "mass_mailing", "mrp", "payment", "point_of_sale", "pos_"),
    *("product", "project", "purchase", "sale_", "stock", "survey", "test_", "website", "theme_"),
)
"""Beginnings of the names of its modules. Their manifests stay: others name them."""
_HEAVY = (
    "usr/lib/*-linux-gnu*/libLLVM*",
    "usr/lib/*-linux-gnu*/libQt5*",
    "usr/lib/*-linux-gnu*/dri",
    "usr/lib/*-linux-gnu*/perl",
    "usr/share/fonts",
    f"{_ADDONS}/*/i18n",
    *(f"{_ADDONS}/{name}*/{part}" for name in _UNUSED for part in ("data", "demo", "static", "views")),
)
_DOCUTILS = "usr/lib/python3/dist-packages/docutils/__init__.py"


@dataclass(frozen=True, slots=True)
class OdooRoot:
    root: Path

    def command(self, *arguments: str) -> list[str]:
        """Raises PartMissing."""
        libraries = self._one("lib/*-linux-gnu*/ld-linux-*.so.*").parent
        more = self.root / "usr" / libraries.relative_to(self.root)
        loader = self._one("lib/*-linux-gnu*/ld-linux-*.so.*")
        python = self._one("usr/bin/python3.[0-9]*")
        program = self.root / "usr/bin/odoo"
        return [str(loader), "--library-path", f"{libraries}:{more}", str(python), str(program), *arguments]

    def environment(self, home: Path) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        return keep | {
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONHOME": str(self.root / "usr"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            "PYTZ_TZDATADIR": str(self.root / "usr/share/zoneinfo"),
        }

    def _one(self, pattern: str) -> Path:
        for found in sorted(self.root.glob(pattern)):
            return found
        raise PartMissing(f"{self.root} holds no whole Odoo", remedy="remove that directory and set up again")


async def ensure_odoo(root: Path, tell: Callable[[str], None]) -> OdooRoot:
    """Unpacked if it is not there yet: two minutes and 700 MB, once. Raises PartMissing."""
    if not await asyncio.to_thread(root.is_dir):
        tell("unpacking Odoo 14 (once)")
        await _unpack(root)
    return OdooRoot(root)


async def _unpack(root: Path) -> None:
    failure: LabError | None = None
    for mirror in MIRRORS:
        try:
            await unpack(root, Wanted("Odoo", "odoo-14", SUITE, mirror, (*NEEDLESS, *_HEAVY)), _relocate)
        except LabError as error:
            failure = failure or error
        else:
            return
    assert failure is not None  # noqa: S101 - there is a mirror
    raise PartMissing(str(failure), remedy=failure.remedy)


def _relocate(root: Path) -> None:
    """Debian's docutils look for their templates in /usr/share, wherever they lie themselves."""
    file = root / _DOCUTILS
    text = file.read_text(encoding="utf-8")
    beside = "os.path.join(os.path.dirname(__file__), '../../../../share/docutils/')"
    file.write_text(text.replace("'/usr/share/docutils/'", beside), encoding="utf-8")
