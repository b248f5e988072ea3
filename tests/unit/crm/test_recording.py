"""The recording that goes out with a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from robot.crm.errors import TooLarge
from robot.crm.recording import recording

pytestmark = pytest.mark.unit
PLACE = "recordings/call.wav"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "recordings").mkdir()
    return tmp_path


async def test_the_compressed_one_goes_and_else_the_one_that_was_written(data: Path) -> None:
    assert await recording(data, PLACE, most_mb=1, whom="CRM") is None
    (data / PLACE).write_bytes(b"written")
    written = await recording(data, PLACE, most_mb=1, whom="CRM")
    assert written is not None
    assert (written.name, written.content, written.type) == ("call.wav", b"written", "audio/wav")
    (data / PLACE).with_suffix(".ogg").write_bytes(b"compressed")
    compressed = await recording(data, PLACE, most_mb=1, whom="CRM")
    assert compressed is not None
    assert (compressed.name, compressed.content, compressed.type) == ("call.ogg", b"compressed", "audio/ogg")


async def test_one_that_is_compressed_at_this_moment_goes_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / PLACE).write_bytes(b"written")
    really = Path.open

    def compressed_before_it_is_read(path: Path, *how: Any, **more: Any) -> Any:
        if path.suffix == ".wav":
            path.with_suffix(".ogg").write_bytes(b"compressed")
            path.unlink()
        return really(path, *how, **more)

    monkeypatch.setattr(Path, "open", compressed_before_it_is_read)
    sent = await recording(data, PLACE, most_mb=1, whom="CRM")
    assert sent is not None
    assert (sent.name, sent.content) == ("call.ogg", b"compressed")


async def test_a_larger_one_than_the_crm_takes_is_told(data: Path) -> None:
    (data / PLACE).write_bytes(bytes(2**20 + 1))
    with pytest.raises(TooLarge, match="1"):
        await recording(data, PLACE, most_mb=1, whom="CRM")
