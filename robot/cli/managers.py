"""`zvonar managers`: who holds the meetings, when and where; and whether their calendars can be reached."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import available_timezones

import click
from rich.table import Table

from robot.calendars.book import CalendarBook
from robot.calendars.watch import AHEAD
from robot.cli.data import campaign_of, storage_of
from robot.cli.framework import EXIT_FAILED, EXIT_USAGE, Group, fail, option, run, terminal
from robot.crm.errors import DeliveryError
from robot.domain.clock import utc_now
from robot.domain.errors import InvalidWindow
from robot.domain.hours import CallingWindow
from robot.domain.meetings import MOST_BUFFER, WorkingHours
from robot.domain.people import Manager, Profile, labels
from robot.domain.rest_days import DaysOff, known_country
from robot.i18n import tr
from robot.settings import Settings
from robot.storage.store import Storage

NONE = "none"
FIRST_CAMPAIGN = "cold_call"
MOST_MINUTES = round(MOST_BUFFER.total_seconds() / 60)

_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")


@click.group(cls=Group, help="Менеджеры, которые проводят встречи. | Managers who hold the meetings.")
def managers() -> None: ...


def _hours(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[time, time] | None:
    if value is None:
        return None
    opens, _, closes = value.partition("-")
    try:
        parsed = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        parsed = time.max, time.min
    if parsed[0] >= parsed[1]:
        raise click.BadParameter(tr("пишите часы так: 10:00-18:00", "write hours like 10:00-18:00"))
    return parsed


def _days(_ctx: click.Context, _param: click.Parameter, value: str | None) -> frozenset[int] | None:
    try:
        return None if value is None else frozenset(CallingWindow.parse(f"{value} 09:00-18:00").days)
    except InvalidWindow:
        raise click.BadParameter(tr("пишите дни так: пн-пт", "write days like mon-fri")) from None


def _days_off(_ctx: click.Context, _param: click.Parameter, value: str | None) -> DaysOff | None:
    try:
        return None if value is None else DaysOff.parse(value)
    except ValueError:
        raise click.BadParameter(
            tr("пишите дни так: 2026-12-28..2027-01-11, 2027-02-24", "write days like 2026-12-28..2027-01-11")
        ) from None


def _holidays(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    country = "" if value == NONE else value
    if country and not known_country(country):
        raise click.BadParameter(tr("страна двумя буквами: RU, или none", "a country like RU, or none"))
    return country


def _email(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value and not _EMAIL.fullmatch(value):
        raise click.BadParameter(tr("это не адрес почты", "this is no e-mail address"))
    return value


def _labels(_ctx: click.Context, _param: click.Parameter, value: str | None) -> frozenset[str] | None:
    return None if value is None else labels(value)


@managers.command(
    help="Добавить менеджера или изменить; что не названо, остаётся. Время встреч робот предлагает в его часы. "
    "| Add a manager, or change one; the rest stays as it is. The robot offers meetings within his hours."
)
@click.argument("name")
@option("--campaign", "campaigns", multiple=True, help="Чьих клиентов встречает; можно несколько. | Whose clients.")
@option("--hours", callback=_hours, help="Часы встреч: 10:00-18:00. | Hours of meetings: 10:00-18:00.")
@option("--days", "weekdays", callback=_days, help="Дни недели: пн-пт. | Days of the week: mon-fri.")
@option("--timezone", help="Часовой пояс: Europe/Moscow. | Time zone: Europe/Moscow.")
@option("--buffer", type=click.IntRange(0, MOST_MINUTES), help="Минут между встречами. | Minutes between meetings.")
@option(
    "--holidays", callback=_holidays, help="Праздники какой страны не рабочие: RU; none. | Whose holidays: RU; none."
)
@option(
    "--days-off",
    callback=_days_off,
    help="Отпуск: 2026-12-28..2027-01-11, 2027-02-24. | Days off: 2026-12-28..2027-01-11.",
)
@option("--email", callback=_email, help="Почта: от неё приглашения. | E-mail: invitations come from it.")
@option("--place", help="Где встречи: адрес или ссылка. | Where he meets: an address or a link.")
@option("--regions", callback=_labels, help="Регионы и города его клиентов. | Regions and cities of his clients.")
@option("--skills", callback=_labels, help="Что умеет: английский, опт. | What he is good at.")
@option("--calendar", help="Его календарь CalDAV: путь или адрес. | His CalDAV calendar: path or address.")
@click.pass_obj
def add(settings: Settings, /, name: str, campaigns: Sequence[str], **given: Any) -> None:
    if not name.strip():
        fail(tr("у менеджера нет имени", "the manager has no name"), code=EXIT_USAGE)
    zone = given["timezone"]
    if zone is not None and zone not in available_timezones():
        fail(
            tr(f"нет часового пояса {zone}", f"no time zone {zone}"),
            tr("пишите, например, Asia/Yekaterinburg", "write, for example, Asia/Yekaterinburg"),
        )

    async def work() -> Manager:
        async with storage_of(settings) as storage:
            known = [one for one in await storage.managers.all() if one.name == name]
            wanted = campaigns or (() if known else (FIRST_CAMPAIGN,))
            ids = [(await campaign_of(storage, slug)).id for slug in wanted]
            before = known[0] if known else Manager(0, name, WorkingHours())
            hours, profile = _changed(before, given)
            return await storage.managers.ensure(name, hours, campaigns=ids if wanted else None, profile=profile)

    made = run(work())
    click.echo(tr(f"{made.name}: встречи {_when(made.hours)}", f"{made.name}: meetings {_when(made.hours)}"))


def _changed(before: Manager, given: Mapping[str, Any]) -> tuple[WorkingHours, Profile]:
    """With the options that were given."""
    opens, closes = given["hours"] or (before.hours.opens, before.hours.closes)
    hours: dict[str, Any] = {"timezone": given["timezone"], "weekdays": given["weekdays"]}
    hours |= {"country": given["holidays"], "days_off": given["days_off"]}
    if given["buffer"] is not None:
        hours["buffer"] = timedelta(minutes=given["buffer"])
    profile = {key: given[key] for key in ("email", "place", "regions", "skills", "calendar")}
    return (
        replace(before.hours, opens=opens, closes=closes, **_told(hours)),
        replace(before.profile, **_told(profile)),
    )


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _when(hours: WorkingHours) -> str:
    return CallingWindow.every(hours.opens, hours.closes, hours.weekdays).text


@managers.command(name="list", help="Все менеджеры. | All managers.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def list_command(settings: Settings, *, as_json: bool) -> None:
    async def work() -> list[dict[str, Any]]:
        async with storage_of(settings) as storage:
            return await _described(storage)

    rows = run(work())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(tr("Менеджеров ещё нет: zvonar managers add", "No managers yet: zvonar managers add"))
        return
    table = Table()
    for title in (
        tr("Менеджер", "Manager"), tr("Кампании", "Campaigns"), tr("Часы", "Hours"), tr("Пояс", "Zone"),
        tr("Где", "Where"), tr("Почта", "E-mail"), tr("Календарь", "Calendar"),
    ):  # fmt: skip
        table.add_column(title)
    for row in rows:
        pause = tr(f", между встречами {row['buffer_minutes']} мин", f", {row['buffer_minutes']} min between")
        hours = row["hours"] + (pause if row["buffer_minutes"] else "")
        away = tr(f"; не работает {row['days_off']}", f"; away {row['days_off']}") if row["days_off"] else ""
        table.add_row(
            row["name"], ", ".join(row["campaigns"]), hours + away, row["timezone"], row["place"], row["email"],
            row["calendar"],
        )  # fmt: skip
    terminal().print(table)


async def _described(storage: Storage) -> list[dict[str, Any]]:
    serves: dict[int, list[str]] = {}
    for campaign in await storage.campaigns.all():
        for manager in await storage.managers.of(campaign.id):
            serves.setdefault(manager.id, []).append(campaign.slug)
    return [
        {
            "name": one.name,
            "campaigns": serves.get(one.id, []),
            "hours": _when(one.hours),
            "timezone": one.timezone,
            "buffer_minutes": round(one.hours.buffer.total_seconds() / 60),
            "holidays": one.hours.country,
            "days_off": one.hours.days_off.text,
            "email": one.profile.email,
            "place": one.profile.place,
            "regions": sorted(one.profile.regions),
            "skills": sorted(one.profile.skills),
            "calendar": one.profile.calendar,
        }
        for one in await storage.managers.all()
    ]


@managers.group(cls=Group, help="Календари менеджеров в других системах. | Managers' calendars elsewhere.")
def calendar() -> None: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """One manager's calendar. busy: stretches of the next two weeks that are taken there. code: "" when all is well."""

    name: str
    busy: int = 0
    code: str = ""
    problem: str = ""
    remedy: str = ""


@calendar.command(
    help="Открываются ли календари: вход, чтение занятости. Ничего не меняет. "
    "| Whether the calendars can be opened and read. Changes nothing."
)
@click.argument("name", required=False)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def check(settings: Settings, name: str | None, *, as_json: bool) -> None:
    async def work() -> list[Checked]:
        async with storage_of(settings) as storage:
            book = CalendarBook(storage.managers, settings.calendars)
            named = [one for one in await storage.managers.all() if name is None or one.name == name]
            if name is not None and not named:
                fail(tr(f"нет менеджера «{name}»", f"no manager “{name}”"), "zvonar managers list", code=EXIT_USAGE)
            wanted = [one for one in named if one.profile.calendar]
            return list(await asyncio.gather(*(_checked(book, one) for one in wanted)))

    rows = run(work())
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
    elif not rows:
        click.echo(
            tr(
                "Календари не заданы: zvonar managers add ИМЯ --calendar …",
                "No calendars are set: zvonar managers add NAME --calendar …",
            )
        )
    else:
        for row in rows:
            _show(row)
    if any(row.code for row in rows):
        raise SystemExit(EXIT_FAILED)


async def _checked(book: CalendarBook, manager: Manager) -> Checked:
    now = utc_now()
    try:
        opened = book.of(manager)
        if opened is None:
            return Checked(manager.name)
        await opened.check()
        return Checked(manager.name, len(await opened.busy(after=now, before=now + AHEAD)))
    except DeliveryError as error:
        return Checked(manager.name, 0, error.code, str(error), error.remedy)


def _show(row: Checked) -> None:
    if not row.code:
        click.echo(
            tr(
                f"{row.name}: календарь открыт, занятых отрезков на две недели вперёд: {row.busy}",
                f"{row.name}: the calendar is open, taken stretches of the next two weeks: {row.busy}",
            )
        )
        return
    click.echo(f"{row.name}: {row.problem}")
    if row.remedy:
        click.echo(f"  {tr('Что делать', 'What to do')}: {row.remedy}")
