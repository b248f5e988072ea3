"""Which of the offered slots was chosen: by order («второе»), by its words («в среду», «утром»), or none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scripts_dialog.understanding.text import MAX_CHARS
from scripts_dialog.understanding.times.find import mentions_of
from scripts_dialog.understanding.times.mention import Mention
from scripts_dialog.understanding.times.resolve import hours_of, part_span

NONE = 0
"""The index of «ни то, ни другое»."""


class Direction(StrEnum):
    LATER = "later"
    EARLIER = "earlier"
    OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True)
class Pick:
    """`index` counts from 1, NONE for none of them; `direction` asks for others; both None when nothing was chosen."""

    index: int | None = None
    direction: Direction | None = None


_ORDER = (
    (re.compile(r"\b(?:перв\w+|номер один|один)\b(?! половин)"), 1),
    (re.compile(r"\b(?:втор(?:ое|ой|ую|ым|ого|ая|ом)|номер два)\b(?! половин)"), 2),
    (re.compile(r"\b(?:трет(?:ье|ий|ью|ьего|ья|ьем)|номер три)\b"), 3),
)
_LAST = re.compile(r"\b(?:последн\w+)\b")
_ANY = re.compile(
    r"\b(?:люб(?:ое|ой|ая|ом)|без разницы|все равно|вс[её] равно|не ?важно|не принципиально"
    r"|на ваш\w* (?:усмотрение|выбор)|когда (?:угодно|удобно вам|вам удобно)|как (?:вам )?(?:удобно|скажете)"
    r"|оба (?:подходят|удобн\w+|нормально)|и то и другое|хоть когда)\b"
)
_NONE = re.compile(
    r"\b(?:н[еи] то,? н[еи] (?:друг\w+|се|это)|не то и не друг\w+|н[еи] т[оа][тй]?,? н[еи] друг\w+"
    r"|н[еи] перв\w+,? (?:и )?н[еи] втор\w+|ни (?:один|одно|первое|первый)\b|никак(?:ой|ое|ая)|ни в (?:тот|какой)"
    r"|оба (?:не|вариант\w* не)|ничего не (?:подходит|подойдет)|ничего из"
    r"|(?:все|эти|вс[её] это)(?: варианты?)? не под\w+)"
)
_LATER = re.compile(r"\b(?:по)?позже\b|\bпопозднее\b|\bпозднее\b|\bпоздней\b")
_EARLIER = re.compile(r"\b(?:по)?раньше\b|\bпораньше\b|\bранее\b")
_OTHER = re.compile(
    r"\b(?:в )?друг(?:ой|ие) (?:день|дни|дата|время|раз)\b|\bдругое время\b|\bне в эт(?:от|и) д(?:ень|ни)\b"
)
_DIRECTIONS = ((_OTHER, Direction.OTHER_DAY), (_LATER, Direction.LATER), (_EARLIER, Direction.EARLIER))
_RESERVATION = re.compile(r"\b(?:не|нет|но|только|хотя|если|ни|вряд|лучше)\b")
_NO_RESERVATION = re.compile(r"\bне против\b|\bне возражаю\b|\bпочему (?:бы )?(?:и )?нет\b|\bничего не имею против\b")
_NEGATED = re.compile(r"\bне (?:надо |нужно |подходит |подойдет |удобно )?(?:в |во )?$")


def pick(text: str, starts: Sequence[datetime], now: datetime) -> Pick:
    """`starts`: the slots as offered, in their order, in the client's zone."""
    said = text[:MAX_CHARS].lower().replace("ё", "е")
    if not starts or not said.strip():
        return Pick()
    index = NONE if _NONE.search(said) else by_order(said, len(starts))
    if index is not None:
        return Pick(index)
    mentioned = mentions_of(said, loose=True)
    if mentioned:
        return _by_words(mentioned, starts, now)
    direction = next((direction for pattern, direction in _DIRECTIONS if pattern.search(said)), None)
    return Pick(1 if direction is None and _ANY.search(said) else None, direction)


def unconditional(text: str) -> bool:
    """Whether an agreement comes without «но», «не», «только»; «не против» and «почему нет» are no reservations."""
    said = _NO_RESERVATION.sub(" ", text.lower().replace("ё", "е"))
    return _RESERVATION.search(said) is None


def none_of_them(text: str) -> bool:
    """«Ни то, ни другое»."""
    return _NONE.search(text.lower().replace("ё", "е")) is not None


def other_time(text: str) -> bool:
    """Whether the client wants it later, earlier or on another day than what was offered."""
    said = text.lower().replace("ё", "е")
    return any(pattern.search(said) for pattern, _ in _DIRECTIONS)


def anytime(text: str) -> bool:
    """Whether the client leaves the time to us."""
    return bool(_ANY.search(text.lower().replace("ё", "е")))


def by_order(text: str, count: int) -> int | None:
    """«Второе» -> 2. A date («двадцать второго») or an hour («половина второго») is not an order."""
    said = text.lower().replace("ё", "е")
    for pattern, index in _ORDER:
        match = pattern.search(said)
        if match and index <= count and not _NEGATED.search(said[: match.start()]) and _is_order(said, match):
            return index
    match = _LAST.search(said)
    return count if match and not _NEGATED.search(said[: match.start()]) else None


def _is_order(said: str, match: re.Match[str]) -> bool:
    if match[0] in ("один", "первого", "второго", "третьего"):
        return said.strip() == match[0]
    before = said[: match.start()].split()
    after = said[match.end() :].split()
    dated = after[:1] and after[0].startswith(("числ", "январ", "феврал", "март", "апрел", "мая", "июн", "июл", "час"))
    return not dated and not (before and before[-1] in ("двадцать", "тридцать", "половина", "половине", "четверть"))


def _by_words(mentioned: Sequence[Mention], starts: Sequence[datetime], now: datetime) -> Pick:
    """The one slot that fits all that was said. Fitting none is a counter-proposal, fitting several says nothing."""
    for mention in mentioned:
        fitting = [index for index, start in enumerate(starts, 1) if _fits(mention, start, now)]
        if len(fitting) == 1 or (fitting and mention.hour is None and not mention.part and len(starts) == 1):
            return Pick(fitting[0])
    return Pick()


def _fits(mention: Mention, start: datetime, now: datetime) -> bool:
    return _fits_day(mention, start.date(), now.date()) and _fits_time(mention, start)


def _fits_day(mention: Mention, day: date, today: date) -> bool:
    week = (day - today).days + today.weekday()
    if mention.week is not None and week // 7 != mention.week:
        return False
    if mention.weekday is not None and day.weekday() != mention.weekday:
        return False
    if mention.month_day is not None and day.day != mention.month_day:
        return False
    if mention.month is not None and day.month != mention.month:
        return False
    if mention.next_weekday and week < 7:
        return False
    return mention.day is None or (day - today).days == mention.day


def _fits_time(mention: Mention, start: datetime) -> bool:
    if mention.minutes is not None or mention.until is not None or mention.relation != "at":
        return False
    if mention.hour is not None:
        hours = {mention.hour % 24} if mention.hour > 12 else {*hours_of(mention.hour, mention.part), mention.hour % 12}
        same_hour = start.hour in hours or (not mention.part and start.hour % 12 == mention.hour % 12)
        return same_hour and start.minute == mention.minute
    if mention.part:
        opens, closes = part_span(mention.part)
        return opens <= start.hour < closes
    return True
