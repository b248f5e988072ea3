"""`zvonar crm trial`: does a connector lose or double anything, whatever goes wrong."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from robot.cli.framework import EXIT_FAILED, Command, option, run
from robot.i18n import tr

if TYPE_CHECKING:
    from robot.proving.crm.trial import Result
    from robot.proving.crm.trigger_trial import Seen

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
@option(
    "--triggers",
    is_flag=True,
    help="Испытать не запись итогов, а триггеры: --calls действий людей в CRM; ни один звонок не потерян, не сделан "
    "дважды и не сделан зря. | Put the triggers on trial instead: --calls deeds of people in the CRM; no call is lost, "
    "doubled, or made in vain.",
)
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def trial(
    ctx: click.Context,
    name: str,
    *,
    calls: int,
    seed: int,
    faults: float,
    deaths: float,
    triggers: bool,
    as_json: bool,
) -> None:
    import structlog  # noqa: PLC0415

    from robot.proving.crm.trial import Plan, run_trial  # noqa: PLC0415 - the database takes a second to load
    from robot.proving.crm.trigger_trial import run_trigger_trial  # noqa: PLC0415

    # Every fault of thousands would be a line.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="zvonar-trial-") as folder:
        plan = Plan(name, calls, seed, faults, deaths)
        result: Result | Seen
        if triggers:
            seen = result = run(run_trigger_trial(plan, Path(folder)))
            lines = _lines_of_triggers(seen)
        else:
            told = result = run(run_trial(plan, Path(folder)))
            lines = _lines(told)
    if as_json:
        click.echo(json.dumps({"ok": result.ok, **asdict(result)}, ensure_ascii=False, indent=2))
    else:
        _show(lines)
    if not result.ok:
        ctx.exit(EXIT_FAILED)


def _show(lines: Sequence[tuple[str, object]]) -> None:
    """Lists are counted, and their first lines shown at the end."""
    for label, value in lines:
        click.echo(f"{label}: {len(value) if isinstance(value, (list, tuple)) else value}")
    wrong = [line for _, value in lines if isinstance(value, (list, tuple)) for line in value]
    for line in wrong[:SHOWN]:
        click.echo(f"  {line}")


def _faults(faults: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in faults.items()) or "0"


def _lines(result: Result) -> Sequence[tuple[str, object]]:
    return (
        (tr("Звонков", "Calls"), result.plan.calls),
        (tr("Лидов", "Leads"), result.leads),
        (tr("Должно быть записей", "Things that must be there"), result.expected),
        (tr("Запросов", "Requests"), result.requests),
        (tr("Сбоев", "Faults"), _faults(result.faults)),
        (tr("Процесс погиб раз", "The process died times"), result.kills),
        (tr("Длилось, с", "Took, s"), result.took_s),
        (tr("Потеряно", "Lost"), result.lost),
        (tr("Задвоено", "Doubled"), result.doubled),
        (tr("Не та стадия", "Wrong stage"), result.wrong),
        (tr("Не доставлено", "Not delivered"), result.left),
    )


def _lines_of_triggers(seen: Seen) -> Sequence[tuple[str, object]]:
    return (
        (tr("Действий людей", "Deeds of people"), seen.deeds),
        (tr("Лидов", "Leads"), seen.clients),
        (tr("Звонков", "Calls"), seen.dials),
        (tr("Снято до набора", "Withdrawn before the dial"), seen.withdrawn),
        (tr("Запросов", "Requests"), seen.requests),
        (tr("Сбоев", "Faults"), _faults(seen.faults)),
        (tr("Процесс погиб раз", "The process died times"), seen.kills),
        (tr("Длилось, с", "Took, s"), seen.took_s),
        (tr("Звонков зря", "Calls in vain"), seen.pointless),
        (tr("Потеряно", "Lost"), seen.lost),
        (tr("Задвоено", "Doubled"), seen.doubled),
        (tr("Процессы CRM без ответа", "Processes of the CRM without an answer"), seen.unanswered),
    )
