"""Dates, times, numbers and money as they are said in Russian."""

from scripts_dialog.spoken.moments import date_words, either, slot_words, time_words, when_words
from scripts_dialog.spoken.numbers import count_words, digits_words, money_words, number_words, ordinal_words

__all__ = [
    "count_words",
    "date_words",
    "digits_words",
    "either",
    "money_words",
    "number_words",
    "ordinal_words",
    "slot_words",
    "time_words",
    "when_words",
]
