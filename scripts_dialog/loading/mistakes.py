"""What pydantic found wrong, in words a head of sales can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.model import Place

Words = tuple[Text, Text]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word a misspelt one most likely stands for."""
    found = process.extractOne(word, list(known), score_cutoff=60)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """The remedy for an unknown word."""
    options = sorted(known)
    hint = nearest(word, options)
    if hint is not None:
        return Text(f"возможно, имелось в виду «{hint}»", f"did you mean '{hint}'?")
    listed = ", ".join(options[:25])
    return Text(f"возможные значения: {listed}", f"possible values: {listed}")


def findings_of(
    error: ValidationError,
    prefix: tuple[str, ...],
    phrase: str,
    place: Callable[..., Place],
    keys_at: Callable[[tuple[str, ...]], frozenset[str]],
) -> list[Finding]:
    """One Finding for each mistake. `prefix` is the path of the validated part, `keys_at`: keys known there."""
    found: list[Finding] = []
    details = error.errors(include_url=False)
    broken = [detail["loc"] for detail in details]
    for detail in details:
        if detail["type"] == "too_short" and any(len(loc) > len(detail["loc"]) for loc in broken):
            continue  # a list with a bad item counts as empty: the item itself is reported
        loc = tuple(str(part) for part in detail["loc"] if part != "[key]")
        where = place(*prefix, *loc)
        message, remedy = _words(detail, loc, keys_at)
        code = {"extra_forbidden": "unknown_key", "missing": "missing_key"}.get(detail["type"], detail["type"])
        found.append(Finding(code, Severity.ERROR, where.file, where.line, phrase, message, remedy))
    return found


def _words(detail: ErrorDetails, loc: tuple[str, ...], keys_at: Callable[[tuple[str, ...]], frozenset[str]]) -> Words:
    context: dict[str, Any] = detail.get("ctx") or {}
    if "remedy_ru" in context:
        return Text(context["ru"], context["en"]), Text(context["remedy_ru"], context["remedy_en"])
    key = loc[-1] if loc else ""
    kind = detail["type"]
    if kind == "extra_forbidden":
        return Text(f"незнакомый ключ «{key}»", f"unknown key '{key}'"), did_you_mean(key, keys_at(loc[:-1]))
    if kind == "missing":
        return (
            Text(f"не хватает ключа «{key}»", f"the key '{key}' is missing"),
            Text(f"допишите «{key}: …»", f"add '{key}: …'"),
        )
    if kind in ("enum", "literal_error"):
        options = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        message = Text(f"«{key}» не может быть «{detail['input']}»", f"'{key}' cannot be '{detail['input']}'")
        return message, did_you_mean(str(detail["input"]), [option.strip() for option in options.split(",")])
    wanted = _limit(context) or _WANTED.get(kind)
    if wanted is not None and detail["input"] is None:
        message = Text(f"под «{key}» пусто", f"'{key}' is empty")
        return message, Text(f"допишите {wanted.ru} или удалите «{key}»", f"write {wanted.en} or remove '{key}'")
    message = Text(f"неверное значение у «{key}»", f"wrong value of '{key}': {detail['msg']}")
    if wanted is not None:
        message = Text(f"у «{key}» должно быть: {wanted.ru}", f"'{key}' must be {wanted.en}")
    shown = _shown(detail["input"])
    return message, Text(f"сейчас там {shown}; исправьте", f"it is {shown} now; correct it")


def _limit(context: dict[str, Any]) -> Text | None:
    for name, (ru, en) in _LIMITS.items():
        if isinstance(context.get(name), int | float):
            return Text(f"число {ru} {context[name]:g}", f"a number {en} {context[name]:g}")
    return None


def _shown(value: object) -> str:
    text = str(value)
    return f"«{text[:60]}…»" if len(text) > 60 else f"«{text}»"


_TEXT = Text("текст (число или дата берутся в кавычки)", "text (a number or a date needs quotes)")
_NUMBER = Text("целое число", "a whole number")
_MAP = Text("вложенные ключи (ключ: значение)", "nested keys (key: value)")
_LIST = Text("список (строки с дефисом)", "a list (lines with a dash)")
_LIMITS = {
    "ge": ("не меньше", "of at least"),
    "gt": ("больше", "above"),
    "le": ("не больше", "of at most"),
    "lt": ("меньше", "below"),
}
_NOT_EMPTY = Text("непустое значение", "something, not nothing")
_WANTED = {
    "string_type": _TEXT,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_type": Text("true или false", "true or false"),
    "bool_parsing": Text("true или false", "true or false"),
    "dict_type": _MAP,
    "model_type": _MAP,
    "model_attributes_type": _MAP,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "too_short": _NOT_EMPTY,
    "string_too_short": _NOT_EMPTY,
    "too_long": Text("не так много", "fewer"),
    "string_too_long": Text("более короткий текст", "a shorter text"),
    "string_pattern_mismatch": Text(
        "имя из букв, цифр и подчёркиваний, начинается с буквы", "a name of letters, digits and underscores"
    ),
}
