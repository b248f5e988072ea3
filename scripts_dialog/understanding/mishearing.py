"""What a recognizer makes of a telephone line, put right: words it invented, and sentences that only sound right.

Letters that Russian speech does not tell apart (unstressed vowels, voiced and voiceless consonants, soft signs) are
one and the same in `sound`. A word that no dictionary knows is replaced by the one of our vocabulary that sounds
nearest («недостутен» by «недоступен»); a known word is never touched.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from scripts_dialog.understanding import numerals
from scripts_dialog.understanding.text import analyzer

_SOUND = str.maketrans(
    {
        "о": "а", "е": "и", "ё": "и", "э": "и", "я": "и", "ы": "и", "ю": "у", "й": "и",
        "б": "п", "в": "ф", "г": "к", "д": "т", "ж": "ш", "з": "с", "щ": "ш", "ч": "ш", "ц": "с", "ь": "", "ъ": "",
    }
)  # fmt: skip
_CLUSTERS = (("стн", "сн"), ("здн", "сн"), ("ться", "ца"), ("тся", "ца"), ("дц", "ц"), ("тц", "ц"), ("вств", "ств"))
_REPEATED = re.compile(r"(.)\1+")
_WORD = re.compile(r"[а-я]+")
_THURSDAY = re.compile(r"(?<=\bв )четвер[а-я]{1,3}\b(?!,? [а-я]+[ое]го\b)")
"""«В четверду», «в четверт»: a day, though «четверть» and «четвертую» sound nearer. Not «в четверт пятого»."""
LEAST_LETTERS = 4
"""Shorter words sound like too many others."""
LETTERS_AN_EDIT = 4
"""A word may sound wrong in one letter of so many."""
ALIKE = 0.7
"""Least likeness of sound of sentences, 1 - edits / letters."""
_TIMES = (
    "понедельник понедельника понедельнику вторник вторника вторнику среду среда среды четверг четверга четвергу "
    "пятницу пятница пятницы пятнице субботу суббота воскресенье завтра послезавтра сегодня утром вечером вечера утра "
    "обеда обеду дня днем следующей следующую следующий следующем неделе неделю недели недельку часов часа часиков "
    "минут минуты половина половине половину четверть четверти полчаса полтора полдень через января февраля марта "
    "апреля июня июля августа сентября октября ноября декабря число числа первый второй третий вариант другое"
)


@lru_cache(maxsize=20_000)
def sound(text: str) -> str:
    """How words sound on the line, without spaces: «позовите» and «пазавити» are equal."""
    joined = "".join(_WORD.findall(text.lower().replace("ё", "е")))
    for written, said in _CLUSTERS:
        joined = joined.replace(written, said)
    return _REPEATED.sub(r"\1", joined.translate(_SOUND))


@lru_cache(maxsize=2_000)
def mended(text: str) -> str:
    """The text (lower case, ё as е) with words that do not exist replaced by those of our vocabulary that sound
    nearest; everything else as it was."""
    text = _THURSDAY.sub(lambda match: "четверг" if _unknown(match[0]) else match[0], text)
    return _WORD.sub(lambda match: nearest(match[0]) or match[0], _join(text.replace("наследующ", "на следующ")))


@lru_cache(maxsize=20_000)
def nearest(word: str) -> str | None:
    """The word of the vocabulary that an unknown word stands for; None when it is known or like nothing."""
    return _similar(sound(word), _vocabulary()) if _unknown(word) else None


@lru_cache(maxsize=20_000)
def _unknown(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and not analyzer().word_is_known(word) and word not in numerals.forms()


def _join(text: str) -> str:
    """A number from eleven to nineteen torn apart («один насыть»)."""
    for first, second in pairwise(_WORD.findall(text)):
        digit = numerals.forms().get(first)
        if (
            digit is not None
            and 0 < digit.value < 10
            and sound(second).startswith("нас")
            and len(second) > LEAST_LETTERS
        ):
            whole = _similar(sound(first + second), _by_sound(numerals.forms()))
            text = text.replace(f"{first} {second}", whole, 1) if whole is not None else text
    return text


def _similar(key: str, spellings: Mapping[str, str]) -> str | None:
    """The word whose sound is nearest, near enough."""
    from rapidfuzz import process  # noqa: PLC0415 - only for words that do not exist
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

    if key in spellings:
        return spellings[key]
    edits = max(0, len(key) - 1) // LETTERS_AN_EDIT
    found = process.extractOne(key, spellings.keys(), scorer=Levenshtein.distance, score_cutoff=edits)
    return spellings[found[0]] if found else None


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, str]:
    """Sound -> word: words of the examples of the shared intents, of times, and numerals."""
    from scripts_dialog.understanding.shared import shared_intents  # noqa: PLC0415 - its model imports the times

    examples = _words(one for it in shared_intents().values() for one in it.examples)
    return _by_sound((*examples, *_TIMES.split(), *numerals.forms()))


def _by_sound(words: Iterable[str]) -> dict[str, str]:
    return {sound(word): word for word in words if len(word) >= LEAST_LETTERS}


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in _WORD.findall(text.lower().replace("ё", "е"))]


class SoundsLike:
    """Finds the example that a whole sentence sounds like, wherever the recognizer put the spaces."""

    def __init__(self, examples: Sequence[tuple[str, str]]) -> None:
        """examples: (intent, sentence)."""
        told = sorted(((sound(example), intent, example) for intent, example in examples), key=lambda one: len(one[0]))
        self._examples = [(intent, example) for _, intent, example in told]
        self._sounds = [key for key, _, _ in told]

    def find(self, sentence: str) -> tuple[str, str, float] | None:
        """(intent, example, likeness 0..1) of the nearest one, where it is near at all."""
        from rapidfuzz import process  # noqa: PLC0415 - only for sentences not understood otherwise
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

        key = sound(sentence)
        if len(key) < 2 * LEAST_LETTERS - 1:
            return None
        # Two texts are no more alike than their lengths are: the others need not be looked at.
        first = bisect_left(self._sounds, len(key) * ALIKE, key=len)
        last = bisect_right(self._sounds, len(key) / ALIKE, key=len)
        near = process.extractOne(
            key, self._sounds[first:last], scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE
        )
        return (*self._examples[first + near[2]], float(near[1])) if near else None
