"""One step of a dialog under construction: the state being changed and the actions asked for so far."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scripts_dialog import actions, spoken, templates
from scripts_dialog.actions import Role, Turn, Understood
from scripts_dialog.marks import Spoken
from scripts_dialog.meaning import Meaning, Understands
from scripts_dialog.outcomes import Outcome
from scripts_dialog.state import Ended, State
from scripts_dialog.values import Expects

if TYPE_CHECKING:
    from scripts_dialog.model import Script
    from scripts_dialog.nodes.base import Fallback, Listening, Speaking, Variant

_parse = lru_cache(maxsize=4096)(templates.parse)


class Talk:
    """Handed to a phrase for the time of one step. Changes nothing outside itself."""

    def __init__(self, script: Script, understanding: Understands, state: State) -> None:
        self.script = script
        self.understanding = understanding
        self.state = state
        self.done: list[actions.Action] = []
        self.target: str | None = None
        self.text = ""
        """What was heard in this step; empty once a phrase has taken a value out of it."""
        self.meaning = Meaning()
        self._record: Understood | None = None

    @property
    def now(self) -> datetime:
        return self.state.now

    def set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def emit(self, action: actions.Action) -> None:
        self.done.append(action)
        if isinstance(action, actions.FindSlots):
            self.set(awaiting="slots", slots_held=True)
        elif isinstance(action, actions.ReleaseSlots):
            self.set(slots_held=False)
        elif isinstance(action, actions.BookSlot):
            self.set(awaiting="booking")
        elif isinstance(action, actions.Transfer):
            self.set(awaiting="transfer")

    def record(self, kind: Turn, **details: Any) -> None:
        """Note how the client's part was taken; the last note of a step counts."""
        self._record = Understood(self.state.phrase, kind, **{"text": self.text, **details})

    def recorded(self) -> list[actions.Action]:
        return [replace(self._record, next_phrase=self.state.phrase)] if self._record else []

    # --- variables -------------------------------------------------------------------------------------------------

    def values(self) -> Mapping[str, str]:
        state = self.state
        return {
            **state.variables,
            "call.heard": str(state.heard),
            "call.reached": state.reached or "",
            "call.visits": str(state.visits.get(state.phrase, 0)),
        }

    def remember(self, variable: str, value: str) -> None:
        self.set(variables={**self.state.variables, variable: value})
        self.emit(actions.Collected(variable, value))

    def moment(self, variable: str) -> datetime | None:
        """The variable as a time; None when it holds none."""
        try:
            moment = datetime.fromisoformat(self.state.variables.get(variable, ""))
        except ValueError:
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.now.tzinfo)

    def render(self, text: str, **extra: str) -> str:
        """The text with its values, plain."""
        return self.words(text, **extra).text

    def words(self, text: str, **extra: str) -> Spoken:
        """The text with its values, ready to be said."""
        return _parse(text).render(lambda field: self._value(field, extra))

    def _value(self, field: templates.Field, extra: Mapping[str, str]) -> str:
        value = extra.get(field.name, self.state.variables.get(field.name, ""))
        match field.format:
            case "money":
                return spoken.money_words(value)
            case "number":
                return (
                    spoken.number_words(int(value))
                    if value.lstrip("-").isascii() and value.lstrip("-").isdigit()
                    else value
                )
            case "when" | "date" | "time":
                return self._moment_words(field, value)
        return value

    def _moment_words(self, field: templates.Field, value: str) -> str:
        moment = self.moment(field.name)
        if moment is None:
            return value
        moment = moment.astimezone(self.now.tzinfo)
        match field.format:
            case "date":
                return spoken.date_words(moment.date(), self.now.date())
            case "time":
                return spoken.time_words(moment)
        return spoken.when_words(moment, self.now)

    # --- speaking --------------------------------------------------------------------------------------------------

    def say(self, words: Spoken | str, role: Role, *, interruptible: bool = True, **details: str) -> None:
        """Say words that are ready; nothing when there are none. `details` are fields of Say."""
        words = Spoken(words) if isinstance(words, str) else words
        if not words:
            return
        visit = self.state.visits.get(self.state.phrase, 1)
        said = {"phrase": self.state.phrase, **details}
        self.emit(
            actions.Say(text=words.text, role=role, visit=visit, interruptible=interruptible, marks=words.marks, **said)
        )

    def say_variant(self, node: Speaking | Listening) -> None:
        """Say the phrase: the variant of this call, the words of this visit."""
        if not node.say:
            return
        visit = self.state.visits.get(self.state.phrase, 1)
        variant = self.draw(node.say, self.state.phrase)
        index = min(visit, len(variant.text)) - 1
        self.say(
            self.words(variant.text[index]),
            Role.PHRASE,
            interruptible=node.interruptible,
            variant=variant.variant,
            recording=recording(node.audio or variant.audio, index),
        )

    def draw(self, variants: tuple[Variant, ...], place: str) -> Variant:
        """The variant of this call: by weight, the same one every time."""
        if len(variants) == 1:
            return variants[0]
        weights = [variant.weight for variant in variants]
        chance = random.Random(f"{self.state.seed}:{place}")
        return chance.choices(variants, weights if any(weights) else None)[0]

    def ask_again(self, node: Listening) -> None:
        """After an aside: the words of `again`, or the last question of the phrase, then listen."""
        visit = self.state.visits.get(self.state.phrase, 1)
        if node.again:
            words = self.words(node.again[min(visit, len(node.again)) - 1])
        else:
            variant = self.draw(node.say, self.state.phrase) if node.say else None
            text = self.render(variant.text[min(visit, len(variant.text)) - 1]) if variant else ""
            words = Spoken(last_question(text))
        self.say(words, Role.AGAIN, interruptible=node.interruptible)
        node.listen(self)

    # --- listening and moving ----------------------------------------------------------------------------------------

    def fallback(self, node: Listening, name: str) -> Fallback:
        """The phrase's own behaviour on silence or misunderstanding, completed from the defaults."""
        default: Fallback = getattr(self.script.defaults, name)
        own: Fallback | None = getattr(node, name)
        return default.model_copy(update=own.model_dump(exclude_none=True)) if own else default

    def answers(self) -> dict[str, str]:
        """Intents answered right here: those of the aside under way, then those of the phrase."""
        node = self.script.phrases[self.state.phrase]
        aside = self.script.objections.get(self.state.aside)
        return {**getattr(node, "answers", {}), **(aside.answers if aside else {})}

    def listen(self, expects: Expects, bias: tuple[str, ...] | None = None) -> None:
        node = self.script.phrases[self.state.phrase]
        default = self.script.defaults
        own = getattr(node, "silence", None)
        after = (own.after if own else None) or default.silence.after or 5.0
        if bias is None:
            bias = self.understanding.examples(tuple(self.answers()))
        self.set(awaiting="")
        self.emit(actions.Listen(self.state.phrase, after, default.max_speech, expects, bias))

    def go(self, target: str) -> None:
        """The talk moves on once the phrase at hand has finished."""
        self.target = target

    def end(self, outcome: Outcome, reason: str = "", callback_at: datetime | None = None) -> None:
        """The talk is over. A meeting booked, or a callback agreed on, is never lost to a lesser end."""
        if self.state.reached is Outcome.MEETING_BOOKED and outcome is not Outcome.OPTED_OUT:
            outcome, reason, callback_at = Outcome.MEETING_BOOKED, "", None
        if self.state.slots_held and outcome is not Outcome.MEETING_BOOKED:
            self.emit(actions.ReleaseSlots())
        if outcome is Outcome.OPTED_OUT and not any(isinstance(action, actions.StopCalling) for action in self.done):
            self.emit(actions.StopCalling(self.text))
        self.set(ended=Ended(outcome, reason, callback_at), awaiting="", slots_held=False)
        self.emit(actions.End(outcome, reason, callback_at))


def recording(audio: Sequence[str] | None, index: int) -> str:
    """The studio recording of a text; empty when it has none."""
    return audio[index] if audio and index < len(audio) else ""


def last_question(text: str) -> str:
    """The last sentence that asks something; the whole text when none does."""
    sentences = _sentences(text)
    return next((sentence for sentence in reversed(sentences) if sentence.endswith("?")), text)


def _sentences(text: str) -> list[str]:
    sentences, start = [], 0
    for index, char in enumerate(text):
        if char in ".!?" and (index + 1 == len(text) or text[index + 1] == " "):
            sentences.append(text[start : index + 1].strip())
            start = index + 1
    if text[start:].strip():
        sentences.append(text[start:].strip())
    return sentences
