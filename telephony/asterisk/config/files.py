"""Writing configuration: each file is there whole or as it was, readable by its owner alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from telephony.asterisk.config.model import Pbx
from telephony.asterisk.config.render import render


def write_config(pbx: Pbx, *, into: Path | None = None, owner: str = "") -> tuple[Path, ...]:
    """Render everything first, then put the files in place and make the state directories; gives the files back.

    into: another folder than the one they will be read from, as for a container's; nothing else is made then. owner:
    the user Asterisk runs as, where it is not ours. Raises UnsafeValue, OSError.
    """
    files = render(pbx)
    folder = into or pbx.directories.etc
    states = [] if into else [pbx.directories.state / name for name in ("lib", "log", "run", "spool")]
    for directory in (folder, *states):
        directory.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(directory, owner)
    for name, text in files.items():
        replace_file(folder / name, text, owner=owner)
    return tuple(folder / name for name in files)


def replace_file(path: Path, text: str, *, owner: str = "") -> None:
    """Atomically, mode 0600."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if owner:
            shutil.chown(temporary, owner)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
