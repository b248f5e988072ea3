"""Two campaigns, two voices, one node."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from robot.speech.base import Synthesizer
from robot.speech.errors import EngineUnavailable
from robot.speech.fake import FakeVoice
from robot.speech.phrases import PhraseCache
from robot.speech.voices import VOICE, Voices

pytestmark = pytest.mark.unit


class Cast:
    """Voices by name; "нет" is not installed."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, name: str) -> Synthesizer:
        self.made.append(name)
        if name == "нет":
            raise EngineUnavailable("not installed", remedy="install it")
        return FakeVoice(name)


async def test_each_campaign_speaks_with_its_own_voice_and_the_others_with_the_default(tmp_path: Path) -> None:
    default, cast = PhraseCache(FakeVoice("fake/default"), tmp_path), Cast()
    voices = Voices(default, tmp_path, cast)
    her, again, him, plain = await asyncio.gather(
        *(voices.of(facts) for facts in ({VOICE: "fake/anna"}, {VOICE: " fake/anna"}, {VOICE: "fake/ivan"}, {}))
    )
    assert her is again is not him
    assert plain is default
    assert sorted(cast.made) == ["fake/anna", "fake/ivan"]
    assert await her.speech("да")
    assert him.get("да") is None, "phrases of two voices are never mixed up"
    await voices.close()


async def test_a_voice_that_cannot_be_had_gives_way_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    default, cast = PhraseCache(FakeVoice(), tmp_path), Cast()
    voices = Voices(default, tmp_path, cast)
    assert [await voices.of({VOICE: "нет"}) for _ in range(3)] == [default] * 3
    assert cast.made == ["нет"]
    assert len(caplog.records) == 1
    assert "install it" in caplog.text
