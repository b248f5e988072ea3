"""A published script as a dialog for one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scripts_dialog.actions import Action, Say
from scripts_dialog.completeness import Completeness
from scripts_dialog.engine import Engine
from scripts_dialog.events import Event, Heard
from scripts_dialog.foresight import likely_answers, said_after
from scripts_dialog.hearing import STOP_CALLING
from scripts_dialog.state import Context, State
from scripts_dialog.understanding.text import MAX_CHARS


class ScriptDialog:
    """Holds the engine's state for one call. `zone` is the client's; `seed` picks the variants."""

    def __init__(
        self,
        engine: Engine,
        variables: Mapping[str, object],
        *,
        zone: ZoneInfo,
        seed: int,
    ) -> None:
        self._engine = engine
        self._variables = variables
        self._zone = zone
        self._seed = seed
        self._state: State | None = None
        self._unheard: State | None = None

    def start(self, now: datetime) -> list[Action]:
        self._state, actions = self._engine.start(Context(now.astimezone(self._zone), self._variables, self._seed))
        return list(actions)

    def step(self, event: Event, now: datetime) -> list[Action]:
        if self._state is None:
            raise RuntimeError("the dialog was not started")
        if isinstance(event, Heard):
            self._unheard = self._state
        self._state, actions = self._engine.step(self._state, event, now=now)
        return list(actions)

    def take_back(self) -> None:
        if self._unheard is not None:
            self._state = self._unheard

    def forbids(self, text: str) -> bool:
        stop = self._engine.understanding.understand(text[:MAX_CHARS]).find(STOP_CALLING)
        return stop is not None and stop.hard

    def completeness(self, text: str) -> Completeness:
        return Completeness.OPEN if self._state is None else self._engine.completeness(self._state, text)

    def likely_answers(self) -> tuple[str, ...]:
        """Answers after which something new will be read out (see `robot.calls.foresight`)."""
        return () if self._state is None else likely_answers(self._engine, self._state)

    def said_after(self, answer: str) -> tuple[Say, ...]:
        """What would be said then. A few milliseconds; changes nothing."""
        return () if self._state is None else said_after(self._engine, self._state, answer)
