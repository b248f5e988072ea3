"""`zvonar reports`: the week's report by mail, and the sums that reports are read from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from robot.analytics.weekly import DAYS, facts, gather
from robot.cli.data import storage_of
from robot.cli.framework import Group, fail, option, run
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.sending.mail import Mail
from robot.sending.office import server_of
from robot.sending.press import ProcessPress
from robot.sending.printing import Job, Printed
from robot.sending.weekly import letter
from robot.settings import Settings

OWN = Path(__file__).parents[1] / "sending" / "own"


@click.group(cls=Group, help="Отчёт недели и сводки. | The week's report, and the sums.")
def reports() -> None: ...


@reports.command(
    help="Пересчитать сводки по репликам, месяц за месяцем; звонки идут дальше. Нужно, если в базу писала прежняя "
    "версия робота или чужая программа. "
    "| Count the sums anew from the turns, month by month; calls go on meanwhile. Needed when an older version of the "
    "robot, or another program, wrote into the database."
)
@click.pass_obj
def rebuild(settings: Settings) -> None:
    from robot.storage.rebuild import rebuild as count  # noqa: PLC0415 - not for --help

    async def work() -> int:
        with Progress(console=Console(stderr=True)) as bar:
            line = bar.add_task(tr("Считаю", "Counting"))
            async with storage_of(settings) as storage:
                return await count(storage.database, lambda done, of: bar.update(line, completed=done, total=of))

    months = run(work())
    click.echo(tr(f"Пересчитано месяцев кампаний: {months}", f"Months of campaigns counted: {months}"))


@reports.command(
    help="Отчёт за неделю: HTML и PDF в папку, или письмом (--send, из настроек почты). По расписанию робот шлёт его "
    "сам: в рабочем месте «Настройки», «Отчёт недели». "
    "| The week's report: HTML and PDF into a folder, or by mail (--send, with the settings of mail). On a schedule "
    "the robot sends it by itself: in the workplace, Settings, The week's report."
)
@option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Первый день; без него прошлая неделя. | Its first day.")
@option("--out", type=click.Path(file_okay=False, path_type=Path), help="Папка для файлов. | Folder for the files.")
@option("--send", "by_mail", is_flag=True, help="Отправить письмом. | Send it by mail.")
@option("--to", "addresses", multiple=True, help="Кому; можно несколько раз. | To whom; may be repeated.")
@click.pass_obj
def weekly(
    settings: Settings, since: datetime | None, out: Path | None, *, by_mail: bool, addresses: tuple[str, ...]
) -> None:
    mail = settings.sending.mail
    if by_mail and (mail is None or not addresses):
        fail(
            tr("некому или нечем отправить", "nobody to send to, or nothing to send with"),
            tr("укажите --to и почту: ZVONAR_SENDING__MAIL__…", "give --to, and the mail: ZVONAR_SENDING__MAIL__…"),
        )
    if not by_mail and out is None:
        fail(tr("укажите --out или --send", "give --out or --send"))
    first = _last_monday(utc_now().date()) if since is None else since.date()
    made = run(_printed(settings, first))
    if by_mail and mail is not None:
        server = Mail(server_of(mail))
        for address in addresses:
            run(server.send(letter(made, first, address, utc_now())))
            click.echo(tr(f"Отправлено: {address}", f"Sent: {address}"))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "weekly.html").write_text(made.html, encoding="utf-8")
        (out / "weekly.pdf").write_bytes(made.pdf)
        click.echo(str(out))


async def _printed(settings: Settings, first: date) -> Printed:
    async with storage_of(settings) as storage:
        week = await gather(storage.script_rollups, storage.attempt_rollups, storage.lead_rollups, since=first)
    return await ProcessPress().printed(Job("weekly", facts(week), templates=OWN))


def _last_monday(today: date) -> date:
    """Of the week that is over."""
    return today - timedelta(days=today.weekday() + DAYS)
