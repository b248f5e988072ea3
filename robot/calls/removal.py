"""A demand never to be called again counts whatever ends the call, and before anything else is done about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from robot.calls.ports import Dialog
from robot.calls.utterances import Words
from scripts_dialog import actions as act
from scripts_dialog import events as ev


def demanded(actions: Iterable[act.Action]) -> bool:
    """Whether the client demands it, as the script understood him."""
    return any(isinstance(action, act.StopCalling) for action in actions)


def left_unanswered(waiting: Iterable[Words], dialog: Dialog, now: datetime) -> bool:
    """Whether the client demanded it in words that nobody will answer: the call was cut short. Leaves the dialog where
    it is of no more use."""
    texts = [words.transcript.text for words in waiting]
    return any(demanded(dialog.step(ev.Heard(text), now)) for text in texts if text)
