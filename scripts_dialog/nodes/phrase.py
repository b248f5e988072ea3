"""Say something and wait for an answer: the kind most phrases are of."""

from __future__ import annotations

from typing import ClassVar

from scripts_dialog.nodes.base import Answers, Listening
from scripts_dialog.talk import Talk


class Phrase(Listening):
    key: ClassVar[str] = "answers"

    answers: Answers

    def enter(self, talk: Talk) -> None:
        talk.say_variant(self)
        self.listen(talk)
