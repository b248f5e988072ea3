"""How much quiet ends a turn, from the words at each of its pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from robot.calls.ear import Ear
from robot.calls.glances import LEAST_AGAIN_MS, Glances
from robot.calls.turns import Cue, TurnTaker
from robot.speech.base import Transcript
from telephony.audio import FRAME_BYTES, FRAME_MS
from telephony.base import Frame

pytestmark = pytest.mark.unit

VOICE, QUIET = b"\x01" * FRAME_BYTES, bytes(FRAME_BYTES)


class Words:
    """A session of a recognizer that has words for each glance, one after the other."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.partial = ""

    def expect(self, answers: Sequence[str]) -> None:
        raise NotImplementedError

    def accept(self, pcm: bytes) -> None:
        """Of no interest."""

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return self._next()

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        return self._next()

    async def close(self) -> None:
        """Nothing is held."""

    async def _next(self) -> Transcript:
        return Transcript(self._texts.pop(0), 1.0)


async def turn_ends(sounds: Sequence[tuple[bytes, int]], texts: Sequence[str], quiet_ms: int) -> int:
    """Milliseconds from the last voice to the end of the turn, when every text is judged to need so much quiet."""
    ear = Ear(Words(*texts), lambda frame: frame == VOICE, TurnTaker())
    glances = Glances(ear, lambda _text: quiet_ms, lambda: 0.0)
    at_ms = 0
    frames = [sound for sound, ms in sounds for _ in range(ms // FRAME_MS)]
    for sound in [*frames, *[QUIET] * 200]:
        at_ms += FRAME_MS
        for cue in ear.hear(Frame(at_ms / 1000, sound, QUIET), at_ms, robot_speaking=False):
            if cue is Cue.PAUSED:
                glances.look()
            elif cue is Cue.RESUMED:
                glances.drop()
            elif cue is Cue.SPEECH_ENDED:
                glances.leave()
                return at_ms - ear.utterance.to_ms
        for _ in range(3):
            await asyncio.sleep(0)  # the look, and its words
    raise AssertionError("the turn never ended")


WORDS_THEN_NOISE = [(VOICE, 600), (QUIET, 240), (VOICE, 60)]


async def test_a_noise_after_the_words_does_not_begin_the_pause_anew() -> None:
    ended_ms = await turn_ends(WORDS_THEN_NOISE, ["нам подходит", "Нам подходит."], quiet_ms=620)
    assert ended_ms == 620 - 240 - 60


async def test_after_it_there_is_time_for_a_word_that_begins() -> None:
    ended_ms = await turn_ends(WORDS_THEN_NOISE, ["нам подходит", "нам подходит"], quiet_ms=400)
    assert ended_ms == LEAST_AGAIN_MS


@pytest.mark.parametrize("texts", [("нам", "нам подходит"), ("", "")])
async def test_new_words_and_none_are_waited_for_in_full(texts: tuple[str, str]) -> None:
    assert await turn_ends(WORDS_THEN_NOISE, texts, quiet_ms=620) == 620


async def test_a_short_wait_stays_short() -> None:
    sounds = [(VOICE, 600), (QUIET, 100), (VOICE, 60)]
    assert await turn_ends(sounds, ["да", "да"], quiet_ms=120) == 120
