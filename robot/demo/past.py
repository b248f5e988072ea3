"""Days of calls that were made before anybody looked: for the tests and the screenshots of the pages.

Everything is the product's own but the clock, which jumps, and the voices, which are tones (robot.speech.fake): the
real dialer calls simulated people, sessions and the dialog engine hold the talks, and stores, recordings and reports
get what they get in an office. A call takes about a second of a processor.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from robot.calls.caller import TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.events import CallEvent, PhraseStarted
from robot.calls.recordings import RecordingUnreadable, compress
from robot.calls.scripts import ScriptShelf
from robot.crm.base import NewLead
from robot.demo.town import MANAGERS, SCRIPT
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.simulation.alarm import Alarm
from robot.simulation.clock import VirtualLoop, clock_from
from robot.speech.fake import FakeRecognizer, FakeVoice, encode
from robot.speech.phrases import PhraseCache
from robot.storage.memory import FileStorage
from robot.storage.store import Storage, open_storage
from telephony.simulated.directory import NumberedDirectory
from telephony.simulated.library import load_library
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.population import population
from telephony.simulated.subscriber import Said

NODE = "past"
ROUND_S = 1800.0
"""In between the dialer is woken by what falls due."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Past:
    """calls: when people are called, each moment one person, in order. leads: of the list altogether; those beyond the
    calls fall due `later` than the end. quota: of each day."""

    calls: Sequence[datetime]
    until: datetime
    leads: int = 60
    quota: int = 12
    seed: int = 121
    timezone: str = "Europe/Moscow"
    later: timedelta = timedelta(seconds=30)


async def live(past: Past, file: Path, recordings: Path) -> None:
    """Into the database at this file, which is made when it is not there."""
    async with open_storage(f"sqlite:///{file}"):
        pass  # migrated
    await asyncio.to_thread(_live, past, file, recordings)


def _live(past: Past, file: Path, recordings: Path) -> None:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(_Days(past, FileStorage(file), recordings).run())


class _Loop(VirtualLoop):
    """What others would do in threads is done at once: the clock stands still meanwhile."""

    def run_in_executor(self, _executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # goes to who awaits it
            done.set_exception(error)
        return done


class Tones:
    """`telephony.simulated.speech.Voices` that the fake recognizer understands."""

    def pcm(self, voice: str, text: str) -> bytes:  # noqa: ARG002 - they all sound alike
        return encode(text)


def tone_town(seed: int) -> NumberedDirectory:
    """The simulated people, speaking in tones."""
    return NumberedDirectory(load_library(), Tones(), seed)


def tone_line(town: NumberedDirectory) -> SimulatedLine:
    return SimulatedLine(town, SimulatedLineSettings(noise_rms=0, alaw=False))


class _Days:
    def __init__(self, past: Past, store: Storage, recordings: Path) -> None:
        self._past = past
        self._store = store
        self._recordings = recordings
        self._directory = tone_town(past.seed)
        self._line = tone_line(self._directory)

    def _now(self) -> datetime:
        return clock_from(self._past.calls[0])

    async def run(self) -> None:
        try:
            await self._found()
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.call_at((self._past.until - self._past.calls[0]).total_seconds(), stop.set)
            line = asyncio.create_task(self._line.run())
            try:
                await self._dialer().run(stop)
            finally:
                line.cancel()
                await asyncio.wait([line])
        finally:
            await self._store.database.close()

    async def _found(self) -> None:
        """Campaign, managers, and the list: one person falls due at each of the moments, the others at the end."""
        past, store = self._past, self._store
        made = Campaign(0, SCRIPT, "Холодные звонки: реклама в картах", SCRIPT, window=ALWAYS, max_attempts=1)
        campaign = await store.campaigns.ensure(replace(made, timezone=past.timezone))
        for name in MANAGERS:
            await store.managers.ensure(name, WorkingHours(), campaigns=[campaign.id])
        await store.campaigns.set_quota(SCRIPT, past.quota)
        people = population(self._directory, past.seed, past.leads)
        moments = [*past.calls, *[past.until + past.later] * (past.leads - len(past.calls))]
        for one, due_at in zip(people, moments, strict=True):
            lead = NewLead(one.number, one.name, one.company, one.city, "Europe/Moscow")
            await store.leads.add(campaign.id, [lead], now=past.calls[0], due_at=due_at)

    def _dialer(self) -> Dialer:
        store = self._store
        conversations = Conversations(
            recognizer=FakeRecognizer(),
            voice_detector=lambda: any,
            phrases=PhraseCache(FakeVoice(), self._recordings.parent / "phrases"),
            calls=store.calls,
            calendar=store.calendar,
            recordings=self._recordings,
            channels=Channels(8),
            now=self._now,
            observe=self._told,
            on_recorded=_keep,
        )
        caller = TelephoneCaller(
            line=self._line, conversations=conversations, dialogs=ScriptShelf(self._now, bytes).prepare
        )
        settings = DialerSettings(NODE, round_s=ROUND_S, lease_s=600.0, drain_s=600.0)
        wake = Alarm(store, self._now)
        return Dialer(store.queue, store.progress, store.attempts, caller, settings, wake=wake, now=self._now)

    def _told(self, event: CallEvent) -> None:
        """Simulated people are told the meaning of phrases, as a real person would understand it."""
        if isinstance(event, PhraseStarted):
            self._line.told(event.number, Said(event.phrase, event.text))


def _keep(raw: Path) -> None:
    with contextlib.suppress(RecordingUnreadable, OSError):  # there is none where nothing was said
        compress(raw)


def office_hours(until: datetime, *calls_a_day: int) -> list[datetime]:
    """Moments of calls: so many on each of the days that end at this time of the day, over the six hours before it; the
    last number is of the last day."""
    days = len(calls_a_day)
    return [
        until - timedelta(days=days - 1 - day) - timedelta(hours=6) / calls * (calls - n)
        for day, calls in enumerate(calls_a_day)
        for n in range(calls)
    ]
