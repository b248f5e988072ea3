"""The robot's ear on one call: voice activity, turn-taking and recognition of the client's side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from robot.calls.turns import Cue, TurnTaker, Utterance
from robot.speech.base import RecognizerSession
from robot.speech.sounds import Sound
from telephony.audio import FRAME_BYTES, FRAME_MS, duration_ms
from telephony.base import Frame

LOOK_BACK_MS = 300
"""Voice is detected a moment after it began: this much from before goes to the recognizer too."""

GOES_ON_MS = 1300
"""Speech that begins so soon after an answer is the rest of it: pauses within a sentence are shorter, and who reacts to
what the robot has begun to say has not heard enough of it yet."""

HOLD_LOOK_BACK_MS = 1000
"""After music it takes longer to know that somebody speaks."""

VoiceDetector = Callable[[bytes], Sound | bool]
"""What 20 ms of sound are; a plain detector's False and True are QUIET and VOICE."""


class Ear:
    """goes_on: told where an utterance begins, whether it is the rest of the last one. accepted_from_ms: where in the
    call the audio begins that the recognizer was given of the last one."""

    def __init__(self, recognition: RecognizerSession, is_voice: VoiceDetector, turns: TurnTaker) -> None:
        self.recognition = recognition
        self._is_voice = is_voice
        self._turns = turns
        self._before: deque[bytes] = deque(maxlen=HOLD_LOOK_BACK_MS // FRAME_MS)
        self._look_back_ms = LOOK_BACK_MS
        self._pause: list[bytes] = []
        self._utterance = bytearray()
        self._after: deque[bytes] = deque(maxlen=GOES_ON_MS // FRAME_MS + 1)
        self.goes_on: Callable[[int], bool] = lambda _from_ms: False
        self.accepted_from_ms = 0
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

    def look_later(self, ms: int) -> None:
        self._turns.look_later(ms)

    def limit(self, longest_ms: int) -> None:
        self._turns.limit(longest_ms)

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
            self._after.extend(self._pause)
            self._pause.clear()
            self._before.append(step)
            self._after.append(step)
        elif was_in_speech:
            self._accept(step)
        else:
            self._before.append(step)
            self._after.append(step)
            if Cue.SPEECH_STARTED in cues:
                self._begin(at_ms)
        return cues

    def _accept(self, step: bytes) -> None:
        """A pause that may be the end is kept from the recognizer until speech goes on: the words it has been asked for
        already are the words of the whole."""
        if self._turns.paused:
            self._pause.append(step)
            return
        audio = b"".join((*self._pause, step))
        self._pause.clear()
        self._utterance += audio
        self.recognition.accept(audio)

    def _begin(self, at_ms: int) -> None:
        """With a moment from before the voice; with all of the last utterance, where this is the rest of it: words in
        their sentence are better understood than half a sentence by itself."""
        if self.goes_on(self._turns.utterance.from_ms):
            audio = bytes(self._utterance) + b"".join(self._after)
        else:
            audio = b"".join(list(self._before)[-self._look_back_ms // FRAME_MS :])
        self._utterance = bytearray(audio)
        self.accepted_from_ms = at_ms - duration_ms(audio)
        self._before.clear()
        self._after.clear()
        self._look_back_ms = LOOK_BACK_MS
        self.recognition.accept(audio)
