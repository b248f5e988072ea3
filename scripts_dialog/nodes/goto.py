"""Say something, or nothing, and go on elsewhere."""

from __future__ import annotations

from typing import ClassVar

from scripts_dialog.nodes.base import Speaking, Target
from scripts_dialog.talk import Talk


class Goto(Speaking):
    key: ClassVar[str] = "goto"
    moves: ClassVar[frozenset[str]] = frozenset({"goto"})

    goto: Target

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        talk.go(self.goto)
