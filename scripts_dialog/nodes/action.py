"""Ask the CRM for something and go on: a stage, a task for the manager, a document, a note, fields of the lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from scripts_dialog import actions
from scripts_dialog.nodes.base import Line, Speaking, Target, problem
from scripts_dialog.talk import Talk

SET_FIELDS = "set_fields"
PARAMETERS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "set_stage": (frozenset({"stage"}), frozenset({"reason", "comment"})),
    "create_task": (frozenset({"title"}), frozenset({"text", "due", "assignee"})),
    "send_document": (frozenset({"document"}), frozenset({"email", "phone", "channel", "comment"})),
    "add_note": (frozenset({"text"}), frozenset({"title"})),
}
"""What each action needs, and what it may have besides. The fields of `set_fields` are free."""


class Action(Speaking):
    """`with` are the parameters; their texts may hold variables. Done before `say` is spoken.
    `set_fields` gives variables a value as if the client had named it: `{lead.role: решает сам}`."""

    key: ClassVar[str] = "action"
    moves: ClassVar[frozenset[str]] = frozenset({"goto"})

    action: Literal["set_stage", "create_task", "send_document", "add_note", "set_fields"]
    with_: dict[str, Line] = Field(alias="with", max_length=20, default_factory=dict)
    goto: Target

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        needed, possible = PARAMETERS.get(self.action, (frozenset(), frozenset(self.with_)))
        missing, unknown = sorted(needed - self.with_.keys()), sorted(self.with_.keys() - needed - possible)
        if missing:
            raise problem(
                "missing_parameter",
                f"действию {self.action} не хватает «{missing[0]}»",
                f"the action {self.action} needs '{missing[0]}'",
                f"допишите под with: {missing[0]}: …",
                f"write under with: {missing[0]}: …",
            )
        if unknown:
            known = ", ".join(sorted(needed | possible))
            raise problem(
                "unknown_parameter",
                f"у действия {self.action} нет параметра «{unknown[0]}»",
                f"the action {self.action} has no parameter '{unknown[0]}'",
                f"под with возможны: {known}",
                f"under with there may be: {known}",
            )
        if self.action == SET_FIELDS and not self.with_:
            raise problem(
                "missing_parameter",
                "не сказано, какие поля заполнить",
                "no fields are given",
                "допишите под with: поле: значение",
                "write under with: field: value",
            )
        return self

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
