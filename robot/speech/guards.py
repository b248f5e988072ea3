"""What keeps a text-generating recognizer honest: pure checks on its words.

Whisper continues text as a language model does. Given too little sound it repeats the last phrase until the length
limit, and given none it recites the credits of the subtitles it was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\w@]+", re.UNICODE)
_NUMBER = re.compile(
    r"\d+|нол(?:ь|я|ей)|од(?:ин|на|но|ного)|дв(?:а|е|ух)|три|тр[её]х|четыре|четыр[её]х"
    r"|(?:пят|шест|сем|девят|десят)(?:ь|и)|восемь|восьми|\w+надцат(?:ь|и)|(?:два|три)дцат(?:ь|и)|сорок|\w+десят"
    r"|девяносто|сто|двести|триста|четыреста|\w+сот"
)
_VOWELS = re.compile(r"[аеёиоуыэюя]", re.IGNORECASE)
_SYLLABLES_PER_SECOND = 9.0
"""Fast Russian speech is about 7 syllables a second."""

_HALF_A_WORD = 4
"""Letters: fewer are a word of their own as often."""

_DRAWN_OUT = re.compile(r"(\w)\1{4}|(\b\w{1,2}\b ?)\2{5}")
_SOUNDS = ("музыка", "аплодисменты", "смех", "шум", "песня", "звонок", "звонит телефон", "сигнал")
_TRAINING_CREDITS = (
    "субтитры",
    "редактор субтитров",
    "dimatorzok",
    "продолжение следует",
    "спасибо за просмотр",
    "спасибо за субтитры",
    "подписывайтесь на канал",
    "корректор",
)


def word_key(word: str) -> str:
    """A word as it is compared: lower case, no punctuation, ё as е."""
    return _WORD.sub("", word.lower()).replace("ё", "е")


def normalized(text: str) -> str:
    """Words of a text as they are compared, separated by single spaces."""
    return " ".join(filter(None, map(word_key, text.split())))


def is_caption(text: str) -> bool:
    """The text is what subtitles say of themselves or of sounds ("ДИНАМИЧНАЯ МУЗЫКА", "Таааааа"), not a client."""
    plain = normalized(text)
    described = text.isupper() and plain.endswith(_SOUNDS)
    return described or bool(_DRAWN_OUT.search(plain)) or plain.startswith(_TRAINING_CREDITS)


def max_tokens(seconds: float) -> int:
    """More tokens than anybody can speak in so many seconds (8 a second), with room for a short word."""
    return 8 + int(seconds * 8)


def collapse_repeats(text: str, seconds: float, *, cut: bool = False) -> str:
    """Say a phrase once that was said several times in a row: "это дорого. Это дорого. Это" -> "это дорого."

    seconds: how long the audio was. Repeated numbers ("двадцать два двадцать два" in a telephone number) are kept
    while a person could have spoken them all in that time. cut: generation ran into its length limit, so an
    unfinished second beginning is dropped as well; one that breaks off within a word always is.
    """
    words = text.split()
    keep_numbers = len(_VOWELS.findall(text)) + sum(map(str.isdigit, text)) <= _SYLLABLES_PER_SECOND * seconds
    at = 0
    while at < len(words):
        for size in range(1, (len(words) - at) // 2 + 1):
            end = _end_of_repeats(words, at, size)
            if end > at + size and not (keep_numbers and _all_numbers(words[at : at + size])):
                tail = _prefix_length(words[at : at + size], words[end:])
                if end + tail == len(words):
                    end += tail
                del words[at + size : end]
        at += 1
    _drop_unfinished_repeat(words, cut=cut)
    return " ".join(words)


def _end_of_repeats(words: Sequence[str], at: int, size: int) -> int:
    """Where the immediate repetitions of words[at:at+size] end; at+size when there are none."""
    cycle = [word_key(word) for word in words[at : at + size]]
    end = at + size
    while [word_key(word) for word in words[end : end + size]] == cycle:
        end += size
    return end


def _prefix_length(cycle: Sequence[str], rest: Sequence[str]) -> int:
    """How many words of `rest` begin the cycle anew; the last of them may be cut in the middle."""
    count = 0
    for expected, word in zip(cycle, rest, strict=False):
        if word_key(expected) != word_key(word):
            last = count == len(rest) - 1 and len(word_key(word)) >= 2
            return count + 1 if last and word_key(expected).startswith(word_key(word)) else count
        count += 1
    return count


def _drop_unfinished_repeat(words: list[str], *, cut: bool) -> None:
    for start in range((len(words) + 1) // 2, len(words)):
        rest = words[start:]
        if _prefix_length(words[:start], rest) != len(rest) or _all_numbers(rest):
            continue
        last = word_key(rest[-1])
        broken_off = last != word_key(words[len(rest) - 1]) and (len(rest) > 1 or len(last) >= _HALF_A_WORD)
        if cut or broken_off:
            del words[start:]
            return


def _all_numbers(words: Sequence[str]) -> bool:
    return all(_NUMBER.fullmatch(word_key(word)) for word in words)
