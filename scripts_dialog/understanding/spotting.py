"""Every value in an utterance at once, for whoever does not know yet which one is wanted.

What the question was narrows it down: after «когда?» a bare «одиннадцать» is an hour, after «сколько?» a number. Where
nothing was asked only what is unmistakable is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scripts_dialog.understanding import choice, email, names, numbers, times
from scripts_dialog.understanding.text import MAX_CHARS, words
from scripts_dialog.values import Expects

_OPTIONS = 3
"""Slots that are offered at once, at most."""
_FEW_WORDS = 4
_NO_CHOICE = re.compile(r"\b(?:раз\w*|этаж\w*|отдел\w*|линия|очередь|секунд\w*|минут\w*|один|класс\w*)\b")
_NO_AMOUNT = re.compile(
    r"\b(?:(?:одну|один|две|пару|пять) (?:минут\w*|секунд\w*|момент\w*|сек)|один|одна|одно|раз|два раза)\b"
)


@dataclass(frozen=True, slots=True)
class Values:
    """None or empty where there is no such value.

    moments: times named, aware. One when it is clear, several to be asked back: either readings («в среду или в
    четверг», «в восемь») or proposals within a span of which no hour was named («завтра после обеда»).
    choice: 1 for the first of what was offered, 0 for none of it.
    """

    moments: tuple[datetime, ...] = ()
    choice: int | None = None
    email: str | None = None
    number: int | None = None
    name: str | None = None


def spot(text: str, now: datetime, *, expects: Expects = Expects.OPEN, offered: Sequence[datetime] = ()) -> Values:
    """`now`: aware, in the client's zone. `expects`: what had been asked. `offered`: slots to choose from, if known."""
    text = text[:MAX_CHARS]
    address = email.find(text)
    if address is not None:
        return Values(email=address)
    chosen = _choice(text, now, expects, offered)
    loose = expects in (Expects.DATETIME, Expects.CHOICE) and chosen is None
    windows = times.find(text, now, loose=loose, days=[start.date() for start in offered])
    return Values(
        moments=times.proposals(windows),
        choice=chosen,
        number=_number(text, expects, taken=chosen is not None or bool(windows)),
        name=names.find(text) if expects is Expects.NAME else names.introduced(text),
    )


def _choice(text: str, now: datetime, expects: Expects, offered: Sequence[datetime]) -> int | None:
    if offered:
        return choice.pick(text, offered, now).index
    said = words(text)
    if choice.none_of_them(text):
        return choice.NONE
    if expects is not Expects.CHOICE and (len(said) > _FEW_WORDS or _NO_CHOICE.search(" ".join(said))):
        return None
    wanted = expects in (Expects.CHOICE, Expects.OPEN, Expects.YES_NO)
    by_order = choice.by_order(text, _OPTIONS) if wanted else None
    if by_order is None and expects is Expects.CHOICE and choice.other_time(text):
        return choice.NONE
    return by_order


def _number(text: str, expects: Expects, *, taken: bool) -> int | None:
    if expects is Expects.NUMBER:
        return numbers.find(text)
    if (
        expects not in (Expects.OPEN, Expects.YES_NO)
        or taken
        or times.mentions(text)
        or _NO_AMOUNT.search(text.lower())
    ):
        return None
    return numbers.find(text)
