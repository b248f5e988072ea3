"""Connect the client with a live person; `failed` is where the talk goes when nobody takes the call."""

from __future__ import annotations

from typing import ClassVar

from scripts_dialog import actions
from scripts_dialog.actions import Turn
from scripts_dialog.events import Event, Transferred
from scripts_dialog.nodes.base import Line, Speaking, Target
from scripts_dialog.outcomes import Outcome
from scripts_dialog.talk import Talk


class Transfer(Speaking):
    """`transfer` is whom to connect with, a word of the telephone exchange; it may be a variable. When there is nobody
    the talk goes to `failed` at once, and `say` is not said: it would promise a person."""

    key: ClassVar[str] = "transfer"
    moves: ClassVar[frozenset[str]] = frozenset({"failed"})

    transfer: Line
    failed: Target

    def enter(self, talk: Talk) -> None:
        to = talk.render(self.transfer)
        if not to:
            talk.go(self.failed)
            return
        talk.say_variant(self)
        talk.emit(actions.Transfer(to))

    def on(self, talk: Talk, event: Event) -> None:
        match event:
            case Transferred(ok=True):
                talk.end(Outcome.TRANSFERRED)
            case Transferred():
                talk.set(awaiting="")
                talk.go(self.failed)
            case _:
                talk.record(Turn.NOT_UNDERSTOOD)  # not what was asked for: the transfer is still under way
