"""The robot's mouth on one call: what is being said, since when, and how much of it was heard."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from robot.calls.seams import seam_before
from telephony.audio import BYTES_PER_MS, duration_ms
from telephony.base import Call
from telephony.playback import Playback


@dataclass(slots=True)
class Utterable:
    """One phrase on its way out. `turn` is the number of its turn; `pcm` what of it is rendered, `whole` that nothing
    is to follow; `offset` where in `pcm` its playbacks began; `cut_ms` when the robot fell silent in it, in
    milliseconds of the call."""

    turn: int
    interruptible: bool
    pcm: bytes
    whole: bool
    playbacks: list[Playback] = field(default_factory=list)
    offset: int = 0
    announced: bool = False
    heard: int = 0
    cut_ms: int | None = None

    @property
    def position(self) -> int:
        """Bytes of `pcm` that were handed to the wire, the furthest."""
        return max(self.heard, self.offset + sum(one.position for one in self.playbacks))

    @property
    def started(self) -> bool:
        return any(one.started for one in self.playbacks)

    @property
    def done(self) -> bool:
        return self.whole and all(one.done for one in self.playbacks)

    @property
    def played_ms(self) -> int:
        return min(self.position, len(self.pcm)) // BYTES_PER_MS

    @property
    def total_ms(self) -> int:
        return duration_ms(self.pcm)

    @property
    def rest_ms(self) -> int:
        return self.total_ms - self.played_ms


class Mouth:
    """Follows the playbacks of a call; `follow` is called once a tick.

    It can hold its breath: `hold` falls silent at once and keeps what was to be said, until `resume` goes on with it or
    `drop` gives it up. What is said meanwhile waits behind it.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._saying: deque[Utterable] = deque()
        self._dropped: list[Utterable] = []
        self._holding = False

    @property
    def speaking(self) -> bool:
        return bool(self._saying) and not self._holding

    @property
    def holding(self) -> bool:
        return self._holding

    @property
    def busy(self) -> bool:
        """Something is being said, or waits to be."""
        return bool(self._saying) or self._holding

    @property
    def current(self) -> Utterable | None:
        return self._saying[0] if self._saying else None

    @property
    def rest_ms(self) -> int:
        """How long it would take to say what has not been said yet."""
        return sum(one.rest_ms for one in self._saying)

    def say(self, turn: int, pcm: bytes, *, interruptible: bool, whole: bool = True) -> Utterable:
        """whole: else more of the phrase follows with `add`, and `complete` tells that it was all."""
        one = Utterable(turn, interruptible, b"", whole)
        self._saying.append(one)
        self.add(one, pcm)
        return one

    def add(self, one: Utterable, pcm: bytes) -> None:
        """More of the phrase that is said last. Without effect when it was given up meanwhile."""
        one.pcm += pcm
        if one in self._saying and not self._holding:
            one.playbacks.append(self._call.play(pcm))

    def complete(self, one: Utterable) -> None:
        one.whole = True

    def follow(self) -> tuple[list[Utterable], list[Utterable]]:
        """Phrases that began, and phrases that came to their end or were given up, since the last tick."""
        begun: list[Utterable] = []
        for one in self._saying:
            if one.started and not one.announced:
                one.announced = True
                begun.append(one)
        ended, self._dropped = self._dropped, []
        while self._saying and not self._holding and self._saying[0].done:
            ended.append(self._saying.popleft())
        return begun, ended

    def hold(self, at_ms: int, *, anyway: bool = False) -> bool:
        """Fall silent at once and wait, unless what is being said must not be interrupted. anyway: even then."""
        current = self.current
        if current is not None and not current.interruptible and not anyway:
            return False
        for one in self._saying:
            one.heard, one.cut_ms = one.position, at_ms
            for playback in one.playbacks:
                playback.stop()
        self._holding = True
        return True

    def resume(self) -> None:
        """It was nothing: go on, from the beginning of the words that were cut."""
        if not self._holding:
            return
        self._holding = False
        for one in self._saying:
            one.offset, one.cut_ms = seam_before(one.pcm, one.heard), None
            one.playbacks = [self._call.play(one.pcm[one.offset :])]

    def drop(self) -> Utterable | None:
        """Say no more of what is held. Gives the phrase that was cut, if one was."""
        if not self._holding:
            return None
        self._holding = False
        cut = self.current
        self._dropped += self._saying
        self._saying.clear()
        return cut
