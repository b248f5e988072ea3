"""Whether an answer is complete: what was asked, what was understood, and how the words end, put together.

Where nothing was made out, or a word or two that mean nothing, more is waited for: a recognizer gives that for the
first half of a sentence, and to answer it would be to ask again.
"""

from __future__ import annotations

from collections.abc import Sequence

from scripts_dialog.actions import Listen
from scripts_dialog.completeness import Completeness
from scripts_dialog.endings import values
from scripts_dialog.endings.bare import Bare, bare
from scripts_dialog.endings.hanging import asks_to_wait, begins_to_dictate, hangs, is_person, names_one, trails_off
from scripts_dialog.endings.likely import ending
from scripts_dialog.hearing import choose
from scripts_dialog.nodes.base import Listening
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.meeting_slots import Memory
from scripts_dialog.talk import Talk
from scripts_dialog.understanding.mishearing import mended
from scripts_dialog.understanding.text import MAX_CHARS, normalize, words
from scripts_dialog.values import Expects

UNDERSTOOD = 0.4
"""An intent less sure is no answer yet."""
SUFFICES, OF_MEANING = 2.1, 2.4
"""What the odds of the grammar and so much of the intent's confidence must come to: weighed on sentences that are no
examples, whole ones against their beginnings."""
SHORT = 2
"""Answers of so few words are often the first half of one («не понял, ещё раз»), unless they decide something. If
they mean nothing, the recognizer made them out of one."""
HANGS = -2.0
"""Where the grammar of the last words gives lower odds, the sentence wants more."""
_TIMES = frozenset({Expects.DATETIME, Expects.CHOICE})
_VALUES = frozenset({*_TIMES, Expects.EMAIL, Expects.NUMBER, Expects.NAME})
_DECIDES = frozenset({"yes", "no", "not_interested", "goodbye", "stop_calling", "operator", "transfer"})
"""What follows these changes little of the answer."""
_ADDS = frozenset({"dm_absent", "secretary", "voicemail", "busy_now"})
"""Who answers for somebody else, or has no time, mostly has one more thing to say («его нет, что передать»)."""
_BRINGS_VALUE = frozenset({"yes", "send_info", "callback", "names_time", "busy_now"})
"""Beside these the value that was asked for is likely to follow («перезвоните, пожалуйста, …»)."""


def judge(talk: Talk, text: str) -> Completeness:
    """`talk` is where the dialog stands; it is thrown away afterwards."""
    finished = _judge(talk, text.strip()[:MAX_CHARS])
    # After so few words, and only there, Whisper's comma tells something: of 41 whole ones 7 ended in one, of 47 first
    # halves 17 (spoken by six synthetic voices).
    goes_on = finished is Completeness.BARE and text.rstrip().endswith(",")
    return Completeness.OPEN if goes_on else finished


def _judge(talk: Talk, text: str) -> Completeness:
    tokens = words(mended(normalize(text)))
    node = talk.script.phrases.get(talk.state.phrase)
    if not isinstance(node, Listening) or talk.state.awaiting or talk.state.ended is not None:
        return Completeness.OPEN
    node.listen(talk)
    expects = next((action.expects for action in talk.done if isinstance(action, Listen)), Expects.OPEN)
    return (
        values.of_email(text, tokens)
        or _hanging(tokens)
        or _bare(tokens, wanted=expects not in _VALUES and not node.takes_any_words)
        or _value(talk, node, text, tokens, expects)
        or _grammar(node, text, tokens)
        or _meaning(talk, text, tokens, expects)
    )


def _hanging(tokens: Sequence[str]) -> Completeness | None:
    if not tokens or asks_to_wait(tokens) or values.dictates_digits(tokens) or begins_to_dictate(tokens):
        return Completeness.UNFINISHED
    if not hangs(tokens):
        return Completeness.UNCLEAR if names_one(tokens) else None
    # «этим занимаюсь я» is whole, and recognizers get the verb wrong.
    return Completeness.UNCLEAR if len(tokens) > SHORT and is_person(tokens[-1]) else Completeness.UNFINISHED


def _bare(tokens: Sequence[str], *, wanted: bool) -> Completeness | None:
    """`wanted`: what was asked can be answered with a yes."""
    match bare(tokens):
        case None:
            return None
        case Bare.UNDECIDED:
            return Completeness.UNFINISHED
        case Bare.YES | Bare.NO if wanted:
            return Completeness.BARE
    return Completeness.OPEN


def _value(talk: Talk, node: Listening, text: str, tokens: Sequence[str], expects: Expects) -> Completeness | None:
    """How far the value has got that was asked for; None when the words name none."""
    match expects:
        case Expects.NUMBER:
            return values.of_number(text, tokens)
        case Expects.NAME:
            return values.of_name(text)
        case Expects.DATETIME | Expects.CHOICE:
            slots = Memory.model_validate(dict(talk.state.memory)).slots() if isinstance(node, BookMeeting) else ()
            return values.of_time(text, tokens, talk.now, [slot.start for slot in slots], asked=True)
    return None


def _grammar(node: Listening, text: str, tokens: Sequence[str]) -> Completeness | None:
    """Where it needs no meaning to decide."""
    odds = ending(tokens)
    if trails_off(text):
        return Completeness.UNFINISHED if odds < 0 else Completeness.OPEN
    if odds < HANGS:
        return Completeness.UNCLEAR
    return Completeness.COMPLETE if node.takes_any_words and len(tokens) > 1 and odds > 0 else None


def _meaning(talk: Talk, text: str, tokens: Sequence[str], expects: Expects) -> Completeness:
    """Complete when it means something that is answered, and its grammar lets it end here."""
    expected, also = tuple(talk.answers()), tuple(talk.script.objections)
    talk.text, talk.meaning = text, talk.understanding.understand(text, expected=expected, also=also)
    reaction = choose(talk)
    if reaction is None or reaction.match.confidence < UNDERSTOOD:
        return Completeness.UNCLEAR if len(tokens) <= SHORT else Completeness.OPEN
    known = words(reaction.match.matched) == list(tokens)  # an example word for word («соединяю»)
    if not known and ending(tokens) + OF_MEANING * reaction.match.confidence < SUFFICES:
        return Completeness.OPEN
    if reaction.intent in _BRINGS_VALUE and _value_missing(talk, text, tokens, expects):
        return Completeness.OPEN
    more = reaction.intent in _ADDS or (len(tokens) <= SHORT and reaction.intent not in _DECIDES)
    return Completeness.BRIEF if more else Completeness.COMPLETE


def _value_missing(talk: Talk, text: str, tokens: Sequence[str], expects: Expects) -> bool:
    """A value was asked for, or the client has begun to name a time: «перезвоните завтра …»."""
    return expects in _VALUES or values.of_time(text, tokens, talk.now, (), asked=False) is Completeness.OPEN
