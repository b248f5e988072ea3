"""Times in a whole utterance: refused ones left out, corrections and alternatives followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from scripts_dialog.understanding.mishearing import mended
from scripts_dialog.understanding.times.mention import Mention, Relation, mentions
from scripts_dialog.understanding.times.resolve import Window, resolve

BIAS = (
    "завтра в одиннадцать",
    "в среду в три часа дня",
    "в пятницу после обеда",
    "на следующей неделе во вторник в десять",
    "через час",
    "минут через двадцать",
    "в половине пятого",
    "послезавтра утром",
)
"""What a named time sounds like, for the recognizer."""

_BREAK = re.compile(
    r"[.!?;,]+(?!\d)|\b(?:а|но|лучше|давайте|давай|зато|тогда|можно|точнее|вернее|хотя|только если|ой)\b"
    r"|(?<=не могу) (?=через )"
)
_OR = re.compile(r"\b(?:или|либо)\b")
_REFUSAL = re.compile(
    r"\b(?:не (?:могу|можем|может|смогу|сможем|сможет|получ\w+|подход\w+|подойд\w+|удоб\w+|буд\w+|успе\w+|выйд\w+"
    r"|хоч\w+|надо|нужно|работа\w+|вариант|очень|стоит|выход\w+|свобод\w+)|неудоб\w+|занят\w*|никак|нельзя|невозможно|кроме"
    r"|нет времени|работа(?:ю|ем|ет) (?:до|с|по)|совещани\w+|отпуск\w*|командировк\w+|улета\w+|уезжа\w+)\b"
)
_NOT_THIS = re.compile(r"\bне (?!раньше|позже)(?:в |во |на )?(?=[а-я0-9])")
_AND_A_HALF = re.compile(r"(\d+)[.,]5 (?=час|недел)")
_PAST = re.compile(r"\b(?:вчера\w*|позавчера|прошл\w+|назад|звонили)\b")
MAX_READINGS = 4


def find(text: str, now: datetime, *, loose: bool = False, days: Sequence[date] = ()) -> tuple[Window, ...]:
    """Readings of the time named in `text`, at most four. `now`: aware, in the client's zone. `loose`: a bare number
    may be an hour, since a time had been asked for. `days`: the days under discussion, meant where none is named."""
    said = mentions_of(text, loose=loose)
    if not said:
        return ()
    default = days[0] if days and not any(mention.says_day for mention in said) else None
    found: dict[Window, None] = {}
    for mention in said:
        for window in resolve(mention, now, default):
            found.setdefault(window)
    return tuple(found)[:MAX_READINGS]


def mentions_of(text: str, *, loose: bool = False) -> list[Mention]:
    """What is said of time and not refused: one mention, or several alternatives."""
    lowered = mended(text[:300].lower().replace("ё", "е"))
    lowered = _AND_A_HALF.sub(r"\1 с половиной ", lowered)
    if _PAST.search(lowered):
        lowered = _without_past(lowered)
    return [mention for mention in _alternatives(lowered, loose=loose) if mention]


def _without_past(text: str) -> str:
    return " , ".join(clause for clause in _BREAK.split(text) if not _PAST.search(clause))


def _alternatives(text: str, *, loose: bool) -> list[Mention]:
    """One mention, or several joined by «или»; what one leaves out it takes from the other."""
    parts = _OR.split(text)
    ending = [clause for clause in _BREAK.split(parts[-1]) if clause.strip()]
    if len(parts) > 1 and len(ending) == 1 and _REFUSAL.search(ending[0]):  # «в среду или в четверг не могу»
        return []
    found = [mention for part in parts if (mention := _combined(part, loose=loose))]
    if len(found) < 2:
        return found
    first, last = found[0], found[-1]
    completed: list[Mention] = []
    for mention in found:
        if not mention.says_day and first.says_day:
            mention = _with_day(mention, first)  # noqa: PLW2901 - the completed mention is the mention
        if not mention.says_time and last.says_time and last.minutes is None:
            mention = _with_time(mention, last)  # noqa: PLW2901
        completed.append(mention)
    return completed


def _combined(text: str, *, loose: bool) -> Mention:
    """The clauses of one alternative put together; a later clause corrects an earlier one."""
    whole = Mention()
    clauses = [clause.strip() for clause in _BREAK.split(text)]
    for clause in clauses:
        if not clause or _refused(clause):
            continue
        said = mentions(clause, loose=loose)
        if said.minutes is not None:
            whole = said
            continue
        if said.says_day:
            whole = _with_day(whole, said)
        if said.says_time:
            whole = _with_time(whole, said)
    return whole


def _refused(clause: str) -> bool:
    if _REFUSAL.search(clause):
        return True
    match = _NOT_THIS.search(clause)
    return match is not None and bool(mentions(clause[match.end() :])) and not mentions(clause[: match.start()])


def _with_day(mention: Mention, source: Mention) -> Mention:
    return replace(
        mention,
        day=source.day,
        weekday=source.weekday,
        week=source.week,
        next_weekday=source.next_weekday,
        month_day=source.month_day,
        month=source.month,
        months=source.months,
        next_month=source.next_month,
        weekend=source.weekend,
        edge=source.edge,
    )


def _with_time(mention: Mention, source: Mention) -> Mention:
    part = source.part or (mention.part if source.hour is not None else "")
    hour, minute, until, relation = source.hour, source.minute, source.until, source.relation
    if hour is None and mention.hour is not None:  # «в девять, утром»: the part only tells which nine
        hour, minute, until, relation = mention.hour, mention.minute, mention.until, mention.relation
    return replace(
        mention,
        hour=hour,
        minute=minute,
        until=until,
        part=part,
        relation=Relation(relation),
        minutes=source.minutes,
        same_time=source.same_time,
    )
