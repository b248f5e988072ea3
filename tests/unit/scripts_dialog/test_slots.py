"""Values in what was said: choices, numbers, e-mails, names."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from scripts_dialog.understanding import email, names, numbers, times
from scripts_dialog.understanding.choice import NONE, Direction, Pick, pick
from scripts_dialog.understanding.spotting import Values, spot
from scripts_dialog.values import Expects

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("второе", Pick(2)),
        ("давайте первый вариант", Pick(1)),
        ("последнее", Pick(2)),
        ("во вторник", Pick(2)),
        ("в одиннадцать", Pick(1)),
        ("в три часа дня", Pick(2)),
        ("утром лучше", Pick(1)),
        ("после обеда", Pick(2)),
        ("двадцать четвёртого", Pick(2)),
        ("не первое, а второе", Pick(2)),
        ("во вторник не могу", Pick()),
        ("ни то ни другое", Pick(NONE)),
        ("ничего не подходит", Pick(NONE)),
        ("всё равно", Pick(1)),
        ("попозже", Pick(direction=Direction.LATER)),
        ("пораньше можно", Pick(direction=Direction.EARLIER)),
        ("в другой день", Pick(direction=Direction.OTHER_DAY)),
        ("в четверг", Pick()),
        ("половина второго", Pick()),
        ("да", Pick()),
        ("", Pick()),
    ],
)
def test_choice(text: str, expected: Pick, now: datetime) -> None:
    offered = [now.replace(day=23, hour=11, minute=0), now.replace(day=24, hour=15, minute=0)]
    assert pick(text, offered, now) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("нас человек сорок", 40),
        ("сто двадцать пять тысяч", 125_000),
        ("полторы тысячи", 1500),
        ("тысяча двести", 1200),
        ("1500", 1500),
        ("1 500 рублей", 1500),
        ("два миллиона триста тысяч", 2_300_000),
        ("пара человек", 2),
        ("десять двенадцать", 12),
        ("двадцать, нет, тридцать", 30),
        ("ноль", 0),
        ("трое", 3),
        ("двадцать пять", 25),
        ("не знаю", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_number(text: str, expected: int | None) -> None:
    assert numbers.find(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("иванов собака яндекс точка ру", "ivanov@yandex.ru"),
        ("пишите на инфо собака ромашка точка ру", "info@romashka.ru"),
        ("почта такая инфо собака ромашка точка ру", "info@romashka.ru"),
        ("инфо собака мэйл ру", "info@mail.ru"),
        ("петров точка иван собака джимейл точка ком", "petrov.ivan@gmail.com"),
        ("сейлс нижнее подчёркивание один два собака мейл точка ру", "sales_12@mail.ru"),
        ("а бэ эс собака яндекс точка ру", "abs@yandex.ru"),
        ("эс как доллар ви собака бк точка ру", "sv@bk.ru"),
        ("дабл ю эй ти собака рамблер точка ру", "wat@rambler.ru"),
        ("анна тире маркова восемьдесят пять собака инбокс точка ру спасибо", "anna-markova85@inbox.ru"),
        ("мой адрес анна эт яндекс ру", "anna@yandex.ru"),
        ("иванов собака яндекс точка ру на имя Сергей", "ivanov@yandex.ru"),
        ("директор две тысячи десять собака вектор точка ком точка ру", "director2010@vektor.com.ru"),
        ("пишите на инфасабак, рамашка.ру", "info@romashka.ru"),
        ("пишите на инфосабокорамашка.ru", "info@romashka.ru"),
        ("почта такая им фасобака ромашка.ру", "info@romashka.ru"),
        ("маша собака яндыкс точка ру жду", "masha@yandex.ru"),
        ("нижний новгород собака у соседей точка", None),
        ("Ivan@Mail.ru", "ivan@mail.ru"),
        ("у меня собака дома", None),
        ("нет почты", None),
        ("собака точка ру", None),
        ("", None),
    ],
)
def test_email(text: str, expected: str | None) -> None:
    assert email.find(text) == expected


@pytest.mark.parametrize("noise", ["a", "собака ", "точка ", "1", "два ", "первое второе ", "не "])
def test_endless_noise_costs_no_time(noise: str, now: datetime) -> None:
    text = noise * 50_000
    started = time.process_time()
    email.find(text), numbers.find(text), names.find(text), pick(text, [now, now], now), times.find(text, now)
    assert time.process_time() - started < 1.0


def test_an_address_is_read_back_in_words() -> None:
    assert email.spoken("info.sales@yandex.ru") == "инфо точка сейлс собака яндекс точка ру"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("меня зовут Пётр Сергеевич", "Пётр Сергеевич"),
        ("иванов пётр сергеевич", "Иванов Пётр Сергеевич"),
        ("анна", "Анна"),
        ("записывайте марина", "Марина"),
        ("не скажу", None),
        ("", None),
        ("запишите на Кузнецову Елену", "Кузнецова Елена"),
        ("спросите Петра Ильича", "Пётр Ильич"),
        ("меня зовут джамшут", "Джамшут"),
        ("запишите, те Иванов Петр Сергеевич", "Иванов Пётр Сергеевич"),
        ("это дорого", None),
        ("я директор", None),
    ],
)
def test_name(text: str, expected: str | None) -> None:
    assert names.find(text) == expected


ASKED_NOTHING = Expects.OPEN


@pytest.mark.parametrize(
    ("text", "expects", "expected"),
    [
        ("нас человек сорок", ASKED_NOTHING, Values(number=40)),
        ("одну минуту", ASKED_NOTHING, Values()),
        ("два раза уже звонили", ASKED_NOTHING, Values()),
        ("первый раз слышу", ASKED_NOTHING, Values()),
        ("давайте второй вариант", ASKED_NOTHING, Values(choice=2)),
        ("ни то, ни другое", ASKED_NOTHING, Values(choice=0)),
        ("не то, не другое", Expects.CHOICE, Values(choice=0)),
        ("лучше попозже", Expects.CHOICE, Values(choice=0)),
        ("лучше попозже", ASKED_NOTHING, Values()),
        ("запишите иванов пётр сергеевич", ASKED_NOTHING, Values(name="Иванов Пётр Сергеевич")),
        ("пишите на инфо собака ромашка точка ру", ASKED_NOTHING, Values(email="info@romashka.ru")),
        ("да, хорошо", ASKED_NOTHING, Values()),
        ("сорок", Expects.NUMBER, Values(number=40)),
        ("роман", Expects.NAME, Values(name="Роман")),
    ],
)
def test_every_value_at_once(text: str, expects: Expects, expected: Values, now: datetime) -> None:
    assert spot(text, now, expects=expects) == expected


def test_an_hour_is_a_time_only_where_one_was_asked_for(now: datetime) -> None:
    assert spot("одиннадцать", now) == Values(number=11)
    assert [moment.hour for moment in spot("одиннадцать", now, expects=Expects.DATETIME).moments] == [11]


def test_slots_offered_are_chosen_by_their_words(now: datetime) -> None:
    offered = [now.replace(day=23, hour=11, minute=0), now.replace(day=24, hour=15, minute=0)]
    assert spot("давайте во вторник", now, expects=Expects.CHOICE, offered=offered).choice == 2
    assert spot("утром", now, expects=Expects.CHOICE, offered=offered).choice == 1
