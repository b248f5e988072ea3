"""What is wrong with a value, said to the person who wrote it: in his language, never with the value itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.i18n import tr

_RUSSIAN: Mapping[str, str] = {
    "missing": "нужно значение",
    "extra_forbidden": "такого имени нет: проверьте написание",
    "greater_than": "нужно число больше {gt}",
    "greater_than_equal": "нужно число не меньше {ge}",
    "less_than": "нужно число меньше {lt}",
    "less_than_equal": "нужно число не больше {le}",
    "int_parsing": "нужно целое число",
    "int_type": "нужно целое число",
    "int_from_float": "нужно целое число",
    "float_parsing": "нужно число",
    "decimal_parsing": "нужно число, например 1500.50",
    "decimal_type": "нужно число, например 1500.50",
    "decimal_max_places": "не больше {decimal_places} знаков после запятой",
    "finite_number": "нужно обычное число",
    "bool_parsing": "нужно true или false",
    "bool_type": "нужно true или false",
    "enum": "нужно одно из: {expected}",
    "literal_error": "нужно одно из: {expected}",
    "string_too_short": "нужно знаков не меньше {min_length}",
    "string_too_long": "нужно знаков не больше {max_length}",
    "string_type": "нужна строка в кавычках",
    "string_pattern_mismatch": "не тот вид: нужно {pattern}",
    "too_long": "нужно не больше {max_length}",
    "dict_type": "нужен объект JSON: {{…}}",
    "model_type": "нужен объект JSON: {{…}}",
    "model_attributes_type": "нужен объект JSON: {{…}}",
    "datetime_parsing": "нужны дата и время с поясом: 2026-11-20T10:00:00+03:00",
    "datetime_from_date_parsing": "нужны дата и время с поясом: 2026-11-20T10:00:00+03:00",
    "timezone_aware": "нужны дата и время с поясом: 2026-11-20T10:00:00+03:00",
    "datetime_type": "нужны дата и время с поясом: 2026-11-20T10:00:00+03:00",
}
"""Kind of pydantic's fault -> the same in Russian."""


class Wrong(ValueError):
    """A value refused by a rule of ours: one sentence, in both languages, that says what to write."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en


def fault_text(fault: Mapping[str, Any]) -> str:
    """One of pydantic's `errors()`. Raises nothing: an unknown kind is told in pydantic's own words."""
    context = fault.get("ctx") or {}
    own = context.get("error")
    if isinstance(own, Wrong):
        return tr(own.ru, own.en)
    english = str(fault["msg"]).removeprefix("Value error, ")
    russian = _RUSSIAN.get(str(fault["type"]))
    return tr(english if russian is None else russian.format(**context), english)
