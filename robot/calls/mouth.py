"""The robot's mouth on one call: what is being said, since when, and how much of it was heard."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from robot.calls.ports import PhraseSource
from robot.calls.seams import seam_before
from scripts_dialog.actions import Say
from scripts_dialog.marks import stretches
from telephony.audio import BYTES_PER_MS, duration_ms
from telephony.base import Call
from telephony.playback import Playback


@dataclass(slots=True)
class Utterable:
    """One phrase on its way out. `turn` is the number of its turn; `offset` where in `pcm` its playback began; `cut_ms`
    when the robot fell silent in it, in milliseconds of the call."""

    turn: int
    interruptible: bool
    pcm: bytes
    playback: Playback | None = None
    offset: int = 0
    announced: bool = False
    heard: int = 0
    cut_ms: int | None = None

    @property
    def position(self) -> int:
        """Bytes of `pcm` that were handed to the wire, the furthest."""
        return max(self.heard, self.offset + (self.playback.position if self.playback else 0))

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

    def say(self, turn: int, pcm: bytes, *, interruptible: bool) -> None:
        one = Utterable(turn, interruptible, pcm)
        if not self._holding:
            one.playback = self._call.play(pcm)
        self._saying.append(one)

    def follow(self) -> tuple[list[Utterable], list[Utterable]]:
        """Phrases that began, and phrases that came to their end or were given up, since the last tick."""
        begun: list[Utterable] = []
        for one in self._saying:
            if one.playback is not None and one.playback.started and not one.announced:
                one.announced = True
                begun.append(one)
        ended, self._dropped = self._dropped, []
        while self._saying and not self._holding and _done(self._saying[0]):
            ended.append(self._saying.popleft())
        return begun, ended

    def hold(self, at_ms: int, *, anyway: bool = False) -> bool:
        """Fall silent at once and wait, unless what is being said must not be interrupted. anyway: even then."""
        current = self.current
        if current is not None and not current.interruptible and not anyway:
            return False
        for one in self._saying:
            one.heard, one.cut_ms = one.position, at_ms
            if one.playback is not None:
                one.playback.stop()
        self._holding = True
        return True

    def resume(self) -> None:
        """It was nothing: go on, from the beginning of the words that were cut."""
        if not self._holding:
            return
        self._holding = False
        for one in self._saying:
            one.offset, one.cut_ms = seam_before(one.pcm, one.heard), None
            one.playback = self._call.play(one.pcm[one.offset :])

    def drop(self) -> Utterable | None:
        """Say no more of what is held. Gives the phrase that was cut, if one was."""
        if not self._holding:
            return None
        self._holding = False
        cut = self.current
        self._dropped += self._saying
        self._saying.clear()
        return cut


def _done(one: Utterable) -> bool:
    return one.playback is not None and one.playback.done


async def rendered(phrases: PhraseSource, say: Say) -> bytes:
    """The phrase in the robot's voice, with the pauses its text asks for. Raises SynthesisFailed."""
    pieces = []
    for stretch in stretches(say.text, say.marks):
        if stretch.text:
            pieces.append(await phrases.speech(stretch.text))
        pieces.append(bytes(stretch.pause_ms * BYTES_PER_MS))
    return b"".join(pieces)
