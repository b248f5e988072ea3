"""A talk of one sentence of the robot's: for callers who cannot be talked with now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scripts_dialog.actions import Action, End, Say
from scripts_dialog.completeness import Completeness
from scripts_dialog.events import Event


class OneSentence:
    """`robot.calls.ports.Dialog`: says it and ends as `end` tells, whatever the client says."""

    def __init__(self, phrase: str, text: str, end: End) -> None:
        self._actions: Sequence[Action] = (Say(phrase, text, interruptible=False), end)

    def start(self, now: datetime) -> list[Action]:  # noqa: ARG002
        return list(self._actions)

    def step(self, event: Event, now: datetime) -> list[Action]:  # noqa: ARG002
        return []

    def forbids(self, text: str) -> bool:  # noqa: ARG002
        return False

    def completeness(self, text: str) -> Completeness:  # noqa: ARG002 - nothing he says is answered
        return Completeness.OPEN

    def take_back(self) -> None:
        """Nothing that is said changes anything."""
