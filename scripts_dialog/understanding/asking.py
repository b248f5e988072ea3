"""What a phrase of a script waits for: the intents it answers, the kind of value, the words that are likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scripts_dialog.actions import Listen
from scripts_dialog.meaning import Understands
from scripts_dialog.model import Script
from scripts_dialog.nodes.base import Listening
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.meeting_slots import Memory, Stage, choice_bias
from scripts_dialog.state import State
from scripts_dialog.talk import Talk
from scripts_dialog.understanding import times
from scripts_dialog.values import Expects, Slot

ANYTHING = ("yes", "no", "greeting", "not_interested", "callback", "expensive", "send_info", "who_is_calling")
"""Intents whose examples the recognizer is told where no phrase is known."""
_HALF_AN_HOUR = 30


@dataclass(frozen=True, slots=True)
class Question:
    """`expected` are intents answered right here, `also` those answered anywhere; both empty means any."""

    expects: Expects = Expects.OPEN
    bias: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def anything(understanding: Understands) -> Question:
    """Where nothing is known of what was asked."""
    return Question(bias=understanding.examples(ANYTHING))


def asked_by(
    script: Script, phrase: str, understanding: Understands, now: datetime, offered: Sequence[datetime] = ()
) -> Question:
    """What the engine would listen for in this phrase of the script, `offered` being the slots it offers. A phrase
    that does not listen waits for anything. Raises KeyError when the script has no such phrase."""
    node = script.phrases[phrase]
    if not isinstance(node, Listening):
        return anything(understanding)
    slots = tuple(Slot(start.isoformat(), start, _HALF_AN_HOUR).to_dict() for start in offered)
    memory = Memory(stage=Stage.OFFERING, offered=slots).model_dump() if isinstance(node, BookMeeting) and slots else {}
    state = State(script.name, script.version_hash, now, phrase=phrase, memory=memory)
    talk = Talk(script, understanding, state)
    node.listen(talk)
    listen = next(action for action in talk.done if isinstance(action, Listen))
    question = Question(listen.expects, listen.bias, tuple(talk.answers()), tuple(script.objections))
    if isinstance(node, BookMeeting) and not slots:  # which slots were offered is not known: they may be chosen or not
        return replace(question, expects=Expects.CHOICE, bias=(*choice_bias((), now), *times.BIAS))
    return question
