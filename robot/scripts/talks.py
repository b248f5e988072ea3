"""The test drawer: talk to a draft or a version by text, and see what it understood and why. In memory of one node."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from robot.scripts.errors import NotNow, UnknownScript
from robot.scripts.in_turn import in_turn
from robot.scripts.trained import Trainer, known_to
from scripts_dialog import Context
from scripts_dialog.actions import Action, BookSlot, CrmAction, StopCalling, Transfer, Understood
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.events import Event
from scripts_dialog.rehearsal import Rehearsal

AT_ONCE = 40
"""On one node; a new one ends the one that was silent longest, if that was long enough."""
IDLE = timedelta(minutes=30)
CROWDED = timedelta(minutes=2)
ZONE = ZoneInfo("Europe/Moscow")


@dataclass(slots=True)
class TryTalk:
    """until: when it is forgotten. turns: how each thing that was said was taken. asked: what the script asked to be
    done outside."""

    id: str
    script: str
    hash: str
    rehearsal: Rehearsal
    until: datetime
    turns: list[Understood] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def path(self) -> list[str]:
        """Phrases in the order in which the talk came to them."""
        passed: list[str] = []
        for line in self.rehearsal.lines:
            if line.phrase and (not passed or passed[-1] != line.phrase):
                passed.append(line.phrase)
        return passed

    def take(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Understood():
                    self.turns.append(action)
                case CrmAction():
                    params = ", ".join(f"{name}={value}" for name, value in action.params.items())
                    self.asked.append(f"{action.name}: {params}")
                case BookSlot():
                    self.asked.append(f"book: {action.slot.start.isoformat()}")
                case Transfer():
                    self.asked.append(f"transfer: {action.to}")
                case StopCalling():
                    self.asked.append("stop_calling")


class TryTalks:
    def __init__(self, trainer: Trainer, now: Callable[[], datetime]) -> None:
        self._trainer = trainer
        self._now = now
        self._talks: OrderedDict[str, TryTalk] = OrderedDict()

    async def begin(
        self, script: str, version: str, *, campaign: str, variables: Mapping[str, str], seed: int
    ) -> TryTalk:
        """The robot has greeted. Raises UnknownScript, UnreadableScript, NotNow when too many talk."""
        trained = await self._trainer.get(script, version)
        spoken_by = await self._trainer.campaign(campaign)
        self._make_room()
        now = self._now().astimezone(ZONE)
        known = known_to(trained.published.engine.script, spoken_by, variables)
        rehearsal = Rehearsal(trained.published.engine, MemoryCalendar.working_week(now))
        talk = TryTalk(secrets.token_urlsafe(12), script, trained.hash, rehearsal, self._now() + IDLE)
        talk.take(await in_turn(rehearsal.start, Context(now, known, seed)))
        self._talks[talk.id] = talk
        return talk

    def get(self, script: str, talk_id: str) -> TryTalk:
        """Raises UnknownScript, also for one that was forgotten."""
        talk = self._talks.get(talk_id)
        if talk is None or talk.script != script or talk.until <= self._now():
            self._talks.pop(talk_id, None)
            raise UnknownScript
        return talk

    async def tell(self, script: str, talk_id: str, event: Event) -> TryTalk:
        """Raises UnknownScript, NotNow when the talk is over."""
        talk = self.get(script, talk_id)
        async with talk.turn:
            if talk.rehearsal.ended is not None:
                raise NotNow("talk_over", "разговор окончен: начните новый", "the talk is over: begin another")
            talk.take(await in_turn(talk.rehearsal.tell, event))
        talk.until = self._now() + IDLE
        if talk_id in self._talks:
            self._talks.move_to_end(talk_id)
        return talk

    def end(self, script: str, talk_id: str) -> None:
        self.get(script, talk_id)
        del self._talks[talk_id]

    def _make_room(self) -> None:
        now = self._now()
        for talk in [talk for talk in self._talks.values() if talk.until <= now]:
            del self._talks[talk.id]
        if len(self._talks) < AT_ONCE:
            return
        oldest = next(iter(self._talks.values()))
        if oldest.until - IDLE > now - CROWDED:
            raise NotNow("too_many_talks", "слишком много проб сразу: подождите", "too many talks at once: wait")
        del self._talks[oldest.id]
