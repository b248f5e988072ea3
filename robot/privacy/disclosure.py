"""What is known of one person, as he may ask for it: a table of rows for each kind, and his recordings.

person.json          {"made_at": …, "digest": …, "known": {"leads": [{…}], "turns": [{…}], …}}
recordings/…         the sound and the transcript of each call, where its files are on this machine
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from robot.privacy.files import files_of

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """rows: by table. missing: recordings whose files are not on this machine."""

    rows: Mapping[str, int]
    files: int
    missing: int


def disclose(known: Rows, data_dir: Path, target: Path, *, digest: str, now: datetime) -> Disclosed:
    """Write the archive, readable by its owner alone. Blocking. Raises OSError: nothing is left then."""
    recordings = sorted({str(row["recording"]) for row in known.get("attempts", []) if row["recording"]})
    found = {path: files_of(data_dir, path) for path in recordings}
    part = target.with_name(f".{target.name}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            told = {"made_at": now.isoformat(), "digest": digest, "known": known}
            archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=1))
            for path, files in found.items():
                for file in files:
                    archive.write(file, f"{Path(path).parent}/{file.name}")
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    rows = {name: len(some) for name, some in known.items()}
    return Disclosed(rows, sum(map(len, found.values())), sum(not files for files in found.values()))
