"""Answers of a word that may be all, or only the beginning: «да», «нет», «давайте», «не знаю»."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Bare(StrEnum):
    YES = "yes"
    NO = "no"
    INVITES = "invites"
    """«Давайте» what?"""
    UNDECIDED = "undecided"


_LEADS = frozenset("ну а ой ах эм э так вот же уж и".split())  # noqa: SIM905 - words
_KINDS = {
    Bare.YES: "да ага угу хорошо ладно конечно окей ок верно правильно можно именно точно интересно понятно алло",
    Bare.NO: "нет не неа нету неинтересно",
    Bare.INVITES: "давайте давай",
}
_WORDS = {word: kind for kind, said in _KINDS.items() for word in said.split()}
_UNDECIDED = (
    "не знаю",
    "даже не знаю",
    "трудно сказать",
    "не уверен",
    "не уверена",
    "может быть",
    "возможно",
    "наверное",
)


def bare(tokens: Sequence[str]) -> Bare | None:
    """The kind of a bare answer; None for one that says more."""
    said = [token for token in tokens if token not in _LEADS] or list(tokens)
    if " ".join(said) in _UNDECIDED:
        return Bare.UNDECIDED
    kinds = [_WORDS.get(token) for token in said]
    if not kinds:
        return None
    return kinds[-1] if len(kinds) == 1 or (None not in kinds and kinds[-1] is Bare.INVITES) else None
