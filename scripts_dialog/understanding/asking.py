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

ANYTHING = (
    "алло, слушаю", "да, давайте", "нет, не интересно", "кто это звонит", "перезвоните завтра утром",
    "во вторник в десять", "второй вариант", "пришлите на почту", "отдел собака яндекс точка ру",
    "соединяю с директором", "вы робот", "не звоните сюда", "абонент недоступен", "дорого", "надо подумать",
)  # fmt: skip
"""What the recognizer is told to expect where no phrase is known: a little of everything."""
_HALF_AN_HOUR = 30


@dataclass(frozen=True, slots=True)
class Question:
    """`expected` are intents answered right here, `also` those answered anywhere; both empty means any."""

    expects: Expects = Expects.OPEN
    bias: tuple[str, ...] = ANYTHING
    expected: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def asked_by(
    script: Script, phrase: str, understanding: Understands, now: datetime, offered: Sequence[datetime] = ()
) -> Question:
    """What the engine would listen for in this phrase of the script, `offered` being the slots it offers. A phrase
    that does not listen waits for anything. Raises KeyError when the script has no such phrase."""
    node = script.phrases[phrase]
    if not isinstance(node, Listening):
        return Question()
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
