"""A number in what was said: «человек сорок», «сто двадцать пять тысяч», «полторы тысячи», «1500»."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scripts_dialog.understanding import numerals
from scripts_dialog.understanding.mishearing import mended
from scripts_dialog.understanding.text import MAX_CHARS

_TOKEN = re.compile(r"\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?|[а-яё]+", re.IGNORECASE)
_SCALE = {"тысяч": 1000, "тыщ": 1000, "тыс": 1000, "миллион": 1_000_000, "млн": 1_000_000, "миллиард": 1_000_000_000}
_HALVES = {"полтора": 1.5, "полторы": 1.5, "пол": 0.5}
MAX_NUMBER = 10**12


def find(text: str) -> int | None:
    """The first number said; None when there is none. A range («десять-двенадцать») gives its upper end, a number
    corrected («нет, тридцать») the corrected one. Dates and clock times are not the business of this function."""
    tokens = _TOKEN.findall(mended(text[:MAX_CHARS].lower().replace("ё", "е")))
    runs = _runs(tokens)
    if not runs:
        return None
    corrected = {"нет", "точнее", "вернее", "ой"} & set(tokens)
    adjacent = len(runs) > 1 and runs[1][0] == runs[0][1] and runs[1][2] > runs[0][2]
    value = runs[-1][2] if corrected else runs[1][2] if adjacent else runs[0][2]
    return round(value) if 0 <= value < MAX_NUMBER else None


def _runs(tokens: Sequence[str]) -> list[tuple[int, int, float]]:
    """(start, end, value) of every number."""
    runs: list[tuple[int, int, float]] = []
    index = 0
    while index < len(tokens):
        number = read(tokens, index)
        if number is None:
            index += 1
            continue
        runs.append((index, number[1], number[0]))
        index = number[1]
    return runs


def read(tokens: Sequence[str], start: int) -> tuple[float, int] | None:
    """The number that begins at `start`, and where it ends: the sum of
    thousands and the rest, each scale smaller than the one before."""
    total, index, last_scale = 0.0, start, float(MAX_NUMBER)
    found = False
    while index < len(tokens):
        scale = _scale(tokens[index])
        if scale is not None and scale < last_scale and (not found or total == 0):
            total, index, last_scale, found = total + scale, index + 1, scale, True
            continue
        group = _below_thousand(tokens, index)
        if group is None:
            break
        value, after = group
        scale = _scale(tokens[after]) if after < len(tokens) else None
        if scale is not None:
            if scale >= last_scale:
                break
            total, index, last_scale, found = total + value * scale, after + 1, scale, True
            continue
        if last_scale <= 1 or (found and value >= last_scale):
            break
        return total + value, after
    return (total, index) if found else None


def _below_thousand(tokens: Sequence[str], start: int) -> tuple[float, int] | None:
    token = tokens[start]
    if token[0].isdigit():
        return float(token.replace(" ", "").replace("\u00a0", "").replace(",", ".")), start + 1
    if token in _HALVES:
        return _HALVES[token], start + 1
    value, index, limit = 0, start, 1000
    while index < len(tokens):
        numeral = None if _scale(tokens[index]) else numerals.forms().get(tokens[index])
        if numeral is None or numeral.value >= limit or (value and not numeral.value):
            break
        value, index = value + numeral.value, index + 1
        limit = 100 if numeral.value >= 100 else 10 if numeral.value >= 20 else 0
    return (float(value), index) if index > start else None


def _scale(token: str) -> int | None:
    return next((scale for stem, scale in _SCALE.items() if token.startswith(stem)), None)
