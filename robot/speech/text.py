"""From written to spoken Russian: what a voice is given to say, and what the script editor shows beside the phrase.

Numbers go through num2words with the case and gender their neighbours ask for; what that cannot know (names of
products, firms) belongs into `lexicon.WORDS`. The result holds only Cyrillic letters, spaces and `. , ! ? -`: no
engine sees markup, quotes, brackets or control characters, whoever wrote them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from num2words import num2words

from robot.speech.lexicon import FEMININE_STEMS, LETTERS, MONTHS, NEUTER_STEMS, SYMBOLS, UNITS, WORDS

_LONGEST_NUMBER = 15  # digits; more is a code and is read digit by digit
_DATE = re.compile(
    r"(?<![\d.])(\d{1,2})\.(0[1-9]|1[0-2])(?:\.((?:19|20)\d\d|\d\d))?(?:\s?г(?:\.|ода)?(?![а-я]))?(?![\d.]*\d)"
)
_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:-?го)?\s+({'|'.join(MONTHS)})(?:\s+((?:19|20)\d\d)(?:\s?г\.|\s+года)?)?", re.I
)
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_PHONE = re.compile(r"(?<!\d)(\+7|8|7)[\s(-]*(\d{3})[\s)-]*(\d{3})[\s-]*(\d{2})[\s-]*(\d{2})(?!\d)")
_GROUPED = re.compile(r"(?<!\d)(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)(?!\d)")
_UNIT_NAMES = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(\d+)(?:[.,](\d{{1,3}}))?[\s\u00a0]?({_UNIT_NAMES})(?![а-яёa-z\d])\.?(?:[\s\u00a0]?(руб|р|₽)\b\.?)?", re.I
)
_ORDINAL = re.compile(r"(?<!\d)(\d{1,4})-(й|ый|ая|я|е|го|му|м|ом|х)(?![а-я])", re.I)
_DECIMAL = re.compile(r"(?<!\d)(\d{1,12})[.,](\d{1,3})(?!\d)")
_RANGE = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d)")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?(г\.|году|года?)(?![а-я])", re.I)
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:ru|com|net|org|info|рф)\b", re.I
)
_WORD = re.compile(
    "|".join(rf"(?<![\w]){re.escape(key)}(?![\w])" for key in sorted(WORDS, key=len, reverse=True)), re.I
)
_LATIN = re.compile("|".join(sorted(LETTERS, key=len, reverse=True)), re.I)
_LOOK_ALIKE = str.maketrans("ıİſ\u212a\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86", "iIsKвдостт\u044a")
_INITIALS = re.compile(r"\b[БВГДЖЗКЛМНПРСТФХЦЧШЩ]{2,5}\b")
_GENITIVE = {"с", "со", "до", "от", "около", "после", "более", "менее", "больше", "меньше", "из", "без", "для", "свыше"}
_DATIVE = {"к", "ко"}
_ORDINAL_ENDINGS = {
    "й": ("n", "m"), "ый": ("n", "m"), "ая": ("n", "f"), "я": ("n", "f"), "е": ("n", "n"), "го": ("g", "m"),
    "му": ("d", "m"), "м": ("p", "m"), "ом": ("p", "m"), "х": ("g", "m"),
}  # fmt: skip
_LETTER_NAMES = {
    "Б": "бэ", "В": "вэ", "Г": "гэ", "Д": "дэ", "Ж": "жэ", "З": "зэ", "К": "ка", "Л": "эль", "М": "эм", "Н": "эн",
    "П": "пэ", "Р": "эр", "С": "эс", "Т": "тэ", "Ф": "эф", "Х": "ха", "Ц": "цэ", "Ч": "че", "Ш": "ша", "Щ": "ща",
}  # fmt: skip


def spoken(text: str, lexicon: Mapping[str, str] | None = None) -> str:
    """The spoken form of a phrase. lexicon: the campaign's own words (lower case -> as said), which win over the
    built-in ones. Empty when there is nothing to say."""
    text = unicodedata.normalize("NFC", "".join(" " if unicodedata.category(c) == "Cc" else c for c in text))
    # Letters that a pattern takes for others although they are no capitals of theirs.
    text = text.translate(_LOOK_ALIKE)
    text = re.sub(r"[\u0300\u0301\u00ad\u200b-\u200f\ufeff]", "", text)
    if lexicon:
        own = "|".join(re.escape(key) for key in sorted(lexicon, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{own})(?!\w)", lambda m: f" {lexicon[m[0].lower()]} ", text, flags=re.IGNORECASE)
    for pattern, say in _STEPS:
        text = pattern.sub(say, text)
    for symbol, word in SYMBOLS.items():
        text = text.replace(symbol, word)
    text = _LATIN.sub(lambda m: LETTERS.get(m[0].lower(), " "), _without_accents(text))
    return speakable(text)


def speakable(text: str) -> str:
    """Only what every engine speaks: Cyrillic letters, spaces and `. , ! ? -`. Other pauses become commas."""
    text = text.replace("…", ".")
    text = re.sub(r"\s[-–—]+\s|[;:()\[\]«»\"“”—–]+", ", ", text)
    text = re.sub(r"[^а-яёА-ЯЁ .,!?-]+", " ", text)
    text = re.sub(r"(?<![а-яё])-|-(?![а-яё])", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*([.,!?])[\s.,!?]*(?<=[\s.,!?])", r"\1 ", text)
    text = re.sub(r"\s+", " ", text).strip(" ,-")
    return text if re.search(r"[а-яё]", text, re.IGNORECASE) else ""


def _without_accents(text: str) -> str:
    """é -> e, while й and ё keep what makes them letters."""
    return "".join(c if "а" <= c.lower() <= "ё" else unicodedata.normalize("NFD", c)[0] for c in text)


def _say(number: str | int, case: str = "n", gender: str = "m", *, ordinal: bool = False) -> str:
    digits = str(number)
    if len(digits) > _LONGEST_NUMBER or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(_say(digit) for digit in digits)
    kind = "ordinal" if ordinal else "cardinal"
    return str(num2words(int(digits), lang="ru", to=kind, case=case, gender=gender))


def _plural(number: int, one: str, few: str, many: str) -> str:
    if number % 100 in range(11, 15):
        return many
    return one if number % 10 == 1 else few if number % 10 in (2, 3, 4) else many


def _date(match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    year = f"20{match[3]}" if match[3] and len(match[3]) == 2 else match[3]
    return _day_of_month(day, MONTHS[month - 1], year)


def _day(match: re.Match[str]) -> str:
    return _day_of_month(int(match[1]), match[2], match[3]) if 1 <= int(match[1]) <= 31 else match[0]


def _day_of_month(day: int, month: str, year: str | None) -> str:
    said = f"{_say(day, 'g', ordinal=True)} {month}"
    return f"{said} {_say(year, 'g', ordinal=True)} года" if year else said


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if minute == 0:
        return f"{_say(hour)} {_plural(hour, 'час', 'часа', 'часов')}"
    return f"{_say(hour)} {'ноль ' if minute < 10 else ''}{_say(minute)}"


def _phone(match: re.Match[str]) -> str:
    start = "плюс семь" if match[1] == "+7" else _say(match[1])
    return ", ".join([start, *(_say(part) for part in match.groups()[1:])])


def _amount(match: re.Match[str]) -> str:
    whole, part, unit, currency = match[1], match[2], match[3].lower(), match[4]
    one, few, many, gender = UNITS[unit]
    if part and unit in {"₽", "руб", "р"} and len(part) == 2:
        roubles = f"{_say(whole)} {_plural(int(whole), one, few, many)}"
        return f"{roubles} {_say(int(part), gender='f')} {_plural(int(part), *UNITS['коп'][:3])}"
    said = (
        f"{_decimal_words(whole, part)} {few}"
        if part
        else f"{_say(whole, gender=gender)} {_plural(int(whole), one, few, many)}"
    )
    return f"{said} рублей" if currency else said


def _decimal(match: re.Match[str]) -> str:
    return _decimal_words(match[1], match[2])


def _decimal_words(whole: str, part: str) -> str:
    return (
        f"{_say(whole)} и {' '.join(_say(digit) for digit in part)}"
        if int(part) == 0 or len(whole) > 9
        else str(num2words(f"{int(whole)}.{part}", lang="ru"))
    )


def _ordinal(match: re.Match[str]) -> str:
    case, gender = _ORDINAL_ENDINGS[match[2].lower()]
    return _say(match[1], case, gender, ordinal=True)


def _year(match: re.Match[str]) -> str:
    word_before = match.string[: match.start()].split()[-1:]
    if match[2].lower() == "году" or (match[2] == "г." and word_before and word_before[0].lower() in {"в", "на"}):
        return f"{_say(match[1], 'p', ordinal=True)} году"
    return f"{_say(match[1], 'g', ordinal=True)} года" if match[2] != "год" else f"{_say(match[1], ordinal=True)} год"


def _number(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 20) : match.start()].split()[-1:]
    after = re.match(r"\s+([а-яё]+)", match.string[match.end() : match.end() + 40], re.IGNORECASE)
    preposition = before[0].lower() if before else ""
    noun = after[1].lower() if after else ""
    gender = "f" if noun.startswith(FEMININE_STEMS) else "n" if noun.startswith(NEUTER_STEMS) else "m"
    case = "g" if preposition in _GENITIVE else "d" if preposition in _DATIVE else "n"
    if gender == "f" and noun.endswith(("у", "ю")):
        case = "a"
    return f" {_say(match[0], case, gender)} "


def _address(match: re.Match[str]) -> str:
    return match[0].replace("@", " собака ").replace(".", " точка ").replace("-", " дефис ")


_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_EMAIL, _address),
    (_PHONE, _phone),
    (_GROUPED, lambda m: m[1] + re.sub(r"\D", "", m[2])),
    (_YEAR, _year),
    (_AMOUNT, _amount),
    (_WORD, lambda m: f" {WORDS[m[0].lower()]} "),
    (_CLOCK, _clock),
    (_DATE, _date),
    (_DAY, _day),
    (_ORDINAL, _ordinal),
    (_DECIMAL, _decimal),
    (_RANGE, lambda _: " "),
    (_GLUED, lambda _: " "),
    (_NUMBER, _number),
    (_INITIALS, lambda m: " ".join(_LETTER_NAMES[letter] for letter in m[0])),
)
"""In order: what looks most like something particular is taken first."""
