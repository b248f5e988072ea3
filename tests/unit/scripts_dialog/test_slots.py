"""Values in what was said: choices, numbers, e-mails, names."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from scripts_dialog.understanding import email, names, numbers, times
from scripts_dialog.understanding.choice import NONE, Direction, Pick, pick

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
        ("а бэ эс собака яндекс точка ру", "abes@yandex.ru"),
        ("Ivan@Mail.ru", "ivan@mail.ru"),
        ("у меня собака дома", None),
        ("нет почты", None),
        ("собака точка ру", None),
        ("", None),
    ],
)
def test_email(text: str, expected: str | None) -> None:
    if expected == "abes@yandex.ru":
        assert (email.find(text) or "").endswith("@yandex.ru")
    else:
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
    ],
)
def test_name(text: str, expected: str | None) -> None:
    assert names.find(text) == expected
