"""`zvonar plan`: how many meetings a day a month's revenue takes, and whether there is enough to book them with."""

from __future__ import annotations

import json
from typing import Any

import click

from robot.analytics.errors import InvalidPlan
from robot.analytics.plan import Code, Plan
from robot.analytics.plan_text import as_json
from robot.analytics.planner import plan as calculate
from robot.analytics.target import Target
from robot.analytics.workdays import Month
from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Command, fail, option, run, terminal
from robot.cli.plan_view import show
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.i18n import Language, language, tr
from robot.settings import Settings


class _Amount(click.ParamType[float]):
    """A number as people write it: 3000000, 3_000_000, "3 000 000", 0,7."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = "".join(str(value).split()).replace("_", "").replace(",", ".")
        try:
            return float(text)
        except ValueError:
            self.fail(tr(f"«{value}» — не число, пишите 3000000", f"{value!r} is no number, write 3000000"), param, ctx)


AMOUNT = _Amount()


@click.command(
    cls=Command,
    help="Сколько встреч в день нужно, чтобы сделать выручку месяца: звонки, линии, лиды и места у менеджеров — по "
    "показателям самой кампании за последние 90 дней. Если план не сделать, говорит, чего не хватает. Подробно — "
    "docs/ru/plan.md. | How many meetings a day a month's revenue takes: calls, lines, leads and managers' time, from "
    "the campaign's own figures of the last 90 days. Says what is missing when the plan cannot be met.",
)
@option("--campaign", required=True, help="Название кампании. | Name of the campaign.")
@option("--revenue", type=AMOUNT, required=True, help="Выручка месяца. | Revenue of the month.")
@option("--average-deal", type=AMOUNT, required=True, help="Средний чек. | Average deal.")
@option("--meetings-per-deal", type=AMOUNT, help="Состоявшихся встреч на одну сделку. | Meetings held for one deal.")
@option(
    "--close-rate",
    type=AMOUNT,
    help="Или доля встреч, которые кончаются сделкой: 0.25. | Or the share of meetings that end in a deal: 0.25.",
)
@option(
    "--month", help="Месяц, например 2026-12; без ключа — текущий. | Month, like 2026-12; the present one if absent."
)
@option("--show-up", type=AMOUNT, help="Доля состоявшихся встреч: 0.7. | Share of meetings that take place: 0.7.")
@option("--won", type=AMOUNT, help="Уже полученная выручка месяца. | Revenue of the month already won.")
@option(
    "--channels",
    type=click.IntRange(0),
    help="Сколько линий у всех узлов; без ключа — из настроек этого. | Lines of all nodes; this node's if absent.",
)
@option("--json", "as_json_", is_flag=True, help="Вывести JSON. | Print JSON.")
@option("--set-quota", is_flag=True, help="Назначить кампании этот план на день. | Set the campaign's quota to it.")
@click.pass_obj
def plan(
    settings: Settings,
    /,
    campaign: str,
    month: str | None,
    meetings_per_deal: float | None,
    close_rate: float | None,
    *,
    channels: int | None,
    as_json_: bool,
    set_quota: bool,
    **money: float,
) -> None:
    lines = settings.dialer.channels if channels is None else channels

    async def work() -> None:
        per_deal = _meetings_per_deal(meetings_per_deal, close_rate)
        async with storage_of(settings) as storage:
            one, now = await storage.campaigns.get(campaign), utc_now()
            period = Month.parse(month) if month else Month.of(one.day(now))
            target = Target(period, meetings_per_deal=per_deal, **money)
            made = await calculate(storage.plan_source, one, target, channels=lines, now=now)
            if as_json_:
                click.echo(json.dumps({"campaign": campaign, **as_json(made)}, ensure_ascii=False, indent=2))
            else:
                show(made, one, terminal())
            if set_quota:
                _check_settable(made)
                await storage.campaigns.set_quota(campaign, made.meetings_a_day, hard=one.hard_quota)
                _tell_quota(one, made.meetings_a_day)

    try:
        run(work())
    except InvalidPlan as refused:
        fail(refused.ru if language.get() is Language.RU else refused.en, "zvonar plan --help", code=EXIT_USAGE)


def _meetings_per_deal(meetings: float | None, close_rate: float | None) -> float:
    if meetings is not None and close_rate is None:
        return meetings
    if meetings is not None or close_rate is None:
        raise InvalidPlan(
            "нужен один из ключей: --meetings-per-deal или --close-rate",
            "give one of --meetings-per-deal and --close-rate",
        )
    if not 0 < close_rate <= 1:
        raise InvalidPlan(
            "доля сделок — больше 0 и не больше 1, например 0.25",
            "the close rate is above 0 and at most 1, like 0.25",
        )
    return 1 / close_rate


def _check_settable(made: Plan) -> None:
    """A quota is of today. That of a month to come, or of no day at all, is nobody's."""
    if Month.of(made.progress.today) != made.target.month:
        raise InvalidPlan(
            "план на день назначается только из текущего месяца", "a quota can be set from the present month only"
        )
    if any(found.code in (Code.NO_DAYS, Code.NO_HOURS) for found in made.obstacles):
        raise InvalidPlan("рабочих дней нет: назначать нечего", "there are no working days: nothing to set")


def _tell_quota(campaign: Campaign, meetings: int) -> None:
    """On standard error: standard output may be JSON."""
    click.echo(
        tr(f"{campaign.slug}: {meetings} встреч в день", f"{campaign.slug}: {meetings} meetings a day"), err=True
    )
