"""Go on by a condition on variables: the first that holds, otherwise `otherwise`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from scripts_dialog import expressions
from scripts_dialog.nodes.base import Model, Node, Target, problem
from scripts_dialog.talk import Talk

parsed = lru_cache(maxsize=1024)(expressions.parse)


def _condition(source: str) -> str:
    try:
        return parsed(source).source
    except expressions.ExpressionError as error:
        raise problem(
            "bad_condition",
            f"условие «{source[:80]}» не читается",
            f"the condition '{source[:80]}' is not allowed: {error}",
            'сравните переменную со значением: lead.calls > 1 and lead.city == "Москва"',
            'compare a variable with a value: lead.calls > 1 and lead.city == "Москва"',
        ) from None


class Case(Model):
    moves: ClassVar[frozenset[str]] = frozenset({"goto"})

    when: Annotated[str, AfterValidator(_condition)]
    goto: Target


class Branch(Node):
    key: ClassVar[str] = "branch"
    moves: ClassVar[frozenset[str]] = frozenset({"otherwise"})

    branch: Annotated[tuple[Case, ...], Field(min_length=1, max_length=30)]
    otherwise: Target

    def targets(self) -> Iterator[tuple[str, str]]:
        for index, case in enumerate(self.branch):
            yield f"branch.{index}.goto", case.goto
        yield from super().targets()

    def reads(self) -> frozenset[str]:
        return frozenset().union(*(parsed(case.when).names for case in self.branch))

    def enter(self, talk: Talk) -> None:
        for case in self.branch:
            if parsed(case.when).holds(talk.values()):
                talk.go(case.goto)
                return
        talk.go(self.otherwise)
