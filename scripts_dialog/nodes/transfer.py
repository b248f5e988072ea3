"""Connect the client with a live person; `failed` is where the talk goes when nobody takes the call."""

from __future__ import annotations

from typing import ClassVar

from scripts_dialog import actions
from scripts_dialog.events import Event, Transferred
from scripts_dialog.nodes.base import Line, Speaking, Target
from scripts_dialog.outcomes import Outcome
from scripts_dialog.talk import Talk


class Transfer(Speaking):
    key: ClassVar[str] = "transfer"
    moves: ClassVar[frozenset[str]] = frozenset({"failed"})

    transfer: Line
    failed: Target

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        talk.emit(actions.Transfer(talk.render(self.transfer)))

    def on(self, talk: Talk, event: Event) -> None:
        match event:
            case Transferred(ok=True):
                talk.end(Outcome.TRANSFERRED)
            case Transferred():
                talk.go(self.failed)
            case _:
                talk.emit(actions.Transfer(talk.render(self.transfer)))
