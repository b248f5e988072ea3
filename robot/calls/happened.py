"""What waits for the dialog, in the order in which it came."""

from __future__ import annotations

from dataclasses import dataclass

from robot.calls.utterances import Words
from scripts_dialog.events import Event


@dataclass(frozen=True, slots=True)
class SpokenOut:
    """The robot has said all it had to say."""


Happened = Event | Words | SpokenOut
