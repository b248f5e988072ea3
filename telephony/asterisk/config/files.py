"""Writing configuration: each file is there whole or as it was, readable by its owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from telephony.asterisk.config.model import Pbx
from telephony.asterisk.config.render import render


def write_config(pbx: Pbx) -> None:
    """Render everything first, then put the files in place and make the state directories. Raises UnsafeValue."""
    files = render(pbx)
    for directory in (pbx.directories.etc, *(pbx.directories.state / name for name in ("lib", "log", "run", "spool"))):
        directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        replace_file(pbx.directories.etc / name, text)


def replace_file(path: Path, text: str) -> None:
    """Atomically, mode 0600."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
