"""One file over HTTP, resumed where it broke off (RFC 9110, sections 13.1.5 and 14: If-Range, Range, Content-Range)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import aiohttp

from robot.speech.errors import DownloadFailed

Progress = Callable[[int, int | None], None]
"""Called with (bytes done, bytes in all or None while that is not known)."""

_CHUNK_BYTES = 1 << 18
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15.0, sock_read=30.0)
_FRUITLESS_TRIES = 4
_UNREACHABLE_TRIES = 2  # offline is said soon


async def download(
    url: str, target: Path, *, progress: Progress, sha256: str | None = None, pause_s: float = 0.5
) -> None:
    """Fetch url into target; what an earlier try left in `target.partial` is not fetched again.

    A broken connection is taken up again after pause_s (doubled each time), until four tries in a row brought nothing
    (two, when the server cannot even be reached).
    Raises DownloadFailed; the partial file stays for the next time unless it was damaged.
    """
    partial = target.with_name(target.name + ".partial")
    fruitless = 0
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True, auto_decompress=False) as web:
        while True:
            before = _size(partial)
            try:
                await _fetch_rest(web, url, partial, progress)
                break
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as broken:
                fruitless = 0 if _size(partial) > before else fruitless + 1
                unreachable = isinstance(broken, aiohttp.ClientConnectorError | aiohttp.InvalidURL)
                if fruitless >= (_UNREACHABLE_TRIES if unreachable else _FRUITLESS_TRIES):
                    raise DownloadFailed(f"{url} cannot be fetched: {_reason(broken)}") from broken
            await asyncio.sleep(pause_s * 2**fruitless)
    if sha256 is not None and (found := await asyncio.to_thread(sha256_of, partial)) != sha256:
        await asyncio.to_thread(_forget, partial)
        raise DownloadFailed(f"{url} arrived damaged: sha256 is {found}, expected {sha256}")
    await asyncio.to_thread(_complete, partial, target)


async def _fetch_rest(web: aiohttp.ClientSession, url: str, partial: Path, progress: Progress) -> None:
    have = _size(partial)
    tag_file = _tag_file(partial)
    tag = tag_file.read_text("utf-8") if have and tag_file.is_file() else ""
    headers = {"Range": f"bytes={have}-", "If-Range": tag} if have and tag else {}
    async with web.get(url, headers=headers) as answer:
        if answer.status == 416 and answer.headers.get("Content-Range") == f"bytes */{have}":
            return  # everything was here already
        if answer.status in (416, 412):
            _forget(partial)
            raise aiohttp.ClientPayloadError("the file has changed on the server")
        if answer.status >= 500:
            raise aiohttp.ClientPayloadError(f"the server answered {answer.status}")
        if answer.status not in (200, 206):
            raise DownloadFailed(f"{url} cannot be fetched: the server answered {answer.status} {answer.reason}")
        resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if answer.status == 206 and not resumed:
            _forget(partial)
            raise aiohttp.ClientPayloadError("the server sent another part than was asked for")
        done = have if resumed else 0
        total = None if answer.content_length is None else done + answer.content_length
        partial.parent.mkdir(parents=True, exist_ok=True)
        # A weak tag does not promise equal bytes, so it cannot join two parts.
        new_tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        tag_file.write_text("" if new_tag.startswith("W/") else new_tag, "utf-8")
        await _write(answer, partial, done, total, progress)


async def _write(
    answer: aiohttp.ClientResponse, partial: Path, done: int, total: int | None, progress: Progress
) -> None:
    try:
        with partial.open("ab" if done else "wb") as out:
            progress(done, total)
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                out.write(chunk)
                done += len(chunk)
                progress(done, total)
    except OSError as full:
        if isinstance(full, (ConnectionError, aiohttp.ClientError)):
            raise
        raise DownloadFailed(f"{partial} cannot be written: {full.strerror}", remedy="free space on the disk") from full
    if total is not None and done != total:
        raise aiohttp.ClientPayloadError(f"{total - done} bytes are missing")


def sha256_of(file: Path) -> str:
    """Blocking."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _tag_file(partial: Path) -> Path:
    return partial.with_name(partial.name + ".etag")


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _tag_file(partial).unlink(missing_ok=True)


def _complete(partial: Path, target: Path) -> None:
    partial.replace(target)
    _tag_file(partial).unlink(missing_ok=True)


def _reason(broken: BaseException) -> str:
    return str(broken) or type(broken).__name__
