"""Russian words cut down to what their forms share, so that "перезвоните" finds "перезвонить". Pure.

The Snowball algorithm for Russian (snowballstem.org), as PostgreSQL has it. A dictionary would know more, but the forms
of a word that it reads in two ways would not find each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MOST_WORDS = 12
"""Of a search."""

_WORD = re.compile(r"[^\W_]+")
_VOWELS = frozenset("аеиоуыэюя")
_RUSSIAN = re.compile(r"[а-я]+")

_SAID = """
и в во на с со что а то все она так его но ты к у же вы за бы по ее мне о из ему ли если или ни быть был
него до вас нибудь уж вам ведь там потом себя ей они тут где есть для мы тебя их чем была сам чтоб без будто чего раз
тоже себе под ж тогда кто этот того потому этого какой ним здесь этом один почти мой тем чтобы сейчас были куда зачем
над об при хоть после про них какая эту моя свою этой перед том такой им более всю между я он это как от вот
"""
LITTLE = frozenset(_SAID.split())
"""Said in nearly every call: they tell nothing, and are left out of the index and of a search."""


_TAKEN_APART = {"дорого": "дорог", "недорого": "недорог", "дороже": "дорог", "дешевле": "дешев"}
"""What the rules would cut from its kin, among the words that matter most here."""


class _Endings:
    """Longest first. after: an ending of this group is one only behind а or я."""

    def __init__(self, plain: str, after: str = "") -> None:
        self.after = frozenset(after.split())
        self.plain = frozenset(plain.split())
        self._longest = max(map(len, self.plain | self.after))

    def cut(self, word: str, start: int) -> str | None:
        """The word without such an ending, which begins at `start` or later; None when it has none."""
        for size in range(min(self._longest, len(word) - start), 0, -1):
            ending = word[-size:]
            if ending in self.plain:
                return word[:-size]
            if ending in self.after:
                before = len(word) - size - 1
                return word[:-size] if before >= start and word[before] in "ая" else None
        return None


_GERUND = _Endings("ив ивши ившись ыв ывши ывшись", after="в вши вшись")
_REFLEXIVE = _Endings("ся сь")
_ADJECTIVE = _Endings(
    "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею",
)
_PARTICIPLE = _Endings("ивш ывш ующ", after="ем нн вш ющ щ")
_VERB = _Endings(
    "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю",
    after="ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно",
)
_NOUN = _Endings(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я"
)
_I = _Endings("и")
_DERIVED = _Endings("ост ость")
_SUPERLATIVE = _Endings("ейш ейше")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Of one word in lower case; what is not written in Russian letters stays as it is."""
    word = word.replace("ё", "е")
    if word in _TAKEN_APART:
        return _TAKEN_APART[word]
    if not _RUSSIAN.fullmatch(word):
        return word
    rv = next((place + 1 for place, letter in enumerate(word) if letter in _VOWELS), len(word))
    r2 = _region(word, _region(word, 0))
    word = _inflected(word, rv)
    word = _I.cut(word, rv) or word
    shorter = _DERIVED.cut(word, max(rv, r2))
    word = word if shorter is None else shorter
    return _tidied(word, rv)


def stems(text: str) -> frozenset[str]:
    """What a text is found by."""
    return frozenset(_stems(text))


def wanted_stems(text: str) -> tuple[str, ...]:
    """What a search asks for, in its order, without repetition; so many words at most. A search of nothing but little
    words asks for nothing."""
    return tuple(dict.fromkeys(_stems(text)))[:MOST_WORDS]


def _stems(text: str) -> Iterable[str]:
    return (stem(word) for word in _WORD.findall(text.lower()) if word not in LITTLE)


def _region(word: str, start: int) -> int:
    """Behind the first consonant that follows a vowel."""
    for place in range(start + 1, len(word)):
        if word[place] not in _VOWELS and word[place - 1] in _VOWELS:
            return place + 1
    return len(word)


def _inflected(word: str, rv: int) -> str:
    gerund = _GERUND.cut(word, rv)
    if gerund is not None:
        return gerund
    plain = _REFLEXIVE.cut(word, rv)
    word = word if plain is None else plain
    adjective = _ADJECTIVE.cut(word, rv)
    if adjective is not None:
        participle = _PARTICIPLE.cut(adjective, rv)
        return adjective if participle is None else participle
    for endings in (_VERB, _NOUN):
        shorter = endings.cut(word, rv)
        if shorter is not None:
            return shorter
    return word


def _tidied(word: str, rv: int) -> str:
    superlative = _SUPERLATIVE.cut(word, rv)
    word = word if superlative is None else superlative
    if word.endswith("нн") and len(word) - 2 >= rv:
        return word[:-1]
    if superlative is None and word.endswith("ь") and len(word) > rv:
        return word[:-1]
    return word
