"""The phrase cache: rendered once, kept, repaired, never in anybody's way."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from robot.speech.errors import SynthesisFailed
from robot.speech.fake import FakeVoice, decode
from robot.speech.phrases import PhraseCache

pytestmark = pytest.mark.unit


class SlowVoice(FakeVoice):
    """Speaks when it is let; refuses texts that hold "нельзя"."""

    def __init__(self, name: str = "fake/slow") -> None:
        super().__init__(name)
        self.may_speak = asyncio.Event()

    async def synthesize(self, text: str) -> bytes:
        await self.may_speak.wait()
        if "нельзя" in text:
            raise SynthesisFailed("refused")
        return await super().synthesize(text)


def cached(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


async def test_a_phrase_is_rendered_once_and_then_there_at_once(voice: FakeVoice, tmp_path: Path) -> None:
    cache = PhraseCache(voice, tmp_path)
    assert cache.get("да") is None
    spoken = await cache.speech("да")
    assert decode(spoken) == ("да", True)
    assert cache.get("да") == spoken == await cache.speech("да")
    assert voice.spoken == ["да"]


async def test_it_survives_a_restart_and_belongs_to_one_voice(voice: FakeVoice, tmp_path: Path) -> None:
    await PhraseCache(voice, tmp_path).speech("да")
    again, other = FakeVoice(), FakeVoice("fake/other")
    await PhraseCache(again, tmp_path).speech("да")
    await PhraseCache(other, tmp_path).speech("да")
    assert (again.spoken, other.spoken) == ([], ["да"])


@pytest.mark.parametrize("damage", [b"", b"ZVP1", b"ZVP1" + bytes(16), b"ZVP1" + bytes(16) + b"\1" * 400])
async def test_a_damaged_file_is_rendered_anew(damage: bytes, voice: FakeVoice, tmp_path: Path) -> None:
    whole = await PhraseCache(voice, tmp_path).speech("да")
    (file,) = cached(tmp_path)
    file.write_bytes(damage)
    assert await PhraseCache(voice, tmp_path).speech("да") == whole
    assert len(file.read_bytes()) == len(whole) + 20, "and the file is repaired"


async def test_a_flipped_bit_is_not_played(voice: FakeVoice, tmp_path: Path) -> None:
    whole = await PhraseCache(voice, tmp_path).speech("да")
    (file,) = cached(tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)
    assert await PhraseCache(voice, tmp_path).speech("да") == whole


async def test_many_who_want_the_same_wait_for_one_rendering_even_when_the_first_gives_up(tmp_path: Path) -> None:
    voice = SlowVoice()
    cache = PhraseCache(voice, tmp_path)
    first, *others = [asyncio.create_task(cache.speech("да")) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    voice.may_speak.set()
    assert len({decode(await other) for other in others}) == 1
    assert voice.spoken == ["да"]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_prepare_tells_progress_and_names_what_failed(tmp_path: Path) -> None:
    voice = SlowVoice()
    voice.may_speak.set()
    steps: list[tuple[int, int]] = []
    cache = PhraseCache(voice, tmp_path)
    done = await cache.prepare(["а", "это нельзя", "б", "а"], lambda *step: steps.append(step))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert done.total == 3
    assert [(text, failure.code) for text, failure in done.failures] == [("это нельзя", "synthesis_failed")]
    assert cache.get("б") is not None
    with pytest.raises(SynthesisFailed):
        await cache.speech("это нельзя")


async def test_memory_is_bounded_and_the_disk_helps_out(voice: FakeVoice, tmp_path: Path) -> None:
    cache = PhraseCache(voice, tmp_path, memory_bytes=3000)
    await cache.prepare(["раз", "два", "три"])
    dropped = [text for text in ("раз", "два", "три") if cache.get(text) is None]
    assert len(dropped) == 2
    assert decode(await cache.speech(dropped[0])) == (dropped[0], True)
    assert sorted(voice.spoken) == ["два", "раз", "три"], "read from the disk, not spoken again"


async def test_a_folder_that_cannot_be_written_does_not_silence_the_robot(
    voice: FakeVoice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert decode(await PhraseCache(voice, blocked).speech("Иванову")) == ("Иванову", True)
    assert "not cached" in caplog.text
    assert "Иванову" not in caplog.text


async def test_nothing_half_written_is_left(voice: FakeVoice, tmp_path: Path) -> None:
    await PhraseCache(voice, tmp_path).prepare(["старая", "новая"])
    assert [file.suffix for file in cached(tmp_path)] == [".phrase", ".phrase"]


async def test_what_single_clients_were_told_is_forgotten_and_the_scripts_stay(
    voice: FakeVoice, tmp_path: Path
) -> None:
    cache = PhraseCache(voice, tmp_path)
    await cache.prepare(["Здравствуйте"], shared=True)
    (script,) = cached(tmp_path)
    await cache.prepare(["Здравствуйте", "Ждём вас, Акакий"])
    await cache.speech("Во вторник в семь")
    assert len(cached(tmp_path)) == 3
    assert await cache.forget_personal() == 2
    assert cached(tmp_path) == [script]
    assert [cache.get(text) is None for text in ("Здравствуйте", "Ждём вас, Акакий", "Во вторник в семь")] == [
        False, True, True,
    ]  # fmt: skip
    assert decode(await cache.speech("Ждём вас, Акакий")) == ("Ждём вас, Акакий", True), "and rendered again"


async def test_a_phrase_that_turns_out_to_be_the_scripts_is_kept_with_them(voice: FakeVoice, tmp_path: Path) -> None:
    await PhraseCache(voice, tmp_path).speech("До свидания")
    later = PhraseCache(voice, tmp_path)
    await later.prepare(["До свидания"], shared=True)
    assert voice.spoken == ["До свидания"]
    await later.forget_personal()
    assert len(cached(tmp_path)) == 1


async def test_what_nobody_has_used_for_long_goes(voice: FakeVoice, tmp_path: Path) -> None:
    cache = PhraseCache(voice, tmp_path)
    await cache.prepare(["сценария", "старого сценария"], shared=True)
    await cache.prepare(["Акакию", "Петру"])
    personal = [file for file in cached(tmp_path) if file.parent != tmp_path]
    script, old_script = [file for file in cached(tmp_path) if file.parent == tmp_path]
    now_s, day_s = 100 * 86400, 86400
    for file, used_s in (
        (personal[0], now_s - 8 * day_s), (personal[1], now_s - 6 * day_s),
        (script, now_s - 30 * day_s), (old_script, now_s - 38 * day_s),
    ):  # fmt: skip
        os.utime(file, (used_s, used_s))
    assert await cache.forget_personal(now_s - 7 * day_s) == 2
    assert cached(tmp_path) == sorted([personal[1], script])


async def test_close_stops_what_is_being_rendered(tmp_path: Path) -> None:
    cache = PhraseCache(SlowVoice(), tmp_path)
    waiting = asyncio.create_task(cache.speech("да"))
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
