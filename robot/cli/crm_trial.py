"""`zvonar crm trial`: does a connector lose or double anything, whatever goes wrong."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli.framework import EXIT_FAILED, Command, option, run
from robot.i18n import tr

if TYPE_CHECKING:
    from robot.proving.crm.trial import Result

FAKED = ("amocrm", "bitrix24")
SHOWN = 10


@click.command(
    cls=Command,
    help="Испытать подключение к CRM на учебном двойнике: итоги звонков идут через настоящую очередь доставки, ответы "
    "теряются, токены истекают, процесс гибнет; потом считается, что потеряно и что записано дважды. Код 1, если "
    "нашлось хоть что-то. | Put a CRM connector on trial against its fake: results of calls go through the real "
    "outbox, answers are lost, tokens run out, the process dies; then what was lost and doubled is counted. Exit code "
    "1 if anything was.",
)
@click.argument("name", type=click.Choice(FAKED))
@option("--calls", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Звонков. | Calls.")
@option("--seed", type=int, default=7, show_default=True, help="Зерно случайности. | Seed of chance.")
@option(
    "--faults",
    type=click.FloatRange(0, 0.2),
    default=0.02,
    show_default=True,
    help="Доля запросов на каждый вид сбоя. | Share of requests for each kind of fault.",
)
@option(
    "--deaths",
    type=click.FloatRange(0, 0.05),
    default=0.002,
    show_default=True,
    help="Доля шагов, на которых процесс гибнет. | Share of steps at which the process dies.",
)
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def trial(ctx: click.Context, name: str, *, calls: int, seed: int, faults: float, deaths: float, as_json: bool) -> None:
    import structlog  # noqa: PLC0415

    from robot.proving.crm.trial import Plan, run_trial  # noqa: PLC0415 - the database takes a second to load

    # Every fault of thousands would be a line.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="zvonar-trial-") as folder:
        result = run(run_trial(Plan(name, calls, seed, faults, deaths), Path(folder)))
    if as_json:
        click.echo(json.dumps({"ok": result.ok, **asdict(result)}, ensure_ascii=False, indent=2))
    else:
        _show(result)
    if not result.ok:
        ctx.exit(EXIT_FAILED)


def _show(result: Result) -> None:
    faults = ", ".join(f"{kind} {count}" for kind, count in result.faults.items())
    for label, value in (
        (tr("Звонков", "Calls"), result.plan.calls),
        (tr("Лидов", "Leads"), result.leads),
        (tr("Должно быть записей", "Things that must be there"), result.expected),
        (tr("Запросов", "Requests"), result.requests),
        (tr("Сбоев", "Faults"), faults or "0"),
        (tr("Процесс погиб раз", "The process died times"), result.kills),
        (tr("Длилось, с", "Took, s"), result.took_s),
        (tr("Потеряно", "Lost"), len(result.lost)),
        (tr("Задвоено", "Doubled"), len(result.doubled)),
        (tr("Не та стадия", "Wrong stage"), len(result.wrong)),
        (tr("Не доставлено", "Not delivered"), len(result.left)),
    ):
        click.echo(f"{label}: {value}")
    for line in [*result.lost, *result.doubled, *result.wrong, *result.left][:SHOWN]:
        click.echo(f"  {line}")
