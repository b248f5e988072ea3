"""Parts of the day: «с утра», «после обеда», «во второй половине дня», «ближе к вечеру»."""

from __future__ import annotations

import re

from scripts_dialog.understanding.times.clause import Clause

_PATTERNS = tuple(
    (re.compile(rf"(?:^|(?<= )){pattern}(?= |$)"), part)
    for pattern, part in (
        (r"(?:во? )?втор\w+ половин\w+(?: дня)?", "after_lunch"),
        (r"(?:во? )?перв\w+ половин\w+(?: дня)?", "before_lunch"),
        (r"после обед\w*", "after_lunch"),
        (r"(?:до|перед) обед\w*", "before_lunch"),
        (r"(?:в|к|во время) обед\w*", "lunch"),
        (r"обеденн\w+(?: время| перерыв)?", "lunch"),
        (r"(?:в |к )?кон\w+ (?:рабочего )?дня", "end_of_day"),
        (r"(?:в )?начал\w+ (?:рабочего )?дня", "morning"),
        (r"(?:ближе )?(?:к|под) вечер\w*", "end_of_day"),
        (r"(?:в )?середин\w+ дня", "day"),
        (r"после работы", "evening"),
        (r"(?:с )?утр(?:а|ом|ечком|ечка|у|о)", "morning"),
        (r"дн(?:я|ем)", "day"),
        (r"вечер(?:а|ом|ком|у)?", "evening"),
        (r"ноч(?:и|ью)", "night"),
    )
)


_DAYPART_HOUR = {"в", "во", "к", "на", "до", "после", "с", "около", "часа", "часов", "час"}


def _counts_days(clause: Clause, index: int) -> bool:
    """«Два дня» are days, «в два дня» and «два часа дня» an hour."""
    number = clause.number(index - 1)
    return number is not None and number[1] == index and clause.at(index - 2) not in _DAYPART_HOUR


def read_parts(clause: Clause) -> None:
    joined = " ".join(word or "_" for word in clause.words)
    for pattern, part in _PATTERNS:
        match = pattern.search(joined)
        if match:
            start = joined[: match.start()].count(" ")
            if match[0] == "дня" and _counts_days(clause, start):
                continue
            clause.note(part=part)
            clause.take(start, start + len(match[0].split()))
            return
