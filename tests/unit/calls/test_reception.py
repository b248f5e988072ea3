"""Incoming calls: who rings in is greeted at once, talked with by the right script, and his attempt is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.events import CallEnded, CallEvent, Dialing, TurnEnded
from robot.calls.reception import NOT_NOW, WITHHELD, Receptionist, ReceptionSettings, closed_text
from robot.calls.reception_ports import Visit
from robot.calls.recordings import find
from robot.calls.scripts import ScriptShelf
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState, Turn
from robot.domain.campaigns import ALWAYS, CallingWindow, Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.speech.fake import FakeRecognizer, FakeVoice, decode, encode
from robot.speech.phrases import PhraseCache
from telephony.errors import Busy
from telephony.fake import Answer, HangUp, Hear, ScriptedLine, Silence, Step, UntilSaid
from tests.unit.calls.test_session import Phrases

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

CALLER, SECOND = "+74950100001", "+74950100002"
START = datetime(2026, 11, 23, 9, tzinfo=UTC)  # Monday noon in Moscow
LISTENS: Sequence[Step] = [Answer()]


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


SHELF = ScriptShelf(now, bytes)
"""Trained once: no talk changes it."""


@dataclass
class Register:
    """Knows every caller, unless told otherwise; writes results down."""

    window: CallingWindow = ALWAYS
    script: str = "missed_call_back"
    knows: bool = True
    error: Exception | None = None
    arrivals: list[tuple[str, str]] = field(default_factory=list)
    results: dict[UUID, CallResult] = field(default_factory=dict)
    turns: dict[UUID, dict[int, Turn]] = field(default_factory=dict)
    talks: list[asyncio.Task[CallResult]] = field(default_factory=list)

    async def arrived(self, caller: str, dialed: str, *, call_id: UUID, now: datetime) -> Visit | None:
        self.arrivals.append((caller, dialed))
        if self.error is not None:
            raise self.error
        facts = {"company.name": "Геометка", "company.does": "делаем сайты", "robot.name": "Анна"}
        campaign = Campaign(1, "cold", "Холодные", "cold_call", window=self.window, facts=facts)
        task = CallTask(1, 1, 1, TaskState.CLAIMED, now)
        return Visit(ClaimedTask(task, Lead(1, caller, "Иван"), campaign), self.script) if self.knows else None

    async def carry(self, claimed: ClaimedTask, attempt_id: UUID, talk: Callable[[], Awaitable[CallResult]]) -> None:
        async def carried() -> CallResult:
            return await talk()

        self.talks.append(asyncio.create_task(carried()))
        await asyncio.wait(self.talks[-1:])
        if not self.talks[-1].cancelled():
            self.results[attempt_id] = self.talks[-1].result()

    async def answered(self, attempt_id: UUID, *, at: datetime) -> None:
        self.turns[attempt_id] = {}

    async def turn(self, attempt_id: UUID, turn: Turn) -> None:
        self.turns[attempt_id][turn.number] = turn

    async def stop_calling(self, attempt_id: UUID, *, at: datetime) -> None: ...

    @property
    def only(self) -> CallResult:
        (result,) = self.results.values()
        return result


@dataclass
class House:
    line: ScriptedLine
    register: Register
    receptionist: Receptionist
    channels: Channels
    stop: asyncio.Event
    running: asyncio.Task[None]
    events: list[CallEvent]

    async def ring(self, number: str = CALLER, **more: str) -> None:
        """Until the call is over, and all about it is written."""
        call = await self.line.ring(number, **more)
        while call.ended is None or self.receptionist._under_way:
            await asyncio.sleep(0.02)

    @property
    def said(self) -> str:
        return decode(self.line.played[-1])[0]


@asynccontextmanager
async def house(
    tmp_path: Path,
    people: Mapping[str, Sequence[Step]],
    register: Register | None = None,
    settings: ReceptionSettings | None = None,
    voices: Callable[[Campaign], Awaitable[PhraseCache]] | None = None,
) -> AsyncIterator[House]:
    register, events, channels, stop = register or Register(), list[CallEvent](), Channels(4), asyncio.Event()
    line = ScriptedLine(people)
    serving = asyncio.create_task(line.run())
    conversations = Conversations(
        recognizer=FakeRecognizer(),
        voice_detector=lambda: any,
        phrases=Phrases(),  # without files: a thread takes its real time, and the virtual clock goes on meanwhile
        calls=register,
        calendar=None,  # type: ignore[arg-type]
        recordings=tmp_path / "recordings",
        channels=channels,
        now=now,
        observe=events.append,
        voices=voices,
    )
    receptionist = Receptionist(
        line=line,
        conversations=conversations,
        dialogs=SHELF.prepare,
        reception=register,
        carrier=register,
        settings=settings,
    )
    running = asyncio.create_task(receptionist.run(stop))
    while not (await line.health()).ok or line._take is None:
        await asyncio.sleep(0)
    try:
        yield House(line, register, receptionist, channels, stop, running, events)
    finally:
        stop.set()
        await running
        if register.talks:
            await asyncio.wait(register.talks)  # as the dialer does: a thread may be writing a recording yet
        serving.cancel()
        await asyncio.wait([serving])


async def test_who_calls_back_is_greeted_at_once_by_the_script_for_it(tmp_path: Path) -> None:
    steps = [Answer(), UntilSaid(800), Hear(encode("нет, не интересно")), Silence(60_000)]
    async with house(tmp_path, {CALLER: steps}) as at:
        await at.ring(dialed="+74950990000")
    (turns,) = at.register.turns.values()
    spoken = [turn for turn in turns.values() if turn.said]
    assert at.register.arrivals == [(CALLER, "+74950990000")]
    assert "Геометка" in spoken[0].said
    assert "перезвонили" in " ".join(turn.said for turn in spoken[:2])
    assert spoken[0].said_from_ms <= 60, "who rings up waits for the other side to speak"
    result = at.register.only
    assert result.outcome not in (Outcome.INTERRUPTED, Outcome.FAILED)
    assert result.answered_as == "human"
    assert result.script_version
    assert find(tmp_path / result.recording)


async def test_a_call_that_came_in_is_watched_like_any_other(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: [Answer(), Silence(1000), HangUp()]}) as at:
        await at.ring()
    begun, *_, ended = at.events
    assert isinstance(begun, Dialing)
    assert begun.came_in
    assert isinstance(ended, CallEnded)
    assert ended.result == at.register.only
    assert any(isinstance(event, TurnEnded) for event in at.events)


async def test_outside_the_hours_a_callback_at_the_opening_is_promised_and_kept(tmp_path: Path) -> None:
    register = Register(window=CallingWindow.every(time(9), time(11)))
    async with house(tmp_path, {CALLER: LISTENS}, register) as at:
        await at.ring()
        assert at.said == closed_text({"company.name": "Геометка"})
    result = register.only
    assert (result.outcome, result.reason) == (Outcome.CALLBACK_SCHEDULED, "out_of_hours")
    assert result.callback_at == datetime(2026, 11, 24, 6, tzinfo=UTC), "nine in Moscow, the next day"


async def test_the_sentence_of_the_night_is_said_in_the_voice_of_the_campaign(tmp_path: Path) -> None:
    voice = FakeVoice("fake/anna")

    async def of(campaign: Campaign) -> PhraseCache:
        assert campaign.slug == "cold"
        return PhraseCache(voice, tmp_path / "anna")

    register = Register(window=CallingWindow.every(time(9), time(11)))
    async with house(tmp_path, {CALLER: LISTENS}, register, voices=of) as at:
        await at.ring()
    assert any("нерабочее время" in text for text in voice.spoken)


async def test_a_caller_who_does_not_hear_the_sentence_out_is_called_back_all_the_same(tmp_path: Path) -> None:
    register = Register(window=CallingWindow.every(time(9), time(11)))
    async with house(tmp_path, {CALLER: [Answer(), Silence(500), HangUp()]}, register) as at:
        await at.ring()
    assert at.register.only.outcome is Outcome.CALLBACK_SCHEDULED


@pytest.mark.parametrize("register", [Register(knows=False), Register(error=OSError("the database is gone"))])
async def test_who_cannot_be_talked_with_hears_a_polite_sentence(tmp_path: Path, register: Register) -> None:
    async with house(tmp_path, {CALLER: LISTENS}, register) as at:
        await at.ring()
        assert at.said == NOT_NOW
    assert register.results == {}


async def test_who_withholds_his_number_is_asked_to_show_it(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: LISTENS}) as at:
        await at.ring(caller="anonymous")
        assert at.said == WITHHELD
        assert at.register.arrivals == []


async def test_a_script_that_cannot_be_spoken_is_our_fault_and_closes_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: LISTENS}, Register(script="no_such_script")) as at:
        await at.ring()
        assert at.register.only.outcome is Outcome.INTERRUPTED
        at.register.script = "missed_call_back"
        at.register.results.clear()
        await at.ring()
        assert at.register.only.outcome is not Outcome.INTERRUPTED


async def test_callers_take_channels_from_dialing_and_one_too_many_hears_the_busy_tone(tmp_path: Path) -> None:
    people = {CALLER: LISTENS, SECOND: LISTENS}
    async with house(tmp_path, people, settings=ReceptionSettings(at_most=1)) as at:
        ringing = asyncio.create_task(at.ring())
        await asyncio.sleep(0.5)
        assert at.channels.free == 3
        with pytest.raises(Busy):
            await at.ring(SECOND)
        await ringing
        assert at.channels.free == 4


async def test_after_the_stop_talks_go_on_and_nobody_new_is_answered(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: LISTENS, SECOND: LISTENS}) as at:
        ringing = asyncio.create_task(at.ring())
        await asyncio.sleep(1.0)
        at.stop.set()
        await asyncio.sleep(0.1)
        with pytest.raises(Busy):
            await at.ring(SECOND)
        assert not at.running.done()
        await ringing
        await at.running
    assert at.register.only.outcome is not Outcome.INTERRUPTED


async def test_a_talk_that_outlasts_the_drain_is_ended(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: LISTENS}, settings=ReceptionSettings(drain_s=1.0)) as at:
        call = await at.line.ring(CALLER)
        await asyncio.sleep(1.0)
        at.stop.set()
        await at.running
        assert asyncio.get_running_loop().time() < 3.5
        assert call.ended is not None


async def test_a_talk_ended_from_above_is_hung_up(tmp_path: Path) -> None:
    async with house(tmp_path, {CALLER: LISTENS}) as at:
        call = await at.line.ring(CALLER)
        await asyncio.sleep(1.0)
        at.register.talks[0].cancel()
        await asyncio.sleep(0.5)
        assert call.ended is not None
        assert at.channels.free == 4
