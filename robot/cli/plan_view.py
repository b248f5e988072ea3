"""A plan on a terminal: what is needed, what is in the way, and a bar a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from robot.analytics import plan_text
from robot.analytics.plan import Code, Plan, Span
from robot.analytics.plan_course import course, total
from robot.domain.campaigns import Campaign
from robot.i18n import Language, language, tr

BAR = 30
WEEKDAYS_RU = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def show(plan: Plan, campaign: Campaign, console: Console) -> None:
    console.print(_figures(plan, campaign))
    if plan.obstacles:
        _print_obstacles(plan, console)
    elif plan.meetings:
        console.print(Text(tr("План выполним.", "The plan can be met."), "bold green"))
    else:
        console.print(Text(tr("План выполнен: встреч хватает.", "The plan is met: enough is booked."), "bold green"))
    for said in plan.notes:
        console.print(Text(f"* {_words(plan_text.note(said, plan))}", "dim"))
    if plan.month_days:
        console.print(days_table(plan))


def _print_obstacles(plan: Plan, console: Console) -> None:
    reachable, meetings = _count(plan.reachable), _count(plan.meetings)
    console.print(
        Text(
            tr(
                f"План не сделать: получится встреч {reachable} из {meetings}.",
                f"The plan cannot be met: {reachable} of {meetings} meetings are in reach.",
            ),
            "bold red",
        )
    )
    for found in plan.obstacles:
        what, remedy = plan_text.obstacle(found, plan)
        console.print(Text(f"✗ {_words(what)}", "red"))
        console.print(Text(f"  {tr('Что делать', 'What to do')}: {_words(remedy)}"))


def _figures(plan: Plan, campaign: Campaign) -> Table:
    title = tr(f"План на {plan.target.month}", f"Plan for {plan.target.month}")
    table = Table(title=f"{title}: {escape(campaign.title)}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    missing = {found.code for found in plan.obstacles}
    for row, code in _rows(plan):
        table.add_row(*row, style="red" if code in missing else "")
    return table


def _rows(plan: Plan) -> Iterator[tuple[tuple[str, str, str], Code | None]]:
    """Name, figure and where it is from; and the obstacle that would mark the row."""
    means, per_dial, calls = plan.means, plan.expected, plan.calls_a_day
    answered, booked = per_dial.answered.value, per_dial.booked.value
    have = tr("есть", "there are")
    yield (tr("Сделок за месяц", "Deals of the month"), _count(plan.target.deals), _deals_left(plan)), None
    yield (tr("Осталось назначить встреч", "Meetings to be booked"), _count(plan.meetings), ""), None
    of_month = tr(f"из {len(plan.month_days)}", f"of {len(plan.month_days)}")
    yield (tr("Рабочих дней осталось", "Working days left"), _count(len(plan.days)), of_month), Code.NO_DAYS
    yield (tr("Встреч в день", "Meetings a day"), _count(plan.meetings_a_day), ""), None
    shares = tr(
        f"отвечают {answered:.0%}, из них встреча {booked:.1%}", f"{answered:.0%} answered, {booked:.1%} of them book"
    )
    yield (tr("Звонков в день", "Calls a day"), _count(calls.value), f"{_spread(calls)}; {shares}"), None
    seconds = tr(f"по {per_dial.seconds:.0f} с на звонок", f"{per_dial.seconds:.0f} s a call")
    yield (tr("Минут линий в день", "Line minutes a day"), _count(plan.line_minutes_a_day), seconds), None
    yield (tr("Линий", "Lines"), _count(plan.channels), f"{have} {_count(means.channels)}"), Code.CHANNELS
    yield (
        (tr("Лидов в день", "Leads a day"), _count(plan.leads_a_day), f"{have} {_count(means.leads)}"),
        Code.LIST,
    )
    ends = f"{plan.list_ends:%d.%m.%Y}" if plan.list_ends else tr("не скоро", "not soon")
    yield (tr("Список кончится", "The list runs out"), ends if plan.meetings_a_day else "—", ""), Code.LIST
    if means.slots is not None:
        free = tr("до конца месяца", "until the month ends")
        yield (tr("Свободно у менеджеров", "Managers' free slots"), _count(means.slots), free), Code.SLOTS


def _spread(span: Span) -> str:
    low = _count(span.low)
    if span.high is None:
        return tr(f"не меньше {low}", f"at least {low}")
    return tr(f"от {low} до {_count(span.high)}", f"from {low} to {_count(span.high)}")


def _deals_left(plan: Plan) -> str:
    if plan.target.won is None:
        return ""
    return tr(f"осталось {plan.target.deals_left}", f"{plan.target.deals_left} left")


def days_table(plan: Plan) -> Table:
    """Meetings from the month's beginning, day by day: booked (█), still to come by the plan (░), and the even pace of
    the whole month (│)."""
    table = Table(title=tr("Встречи нарастающим итогом", "Meetings so far"), title_justify="left")
    table.add_column(tr("День", "Day"), no_wrap=True)
    for title in (tr("Ровный темп", "Even pace"), tr("Есть", "Booked"), tr("Будет", "To come")):
        table.add_column(title, justify="right")
    table.add_column("", no_wrap=True)
    whole = total(plan)
    booked = 0
    for day in course(plan):
        booked = day.booked if day.booked is not None else booked
        table.add_row(
            _day(day.date),
            str(day.even),
            "" if day.booked is None else str(day.booked),
            "" if day.to_come is None else str(day.to_come),
            _bar(booked, booked if day.to_come is None else day.to_come, day.even, whole),
            style="bold" if day.date == plan.progress.today else "",
        )
    return table


def _bar(booked: int, to_come: int, even: int, total: int) -> Text:
    def columns(meetings: int) -> int:
        return round(BAR * meetings / max(1, total))

    cells = ["█" if n < columns(booked) else "░" if n < columns(to_come) else " " for n in range(BAR)]
    pace = max(0, columns(even) - 1)
    bar = Text()
    for number, cell in enumerate(cells):
        bar.append("│" if number == pace else cell, "yellow" if number == pace else "green" if cell == "█" else "dim")
    return bar


def _day(day: date) -> str:
    names = WEEKDAYS_RU if language.get() is Language.RU else WEEKDAYS_EN
    return f"{names[day.weekday()]} {day:%d.%m}"


def _count(value: int) -> str:
    return _words(plan_text.number(value))


def _words(text: plan_text.Text) -> str:
    return text.ru if language.get() is Language.RU else text.en
