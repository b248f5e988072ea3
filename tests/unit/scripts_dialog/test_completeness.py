"""Whether a client who pauses has finished: what the words so far are worth in the phrase they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from scripts_dialog import Context, Engine, Outcome, Slot, State, Understanding, load_script
from scripts_dialog.completeness import Completeness
from scripts_dialog.events import Heard
from scripts_dialog.state import Ended

pytestmark = pytest.mark.unit

COMPLETE, BRIEF, BARE, OPEN, UNCLEAR, UNFINISHED = Completeness


def in_phrase(engine: Engine, phrase: str, now: datetime) -> State:
    state, _ = engine.start(Context(now))
    return replace(state, phrase=phrase, memory={})


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("greeting", "да, говорите", COMPLETE),
        ("greeting", "Нет, не интересно.", COMPLETE),
        ("greeting", "а вы из какой компании", COMPLETE),
        ("greeting", "мне не нужно", COMPLETE),
        ("greeting", "Да.", BARE),
        ("greeting", "нет", BARE),
        ("greeting", "Да, ", OPEN),
        ("greeting", "нет,", OPEN),
        ("greeting", "наш директор", UNCLEAR),
        ("greeting", "мы сейчас", UNFINISHED),
        ("greeting", "Давайте.", OPEN),
        ("greeting", "соединяю", COMPLETE),
        ("greeting", "Кто это?", BRIEF),
        ("greeting", "нет денег на это", OPEN),
        ("greeting", "перезвоните мне завтра", OPEN),
        ("greeting", "директора не будет до понедельника", BRIEF),
        ("greeting", "Не знаю.", UNFINISHED),
        ("greeting", "яду", UNCLEAR),
        ("greeting", "", UNFINISHED),
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
        ("callback", "завтра после обеда", BARE),
        ("callback", "завтра после обеда,", OPEN),
        ("callback", "завтра в три часа дня", COMPLETE),
        ("secretary_mail", "почта такая", UNFINISHED),
        ("secretary_mail", "инфо собака ромашка", UNFINISHED),
        ("secretary_mail", "инфо собака яндекс точка", UNFINISHED),
        ("secretary_mail", "инфо собака ромашка точка ру", COMPLETE),
        ("secretary_mail", "info@romashka.ru.", COMPLETE),
        ("secretary_mail", "info@romashka.ru, пожалуйста", COMPLETE),
        ("secretary_name", "Сергей", OPEN),
        ("secretary_name", "Сергей Петрович", COMPLETE),
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


def test_a_slot_that_was_offered_is_a_whole_answer(engine: Engine, now: datetime) -> None:
    slots = [Slot(str(hour), now.replace(day=19, hour=hour, minute=0), 30).to_dict() for hour in (10, 15)]
    state = replace(in_phrase(engine, "book", now), memory={"stage": "offering", "offered": slots})
    assert engine.completeness(state, "в десять") is COMPLETE
    assert engine.completeness(state, "давайте второй вариант") is COMPLETE
    assert engine.completeness(state, "да") is OPEN
    assert engine.completeness(replace(state, memory={**state.memory, "offered": slots[:1]}), "да") is BARE


def test_free_words_are_whole_when_their_grammar_is(understanding: Understanding, now: datetime) -> None:
    script = load_script(
        "script: s\nstart: a\nphrases:\n  a: {say: 'Чем вы занимаетесь?', collect: text, into: about, collected: b}\n"
        "  b: {say: Пока!, end: refused}\n"
    )
    engine = Engine(script, understanding)
    state, _ = engine.start(Context(now))
    assert engine.completeness(state, "мы продаём цветы и подарки") is COMPLETE
    assert engine.completeness(state, "мы продаём") is not COMPLETE
    assert engine.completeness(state, "да") is OPEN
