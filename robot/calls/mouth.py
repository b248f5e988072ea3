"""The robot's mouth on one call: what is being said, since when, and how much of it was heard."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from robot.calls.ports import PhraseSource
from scripts_dialog.actions import Say
from scripts_dialog.marks import stretches
from telephony.audio import BYTES_PER_MS
from telephony.base import Call
from telephony.playback import Playback


@dataclass(slots=True)
class Utterable:
    """One phrase on its way out. `turn` is the number of its turn."""

    turn: int
    interruptible: bool
    pcm: bytes
    playback: Playback
    announced: bool = False


class Mouth:
    """Follows the playbacks of a call; `follow` is called once a tick."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._saying: deque[Utterable] = deque()
        self._cut: Utterable | None = None

    @property
    def speaking(self) -> bool:
        return bool(self._saying)

    @property
    def current(self) -> Utterable | None:
        return self._saying[0] if self._saying else None

    def say(self, turn: int, pcm: bytes, *, interruptible: bool) -> None:
        self._cut = None
        self._saying.append(Utterable(turn, interruptible, pcm, self._call.play(pcm)))

    def follow(self) -> tuple[list[Utterable], list[Utterable]]:
        """Phrases that began, and phrases that came to their end, since the last tick."""
        begun: list[Utterable] = []
        ended: list[Utterable] = []
        for one in self._saying:
            if one.playback.started and not one.announced:
                one.announced = True
                begun.append(one)
        while self._saying and self._saying[0].playback.done:
            ended.append(self._saying.popleft())
        return begun, ended

    def interrupt(self) -> Utterable | None:
        """Fall silent at once, unless what is being said must not be interrupted. Gives the phrase that was cut."""
        current = self.current
        if current is None or not current.interruptible:
            return None
        for one in self._saying:
            one.playback.stop()
        self._cut = current
        return current

    def resume(self) -> bool:
        """The interruption was a noise: say the rest of the phrase that was cut. False when there is none."""
        cut, self._cut = self._cut, None
        if cut is None:
            return False
        rest = cut.pcm[cut.playback.position :]
        self._saying.append(Utterable(cut.turn, cut.interruptible, rest, self._call.play(rest), announced=True))
        return True


async def rendered(phrases: PhraseSource, say: Say) -> bytes:
    """The phrase in the robot's voice, with the pauses its text asks for. Raises SynthesisFailed."""
    pieces = []
    for stretch in stretches(say.text, say.marks):
        if stretch.text:
            pieces.append(await phrases.speech(stretch.text))
        pieces.append(bytes(stretch.pause_ms * BYTES_PER_MS))
    return b"".join(pieces)
