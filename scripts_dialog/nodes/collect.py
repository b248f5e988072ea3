"""Ask for a value (a time, a number, an e-mail, a name, free text), read it back where asked to, and keep it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from scripts_dialog.actions import Role, Turn
from scripts_dialog.nodes.base import Line, Lines, Listening, Name, Target
from scripts_dialog.talk import Talk
from scripts_dialog.understanding import email, times
from scripts_dialog.understanding.slots import SlotKind, extract, spoken_value
from scripts_dialog.values import Expects

_EXPECTS = {
    "datetime": Expects.DATETIME,
    "number": Expects.NUMBER,
    "email": Expects.EMAIL,
    "name": Expects.NAME,
    "text": Expects.OPEN,
}


_BIAS = {"datetime": times.BIAS, "email": email.BIAS}
MAX_BIAS = 12


class Collect(Listening):
    """`into` is the variable; `confirm` reads the value back ({value} in words) and waits for a yes; `default` is taken
    when the client names none (a Russian time such as "завтра в одиннадцать", or the value itself).
    What led here is searched first: after "перезвоните завтра в три" nothing is asked."""

    key: ClassVar[str] = "collect"
    moves: ClassVar[frozenset[str]] = frozenset({"collected"})

    collect: Literal["datetime", "number", "email", "name", "text"]
    into: Name
    confirm: Lines | None = None
    wrong: Line = "Извините за ошибку. Повторите, пожалуйста?"
    default: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    collected: Target

    @property
    def takes_any_words(self) -> bool:
        return self.collect == "text"

    def writes(self) -> frozenset[str]:
        return frozenset({self.into})

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        yield from self.confirm or ()
        if self.confirm:
            yield self.wrong

    def enter(self, talk: Talk) -> None:
        if self.collect in ("datetime", "email") and talk.text and self._take(talk, strict=True):
            return
        talk.say_variant(self)
        self.listen(talk)

    def listen(self, talk: Talk) -> None:
        if talk.state.memory.get("value") is not None:
            talk.listen(Expects.YES_NO, talk.understanding.examples(("yes", "no")))
        else:
            answers = talk.understanding.examples(tuple(talk.answers()))
            talk.listen(_EXPECTS[self.collect], (*_BIAS.get(self.collect, ()), *answers)[:MAX_BIAS])

    def question(self, talk: Talk) -> None:
        value = talk.state.memory.get("value")
        if value is None:
            talk.ask_again(self)
        else:
            self._confirm(talk, str(value))

    def heard_value(self, talk: Talk) -> bool:
        if talk.state.memory.get("value") is None:
            return self._take(talk, strict=False) or self._take_default(talk)
        value = str(talk.state.memory["value"])
        if self._take(talk, strict=True):
            return True
        if talk.meaning.find("yes") and not talk.meaning.find("no"):
            talk.record(Turn.VALUE, intent="yes")
            self._keep(talk, value)
            return True
        if talk.meaning.find("no"):
            talk.record(Turn.VALUE, intent="no")
            talk.set(memory={})
            talk.say(talk.words(self.wrong), Role.COLLECTING)
            self.listen(talk)
            return True
        return False

    def key_pressed(self, talk: Talk, digit: str) -> bool:
        if self.collect != "number":
            return False
        keyed = str(talk.state.memory.get("keyed", ""))
        if digit == "#" and keyed:
            self._keep(talk, keyed)
            return True
        if digit.isdigit() and len(keyed) < 15:
            talk.set(memory={**talk.state.memory, "keyed": keyed + digit})
        return False

    def _take(self, talk: Talk, *, strict: bool) -> bool:
        """Find the value in what was heard. `strict`: it must be unmistakable, for nothing was asked yet."""
        value = extract(SlotKind(self.collect), talk.text, talk.now, strict=strict)
        if value is None:
            return False
        if not strict:
            talk.record(Turn.VALUE, intent=self.collect, confidence=1.0, matched=value)
        talk.text = ""
        if self.confirm is None:
            self._keep(talk, value)
        else:
            talk.set(memory={"value": value})
            self._confirm(talk, value)
        return True

    def _take_default(self, talk: Talk) -> bool:
        """A client who agrees without naming a value («да, давайте», «когда угодно») leaves it to us."""
        agreed = talk.meaning.find("yes") or talk.meaning.find("callback")
        if self.default is None or "yes" in self.answers or not agreed:
            return False
        value = extract(SlotKind(self.collect), self.default, talk.now, strict=False)
        if value is None:
            return False
        talk.record(Turn.VALUE, intent="yes", matched="default")
        self._keep(talk, value)
        return True

    def _confirm(self, talk: Talk, value: str) -> None:
        words = spoken_value(SlotKind(self.collect), value, talk.now)
        texts = self.confirm or ("{value}?",)
        talk.say(talk.words(texts[0], value=words), Role.COLLECTING, interruptible=self.interruptible)
        self.listen(talk)

    def _keep(self, talk: Talk, value: str) -> None:
        talk.text = ""
        talk.remember(self.into, value)
        talk.go(self.collected)
