"""Unpacking a zip that came from elsewhere: nothing leaves the target folder, and no small file becomes a huge one."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from robot.speech.errors import DownloadFailed

_MOST_FILES = 10_000
_MOST_BYTES = 12 * 2**30  # the largest Vosk models unpack to about 5 GB


def unpack(archive_file: Path, target: Path) -> None:
    """Blocking. Unpack into `target` (made here) without the one folder everything lies in. Raises DownloadFailed for a
    damaged archive, for names that point outside, links, and sizes beyond reason."""
    try:
        with zipfile.ZipFile(archive_file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(members)
            tops = {PurePosixPath(member.filename).parts[0] for member in members}
            nested = all(len(PurePosixPath(member.filename).parts) > 1 for member in members)
            strip = 1 if len(tops) == 1 and nested else 0
            for member in members:
                file = target.joinpath(*PurePosixPath(member.filename).parts[strip:])
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, file.open("xb") as out:
                    shutil.copyfileobj(source, out)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, FileExistsError, RuntimeError) as damaged:
        raise DownloadFailed(f"{archive_file.name} is damaged: {damaged}") from damaged


def _check(members: list[zipfile.ZipInfo]) -> None:
    if not members or len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
        raise DownloadFailed("the archive does not have the size of a model")
    for member in members:
        name = PurePosixPath(member.filename)
        outside = name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in member.filename
        if outside or stat.S_ISLNK(member.external_attr >> 16):
            raise DownloadFailed(f"the archive holds an unsafe name: {member.filename!r}")
