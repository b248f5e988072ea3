"""Words after which more must come: «мне нужно», «почта такая», «а вы», and those that ask to be waited for.

Only what hangs nearly always is listed. A recognizer ends such pieces with a full stop as often as with dots, so
punctuation tells little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PREPOSITIONS = (
    "в во на с со к ко у о об обо от до из изо за по под над при про без для через между перед кроме насчет около ради"
)
_JOINING = (
    "и а но или либо что чтобы если потому поскольку хотя то зато причем который которая которые которое ни не ведь"
)
_FILLING = (
    "ну это типа значит например примерно приблизительно порядка только лишь даже просто очень самый самая самое более "
    "менее слишком э ээ эээ эм мм ммм а-а э-э"
)
_WANTING = (
    "нужно надо нужен нужна нужны хочу хотим хотел хотела хотели хотелось могу можем можете буду будем будет думаю "
    "считаю запишите записывайте запиши записывай пишите диктую скажите подскажите слушайте знаете смотрите понимаете "
    "попробуйте планируем собираемся собираюсь"
)
"""Verbs that want an object, an infinitive or a clause."""
_WHOSE = "мой моя мое мои наш наша наше наши ваш ваша ваше ваши свой свою такой такая такое такие эта этот эти"
_HANGING = frozenset(" ".join((_PREPOSITIONS, _JOINING, _FILLING, _WANTING, _WHOSE)).split())
_PHRASES = re.compile(
    r"(?:^|\s)(?:в общем|в принципе|то есть|как бы|как раз|где то|где-то|скорее всего|может быть|дело в том|мне бы"
    r"|так как|для того|по поводу|до того|после того|вместо|в течение|не ранее|не раньше|не позже|не позднее)$"
)
_WHOLE = re.compile(
    r"(?:^|\s)(?:(?:кто|что|как|зачем|куда|откуда|сколько|где|о чем|за что) (?:же )?(?:это|вы|вам|нужно|надо|то)"
    r"|(?:не|никак|больше) (?:нужно|надо|нужен|нужна|нужны|хочу|хотим|хотел|хотела|могу|можем|буду|будем|будет|думаю"
    r"|планируем|собираемся|собираюсь)|[ям]ы? за|ну и что|и что|а что|ну что|почему нет|вот это|все это"
    r"|(?:да|нет|и|я тоже|тоже|так) (?:буду|будем|могу|можем|хочу|думаю|не)|это (?:мой|моя|наш|наша|такое)"
    r"|что (?:вы|вам) (?:хотели|хотите|нужно|надо)|совсем не то|(?:не|и|все) то|ни за что|что что"
    r"|(?:\w+ть|\w+ться|раз|и так|не) (?:надо|нужно)"
    r"|(?:на|за|про|об|для|от|в) это|(?:это|как раз|и есть|\w{3,}(?:[юу]|[юу]сь)) я)$"
)
"""Ends in a word of the lists above and is whole all the same: «кто это», «не нужно»."""
_PERSONS = frozenset("я вы мы он она они ты".split())  # noqa: SIM905 - words
_AFTER_ASKING = frozenset("кто это где откуда куда чьи зачем почему как чего да алло".split())  # noqa: SIM905 - words
_OWNERS = re.compile(r"^(?:да |нет |ну |а |но |так |просто )*(?:(?:у )?(?:нас|меня|вас)|мне|нам|вам|меня зовут|зовут)$")
_SUBJECT = re.compile(
    r"^(?:(?:да|нет|ну|а|но|так|вот|хорошо|просто) )*"
    r"(?:(?:я|мы|он|она|они|у нас|у меня)(?: (?:сейчас|пока|просто|только|вообще|обычно))+"
    r"|(?:давайте|давай) (?:наверное|лучше|может|может быть|просто))$"
)
"""Of whom something is to be said, and nothing yet: «мы сейчас», «давайте лучше»."""
_OWNED = re.compile(r"^(?:(?:ну|а|вот) )*(?:наш|наша|наше|наши|мой|моя|мои) \w+$")
_MOMENT = r"(?:одну )?(?:минуту|минутку|минуточку|секунду|секундочку|сек|момент|секунд)"
_LOOKING = r"(?:посмотр\w+|гля\w+|провер\w+|уточн\w+|узна\w+|найд\w+|возьм\w+|откро\w+|спрошу|вспомню|подумаю)"
_WAIT = re.compile(
    r"^(?:(?:да|так|ну|ой|а|хорошо) )*"
    rf"(?:подождите|подожди|погодите|погоди|стойте|{_MOMENT}|(?:сейчас|щас)(?: я)?(?: {_LOOKING})?"
    r"|дайте (?:подумать|вспомнить|посмотреть))"
    rf"(?: (?:пожалуйста|подождите|сейчас|так|ладно|буквально|{_MOMENT}|{_LOOKING}))*$"
)
_DICTATED_WORDS = 2
_SUCH = re.compile(
    r"^(?:(?:да|ну|вот|так|записывайте) )*(?:почт\w+|адрес) так(?:ой|ая|ую)"
    r"(?: (?!(?:же|есть|был|была|да|у|правильн\w*|неправильн\w*|верн\w*|неверн\w*)\b)\w+){1,2}$"
)
_TRAILS_OFF = re.compile(r"(?:\.\.+|…|[-–—:])\s*$")
"""No comma: the recognizer is primed with answers separated by commas, and ends sentences of any kind with one."""


def hangs(tokens: Sequence[str]) -> bool:
    """Whether a client who stops here has not finished. Words as `understanding.text.words` gives them."""
    if not tokens:
        return False
    said = " ".join(tokens)
    if _WHOLE.search(said):
        return False
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else ""
    if last in _PERSONS:
        return before not in _AFTER_ASKING
    return last in _HANGING or any(pattern.search(said) for pattern in (_PHRASES, _OWNERS, _SUBJECT))


def asks_to_wait(tokens: Sequence[str]) -> bool:
    """«Подождите», «секундочку», «сейчас посмотрю» and nothing else."""
    return _WAIT.search(" ".join(tokens)) is not None


def begins_to_dictate(tokens: Sequence[str]) -> bool:
    """«Запишите», «записывайте номер», «почта такая, инфо»: what is to be written down follows."""
    if _SUCH.search(" ".join(tokens)):
        return True
    return bool(tokens) and len(tokens) <= _DICTATED_WORDS and tokens[0].startswith(("запиш", "записыва"))


def names_one(tokens: Sequence[str]) -> bool:
    """«Наш директор»: the answer to a question who, or of whom something is to be said."""
    return _OWNED.search(" ".join(tokens)) is not None


def is_person(token: str) -> bool:
    return token in _PERSONS


def trails_off(text: str) -> bool:
    """Whether the recognizer heard a sentence left hanging («не знаю...»)."""
    return _TRAILS_OFF.search(text) is not None
