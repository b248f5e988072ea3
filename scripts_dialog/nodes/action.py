"""Ask the CRM for something and go on: a stage, a task for the manager, a document, a note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from scripts_dialog import actions
from scripts_dialog.nodes.base import Line, Speaking, Target
from scripts_dialog.talk import Talk


class Action(Speaking):
    """`with` are the parameters; their texts may hold variables. Done before `say` is spoken."""

    key: ClassVar[str] = "action"
    moves: ClassVar[frozenset[str]] = frozenset({"goto"})

    action: Literal["set_stage", "create_task", "send_document", "add_note"]
    with_: dict[str, Line] = Field(alias="with", max_length=20, default_factory=dict)
    goto: Target

    def parameters(self) -> Iterator[str]:
        """Texts that are not spoken, but hold variables too."""
        yield from self.with_.values()

    def enter(self, talk: Talk) -> None:
        talk.emit(actions.CrmAction(self.action, {name: talk.render(text) for name, text in self.with_.items()}))
        talk.say_variant(self)
        talk.go(self.goto)
