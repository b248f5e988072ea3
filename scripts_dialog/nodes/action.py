"""Ask the CRM for something and go on: a stage, a task for the manager, a document, a note, fields of the lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from scripts_dialog import actions
from scripts_dialog.nodes.base import Line, Speaking, Target
from scripts_dialog.talk import Talk

SET_FIELDS = "set_fields"


class Action(Speaking):
    """`with` are the parameters; their texts may hold variables. Done before `say` is spoken.
    `set_fields` gives variables a value as if the client had named it: `{lead.role: решает сам}`."""

    key: ClassVar[str] = "action"
    moves: ClassVar[frozenset[str]] = frozenset({"goto"})

    action: Literal["set_stage", "create_task", "send_document", "add_note", "set_fields"]
    with_: dict[str, Line] = Field(alias="with", max_length=20, default_factory=dict)
    goto: Target

    def parameters(self) -> Iterator[str]:
        """Texts that are not spoken, but hold variables too."""
        yield from self.with_.values()

    def writes(self) -> frozenset[str]:
        return frozenset(self.with_) if self.action == SET_FIELDS else frozenset()

    def enter(self, talk: Talk) -> None:
        given = {name: talk.render(text) for name, text in self.with_.items()}
        if self.action == SET_FIELDS:
            for name, value in given.items():
                talk.remember(name, value)
        else:
            talk.emit(actions.CrmAction(self.action, given))
        talk.say_variant(self)
        talk.go(self.goto)
