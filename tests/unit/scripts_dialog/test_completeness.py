"""Whether a client who pauses has finished: what the words so far are worth in the phrase they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from scripts_dialog import Context, Engine, Outcome, State
from scripts_dialog.completeness import Completeness
from scripts_dialog.events import Heard
from scripts_dialog.state import Ended

pytestmark = pytest.mark.unit

COMPLETE, BARE, OPEN, UNFINISHED = Completeness


def in_phrase(engine: Engine, phrase: str, now: datetime) -> State:
    state, _ = engine.start(Context(now))
    return replace(state, phrase=phrase, memory={})


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("greeting", "да, говорите", COMPLETE),
        ("greeting", "Нет, не интересно.", COMPLETE),
        ("greeting", "а вы из какой компании", COMPLETE),
        ("greeting", "Кто это?", COMPLETE),
        ("greeting", "мне не нужно", COMPLETE),
        ("greeting", "Да.", BARE),
        ("greeting", "нет", BARE),
        ("greeting", "Не знаю.", OPEN),
        ("greeting", "Давайте.", OPEN),
        ("greeting", "", OPEN),
        ("greeting", "Мне нужно.", UNFINISHED),
        ("greeting", "Нет, ну это...", UNFINISHED),
        ("greeting", "А вы?", UNFINISHED),
        ("greeting", "Подожди.", UNFINISHED),
        ("greeting", "сейчас посмотрю", UNFINISHED),
        ("greeting", "восемь девятьсот двенадцать", UNFINISHED),
        ("callback", "давайте", OPEN),
        ("callback", "завтра", OPEN),
        ("callback", "завтра в двадцать", OPEN),
        ("callback", "завтра в", UNFINISHED),
        ("callback", "завтра в три часа дня", COMPLETE),
        ("secretary_mail", "почта такая", UNFINISHED),
        ("secretary_mail", "инфо собака ромашка", UNFINISHED),
        ("secretary_mail", "инфо собака яндекс точка", UNFINISHED),
        ("secretary_mail", "инфо собака ромашка точка ру", COMPLETE),
        ("secretary_mail", "info@romashka.ru.", COMPLETE),
    ],
)
def test_words_so_far(engine: Engine, now: datetime, phrase: str, text: str, expected: Completeness) -> None:
    assert engine.completeness(in_phrase(engine, phrase, now), text) is expected


def test_asking_changes_nothing(engine: Engine, now: datetime) -> None:
    state, _ = engine.start(Context(now))
    before = state.to_dict()
    engine.completeness(state, "да, говорите")
    assert state.to_dict() == before
    assert engine.step(state, Heard("да, говорите")) == engine.step(State.from_dict(before), Heard("да, говорите"))


def test_where_nothing_is_asked_there_is_no_hurry(engine: Engine, now: datetime) -> None:
    state = in_phrase(engine, "greeting", now)
    assert engine.completeness(replace(state, awaiting="slots"), "да, говорите") is OPEN
    assert engine.completeness(replace(state, ended=Ended(Outcome.REFUSED)), "да, говорите") is OPEN
    assert engine.completeness(replace(state, phrase="gone"), "да, говорите") is OPEN


def test_any_text_in_any_phrase_has_an_answer(engine: Engine, now: datetime) -> None:
    for phrase in engine.script.phrases:
        for text in ("...", "а" * 5000, "!?", "\n", "1 2 3", "@", "собака", "in english please"):
            assert engine.completeness(in_phrase(engine, phrase, now), text) in Completeness
