"""Say goodbye, or nothing, and hang up with an outcome."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from scripts_dialog.nodes.base import Name, Speaking
from scripts_dialog.outcomes import Outcome
from scripts_dialog.talk import Talk


class End(Speaking):
    """`callback_at` names a variable that a collect phrase has filled with a time."""

    key: ClassVar[str] = "end"

    end: Outcome
    reason: Annotated[str, Field(pattern=r"^\w*$", max_length=60)] = ""
    callback_at: Name | None = None

    def reads(self) -> frozenset[str]:
        return frozenset({self.callback_at} if self.callback_at else ())

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        callback_at = talk.moment(self.callback_at) if self.callback_at else None
        talk.end(self.end, self.reason, callback_at)
