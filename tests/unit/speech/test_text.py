"""From written to spoken Russian."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.speech.text import spoken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Стоимость 15 000 руб. в месяц", "Стоимость пятнадцать тысяч рублей в месяц"),
        ("1 500,50 ₽", "одна тысяча пятьсот рублей пятьдесят копеек"),
        ("скидка 21%", "скидка двадцать один процент"),
        ("3,5 млн руб.", "три целых пять десятых миллиона рублей"),
        ("от 5 до 10 минут", "от пяти до десяти минут"),
        ("2 минуты, 21 заявка, 2 предложения", "две минуты, двадцать одна заявка, два предложения"),
        ("через 1 неделю", "через одну неделю"),
        ("10-15 человек", "десять пятнадцать человек"),
        ("25 декабря в 10:00", "двадцать пятого декабря в десять часов"),
        ("25.12.2025 в 15:05", "двадцать пятого декабря две тысячи двадцать пятого года в пятнадцать ноль пять"),
        ("в 2025 г.", "в две тысячи двадцать пятом году"),
        ("5-й этаж", "пятый этаж"),
        ("+7 (495) 123-45-67", "плюс семь, четыреста девяносто пять, сто двадцать три, сорок пять, шестьдесят семь"),
        ("info@romashka.ru", "инфо собака ромашка точка ру"),
        ("ООО «Ромашка», CRM и МТС", "о о о, Ромашка, си эр эм и эм тэ эс"),
        ("код 0031", "код ноль ноль три один"),
        ("Ёлка — это хорошо…", "Ёлка, это хорошо."),
        ("!!! <> ()", ""),
    ],
)
def test_what_is_written_is_said(written: str, said: str) -> None:
    assert spoken(written) == said


def test_the_campaign_has_its_own_words() -> None:
    assert spoken("Продукт АРТКОМ 5", {"артком": "арт ком"}) == "Продукт арт ком пять"


@pytest.mark.parametrize(
    "hostile",
    [
        'Иван") (system "touch /tmp/x") (voice_kal',
        "<speak><voice name='x'>А</voice></speak>",
        "А\0Б\r\nAction: Originate\r\n",
        "$(reboot) `id` ; rm -rf / | cat",
        "{robot.name} %s \\u0000 \\n",
    ],
)
def test_markup_and_commands_become_words(hostile: str) -> None:
    assert re.fullmatch(r"[а-яёА-ЯЁ .,!?-]*", spoken(hostile))


@given(st.text(max_size=120))
def test_any_text_becomes_what_every_engine_speaks_and_stays_so(text: str) -> None:
    said = spoken(text)
    assert re.fullmatch(r"[а-яёА-ЯЁ .,!?-]*", said)
    assert "  " not in said


@given(st.text(alphabet="0123456789 .,:-+%₽гчруб", max_size=40))
def test_no_arrangement_of_digits_breaks_the_rules(text: str) -> None:
    spoken(text)


@pytest.mark.parametrize(
    "letter", [chr(code) for code in range(0x80, 0x2FFF) if chr(code).lower() != chr(code).casefold()]
)
def test_letters_that_only_look_like_others_are_spoken_or_left_out(letter: str) -> None:
    for text in (letter, f"{letter}m", f"см{letter}", f"5 {letter}м", f"тел{letter}"):
        spoken(text)
