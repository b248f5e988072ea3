"""When the last backup was made: a note in the data directory, which the serving robot tells the monitoring.

{"at": "2026-11-22T03:15:00+00:00", "archive": "/backups/zvonar-20261122T031500Z.zvonar.tar", "bytes": 73400320}
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """at: the moment whose state it holds, with its zone. size: bytes of all files in it."""

    at: datetime
    archive: str
    size: int


def remember(data_dir: Path, last: LastBackup) -> None:
    """Whole or not at all; whoever made the backup, the robot's user can read it. Raises OSError."""
    told = {"at": last.at.isoformat(), "archive": last.archive, "bytes": last.size}
    handle, partial = tempfile.mkstemp(dir=data_dir, prefix=".last-backup-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
            os.fchmod(out.fileno(), 0o644)
        Path(partial).replace(data_dir / FILE)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def last_backup(data_dir: Path) -> LastBackup | None:
    """None where none was made, or the note cannot be read. Blocking."""
    try:
        told = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(told["at"])
        return None if at.tzinfo is None else LastBackup(at, str(told["archive"]), int(told["bytes"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
