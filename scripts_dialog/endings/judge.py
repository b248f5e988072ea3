"""Whether an answer is complete: what was asked, what was understood, and how the words end, put together."""

from __future__ import annotations

from collections.abc import Sequence

from scripts_dialog.actions import Listen
from scripts_dialog.completeness import Completeness
from scripts_dialog.endings import values
from scripts_dialog.endings.bare import ANSWERS, bare
from scripts_dialog.endings.hanging import asks_to_wait, hangs, trails_off
from scripts_dialog.hearing import choose
from scripts_dialog.nodes.base import Listening
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.meeting_slots import Memory
from scripts_dialog.talk import Talk
from scripts_dialog.understanding.text import MAX_CHARS, words
from scripts_dialog.values import Expects

SURE = 0.55
"""An intent less sure may be the beginning of another."""
_TIMES = frozenset({Expects.DATETIME, Expects.CHOICE})


def judge(talk: Talk, text: str) -> Completeness:
    """`talk` is where the dialog stands; it is thrown away afterwards."""
    text = text.strip()[:MAX_CHARS]
    tokens = words(text)
    node = talk.script.phrases.get(talk.state.phrase)
    if not tokens or not isinstance(node, Listening) or talk.state.awaiting or talk.state.ended is not None:
        return Completeness.OPEN
    if asks_to_wait(tokens):
        return Completeness.UNFINISHED
    expects = _expected(talk, node)
    if expects is Expects.EMAIL or "@" in text or "собак" in text.lower():
        address = values.of_email(text)
        if address is not None:
            return address
    if values.dictates_digits(tokens) or hangs(tokens):
        return Completeness.UNFINISHED
    kind = bare(tokens)
    if kind is not None:
        asked = expects not in {*_TIMES, Expects.EMAIL, Expects.NUMBER, Expects.NAME} and not node.takes_any_words
        return Completeness.BARE if asked and kind in ANSWERS else Completeness.OPEN
    whole = _value(talk, node, text, expects) or _intent(talk, text, expects)
    return Completeness.OPEN if whole is Completeness.COMPLETE and trails_off(text) else whole


def _expected(talk: Talk, node: Listening) -> Expects:
    node.listen(talk)
    return next((action.expects for action in talk.done if isinstance(action, Listen)), Expects.OPEN)


def _value(talk: Talk, node: Listening, text: str, expects: Expects) -> Completeness | None:
    match expects:
        case Expects.DATETIME | Expects.CHOICE:
            slots = Memory.model_validate(dict(talk.state.memory)).slots() if isinstance(node, BookMeeting) else ()
            return values.of_time(text, talk.now, [slot.start for slot in slots])
        case Expects.NUMBER:
            return values.of_number(text)
        case Expects.NAME:
            return values.of_name(text)
    return None


def _intent(talk: Talk, text: str, expects: Expects) -> Completeness:
    """Complete when it surely means something that is answered here."""
    talk.text = text
    talk.meaning = talk.understanding.understand(text, expected=_answered(talk), also=tuple(talk.script.objections))
    reaction = choose(talk)
    sure = reaction is not None and (reaction.match.hard or reaction.match.confidence >= SURE)
    wanted = expects is not Expects.EMAIL or (reaction is not None and reaction.intent not in ("yes", "send_info"))
    return Completeness.COMPLETE if sure and wanted else Completeness.OPEN


def _answered(talk: Talk) -> Sequence[str]:
    return tuple(talk.answers())
