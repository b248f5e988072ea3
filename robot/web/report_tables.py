"""Reports as tables for spreadsheets: a header and rows of text and numbers, in the language of the request."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

from robot.crm.csv_safe import csv_text
from robot.i18n import tr
from robot.web.schemas_reports import (
    ChannelOut,
    ExperimentsOut,
    FunnelOut,
    HourOut,
    ObjectionOut,
    PhraseOut,
    PointOut,
    ReasonOut,
    ShareOut,
)

Cell = str | int | float | None
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """title: of the sheet. Shares are numbers from 0 to 1."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(table: Table) -> str:
    """Numbers with a decimal comma in Russian, as spreadsheets there read them."""
    comma = tr(",", ".")
    return csv_text(table.header, [[_plain(cell, comma) for cell in row] for row in table.rows])


def _plain(cell: Cell, comma: str) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".").replace(".", comma)
    return "" if cell is None else str(cell)


def as_xlsx(table: Table) -> bytes:
    """Text is written as text: no cell of it is a formula, a link or a number by its looks."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(table.title[:31])
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, table.header, bold)
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif isinstance(cell, float):
                sheet.write_number(number, column, cell, share if 0 <= cell <= 1 else None)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    for column, title in enumerate(table.header):
        widths = [len(title), *(len(str(row[column])) for row in table.rows if isinstance(row[column], str))]
        sheet.set_column(column, column, min(WIDEST, max(widths) + 2))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def funnel_table(funnel: FunnelOut) -> Table:
    rows = [(stage.stage, stage.calls, *_share(stage.of_first), stage.of_previous.share) for stage in funnel.stages]
    header = (tr("Этап", "Stage"), tr("Звонков", "Calls"), *_shared(tr("От наборов", "Of dials")),
              tr("От предыдущего", "Of the previous"))  # fmt: skip
    return Table(tr("Воронка", "Funnel"), header, rows)


def phrases_table(phrases: Iterable[PhraseOut]) -> Table:
    header = (
        tr("Фраза", "Phrase"),
        tr("Дошли", "Reached"),
        tr("Ушли", "Left"),
        *_shared(tr("Доля ушедших", "Share lost")),
        tr("Бросили во время", "Hung up during"),
        tr("Бросили после", "Hung up after"),
        tr("Отказались", "Refused"),
        tr("Промолчали", "Silent"),
        tr("Не поняты", "Not understood"),
        tr("Перебили", "Interrupted"),
        tr("Дошли до цели", "Reached the goal"),
        tr("Мало данных", "Few data"),
    )
    rows = [
        (one.phrase, one.reached, one.left, one.left_share, one.left_low, one.left_high, one.hung_up_during,
         one.hung_up_after, one.refused, one.silent, one.not_understood, one.interrupted, one.goal, _few(one.small))
        for one in phrases
    ]  # fmt: skip
    return Table(tr("Фразы", "Phrases"), header, rows)


def objections_table(objections: Iterable[ObjectionOut]) -> Table:
    header = (tr("Возражение", "Objection"), tr("Прозвучало", "Raised"), *_shared(tr("Вернулись", "Returned")),
              *_shared(tr("Дошли до цели", "Reached the goal")), tr("Бросили трубку", "Hung up"),
              tr("Отказались", "Refused"))  # fmt: skip
    rows = [
        (one.objection, one.raised, *_share(one.returned), *_share(one.booked), one.hung_up, one.refused)
        for one in objections
    ]
    return Table(tr("Возражения", "Objections"), header, rows)


def reasons_table(reasons: Iterable[ReasonOut]) -> Table:
    header = (tr("Итог", "Outcome"), tr("Причина", "Reason"), tr("Звонков", "Calls"), tr("Доля", "Share"))
    return Table(tr("Причины отказов", "Refusals"), header, [(r.outcome, r.reason, r.calls, r.share) for r in reasons])


def channels_table(channels: Iterable[ChannelOut]) -> Table:
    header = (tr("Канал", "Channel"), tr("Пришло", "Received"), tr("Обработано", "Processed"),
              tr("Ждали звонка, с", "Wait for the call, s"), tr("За минуту", "Within a minute"),
              tr("За 5 минут", "Within 5 minutes"), tr("За час", "Within an hour"), tr("Подошло", "Qualified"),
              *_shared(tr("Дошли до цели", "Reached the goal")))  # fmt: skip
    rows = [
        (one.channel, one.received, one.processed.hits, None if one.wait_s is None else round(one.wait_s),
         one.within_1m.share, one.within_5m.share, one.within_1h.share, one.qualified.hits, *_share(one.booked))
        for one in channels
    ]  # fmt: skip
    return Table(tr("Каналы", "Channels"), header, rows)


def trend_table(points: Iterable[PointOut]) -> Table:
    header = (tr("День", "Day"), tr("Разговоров", "Talks"), tr("До цели", "Goals"), *_shared(tr("Доля", "Share")))
    return Table(
        tr("Динамика", "Trend"),
        header,
        [(one.day.isoformat(), one.talks, one.goal.hits, *_share(one.goal)) for one in points],
    )


def experiments_table(found: ExperimentsOut) -> Table:
    header = (tr("Что сравниваем", "Compared"), tr("Вариант", "Variant"), tr("Звонков", "Calls"),
              tr("До цели", "Goals"), *_shared(tr("Доля", "Share")), tr("Вероятно лучший", "Probably the best"),
              tr("Потери при выборе", "Expected loss"))  # fmt: skip
    versions = [found.versions] if found.versions is not None else []
    rows = [
        (one.phrase or tr("версии", "versions"), arm.name, arm.goal.trials, arm.goal.hits, *_share(arm.goal), arm.best,
         arm.loss)
        for one in (*versions, *found.variants)
        for arm in one.arms
    ]  # fmt: skip
    return Table(tr("Сравнение", "Experiments"), header, rows)


def hours_table(hours: Iterable[HourOut]) -> Table:
    days = tr("пн вт ср чт пт сб вс", "Mon Tue Wed Thu Fri Sat Sun").split()
    header = (tr("День недели", "Weekday"), tr("Час", "Hour"), tr("Наборов", "Dials"), tr("Ответили", "Answered"),
              tr("До цели", "Goals"), *_shared(tr("Доля", "Share")))  # fmt: skip
    rows = [
        (days[one.weekday], one.hour, one.dials, one.answered.hits, one.goal.hits, *_share(one.goal)) for one in hours
    ]
    return Table(tr("Часы", "Hours"), header, rows)


def _share(one: ShareOut) -> tuple[float, float, float]:
    return one.share, one.low, one.high


def _shared(title: str) -> tuple[str, str, str]:
    return title, f"{title}: {tr('не меньше', 'at least')}", f"{title}: {tr('не больше', 'at most')}"


def _few(small: bool) -> str:
    return tr("да", "yes") if small else ""
