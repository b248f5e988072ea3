"""A test call: the robot rings a number, says a sentence, listens for a voice, and tells how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import structlog

from robot.calls.ports import PhraseSource
from robot.domain.company import TrialEnd
from robot.speech.errors import SpeechError
from robot.speech.sounds import Sound, SoundDetector
from telephony.base import Call, CallSpec, Frame
from telephony.errors import TelephonyError

log = structlog.get_logger(__name__)

WORDS = (
    "Здравствуйте! Это проверочный звонок робота. Скажите что-нибудь после сигнала, и я пойму, что слышу вас. "
    "Три, два, один, говорите."
)
LISTENS_S = 6.0
"""After the last word."""
VOICED_FRAMES = 10
"""20 ms each: less is a click."""
AT_MOST_S = 60.0


class Dials(Protocol):
    async def dial(self, spec: CallSpec) -> Call: ...


class TrialCaller:
    """caller_id: shown; "" the line's own. on_answer is told when somebody has answered, on_frame every tick."""

    def __init__(
        self,
        line: Dials,
        phrases: PhraseSource,
        *,
        caller_id: str = "",
        ring_timeout_s: float = 30.0,
        on_answer: Callable[[], None] = lambda: None,
        on_frame: Callable[[Frame], None] = lambda _frame: None,
    ) -> None:
        self._line = line
        self._phrases = phrases
        self._caller_id = caller_id
        self._ring_timeout_s = ring_timeout_s
        self._on_answer = on_answer
        self._on_frame = on_frame

    async def call(self, call_id: UUID, number: str) -> TrialEnd:
        """Raises nothing but CancelledError: whatever happens is how it went."""
        try:
            pcm = await self._phrases.speech(WORDS)
            answered = await self._line.dial(CallSpec(call_id, number, self._caller_id, "", self._ring_timeout_s))
        except (TelephonyError, SpeechError) as error:
            log.info("trial_call_not_made", code=error.code)
            return TrialEnd(error.code)
        began = asyncio.get_running_loop().time()
        self._on_answer()
        try:
            async with asyncio.timeout(AT_MOST_S):
                heard = await _talk(answered, pcm, self._on_frame)
        except TimeoutError:
            heard = False
        finally:
            await answered.hang_up()
        return TrialEnd("completed", True, heard, asyncio.get_running_loop().time() - began)


async def _talk(call: Call, pcm: bytes, on_frame: Callable[[Frame], None]) -> bool:
    """Until somebody was heard after the robot has spoken, or nobody was for LISTENS_S, or the call has ended."""
    detector, voiced, silent_from = SoundDetector(), 0, 0.0
    spoken = call.play(pcm)
    async for frame in call.frames():
        on_frame(frame)
        voiced += sum(1 for sound in _sounds(detector, frame.heard) if sound is Sound.VOICE)
        if not spoken.done:
            continue
        silent_from = silent_from or frame.at_s
        if voiced >= VOICED_FRAMES or frame.at_s - silent_from > LISTENS_S:
            break
    return voiced >= VOICED_FRAMES


def _sounds(detector: SoundDetector, heard: bytes) -> list[Sound]:
    return [detector(heard[start : start + 320]) for start in range(0, len(heard) - 319, 320)]
