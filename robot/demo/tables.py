"""Reports as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from robot.analytics.dropoff import PhraseCounts, drop_off
from robot.demo.screen import outcome_name
from robot.domain.meetings import Meeting
from robot.domain.outcomes import Outcome
from robot.i18n import tr

BAR = 24


def outcomes_table(outcomes: Mapping[Outcome, int]) -> Table:
    table = Table(title=tr("Чем кончились звонки", "How the calls ended"), title_justify="left")
    table.add_column(tr("Итог", "Outcome"))
    table.add_column(tr("Звонков", "Calls"), justify="right")
    table.add_column("")
    most = max(outcomes.values(), default=1)
    for outcome, number in sorted(outcomes.items(), key=lambda item: -item[1]):
        style = "green" if outcome is Outcome.MEETING_BOOKED else "dim"
        table.add_row(outcome_name(outcome), str(number), Text("█" * max(1, round(BAR * number / most)), style))
    return table


WIDE = 130
"""Columns a terminal needs to show where the talk went on to."""


def phrases_table(phrases: Sequence[PhraseCounts], width: int) -> Table:
    """Per phrase, most reached first. The share of people lost has its 95 % interval; small samples are marked."""
    wide = width >= WIDE
    table = Table(title=tr("На какой фразе теряем людей", "At which phrase people are lost"), title_justify="left")
    table.add_column(tr("Фраза", "Phrase"), no_wrap=True)
    share_title = tr("доля (95 %)", "share (95 %)")
    for title in (
        tr("дошли", "reached"),
        tr("ушли", "left"),
        share_title,
        tr("трубку", "hung up"),
        tr("отказ", "refused"),
        tr("молчат", "silent"),
        tr("не понято", "not underst."),
        tr("перебили", "interrupted"),
    ):
        table.add_column(title, justify="right", no_wrap=title == share_title)
    if wide:
        table.add_column(tr("куда пошли", "went on to"))
    for phrase in sorted(phrases, key=lambda one: (-one.reached, one.phrase)):
        lost = drop_off(phrase)
        share = f"{lost.share:.0%} ({lost.low:.0%}–{lost.high:.0%})"
        onward = ", ".join(f"{to} {n}" for to, n in sorted(phrase.went_on.items(), key=lambda item: -item[1]))
        table.add_row(
            phrase.phrase,
            str(phrase.reached),
            str(phrase.left),
            Text(share + ("*" if lost.small else ""), "dim" if lost.small else ""),
            *(
                str(number or "·")
                for number in (
                    phrase.hung_up,
                    phrase.refused,
                    phrase.silent,
                    phrase.not_understood,
                    phrase.interrupted,
                )
            ),
            *([onward] if wide else []),
        )
    table.caption = tr("* мало звонков: доля ещё ни о чём не говорит", "* few calls: the share says little yet")
    table.caption_justify = "left"
    return table


def meetings_table(meetings: Sequence[Meeting], timezone: str) -> Table:
    table = Table(title=tr("Назначенные встречи", "Meetings booked"), title_justify="left")
    for title in (tr("Когда", "When"), tr("Клиент", "Client"), tr("Компания", "Company"), tr("Менеджер", "Manager")):
        table.add_column(title)
    for meeting in meetings:
        when = meeting.slot.starts_at.astimezone(ZoneInfo(timezone))
        table.add_row(
            f"{when:%d.%m.%Y %H:%M}", escape(meeting.lead_name), escape(meeting.company), escape(meeting.manager_name)
        )
    return table
