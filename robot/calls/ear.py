"""The robot's ear on one call: voice activity, turn-taking and recognition of the client's side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from robot.calls.turns import Cue, TurnTaker, Utterance
from robot.speech.base import RecognizerSession
from robot.speech.sounds import Sound
from telephony.audio import FRAME_BYTES, FRAME_MS
from telephony.base import Frame

LOOK_BACK_MS = 300
"""Voice is detected a moment after it began: this much from before goes to the recognizer too."""

HOLD_LOOK_BACK_MS = 1000
"""After music it takes longer to know that somebody speaks."""

VoiceDetector = Callable[[bytes], Sound | bool]
"""What 20 ms of sound are; a plain detector's False and True are QUIET and VOICE."""


class Ear:
    def __init__(self, recognition: RecognizerSession, is_voice: VoiceDetector, turns: TurnTaker) -> None:
        self.recognition = recognition
        self._is_voice = is_voice
        self._turns = turns
        self._before: deque[bytes] = deque(maxlen=HOLD_LOOK_BACK_MS // FRAME_MS)
        self._look_back_ms = LOOK_BACK_MS
        self._pause: list[bytes] = []
        self._rest = b""

    @property
    def in_speech(self) -> bool:
        return self._turns.in_speech

    @property
    def speaking(self) -> bool:
        """Just now: in speech, and not in a pause that may be its end."""
        return self._turns.in_speech and not self._turns.paused

    @property
    def utterance(self) -> Utterance:
        return self._turns.utterance

    def wait(self, quiet_ms: int) -> None:
        self._turns.wait(quiet_ms)

    def wait_for_answer(self, patience_s: float) -> None:
        self._turns.wait_for_answer(int(patience_s * 1000))

    def stop_waiting(self) -> None:
        self._turns.stop_waiting()

    def hear(self, frame: Frame, at_ms: int, *, robot_speaking: bool, on_hold: bool = False) -> list[Cue]:
        """One tick of the line that ended at `at_ms` of the call. on_hold: what sounds is nobody's voice."""
        audio = self._rest + frame.heard
        whole = len(audio) - len(audio) % FRAME_BYTES
        self._rest = audio[whole:]
        cues: list[Cue] = []
        if on_hold:
            self._look_back_ms = HOLD_LOOK_BACK_MS
            cues += self._turns.abandon()
        for start in range(0, whole, FRAME_BYTES):
            step = audio[start : start + FRAME_BYTES]
            sound = Sound(self._is_voice(step))  # asked on hold too: it learns what the background sounds like
            sound = Sound.QUIET if on_hold else sound
            cues += self._hear_step(step, sound, at_ms, robot_speaking=robot_speaking)
        if not whole:
            cues += self._turns.step(at_ms, 0, sound=Sound.QUIET, robot_speaking=robot_speaking)
        return cues

    def _hear_step(self, step: bytes, sound: Sound, at_ms: int, *, robot_speaking: bool) -> list[Cue]:
        was_in_speech = self._turns.in_speech
        cues = self._turns.step(at_ms, FRAME_MS, sound=sound, robot_speaking=robot_speaking)
        if Cue.SPEECH_ENDED in cues:  # what was held back of the last pause has no words in it
            self._pause.clear()
            self._before.append(step)
        elif was_in_speech:
            self._accept(step)
        else:
            self._before.append(step)
            if Cue.SPEECH_STARTED in cues:
                self.recognition.accept(b"".join(list(self._before)[-self._look_back_ms // FRAME_MS :]))
                self._before.clear()
                self._look_back_ms = LOOK_BACK_MS
        return cues

    def _accept(self, step: bytes) -> None:
        """A pause that may be the end is kept from the recognizer until speech goes on: the words it has been asked for
        already are the words of the whole."""
        if self._turns.paused:
            self._pause.append(step)
            return
        if self._pause:
            self.recognition.accept(b"".join(self._pause))
            self._pause.clear()
        self.recognition.accept(step)
