"""What an archive holds. Pure.

{"format": "zvonar-backup", "version": 1, "made_at": "2026-11-22T…", "product": "0.1.0",
 "database": {"kind": "sqlite", "schema": "0019"}, "secrets": false,
 "files": [{"path": "database.sqlite", "size": 4096, "sha256": "…"},
           {"path": "recordings/2026-11-22/….ogg", "size": 90210, "sha256": "…", "beside": true}, …]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from robot.keeping.errors import ArchiveDamaged, ArchiveTooNew

NAME = "manifest.json"
FORMAT = "zvonar-backup"
VERSION = 1
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
_SHA256 = re.compile(r"[0-9a-f]{64}")

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file. path: relative, its first part says what it is. beside: it lies in the folder of backups, named by its
    checksum, and not in the archive."""

    path: str
    size: int
    sha256: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """schema: the revision of the database's tables. secrets: whether settings and tokens are in it as they are."""

    made_at: datetime
    product: str
    database: Kind
    schema: str
    secrets: bool
    files: Sequence[Entry]

    def text(self) -> str:
        files: list[dict[str, Any]] = [
            {"path": one.path, "size": one.size, "sha256": one.sha256, **({"beside": True} if one.beside else {})}
            for one in self.files
        ]
        told = {"format": FORMAT, "version": VERSION, "made_at": self.made_at.isoformat(), "product": self.product}
        told |= {"database": {"kind": self.database, "schema": self.schema}, "secrets": self.secrets, "files": files}
        return json.dumps(told, indent=1)


def read_manifest(text: str) -> Manifest:
    """Raises ArchiveDamaged, ArchiveTooNew."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise ArchiveDamaged("this is no backup of Zvonar")
        if told["version"] > VERSION:
            raise ArchiveTooNew(
                f"the backup was written by a newer version of Zvonar ({told['product']})",
                remedy="install that version, then restore",
            )
        database = told["database"]
        return Manifest(
            made_at=datetime.fromisoformat(told["made_at"]),
            product=str(told["product"]),
            database=_kind(database["kind"]),
            schema=str(database["schema"]),
            secrets=bool(told["secrets"]),
            files=tuple(_entry(one) for one in told["files"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged("the backup's list of contents cannot be read") from error


def _kind(name: str) -> Kind:
    if name == "sqlite":
        return "sqlite"
    if name == "postgresql":
        return "postgresql"
    raise ValueError(name)


def _entry(told: dict[str, Any]) -> Entry:
    """Raises ValueError for a path that leads elsewhere: an archive may come from anywhere."""
    path, sha256 = str(told["path"]), str(told["sha256"])
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\\" in path or "\0" in path or not _SHA256.fullmatch(sha256):
        raise ValueError(path)
    return Entry(path, int(told["size"]), sha256, bool(told.get("beside", False)))
