"""`zvonar spend`: what today's calls cost, and how far the ceiling is."""

from __future__ import annotations

import json

import click

from robot.cli.data import storage_of
from robot.cli.framework import Command, option, run
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings


@click.command(
    cls=Command,
    help="Сколько стоили звонки сегодня и каков потолок. Идущие звонки считаются по самому дорогому исходу. "
    "| What today's calls cost, and the ceiling. Calls under way count with the most they can cost.",
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def spend(settings: Settings, *, as_json: bool) -> None:
    rules, now = settings.dialing_rules(), utc_now()

    async def work() -> int:
        async with storage_of(settings) as storage:
            return await storage.spending.spent(now)

    spent, ceiling = run(work()), rules.ceiling_kopecks
    if as_json:
        day = rules.day(now).isoformat()
        click.echo(json.dumps({"day": day, "spent_kopecks": spent, "ceiling_kopecks": ceiling}))
        return
    if ceiling is None:
        limit = tr("потолка нет: ZVONAR_RULES__CEILING_ROUBLES", "no ceiling: ZVONAR_RULES__CEILING_ROUBLES")
    else:
        left = f"{max(0, ceiling - spent) / 100:.2f} ₽"
        limit = tr(f"потолок {ceiling / 100:.2f} ₽, осталось {left}", f"ceiling {ceiling / 100:.2f} ₽, {left} left")
    click.echo(tr(f"Сегодня {spent / 100:.2f} ₽; {limit}", f"Today {spent / 100:.2f} ₽; {limit}"))
