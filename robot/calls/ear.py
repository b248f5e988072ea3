"""The robot's ear on one call: voice activity, turn-taking and recognition of the client's side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from robot.calls.turns import Cue, TurnTaker, Utterance
from robot.speech.base import RecognizerSession
from telephony.audio import FRAME_BYTES, FRAME_MS
from telephony.base import Frame

LOOK_BACK_MS = 300
"""Voice is detected a moment after it began: this much from before goes to the recognizer too."""

VoiceDetector = Callable[[bytes], bool]


class Ear:
    def __init__(self, recognition: RecognizerSession, is_voice: VoiceDetector, turns: TurnTaker) -> None:
        self.recognition = recognition
        self._is_voice = is_voice
        self._turns = turns
        self._before: deque[bytes] = deque(maxlen=LOOK_BACK_MS // FRAME_MS)
        self._rest = b""

    @property
    def in_speech(self) -> bool:
        return self._turns.in_speech

    @property
    def utterance(self) -> Utterance:
        return self._turns.utterance

    def wait_for_answer(self, patience_s: float) -> None:
        self._turns.wait_for_answer(int(patience_s * 1000))

    def stop_waiting(self) -> None:
        self._turns.stop_waiting()

    def hear(self, frame: Frame, at_ms: int, *, robot_speaking: bool) -> list[Cue]:
        """One tick of the line that ended at `at_ms` of the call."""
        audio = self._rest + frame.heard
        whole = len(audio) - len(audio) % FRAME_BYTES
        self._rest = audio[whole:]
        cues: list[Cue] = []
        for start in range(0, whole, FRAME_BYTES):
            cues += self._hear_step(audio[start : start + FRAME_BYTES], at_ms, robot_speaking=robot_speaking)
        if not whole:
            cues += self._turns.step(at_ms, 0, voiced=False, robot_speaking=robot_speaking)
        return cues

    def _hear_step(self, step: bytes, at_ms: int, *, robot_speaking: bool) -> list[Cue]:
        was_in_speech = self._turns.in_speech
        cues = self._turns.step(at_ms, FRAME_MS, voiced=self._is_voice(step), robot_speaking=robot_speaking)
        if was_in_speech:
            self.recognition.accept(step)
            return cues
        self._before.append(step)
        if Cue.SPEECH_STARTED in cues:
            self.recognition.accept(b"".join(self._before))
            self._before.clear()
        return cues
