"""What the engine does with each thing that can happen while it listens: words, silence, a cut phrase, a key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts_dialog.actions import Role, StopCalling, Turn
from scripts_dialog.events import Dtmf, Heard, Interrupted
from scripts_dialog.marks import Spoken
from scripts_dialog.meaning import IntentMatch
from scripts_dialog.model import Objection
from scripts_dialog.nodes.base import Listening, Node
from scripts_dialog.talk import Talk, recording
from scripts_dialog.understanding.text import MAX_CHARS

STOP_CALLING = "stop_calling"
OPTED_OUT = "opted_out"
"""The phrase of the common ground that says goodbye for good; a script may word its own."""
LOW_CONFIDENCE = 0.2
"""Below this the recognizer itself does not believe its words; only a hard rule is acted on."""
PLAIN = frozenset({"yes", "no", "greeting", "goodbye", "repeat"})
"""Intents that say little by themselves: beside them a more telling one counts."""
SURE = 0.6
"""An intent so sure outweighs a time or a number named in the same breath."""
CUT_SHORT = 0.6
"""A phrase of which less was heard is said again when the client falls silent."""


_TO_CALL = re.compile(r"звон|наб[ие]р|набра|свяж|не сейчас")


@dataclass(frozen=True, slots=True)
class Reaction:
    """An intent with what answers it: a target here, or an objection."""

    match: IntentMatch
    intent: str
    target: str | None = None
    objection: Objection | None = None


def heard(talk: Talk, node: Node, event: Heard) -> None:
    """The client spoke."""
    talk.text = event.text.strip()[:MAX_CHARS]
    if not talk.text:
        silence(talk, node)
        return
    talk.set(heard=talk.state.heard + 1)
    talk.meaning = talk.understanding.understand(
        talk.text, expected=tuple(talk.answers()), also=tuple(talk.script.objections)
    )
    first = talk.meaning.intents[0] if talk.meaning.intents else None
    stop = talk.meaning.find(STOP_CALLING)
    if stop is not None and (stop.hard or stop is first):
        _record(talk, Turn.HARD_RULE, Reaction(stop, stop.intent))
        talk.emit(StopCalling(talk.text))
        talk.go(OPTED_OUT)
    elif not isinstance(node, Listening) or talk.state.awaiting:
        talk.record(Turn.NOT_UNDERSTOOD, intent=first.intent if first else "")
    elif event.confidence < LOW_CONFIDENCE and not (first and first.hard):
        not_understood(talk, node)
    else:
        _react(talk, node)
    talk.set(cut=1.0)


def _react(talk: Talk, node: Listening) -> None:
    reaction = choose(talk)
    aside = talk.script.objections.get(talk.state.aside)
    aside_answered = reaction is not None and aside is not None and reaction.intent in aside.answers
    if reaction is not None and aside_answered and reaction.target == talk.state.phrase:
        _record(talk, Turn.ANSWER, reaction)  # the objection is out of the way: back to what was asked before
        talk.set(aside="", silences=0, misses=0)
        if not node.heard_value(talk):
            node.question(talk)
        return
    away = reaction is not None and (aside_answered or _leaves(talk, node, reaction))
    if not away and node.heard_value(talk):
        talk.set(silences=0, misses=0)
    elif reaction is None:
        not_understood(talk, node)
    else:
        answer(talk, node, reaction)


def choose(talk: Talk) -> Reaction | None:
    """The weightiest intent that something here answers; a telling one before yes, no and pleasantries, also before a
    yes in other words («да, получили, но дорого»). What has no answer of its own is taken for
    the plainer intent it implies."""
    reactions = [found for match in talk.meaning.intents if (found := _reaction(talk, match, match.intent))]
    if not reactions:
        implied = ((match, talk.understanding.implied(match.intent)) for match in talk.meaning.intents)
        reactions = [found for match, plainer in implied if plainer and (found := _reaction(talk, match, plainer))]
    telling = [reaction for reaction in reactions if reaction.intent not in PLAIN]
    first = next(iter(telling or reactions), None)
    if first is None or not _is_yes(talk, first.intent):
        return first
    but = (other for other in telling if not _is_yes(talk, other.intent) and other.match.confidence >= SURE)
    return next((other for other in but if not _same_words(first.match, other.match)), first)


def _is_yes(talk: Talk, intent: str) -> bool:
    return intent == "yes" or talk.understanding.implied(intent) == "yes"


def _same_words(one: IntentMatch, other: IntentMatch) -> bool:
    """Whether two intents were read out of the same words rather than said one beside the other."""
    return not set(one.matched.split()).isdisjoint(other.matched.split())


def _agreed_besides(talk: Talk) -> str | None:
    """Where a yes leads that was said beside an objection («да, а вы робот?»): it is not asked for twice."""
    if talk.meaning.find("no") is not None:
        return None
    answers = talk.answers()
    said = (answers.get(match.intent) for match in talk.meaning.intents if _is_yes(talk, match.intent))
    return next((target for target in said if target is not None and target != talk.state.phrase), None)


def _reaction(talk: Talk, match: IntentMatch, intent: str) -> Reaction | None:
    target = talk.answers().get(intent)
    if target is not None:
        return Reaction(match, intent, target=target)
    objection = talk.script.objections.get(intent)
    return Reaction(match, intent, objection=objection) if objection is not None else None


def _leaves(talk: Talk, node: Listening, reaction: Reaction) -> bool:
    """Whether the intent takes the talk elsewhere whatever value may have been named with it («перезвоните завтра»).
    Where any words would do for a value, a sure intent is no value («а вы робот?»)."""
    meant = reaction.match.intent == reaction.intent  # a yes that is only implied may well be the value
    if node.takes_any_words and meant and reaction.match.confidence >= SURE:
        return True
    target = reaction.target or (reaction.objection.goto if reaction.objection else None)
    if target is None or reaction.intent in PLAIN or target == talk.state.phrase:
        return False
    if reaction.match.confidence < SURE:
        return False
    if reaction.intent == "callback":
        return bool(_TO_CALL.search(talk.text.lower()))  # «попозже» may be about the slots offered
    return reaction.match.hard or reaction.intent in ("wrong_number", "operator")


def answer(talk: Talk, node: Listening, reaction: Reaction) -> None:
    """Follow an answer of the phrase, or deal with an objection."""
    kind = Turn.HARD_RULE if reaction.match.hard else Turn.ANSWER if reaction.target is not None else Turn.OBJECTION
    _record(talk, kind, reaction)
    talk.set(silences=0)
    if reaction.target is not None:
        talk.go(reaction.target)
    elif reaction.objection is not None:
        _object(talk, node, reaction.intent, reaction.objection)


def _object(talk: Talk, node: Listening, intent: str, objection: Objection) -> None:
    count = talk.state.raised.get(intent, 0) + 1
    if count > objection.at_most:
        if objection.then is not None:
            talk.go(objection.then)
        else:
            not_understood(talk, node)
        return
    talk.set(raised={**talk.state.raised, intent: count}, misses=0)
    if objection.repeat:
        talk.say(talk.state.last_said, Role.AGAIN, interruptible=node.interruptible)
        node.listen(talk)
        return
    words = Spoken("")
    if objection.say:
        variant = talk.draw(objection.say, f"objections.{intent}")
        index = min(count, len(variant.text)) - 1
        words = talk.words(variant.text[index])
        talk.say(
            words,
            Role.OBJECTION,
            interruptible=objection.interruptible,
            variant=variant.variant,
            phrase=f"objections.{intent}",
            recording=recording(objection.audio or variant.audio, index),
        )
    if objection.goto is not None:
        talk.go(objection.goto)
        return
    talk.set(aside=intent if objection.answers else "")
    agreed = None if objection.answers else _agreed_besides(talk)
    if words.text.endswith("?"):
        node.listen(talk)
    elif agreed is not None:
        talk.go(agreed)
    else:
        node.question(talk)


def not_understood(talk: Talk, node: Listening) -> None:
    """Ask again in other words, and after a while go where the phrase says."""
    first = talk.meaning.intents[0] if talk.meaning.intents else None
    talk.record(
        Turn.NOT_UNDERSTOOD,
        intent=first.intent if first else "",
        confidence=first.confidence if first else 0.0,
        matched=first.matched if first else "",
    )
    _fall_back(talk, node, "not_understood", talk.state.misses)
    talk.set(misses=talk.state.misses + 1, silences=0)


def silence(talk: Talk, node: Node) -> None:
    """Nothing was said. A phrase that had been cut off is said again first."""
    talk.record(Turn.SILENCE)
    if not isinstance(node, Listening) or talk.state.awaiting:
        return
    if talk.state.cut < CUT_SHORT:
        talk.set(cut=1.0)
        talk.say(talk.state.last_said, Role.AGAIN, interruptible=node.interruptible)
        node.listen(talk)
        return
    _fall_back(talk, node, "silence", talk.state.silences)
    talk.set(silences=talk.state.silences + 1)


def _fall_back(talk: Talk, node: Listening, name: str, count: int) -> None:
    fallback = talk.fallback(node, name)
    if count >= (fallback.at_most or 0):
        talk.go(fallback.then or OPTED_OUT)
        return
    role = Role.SILENCE if name == "silence" else Role.NOT_UNDERSTOOD
    texts = fallback.say or ()
    words = talk.words(texts[min(count, len(texts) - 1)]) if texts else Spoken("")
    talk.say(words, role, interruptible=node.interruptible)
    if words.text.endswith("?") and getattr(node, name) is not None:
        node.listen(talk)
    else:
        node.question(talk)


def interrupted(talk: Talk, node: Node, event: Interrupted) -> None:
    """A phrase was cut: remember how much of it was heard, and listen on."""
    share = event.played_ms / event.total_ms if event.total_ms > 0 else 1.0
    talk.record(Turn.INTERRUPTED)
    talk.set(cut=max(0.0, min(1.0, share)))
    if isinstance(node, Listening) and not talk.state.awaiting:
        node.listen(talk)


def key_pressed(talk: Talk, node: Node, event: Dtmf) -> None:
    """A key of the telephone: an answer when the phrase has one for it, or a value; otherwise nothing."""
    talk.record(Turn.KEY, text=event.digit)
    if not isinstance(node, Listening) or talk.state.awaiting:
        return
    target = talk.answers().get(event.digit)
    if target is not None:
        talk.go(target)
    elif not node.key_pressed(talk, event.digit):
        node.listen(talk)


def _record(talk: Talk, kind: Turn, reaction: Reaction) -> None:
    also = tuple(match.intent for match in talk.meaning.intents if match is not reaction.match)
    match = reaction.match
    talk.record(kind, intent=match.intent, confidence=match.confidence, matched=match.matched, also=also)
