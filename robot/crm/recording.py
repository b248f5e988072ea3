"""The recording of a call as bytes to be sent: read when it is needed, never larger than the other side takes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from robot.crm.errors import TooLarge
from robot.i18n import tr

COMPRESSED = ".ogg"
TYPES = {COMPRESSED: "audio/ogg", ".wav": "audio/wav"}
"""Compressed, or as it was written during the call: the same name with either end."""


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    content: bytes

    @property
    def type(self) -> str:
        return TYPES[Path(self.name).suffix]


async def recording(data_dir: Path, path: str, *, most_mb: float, whom: str) -> Recording | None:
    """path: of the report. None where there is none, or it was deleted since. Raises TooLarge."""
    return await asyncio.to_thread(_read, data_dir, path, most_mb, whom) if path else None


def _read(data_dir: Path, path: str, most_mb: float, whom: str) -> Recording | None:
    file = _opened(data_dir / path)
    if file is None:
        return None
    with file:
        size_mb = os.fstat(file.fileno()).st_size / 2**20
        if size_mb <= most_mb:
            return Recording(Path(file.name).name, file.read())
    raise TooLarge(
        tr(
            f"запись {size_mb:.1f} МБ, а {whom} принимает не больше {most_mb:g} МБ",
            f"the recording has {size_mb:.1f} MB, {whom} takes no more than {most_mb:g} MB",
        ),
        remedy=tr(
            f"запись осталась у робота: {path}; предел задаётся в настройках CRM",
            f"the recording is kept by the robot: {path}; the limit is set in the CRM's settings",
        ),
    )


def _opened(place: Path) -> BinaryIO | None:
    """The compressed one is asked for again at the end: the other may have become it since."""
    for end in (*TYPES, COMPRESSED):
        with contextlib.suppress(FileNotFoundError):
            return place.with_suffix(end).open("rb")
    return None
