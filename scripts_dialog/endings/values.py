"""Whether a value that was asked for is whole: a time with its hour, an address with its ending, a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from scripts_dialog.completeness import Completeness
from scripts_dialog.understanding import choice, email, names, numbers, numerals, times
from scripts_dialog.understanding.email_words import AT, DOMAINS, ENDINGS
from scripts_dialog.understanding.times.find import mentions_of

_WRITTEN = re.compile(r"@[\w-]+(?:\.[\w-]+)*\.[a-zа-я]{2,10}\b")
_WITH_CODE, _WITHOUT = 11, frozenset({6, 7, 10})
"""Digits of a telephone number that is whole, with the country's code (8 912 …) and without."""
_CODES = (7, 8)
_DICTATED = 3
"""So many numerals in a row are a number being dictated."""


def of_time(
    text: str, tokens: Sequence[str], now: datetime, offered: Sequence[datetime], *, asked: bool
) -> Completeness | None:
    """A choice among the slots and a moment are whole, a part of a day may be; a day alone goes on. None when none is
    named."""
    if offered and choice.pick(text, offered, now).index is not None:
        return Completeness.OPEN if _may_go_on(tokens) else Completeness.COMPLETE
    found = times.find(text, now, loose=asked, days=[start.date() for start in offered])
    if not found:
        return None
    if _may_go_on(tokens):
        return Completeness.OPEN
    if found[0].exact:
        return Completeness.COMPLETE
    part_of_day = any(one.says_day and one.part for one in mentions_of(text, loose=asked))
    return Completeness.BARE if part_of_day else Completeness.OPEN


def of_number(text: str, tokens: Sequence[str]) -> Completeness | None:
    """«Человек сорок» may become forty-two, «сорок человек» not."""
    if numbers.find(text) is None:
        return None
    return Completeness.OPEN if _may_go_on(tokens) else Completeness.COMPLETE


def of_name(text: str) -> Completeness | None:
    """A first name alone may be followed by others."""
    name = names.find(text)
    if name is None:
        return None
    return Completeness.COMPLETE if " " in name else Completeness.OPEN


def of_email(text: str, tokens: Sequence[str]) -> Completeness | None:
    """Whole with the ending of its domain; None when nobody is dictating."""
    if _WRITTEN.search(text.lower()):
        return Completeness.COMPLETE
    if not any(token in AT or "@" in token or "собак" in token for token in tokens):
        return None
    ended = DOMAINS.get(tokens[-1], tokens[-1]) in ENDINGS and len(tokens) > 1
    return Completeness.COMPLETE if ended and email.find(text) else Completeness.UNFINISHED


def dictates_digits(tokens: Sequence[str]) -> bool:
    """A telephone number, a card, a tax number on its way: numerals in a row at the end, not yet enough."""
    run: list[str] = []
    for token in tokens:
        run = [*run, token] if _numeral(token) is not None else []
    digits = _digits(run)
    coded = len(run) > 1 and _numeral(run[0]) in _CODES and (_numeral(run[1]) or 0) >= 100
    whole = digits >= _WITH_CODE if coded else digits in _WITHOUT or digits >= _WITH_CODE
    return (len(run) >= _DICTATED or digits > 4) and not whole


def _digits(run: Sequence[str]) -> int:
    """Digits of numerals as they are dictated: «девятьсот двадцать три» is three of them."""
    count, room = 0, 0
    for token in run:
        value = _numeral(token) or 0
        length = len(token) if token.isdigit() else len(str(value))
        count += 0 if length <= room and value else length
        room = length - 1 if not token.isdigit() and value >= 20 and (value % 10 == 0) else 0
    return count


def _numeral(token: str) -> int | None:
    numeral = numerals.single(token)
    return None if numeral is None else numeral.value


def _may_go_on(tokens: Sequence[str]) -> bool:
    """A numeral such as «двадцать», «сто» at the end: a smaller one may follow."""
    value = _numeral(tokens[-1]) if tokens and not tokens[-1].isdigit() else None
    return value is not None and value >= 20
