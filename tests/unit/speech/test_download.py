"""Downloads that break off, restart, arrive damaged, or never begin."""

from __future__ import annotations

import hashlib
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from robot.speech.errors import DownloadFailed
from robot.speech.models.download import download
from tests.unit.speech.file_server import FileServer

pytestmark = pytest.mark.unit

CONTENT = random.Random(1).randbytes(700_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@asynccontextmanager
async def serving(files: FileServer) -> AsyncIterator[str]:
    server = await files.start()
    try:
        yield str(server.make_url("/model.zip"))
    finally:
        await server.close()


class Steps:
    """Progress as it was told."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def __call__(self, done: int, total: int | None) -> None:
        self.seen.append((done, total))


async def fetch(url: str, target: Path, steps: Steps | None = None, sha256: str | None = SHA256) -> None:
    await download(url, target, progress=steps or Steps(), sha256=sha256, pause_s=0.0)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_a_file_arrives_whole_and_progress_grows_to_the_end(tmp_path: Path) -> None:
    steps = Steps()
    async with serving(FileServer(CONTENT)) as url:
        await fetch(url, tmp_path / "model.zip", steps)
    assert (tmp_path / "model.zip").read_bytes() == CONTENT
    assert names(tmp_path) == ["model.zip"]
    assert steps.seen[0] == (0, len(CONTENT))
    assert steps.seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in steps.seen] == sorted(done for done, _ in steps.seen)


async def test_a_cut_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    files = FileServer(CONTENT, cuts=[300_000, 100_000])
    async with serving(files) as url:
        await fetch(url, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == CONTENT
    assert files.ranges[0] == ""
    starts = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked in files.ranges[1:]]
    assert starts == sorted(starts)
    assert starts[-1] > 300_000, "what had come was not fetched again"


async def test_the_next_run_goes_on_with_what_the_last_one_left(tmp_path: Path) -> None:
    files = FileServer(CONTENT, cuts=[300_000, 0, 0, 0, 0, 0])
    async with serving(files) as url:
        with pytest.raises(DownloadFailed, match="cannot be fetched"):
            await fetch(url, tmp_path / "model.zip")
        left = (tmp_path / "model.zip.partial").stat().st_size
        assert 0 < left <= 300_000
        files.cuts.clear()
        await fetch(url, tmp_path / "model.zip")
    assert files.ranges[-1] == f"bytes={left}-"
    assert (tmp_path / "model.zip").read_bytes() == CONTENT
    assert names(tmp_path) == ["model.zip"]


async def test_a_file_that_changed_meanwhile_is_not_joined_to_the_old_half(tmp_path: Path) -> None:
    old = FileServer(b"o" * 600_000, etag='"old"', cuts=[300_000, 0, 0, 0, 0])
    async with serving(old) as url:
        with pytest.raises(DownloadFailed):
            await fetch(url, tmp_path / "model.zip")
        old.content, old.etag, old.cuts = CONTENT, '"new"', []
        await fetch(url, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == CONTENT


@pytest.mark.parametrize("quirk", [{"honours_ranges": False}, {"wrong_part": True}])
async def test_a_server_that_knows_no_ranges_or_sends_the_wrong_part_costs_time_only(
    quirk: dict[str, bool], tmp_path: Path
) -> None:
    async with serving(FileServer(CONTENT, cuts=[300_000], **quirk)) as url:  # type: ignore[arg-type]
        await fetch(url, tmp_path / "model.zip")
    assert (tmp_path / "model.zip").read_bytes() == CONTENT


async def test_a_partial_file_that_was_complete_is_taken_as_it_is(tmp_path: Path) -> None:
    files = FileServer(CONTENT)
    (tmp_path / "model.zip.partial").write_bytes(CONTENT)
    (tmp_path / "model.zip.partial.etag").write_text(files.etag)
    async with serving(files) as url:
        await fetch(url, tmp_path / "model.zip")
    assert files.ranges == [f"bytes={len(CONTENT)}-"]
    assert names(tmp_path) == ["model.zip"]


async def test_a_damaged_file_is_thrown_away_and_named(tmp_path: Path) -> None:
    async with serving(FileServer(CONTENT[:-1] + b"\0")) as url:
        with pytest.raises(DownloadFailed, match="damaged"):
            await fetch(url, tmp_path / "model.zip")
    assert names(tmp_path) == []


async def test_a_server_in_trouble_is_asked_again_a_missing_file_is_not(tmp_path: Path) -> None:
    files = FileServer(CONTENT, statuses=[503, 502])
    async with serving(files) as url:
        await fetch(url, tmp_path / "model.zip")
        assert len(files.ranges) == 3
        files.statuses.append(404)
        with pytest.raises(DownloadFailed, match="404"):
            await fetch(url, tmp_path / "other.zip")
        assert len(files.ranges) == 4


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/model.zip", "http://[", "ftp://127.0.0.1/x", "no address"])
async def test_offline_and_impossible_addresses_are_a_clear_error(url: str, tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound and not listening: nothing answers there
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DownloadFailed, match="cannot be fetched"):
            await fetch(url.format(port=taken.getsockname()[1]), tmp_path / "model.zip")
