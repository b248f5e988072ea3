"""`zvonar simulate`: a whole day of the robot in a minute, on a virtual clock, audited."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

import click
import structlog

from robot.cli.framework import EXIT_FAILED, Group, fail, option
from robot.i18n import Language, language, tr


@click.group(cls=Group, help="Симуляции. | Simulations.")
def simulate() -> None: ...


@simulate.command(
    help="Прожить день на виртуальных часах: настоящие очередь и дозвонщик, симулированные люди в одиннадцати поясах. "
    "После — независимая проверка: звонки вне часов, сверх пределов, на остановленные номера, планы, обещания. "
    "Код выхода 1, если что-то нарушено. | Live through a day on a virtual clock: the real queue and dialer, "
    "simulated people in eleven time zones. Then an independent audit: dials outside hours, past caps, to stopped "
    "numbers, quotas, promises. Exit code 1 when any was broken."
)
@option("--leads", type=click.IntRange(100, 100_000), default=5000, show_default=True, help="Лидов. | Leads.")
@option("--seed", type=int, default=1, show_default=True, help="Тот же — тот же день. | The same gives the same day.")
@option("--json", "as_json_", is_flag=True, help="Вывести JSON. | Print JSON.")
@option(
    "--markdown",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Записать страницу (по-английски). | Write the page (in English).",
)
def day(leads: int, seed: int, as_json_: bool, markdown: Path | None) -> None:
    from robot.simulation.day import live  # noqa: PLC0415 - the store and the dialer: not for --help
    from robot.simulation.report import as_json, as_markdown, audited  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.monotonic()
    report = audited(live(leads, seed))
    if as_json_:
        click.echo(json.dumps({"leads": leads, "seed": seed, **as_json(report)}, ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(report, leads=leads, seed=seed))
    if markdown is not None:
        token = language.set(Language.EN)
        markdown.write_text(as_markdown(report, leads=leads, seed=seed), encoding="utf-8")
        language.reset(token)
    click.echo(tr(f"Заняло {time.monotonic() - began:.0f} с", f"Took {time.monotonic() - began:.0f} s"), err=True)
    if not report.clean:
        fail(
            tr("день прошёл с нарушениями: см. таблицы", "rules or promises were broken: see the tables"),
            tr(f"повторить: --leads {leads} --seed {seed}", f"to repeat it: --leads {leads} --seed {seed}"),
            code=EXIT_FAILED,
        )
