"""Turn-taking: from sound in 20 ms steps to the moments that matter in a talk. Pure; milliseconds come in.

Whoever falls silent may have finished, or be looking for a word. At every pause the words so far are asked for
(PAUSED); who understands them tells how long to wait (`wait`), and the turn is over (SPEECH_ENDED) when it stays quiet
for so long. Words that come late hold the turn open until `blind_ms`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from robot.speech.sounds import Sound


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """start: this much sound within `start_window_ms` is speech, less is a click; over: so much within it that ends in
    clear speech stops a robot that speaks, a hiss or a hum before the vowel included, murmur: or so much of which none
    is clear. again: with so much clear speech it goes on after a pause, hum: or with so much of any sound; still: so
    soon after a sound it does not end, for `maybe_ms` at most. look: quiet before the words are asked for. blind: a
    turn is over after so much quiet when nobody has told how long to wait; aside: under the robot's voice. longest: an
    utterance is cut here, so that music or a television does not hold the talk for ever."""

    start_ms: int = 60
    start_window_ms: int = 120
    over_ms: int = 40
    again_ms: int = 40
    again_window_ms: int = 80
    still_ms: int = 60
    maybe_ms: int = 160
    hum_ms: int = 120
    hum_window_ms: int = 200
    look_ms: int = 80
    blind_ms: int = 900
    aside_ms: int = 400
    murmur_ms: int = 700
    longest_ms: int = 15_000


class Cue(Enum):
    SPEECH_STARTED = auto()
    TALKED_OVER = auto()
    """The client speaks while the robot does, and it is no murmur. Once an utterance."""
    PAUSED = auto()
    """He has fallen silent, perhaps for good: look at the words."""
    RESUMED = auto()
    """He goes on after PAUSED."""
    SPEECH_ENDED = auto()
    ABANDONED = auto()
    """In place of SPEECH_ENDED: it was music, or a tone."""
    NO_ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Utterance:
    """Where the client's speech lies, in milliseconds of the call: first and last voice."""

    from_ms: int
    to_ms: int


class _Recent:
    """How much was heard within the last moments."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._steps: deque[tuple[int, int]] = deque()

    def add(self, at_ms: int, step_ms: int) -> int:
        self._steps.append((at_ms, step_ms))
        while self._steps[0][0] <= at_ms - self._window_ms:
            self._steps.popleft()
        return sum(ms for _, ms in self._steps)

    @property
    def from_ms(self) -> int:
        at_ms, step_ms = self._steps[0]
        return at_ms - step_ms

    def take(self, other: _Recent) -> None:
        """What the other has heard."""
        self._steps.extend(other._steps)

    def clear(self) -> None:
        self._steps.clear()


class TurnTaker:
    """Follows one call. Feed it every step; ask `wait_for_answer` when the robot begins to expect one."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self._settings = settings or TurnSettings()
        self._longest_ms = self._settings.longest_ms
        self._sounds = _Recent(self._settings.start_window_ms)
        self._again = _Recent(self._settings.again_window_ms)
        self._hum = _Recent(self._settings.hum_window_ms)
        self._overlap = _Recent(self._settings.start_window_ms)
        self._in_speech = False
        self._from_ms = 0
        self._to_ms = 0
        self._over_ms = 0
        self._talked_over = False
        self._looked = False
        self._wait_ms: int | None = None
        self._sound_ms = 0
        self._quiet_since: int | None = None
        self._patience_ms = 0

    @property
    def in_speech(self) -> bool:
        """The client is speaking, short pauses included."""
        return self._in_speech

    @property
    def paused(self) -> bool:
        """He is silent in the middle of what may go on."""
        return self._in_speech and self._looked

    @property
    def utterance(self) -> Utterance:
        """The one under way, or the last one when nobody speaks."""
        return Utterance(self._from_ms, self._to_ms)

    def wait(self, quiet_ms: int) -> None:
        """The words before this pause are known: the turn is over when it stays quiet for so long, counted from the
        last voice. Without effect when nobody pauses."""
        if self.paused:
            self._wait_ms = quiet_ms

    def look_later(self, ms: int) -> None:
        """The words of this pause will be asked for so much later: without them the turn stays open so much longer."""
        if self.paused:
            self._wait_ms = self._settings.blind_ms + ms

    def limit(self, longest_ms: int) -> None:
        """Cut utterances here from now on, the one under way too, where that is sooner than the settings have it."""
        self._longest_ms = min(self._settings.longest_ms, longest_ms)

    def abandon(self) -> list[Cue]:
        """What was heard of the utterance under way was nobody's speech."""
        if not self._in_speech:
            return []
        self._end()
        return [Cue.ABANDONED]

    def wait_for_answer(self, patience_ms: int) -> None:
        """From the moment the robot falls silent, NO_ANSWER comes after this long without speech, once."""
        self._patience_ms = patience_ms
        self._quiet_since = None

    def stop_waiting(self) -> None:
        self._patience_ms = 0

    def step(self, at_ms: int, step_ms: int, *, sound: Sound, robot_speaking: bool) -> list[Cue]:
        """What this step brought. `at_ms` is its end; `step_ms` how much was heard (0 when nothing arrived)."""
        cues: list[Cue] = []
        if sound is not Sound.QUIET:
            self._sound_ms = at_ms
            if self._in_speech:
                self._go_on(at_ms, step_ms, sound, cues)
            elif self._sounds.add(at_ms, step_ms) >= self._least_ms(sound, robot_speaking=robot_speaking):
                self._start(at_ms, cues)
            self._watch_overlap(at_ms, step_ms, sound, cues, robot_speaking=robot_speaking)
        if self._in_speech:
            self._watch_quiet(at_ms, cues, robot_speaking=robot_speaking)
        self._watch_patience(at_ms, cues, robot_speaking=robot_speaking)
        return cues

    def _least_ms(self, sound: Sound, *, robot_speaking: bool) -> int:
        clear = robot_speaking and sound is Sound.VOICE
        return self._settings.over_ms if clear else self._settings.start_ms

    def _start(self, at_ms: int, cues: list[Cue]) -> None:
        self._in_speech = True
        self._from_ms, self._to_ms = self._sounds.from_ms, at_ms
        self._hum.take(self._sounds)
        self._over_ms = 0
        self._talked_over = self._looked = False
        self._wait_ms = None
        cues.append(Cue.SPEECH_STARTED)

    def _go_on(self, at_ms: int, step_ms: int, sound: Sound, cues: list[Cue]) -> None:
        # Words end in hisses, breath and closed lips as often as in vowels: until the look any sound right after them
        # is theirs, then only much of it.
        sounds_on = self._hum.add(at_ms, step_ms) >= self._settings.hum_ms
        if sound is Sound.MURMUR and not sounds_on:
            return  # the noise of the line after the words
        if self._looked:
            if self._again.add(at_ms, step_ms) < self._settings.again_ms and not sounds_on:
                return  # a click
            self._looked, self._wait_ms = False, None
            cues.append(Cue.RESUMED)
        self._to_ms = at_ms

    def _watch_overlap(self, at_ms: int, step_ms: int, sound: Sound, cues: list[Cue], *, robot_speaking: bool) -> None:
        """Counted from the first sound, so that the robot falls silent with the second frame."""
        if not robot_speaking:
            self._over_ms = 0
            self._overlap.clear()
            return
        self._over_ms += step_ms
        speaks = self._overlap.add(at_ms, step_ms) >= self._settings.over_ms and sound is Sound.VOICE
        if not self._in_speech or self._talked_over:
            return
        if speaks or self._over_ms >= self._settings.murmur_ms:
            self._talked_over = True
            cues.append(Cue.TALKED_OVER)

    def _watch_quiet(self, at_ms: int, cues: list[Cue], *, robot_speaking: bool) -> None:
        settings = self._settings
        quiet_ms = at_ms - self._to_ms
        if not robot_speaking and not self._looked and quiet_ms >= settings.look_ms:
            self._looked, self._wait_ms = True, None
            self._again.clear()
            self._hum.clear()
            cues.append(Cue.PAUSED)
        waited_ms = settings.blind_ms if self._wait_ms is None else self._wait_ms
        if robot_speaking:
            waited_ms = settings.aside_ms
        # A sound that may become a word holds the turn open for a moment; noise does not for long.
        begins = at_ms - self._sound_ms < settings.still_ms and quiet_ms < waited_ms + settings.maybe_ms
        if (quiet_ms >= waited_ms and not begins) or at_ms - self._from_ms >= self._longest_ms:
            self._end()
            cues.append(Cue.SPEECH_ENDED)

    def _end(self) -> None:
        self._in_speech = self._looked = False
        self._over_ms = 0
        for recent in (self._sounds, self._overlap, self._hum, self._again):
            recent.clear()

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
