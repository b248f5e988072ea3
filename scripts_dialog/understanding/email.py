"""An e-mail address dictated by voice: «иванов собака яндекс точка ру» -> ivanov@yandex.ru."""

from __future__ import annotations

import re

from scripts_dialog.understanding import numerals
from scripts_dialog.understanding.text import MAX_CHARS

_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}")
_AT = {"собака", "собачка", "собаку", "собачку", "собаке", "эт", "at", "@", "сабака", "собак", "собакой"}
_SIGNS = {
    "точка": ".",
    "точку": ".",
    "дот": ".",
    "dot": ".",
    "тире": "-",
    "дефис": "-",
    "минус": "-",
    "подчеркивание": "_",
    "подчерк": "_",
    "подчеркиванием": "_",
}
_DOMAINS = {
    "яндекс": "yandex",
    "яндексе": "yandex",
    "индекс": "yandex",
    "мэйл": "mail",
    "мейл": "mail",
    "мэил": "mail",
    "меил": "mail",
    "майл": "mail",
    "емейл": "mail",
    "джимейл": "gmail",
    "джимэйл": "gmail",
    "жмейл": "gmail",
    "гмейл": "gmail",
    "гмайл": "gmail",
    "джимеил": "gmail",
    "рамблер": "rambler",
    "инбокс": "inbox",
    "бк": "bk",
    "лист": "list",
    "аутлук": "outlook",
    "хотмейл": "hotmail",
    "айклауд": "icloud",
    "ру": "ru",
    "ком": "com",
    "нет": "net",
    "орг": "org",
    "рф": "ru",
    "про": "pro",
    "су": "su",
    "ком.ру": "com.ru",
    "инфо": "info",
    "офис": "office",
    "сейлс": "sales",
    "админ": "admin",
    "директор": "director",
    "маркетинг": "marketing",
    "бухгалтерия": "buh",
}
_SAID = {latin: said for said, latin in reversed(_DOMAINS.items())}
_LETTERS = {
    "эй": "a", "би": "b", "си": "c", "ди": "d", "эф": "f", "джи": "g", "эйч": "h", "аш": "h", "джей": "j", "кей": "k",
    "эль": "l", "эл": "l", "эм": "m", "эн": "n", "пи": "p", "кью": "q", "ар": "r", "эр": "r", "эс": "s", "ти": "t",
    "ви": "v", "дабл": "w", "икс": "x", "игрек": "y", "зет": "z", "зэт": "z",
}  # fmt: skip
_TRANSLIT = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        (
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "ts",
            "ch",
            "sh",
            "sch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ),
        strict=True,
    )
)
_LEAD_IN = {
    "почта", "почту", "адрес", "это", "на", "такая", "такой", "пишите", "запишите", "записывайте", "записывай", "мой",
    "моя", "мою", "пишу", "диктую", "значит", "да", "ну", "вот", "электронная", "электронный", "отправьте", "пришлите",
    "присылайте", "скиньте", "давайте", "имейл", "ладно", "хорошо", "так", "мне", "туда", "вышлите", "пожалуйста",
    "лучше", "можно", "тогда", "сюда", "рабочая", "корпоративная", "наша", "наш", "у", "нас", "меня", "присылай",
    "предложение", "презентацию", "прайс", "все", "кидайте", "отправляйте", "электронную", "высылайте", "и",
}  # fmt: skip
_TAIL = {"пожалуйста", "спасибо", "все", "всё", "да", "и"}
_AFTERWARDS = {"жду", "а", "но", "это"}
_KNOWN_HOSTS = {"yandex", "mail", "gmail", "rambler", "inbox", "bk", "list", "outlook", "hotmail", "icloud", "ya"}


def find(text: str) -> str | None:
    """The address said or written; None unless it has a name, a host and an ending."""
    lowered = text[:MAX_CHARS].lower().replace("ё", "е")
    written = _ADDRESS.search(lowered)
    if written:
        return written[0]
    tokens = re.findall(r"[a-z0-9]+|[а-я]+|[@._-]", lowered)
    at = next((index for index, token in enumerate(tokens) if token in _AT), None)
    if at is None:
        return None
    local = _local(tokens[:at])
    domain = _domain(tokens[at + 1 :])
    if not local or not domain:
        return None
    address = f"{local}@{domain}"
    return address if _ADDRESS.fullmatch(address) else None


def spoken(address: str) -> str:
    """The address as it is read back: "ivanov собака yandex точка ru"."""
    words = {"@": " собака ", ".": " точка ", "-": " тире ", "_": " подчёркивание "}
    said = "".join(words.get(char, char) for char in address)
    return " ".join(_SAID.get(word) or _cyrillic(word) for word in said.split())


def _local(tokens: list[str]) -> str:
    """The part before the at sign: what follows the lead-in («почта такая …»)."""
    start = 0
    for index, token in enumerate(tokens):
        if token in _LEAD_IN:
            start = index + 1
    parts = tokens[start:]
    while parts and (parts[0] in _SIGNS or parts[0] in "._-@"):
        parts = parts[1:]
    return _spelled(parts).strip("._-")


def _domain(tokens: list[str]) -> str:
    while tokens and tokens[-1] in _TAIL:
        tokens = tokens[:-1]
    end = next((i for i, token in enumerate(tokens) if token in _TAIL | _AFTERWARDS), len(tokens))
    said = _spelled(tokens[:end]).strip("._-")
    if "." not in said:
        for ending in ("ru", "com"):  # the dot is often swallowed: «яндекс ру»
            if said.endswith(ending) and said.removesuffix(ending) in _KNOWN_HOSTS:
                return f"{said.removesuffix(ending)}.{ending}"
        return f"{said}.ru" if said in _KNOWN_HOSTS - {"gmail", "outlook", "hotmail", "icloud"} else said
    host, _, ending = said.rpartition(".")
    return f"{host.replace('_', '')}.{ending}"


def _spelled(tokens: list[str]) -> str:
    said: list[str] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token in ("нижнее", "нижний") and index + 1 < len(tokens):
            index += 1
            continue
        numeral = numerals.read(tokens, index) if token not in _DOMAINS else None
        if token in _SIGNS:
            said.append(_SIGNS[token])
        elif token in _DOMAINS:
            said.append(_DOMAINS[token])
        elif token in _LETTERS and len(token) > 1:
            said.append(_LETTERS[token])
        elif numeral is not None and not numeral[0].ordinal:
            said.append(str(numeral[0].value))
            index = numeral[1]
            continue
        else:
            said.append(_latin(token))
        index += 1
    return "".join(said)


def _latin(word: str) -> str:
    """Russian letters as they are written in addresses; hard and soft signs vanish."""
    return "".join(_TRANSLIT.get(char, char) for char in word)


def _cyrillic(word: str) -> str:
    """Latin letters as a Russian voice can read them."""
    pairs = (("sch", "щ"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"))
    for latin, cyrillic in pairs:
        word = word.replace(latin, cyrillic)
    return word.translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувыхиз"[:26]))
