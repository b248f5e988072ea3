"""Tariff tables as people keep them: CSV, from a spreadsheet or by hand. Pure: text in, Tariff out.

    префикс;за минуту;соединение;шаг
    +79;2,50;0;60
    +7495;1,20;0;1

Headers in Russian or English, in any order; semicolons, commas or tabs between; lines that begin with # are remarks.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal

from robot.domain.errors import InvalidTariff
from robot.domain.tariffs import Rate, Tariff

HEADERS = {
    "prefix": ("префикс", "код", "направление", "prefix", "code"),
    "per_minute": ("за минуту", "минута", "цена минуты", "цена", "per minute", "price", "rate"),
    "connection": ("соединение", "за соединение", "connection", "setup"),
    "step_s": ("шаг", "шаг тарификации", "step", "step s", "increment"),
    "attempt": ("попытка", "за попытку", "attempt"),
}
"""Column -> the headers that mean it. Prefix and price are needed; other columns may be missing, or be there unread."""

_OF_HEADER = {header: column for column, headers in HEADERS.items() for header in headers}
_PREFIX = re.compile(r"\+\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}([.,]\d{1,6})?", re.ASCII)
_STEP = re.compile(r"\d{1,4}", re.ASCII)
_DELIMITERS = ";\t,"
LONGEST_STEP_S = 3600


def parse_tariff(text: str) -> Tariff:
    """The table in a text. Raises InvalidTariff naming the line and what to write there."""
    lines = [(n, line) for n, line in enumerate(text.lstrip("﻿").splitlines(), 1) if line.strip()]
    lines = [(n, line) for n, line in lines if not line.lstrip().startswith("#")]
    if not lines:
        raise InvalidTariff("Таблица тарифов пуста", "The tariff table is empty")
    delimiter = max(_DELIMITERS, key=lines[0][1].count)
    columns = _columns(_cells(*lines[0], delimiter), lines[0][0])
    rows: dict[str, Rate] = {}
    for number, line in lines[1:]:
        values = dict(zip(columns, _cells(number, line, delimiter), strict=False))
        rate = _rate(values, number)
        if rate.prefix in rows:
            raise InvalidTariff(
                f"Строка {number}: префикс {rate.prefix} уже был. Оставьте одну строку",
                f"Line {number}: prefix {rate.prefix} was given before. Leave one line",
            )
        rows[rate.prefix] = rate
    if not rows:
        raise InvalidTariff("В таблице тарифов нет ни одной строки с ценой", "The tariff table has no row of prices")
    return Tariff(tuple(rows.values()))


def _cells(number: int, line: str, delimiter: str) -> list[str]:
    # A line is a row: quotes are there for decimal commas, never for line breaks.
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error as error:
        raise InvalidTariff(
            f"Строка {number} не читается как CSV: проверьте кавычки и длину",
            f"Line {number} cannot be read as CSV: check its quotes and length",
        ) from error


def _columns(header: list[str], number: int) -> list[str]:
    names = [" ".join(cell.casefold().replace("ё", "е").replace("_", " ").split()) for cell in header]
    columns = [_OF_HEADER.get(re.sub(r"\s*[(,].*", "", name), "") for name in names]
    if "prefix" not in columns or "per_minute" not in columns:
        raise InvalidTariff(
            f"Строка {number}: нужен заголовок с колонками «префикс» и «за минуту»; ещё понимаются «соединение», "
            "«шаг», «попытка»",
            f"Line {number}: a header with the columns “prefix” and “per minute” is needed; “connection”, “step” "
            "and “attempt” are understood too",
        )
    twice = next((c for c in columns if c and columns.count(c) > 1), None)
    if twice:
        raise InvalidTariff(
            f"Строка {number}: две колонки с одним смыслом ({twice}). Оставьте одну",
            f"Line {number}: two columns of one meaning ({twice}). Leave one",
        )
    return columns


def _rate(values: dict[str, str], number: int) -> Rate:
    prefix = re.sub(r"[\s()\-]", "", values.get("prefix", ""))
    prefix = prefix if prefix.startswith("+") else f"+{prefix}"
    if not _PREFIX.fullmatch(prefix):
        raise InvalidTariff(
            f"Строка {number}: префикс пишется с кодом страны, цифрами: +7495",
            f"Line {number}: a prefix is written with its country code, in digits: +7495",
        )
    step = values.get("step_s", "") or "60"
    if not (_STEP.fullmatch(step) and 1 <= int(step) <= LONGEST_STEP_S):
        raise InvalidTariff(
            f"Строка {number}: шаг тарификации — целое число секунд от 1 до 3600",
            f"Line {number}: the step is a whole number of seconds from 1 to 3600",
        )
    return Rate(
        prefix,
        _money(values.get("per_minute", ""), number),
        _money(values.get("connection", "") or "0", number),
        int(step),
        _money(values.get("attempt", "") or "0", number),
    )


def _money(text: str, number: int) -> Decimal:
    cleaned = re.sub(r"\s|руб\.?|р\.|₽", "", text.casefold())
    if _NUMBER.fullmatch(cleaned):
        return Decimal(cleaned.replace(",", "."))
    raise InvalidTariff(
        f"Строка {number}: цена пишется числом в рублях, например 2,50",
        f"Line {number}: a price is a number of roubles, for example 2.50",
    )
