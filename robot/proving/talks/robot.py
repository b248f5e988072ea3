"""The robot's end of the measured calls: dials, talks by the measuring script, and tells what it understood."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from robot.calls.caller import TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.events import CallEvent, PhraseStarted, TurnEnded
from robot.calls.ports import Calendar, CallLog
from robot.calls.scripts import Published, ScriptShelf
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState, Turn
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import Slot
from robot.domain.people import Lead
from robot.proving.talks.plan import SCRIPT, Call, Room
from robot.speech.base import Recognizer
from robot.speech.phrases import PhraseCache
from robot.speech.sounds import SoundDetector
from robot.steady import keep_steady
from scripts_dialog import Context
from telephony.base import Line
from telephony.simulated.subscriber import Said

ZONE = "Europe/Moscow"
Tell = Callable[[str, Said], object]


@dataclass(frozen=True, slots=True)
class Understood:
    """A turn as the robot's log has it, and when it was closed (monotonic)."""

    at_s: float
    turn: Turn


@dataclass(slots=True)
class Account:
    """What the robot tells of the calls, by number. lateness: of every frame, in seconds."""

    turns: dict[str, list[Understood]] = field(default_factory=dict)
    results: dict[str, CallResult] = field(default_factory=dict)
    lateness: array[float] = field(default_factory=lambda: array("f"))

    def frame(self, late_s: float) -> None:
        self.lateness.append(late_s)


class Unkept:
    """`CallLog` of calls that are only measured."""

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        """Not kept."""

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        """Not kept."""

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None:
        """Nobody is called a second time."""


class NoSlots:
    """`Calendar` for a script that books nothing."""

    async def free_slots(self, *_args: object, **_more: object) -> Sequence[Slot]:
        return ()

    async def offer(self, *_args: object, **_more: object) -> Sequence[Slot]:
        return ()

    async def hold(self, *_args: object, **_more: object) -> bool:
        return False

    async def release(self, attempt_id: UUID) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the robot is made of here. tell: takes the meaning of a phrase to whoever answers a number."""

    line: Line
    recognizer: Recognizer
    phrases: PhraseCache
    tell: Tell


class MeasuredRobot:
    """Holds the measured calls, any number at once."""

    def __init__(
        self,
        parts: Parts,
        account: Account,
        recordings: Path,
        *,
        calls: CallLog,
        calendar: Calendar,
        at_once: int,
        script: Path = SCRIPT,
    ) -> None:
        self._script = script
        self._parts = parts
        self._account = account
        self._numbers: dict[UUID, str] = {}
        self._shelf = ScriptShelf(utc_now)
        conversations = Conversations(
            recognizer=parts.recognizer,
            voice_detector=SoundDetector,
            phrases=parts.phrases,
            calls=calls,
            calendar=calendar,
            recordings=recordings,
            channels=Channels(at_once),
            now=utc_now,
            observe=self._observe,
        )
        self._caller = TelephoneCaller(line=parts.line, conversations=conversations, dialogs=self._shelf.prepare)

    async def publish(self) -> Published:
        """The measuring script trained, its phrases rendered."""
        published = await asyncio.to_thread(self._shelf.publish, str(self._script))
        for room in Room:
            texts = published.texts(Context(utc_now(), {"room": room.value}))
            await self._parts.phrases.prepare(texts)
        keep_steady()
        return published

    async def call(self, call: Call, claimed: ClaimedTask | None = None, attempt_id: UUID | None = None) -> CallResult:
        """Dial, and talk until the client hangs up."""
        attempt_id = attempt_id or uuid4()
        claimed = claimed or _claimed(call)
        self._numbers[attempt_id] = call.number
        await self._caller.prepare(claimed, attempt_id)
        result = await self._caller.call(claimed, attempt_id)
        self._account.results[call.number] = result
        return result

    def _observe(self, event: CallEvent) -> None:
        if isinstance(event, PhraseStarted):
            self._parts.tell(event.number, Said(event.phrase, event.text))
        elif isinstance(event, TurnEnded):
            number = self._numbers[event.attempt_id]
            self._account.turns.setdefault(number, []).append(Understood(asyncio.get_running_loop().time(), event.turn))


def facts(room: Room) -> Mapping[str, str]:
    """What a campaign tells the measuring script."""
    return {"room": room.value}


def _claimed(call: Call) -> ClaimedTask:
    campaign = Campaign(1, "bench", "bench", str(SCRIPT), window=ALWAYS, facts=facts(call.room))
    task = CallTask(1, campaign.id, 1, TaskState.CLAIMED, utc_now())
    return ClaimedTask(task, Lead(1, call.number, timezone=ZONE), campaign)
