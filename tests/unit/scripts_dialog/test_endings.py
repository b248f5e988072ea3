"""What the last words tell by themselves, and how often all of it is right on sentences it was not made for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scripts_dialog import Context, Engine
from scripts_dialog.completeness import Completeness
from scripts_dialog.endings.bare import Bare, bare
from scripts_dialog.endings.fit import beginnings, fitted
from scripts_dialog.endings.hanging import asks_to_wait, begins_to_dictate, hangs, names_one, trails_off
from scripts_dialog.endings.likely import ending
from scripts_dialog.endings.values import dictates_digits
from scripts_dialog.understanding.text import words

pytestmark = pytest.mark.unit

DATA = Path(__file__).parent / "data" / "endings_blind.yaml"
CUT_OFF = (Completeness.COMPLETE, Completeness.BRIEF, Completeness.BARE)


@pytest.mark.parametrize(
    "text",
    ["мне нужно", "у нас", "почта такая", "запишите", "ну", "а вы", "я думаю", "нас", "где-то", "не", "меня зовут",
     "мы сейчас", "да, я просто", "у нас пока", "ну давайте лучше"],
)  # fmt: skip
def test_hangs(text: str) -> None:
    assert hangs(words(text))


@pytest.mark.parametrize(
    "text",
    ["кто это", "мне не нужно", "а вы кто", "я за", "это я", "решаю я", "что вы хотели", "подумать надо", "да", "",
     "сейчас", "я тоже", "наш директор занят", "давайте", "мы сейчас не можем", "да, мы уже", "да, я лично"],
)  # fmt: skip
def test_does_not_hang(text: str) -> None:
    assert not hangs(words(text))


@pytest.mark.parametrize(
    "text", ["подождите", "секундочку", "ой, минутку", "сейчас посмотрю", "да, сейчас", "одну минуту"]
)
def test_asks_to_wait(text: str) -> None:
    assert asks_to_wait(words(text))


@pytest.mark.parametrize("text", ["сейчас соединю", "не подождите", "сейчас не могу", "минут через двадцать"])
def test_does_not_ask_to_wait(text: str) -> None:
    assert not asks_to_wait(words(text))


@pytest.mark.parametrize(("text", "begins"), [
    ("запишите", True), ("почту такая, им", True), ("адрес такой инфо", True), ("почта у меня есть", False),
    ("записывайте меня на среду", False), ("адрес такой же", False), ("почта такая правильная", False),
    ("номер такой 89991234567", False),
])  # fmt: skip
def test_begins_to_dictate(text: str, begins: bool) -> None:
    assert begins_to_dictate(words(text)) is begins


def test_somebody_may_be_an_answer_or_the_beginning_of_a_sentence() -> None:
    assert [
        names_one(words(text)) for text in ("наш бухгалтер", "ну мой партнёр", "да, мой номер", "наш номер другой")
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_dots_and_dashes_trail_off() -> None:
    assert [trails_off(text) for text in ("не знаю...", "не знаю…", "ну —", "не знаю.", "А вы?")] == [True] * 3 + [
        False
    ] * 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("да да да", Bare.YES),
        ("ну нет", Bare.NO),
        ("да, давайте", Bare.INVITES),
        ("не знаю", Bare.UNDECIDED),
        ("да, удобно", None),
        ("нет, спасибо", None),
        ("", None),
    ],
)
def test_bare_answers(text: str, kind: Bare | None) -> None:
    assert bare(words(text)) is kind


@pytest.mark.parametrize(
    ("text", "dictating"),
    [
        ("восемь девятьсот двенадцать", True),
        ("восемь девятьсот двенадцать двести двадцать три сорок пять", True),
        ("восемь девятьсот двенадцать двести двадцать три сорок пять шестьдесят семь", False),
        ("8 912 223", True),
        ("89122234567", False),
        ("сорок пять", False),
        ("сто двадцать", False),
        ("в три часа", False),
    ],
)
def test_a_telephone_number_on_its_way(text: str, dictating: bool) -> None:
    assert dictates_digits(words(text)) is dictating


def test_grammar_tells_a_whole_from_its_beginning() -> None:
    for whole, begun in (
        ("пришлите мне договор", "пришлите мне"),
        ("я против", "я"),
        ("позовите директора", "позовите"),
        ("мы работаем с другими", "мы работаем с"),
    ):
        assert ending(words(whole)) > ending(words(begun)) + 1


def test_beginnings_know_their_commas() -> None:
    assert list(beginnings("нет, не надо")) == [(["нет"], True), (["нет", "не"], False)]


def test_the_model_is_learnt_from_whole_sentences() -> None:
    verbs, nouns = ("ждем", "берем", "везем"), ("хлеб", "сыр", "чай", "лес")
    weights = fitted([f"мы {verb} {noun}" for verb in verbs for noun in nouns])
    assert sum(weight for name, weight in weights.items() if "NOUN" in name) > 0
    assert sum(weight for name, weight in weights.items() if name.endswith("NPRO:nomn")) < 0


@pytest.mark.parametrize(("kind", "least", "most"), [("whole", 0.70, 1.0), ("half", 0.0, 0.06)])
def test_answers_it_was_not_made_for(engine: Engine, now: datetime, kind: str, least: float, most: float) -> None:
    phrases: dict[str, str] = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))[kind]
    start, _ = engine.start(Context(now))
    found: Counter[Completeness] = Counter()
    for phrase, lines in phrases.items():
        state = replace(start, phrase=phrase, memory={})
        found.update(engine.completeness(state, line.split("|")[0].strip()) for line in lines.splitlines())
    assert least <= sum(found[one] for one in CUT_OFF) / found.total() <= most, found
