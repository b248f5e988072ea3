"""Turn-taking: from voice activity in 20 ms steps to the moments that matter in a talk. Pure; milliseconds come in.

The decision is made from silence alone here: an answer ends after `end_silence_ms` without voice.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """start: this much voice within `start_window_ms` is speech, less is a click. barge_in: so much speech while the
    robot speaks stops it; less is a "yes, go on" or a cough. longest: an utterance is cut here, so that music or a
    television does not hold the talk for ever."""

    start_ms: int = 60
    start_window_ms: int = 120
    end_silence_ms: int = 500
    barge_in_ms: int = 400
    longest_ms: int = 15_000


class Cue(Enum):
    SPEECH_STARTED = auto()
    BARGE_IN = auto()
    SPEECH_ENDED = auto()
    NO_ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Utterance:
    """Where the client's speech lies, in milliseconds of the call: first and last voice."""

    from_ms: int
    to_ms: int


class TurnTaker:
    """Follows one call. Feed it every step; ask `wait_for_answer` when the robot begins to expect one."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self._settings = settings or TurnSettings()
        self._recent: deque[tuple[int, int]] = deque()
        self._in_speech = False
        self._from_ms = 0
        self._to_ms = 0
        self._over_ms = 0
        self._barged_in = False
        self._quiet_since: int | None = None
        self._patience_ms = 0

    @property
    def in_speech(self) -> bool:
        """The client is speaking, short pauses included."""
        return self._in_speech

    @property
    def utterance(self) -> Utterance:
        """The one under way, or the last one when nobody speaks."""
        return Utterance(self._from_ms, self._to_ms)

    def wait_for_answer(self, patience_ms: int) -> None:
        """From the moment the robot falls silent, NO_ANSWER comes after this long without speech, once."""
        self._patience_ms = patience_ms
        self._quiet_since = None

    def stop_waiting(self) -> None:
        self._patience_ms = 0

    def step(self, at_ms: int, step_ms: int, *, voiced: bool, robot_speaking: bool) -> list[Cue]:
        """What this step brought. `at_ms` is its end; `step_ms` how much was heard (0 when nothing arrived)."""
        cues: list[Cue] = []
        if voiced:
            self._hear_voice(at_ms, step_ms, cues, robot_speaking=robot_speaking)
        if self._in_speech:
            self._follow_speech(at_ms, cues, robot_speaking=robot_speaking)
        self._watch_patience(at_ms, cues, robot_speaking=robot_speaking)
        return cues

    def _hear_voice(self, at_ms: int, step_ms: int, cues: list[Cue], *, robot_speaking: bool) -> None:
        self._recent.append((at_ms, step_ms))
        while self._recent and self._recent[0][0] <= at_ms - self._settings.start_window_ms:
            self._recent.popleft()
        if not self._in_speech:
            if sum(ms for _, ms in self._recent) < self._settings.start_ms:
                return
            self._in_speech = True
            self._from_ms = self._recent[0][0] - self._recent[0][1]
            self._over_ms = 0 if not robot_speaking else sum(ms for _, ms in self._recent) - step_ms
            self._barged_in = False
            cues.append(Cue.SPEECH_STARTED)
        self._to_ms = at_ms
        self._over_ms = self._over_ms + step_ms if robot_speaking else 0

    def _follow_speech(self, at_ms: int, cues: list[Cue], *, robot_speaking: bool) -> None:
        if robot_speaking and not self._barged_in and self._over_ms >= self._settings.barge_in_ms:
            self._barged_in = True
            cues.append(Cue.BARGE_IN)
        quiet = at_ms - self._to_ms
        if quiet >= self._settings.end_silence_ms or at_ms - self._from_ms >= self._settings.longest_ms:
            self._in_speech = False
            self._recent.clear()
            cues.append(Cue.SPEECH_ENDED)

    def _watch_patience(self, at_ms: int, cues: list[Cue], *, robot_speaking: bool) -> None:
        if not self._patience_ms:
            return
        if robot_speaking or self._in_speech:
            self._quiet_since = None
            return
        if self._quiet_since is None:
            self._quiet_since = at_ms
        if at_ms - self._quiet_since >= self._patience_ms:
            self._patience_ms = 0
            cues.append(Cue.NO_ANSWER)
