"""How Russians say the parts of an e-mail address."""

from __future__ import annotations

AT = frozenset("собака собачка собаку собачку собаке собакой собак сабака эт эд at @ гав".split())  # noqa: SIM905 - words
SIGNS = {
    "точка": ".", "точку": ".", "точечка": ".", "дот": ".", "dot": ".", "тире": "-", "дефис": "-", "минус": "-",
    "черточка": "-", "подчеркивание": "_", "подчеркиванием": "_", "подчерк": "_", "андерскор": "_", "плюс": "+",
}  # fmt: skip
LOW = frozenset({"нижнее", "нижний", "нижняя", "снизу"})
"""Before «подчёркивание» or «пробел»: both are then an underscore."""
DOMAINS = {
    "яндекс": "yandex", "яндексе": "yandex", "индекс": "yandex", "мэйл": "mail", "мейл": "mail", "мэил": "mail",
    "меил": "mail", "майл": "mail", "емейл": "mail", "имейл": "mail", "джимейл": "gmail", "джимэйл": "gmail",
    "жмейл": "gmail", "гмейл": "gmail", "гмайл": "gmail", "джимеил": "gmail", "джимайл": "gmail", "рамблер": "rambler",
    "инбокс": "inbox", "бк": "bk", "лист": "list", "аутлук": "outlook", "хотмейл": "hotmail", "айклауд": "icloud",
    "яху": "yahoo", "протонмейл": "protonmail", "инфо": "info", "офис": "office", "сейлс": "sales", "сэйлс": "sales",
    "админ": "admin", "директор": "director", "маркетинг": "marketing", "бухгалтерия": "buh", "саппорт": "support",
    "хелп": "help", "зип": "zip", "групп": "group", "сервис": "service", "тревел": "travel",
    "стор": "store", "шоп": "shop", "тех": "tech", "ру": "ru", "ком": "com", "нет": "net", "орг": "org", "про": "pro",
    "су": "su", "онлайн": "online", "сайт": "site",
}  # fmt: skip
"""Words that are not written as they sound."""
TOGETHER = {
    ("джи", "мейл"): "gmail", ("джи", "мэйл"): "gmail", ("джи", "майл"): "gmail", ("г", "мейл"): "gmail",
    ("ай", "клауд"): "icloud", ("аут", "лук"): "outlook", ("ин", "бокс"): "inbox", ("бэ", "ка"): "bk",
    ("б", "к"): "bk", ("хот", "мейл"): "hotmail", ("дабл", "ю"): "w", ("дубль", "вэ"): "w", ("и", "краткое"): "y",
}  # fmt: skip
"""The same in two words."""
HINTS = {("как", "доллар"), ("с", "точкой"), ("как", "русская"), ("английская", "буква"), ("с", "палочкой")}
"""Said after a letter to explain it."""
ENDINGS = frozenset({"ru", "com", "net", "org", "pro", "su", "info", "online", "site", "shop", "store", "io", "biz"})
KNOWN_HOSTS = frozenset(
    {"yandex", "mail", "gmail", "rambler", "inbox", "bk", "list", "outlook", "hotmail", "icloud", "ya", "yahoo"}
)
IN_COM = frozenset({"gmail", "outlook", "hotmail", "icloud", "yahoo"})
"""Hosts that are not in .ru."""
MAILBOXES = ("инфо", "офис", "сейлс", "директор", "маркетинг", "админ", "почта", "заказ", "продажи", "бухгалтерия")
"""What many addresses begin with; corrected when it was misheard."""
LETTERS = {
    "эй": "a", "би": "b", "бэ": "b", "бе": "b", "си": "c", "це": "c", "цэ": "c", "ди": "d", "дэ": "d", "де": "d",
    "эф": "f", "джи": "g", "гэ": "g", "ге": "g", "эйч": "h", "аш": "h", "ха": "h", "ай": "i", "джей": "j", "йот": "j",
    "жи": "j", "кей": "k", "ка": "k", "эль": "l", "эл": "l", "эм": "m", "эн": "n", "оу": "o", "пи": "p", "пэ": "p",
    "пе": "p", "кью": "q", "ку": "q", "ар": "r", "эр": "r", "эс": "s", "ти": "t", "тэ": "t", "те": "t", "ю": "u",
    "ви": "v", "вэ": "v", "ве": "v", "дабл": "w", "икс": "x", "игрек": "y", "зет": "z", "зэт": "z", "зэ": "z",
    "жэ": "zh", "че": "ch", "ша": "sh",
}  # fmt: skip
"""Letters by their English, Latin and Russian names."""
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sch  y  e yu ya".split(" ")  # noqa: SIM905 - two signs have no letter
TRANSLIT = dict(zip(_RUSSIAN, _LATIN, strict=True))
_LEAD_IN = (
    "почта почту почты адрес это на такая такой пишите запишите записывайте записывай мой моя мою пишу диктую значит "
    "да ну вот электронная электронный отправьте пришлите присылайте скиньте давайте имейл ладно хорошо так мне туда "
    "вышлите пожалуйста лучше можно тогда сюда рабочая корпоративная наша наш у нас меня присылай предложение прайс "
    "презентацию все кидайте отправляйте электронную высылайте и будет такую вам напишите"
)
LEAD_IN = frozenset(_LEAD_IN.split())
TAIL = frozenset({"пожалуйста", "спасибо", "все", "да", "и"})
AFTERWARDS = frozenset({"жду", "а", "но", "это"})
