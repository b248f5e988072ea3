"""Who answered, from the sound of the simulated people: their recorded voices over a telephone line, through the real
voice detector and the real recognizer, frame by frame. The clock is the number of frames; words come 0.2 s after they
were asked for, whatever the machine needed for them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from robot.calls.answering import PEOPLE, Answer, AnswerWatch, Move
from robot.calls.ear import Ear
from robot.calls.endpoint import Habits
from robot.calls.turns import Cue, TurnTaker
from robot.calls.utterances import Place, Utterances
from robot.speech.base import Recognizer, RecognizerSession, Transcript
from robot.speech.sounds import SoundDetector
from telephony.audio import FRAME_MS, FRAME_S, SILENCE
from telephony.base import Frame
from telephony.simulated.condition import Condition
from telephony.simulated.directory import NumberedDirectory, default_directory

pytestmark = pytest.mark.speech

WATCHED_S = 12.0
QUEUED_S = 18.0
WORDS_AFTER_MS = 200
QUIET_MS = 750
"""Whoever begins later is greeted by the robot before he has begun, machine or not."""
PERSONS = (
    "agrees",
    "asks_robot",
    "interrupts",
    "mumbles",
    "not_interested",
    "odd_greeter",
    "removal",
    "scripted_secretary",
    "secretary",
    "wrong_number",
)
MACHINES = {
    "fax": {Answer.FAX},
    "menu": {Answer.MENU},
    "no_such_number": {Answer.UNKNOWN_NUMBER, Answer.OPERATOR},
    "operator_announcement": {Answer.OPERATOR},
    "virtual_assistant": {Answer.ASSISTANT, Answer.OPERATOR},
    "voicemail": {Answer.VOICEMAIL, Answer.OPERATOR},
    "voicemail_personal": {Answer.VOICEMAIL},
}
EACH = 3


class Punctual:
    """A recognizer's session whose words come at a moment of the call, not of the clock on the wall."""

    def __init__(self, real: RecognizerSession) -> None:
        self._real = real
        self._due: list[tuple[int, asyncio.Task[Transcript], asyncio.Event]] = []
        self.at_ms = 0

    @property
    def partial(self) -> str:
        return self._real.partial

    def expect(self, answers: Sequence[str]) -> None:
        self._real.expect(answers)

    def accept(self, pcm: bytes) -> None:
        self._real.accept(pcm)

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return self._later(self._real.glance())

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        return self._later(self._real.finish())

    def _later(self, real: Coroutine[Any, Any, Transcript]) -> Coroutine[Any, Any, Transcript]:
        words = asyncio.create_task(real)
        due = asyncio.Event()
        self._due.append((self.at_ms + WORDS_AFTER_MS, words, due))
        return self._when(due, words)

    async def close(self) -> None:
        await self._real.close()

    @property
    def waiting(self) -> bool:
        return bool(self._due)

    async def tick(self) -> None:
        """20 ms have passed."""
        self.at_ms += FRAME_MS
        for one in [one for one in self._due if one[0] <= self.at_ms]:
            self._due.remove(one)
            await asyncio.wait([one[1]])
            one[2].set()
            for _ in range(5):
                await asyncio.sleep(0)

    @staticmethod
    async def _when(due: asyncio.Event, words: asyncio.Task[Transcript]) -> Transcript:
        await due.wait()
        return await words


@dataclass(frozen=True, slots=True)
class Call:
    """spoke_ms, left_ms: when the robot would have spoken and hung up. over_ms: the first utterance was over."""

    persona: str
    number: str
    kind: Answer
    why: str
    first_ms: int | None
    over_ms: int | None
    spoke_ms: int | None
    left_ms: int | None


async def called(
    recognizer: Recognizer, directory: NumberedDirectory, persona: str, index: int, *, for_s: float = WATCHED_S
) -> Call:
    number = directory.number_for(persona, index)
    person, condition = directory.subscriber(number), Condition(noise_rms=20.0, alaw=True, seed=index)
    session = Punctual(recognizer.session())
    ear = Ear(session, SoundDetector(), TurnTaker())
    watch = AnswerWatch(ear)
    utterances = Utterances(ear, watch.heard)
    first_ms = over_ms = spoke_ms = left_ms = None
    for tick in range(round(for_s / FRAME_S)):
        sound = person.tick(tick * FRAME_S, SILENCE)
        if sound is None:
            break
        await session.tick()
        frame = Frame(tick * FRAME_S, condition.carry(sound), SILENCE)
        cues = ear.hear(frame, session.at_ms, robot_speaking=False)
        if Cue.SPEECH_STARTED in cues and first_ms is None:
            first_ms = ear.utterance.from_ms
        if Cue.PAUSED in cues:
            ear.wait(Habits().opening_ms)
        if Cue.SPEECH_ENDED in cues:
            over_ms = over_ms or session.at_ms
            utterances.ended(Place.OPENING if spoke_ms is None else Place.ANSWER)
        move = watch.step(frame, session.at_ms, opening=spoke_ms is None)
        if move is Move.TALK:
            spoke_ms = spoke_ms or session.at_ms
        if move is Move.LEAVE:
            left_ms = session.at_ms
            break
    while session.waiting:
        await session.tick()
    return Call(persona, number, watch.verdict.kind, watch.verdict.why, first_ms, over_ms, spoke_ms, left_ms)


@pytest.fixture(scope="module")
def directory() -> NumberedDirectory:
    return default_directory()


async def test_no_person_is_taken_for_a_machine_or_waits(whisper: Recognizer, directory: NumberedDirectory) -> None:
    calls = [await called(whisper, directory, persona, index) for persona in PERSONS for index in range(EACH)]

    assert [one for one in calls if one.kind not in PEOPLE or one.left_ms is not None] == []
    for one in calls:
        assert one.spoke_ms is not None, one
        assert one.over_ms is not None, one
        assert one.spoke_ms <= one.over_ms, one


async def test_machines_are_found_by_their_sound(whisper: Recognizer, directory: NumberedDirectory) -> None:
    calls = [await called(whisper, directory, persona, index) for persona in MACHINES for index in range(EACH)]
    found = [one for one in calls if one.kind not in PEOPLE]
    right = [one for one in calls if one.kind in MACHINES[one.persona]]
    in_time = [one for one in calls if one.first_ms is not None and one.first_ms < QUIET_MS]
    unspoken = [one for one in in_time if one.spoke_ms is None]
    left_s = [one.left_ms for one in found if one.left_ms is not None]

    assert len(found) >= 0.9 * len(calls), [one for one in calls if one not in found]
    assert len(right) >= 0.85 * len(calls), [one for one in calls if one not in right]
    assert len(in_time) >= 0.7 * len(calls)
    assert len(unspoken) >= 0.75 * len(in_time), [one for one in in_time if one not in unspoken]
    assert max(left_s) <= 10_000


async def test_the_person_behind_a_queue_is_waited_for(whisper: Recognizer, directory: NumberedDirectory) -> None:
    for index in range(EACH):
        one = await called(whisper, directory, "queue_then_person", index, for_s=QUEUED_S)
        assert one.left_ms is None, one
        assert one.kind in PEOPLE, one
        assert one.spoke_ms is not None, one
        assert one.spoke_ms > 6000, one


async def test_a_silent_line_is_silence(whisper: Recognizer, directory: NumberedDirectory) -> None:
    one = await called(whisper, directory, "never_speaks", 0)

    assert (one.kind, one.spoke_ms, one.left_ms) == (Answer.SILENCE, 800, None)
