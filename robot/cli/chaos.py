"""`zvonar chaos`: nodes on one database, real Asterisks, and fault upon fault."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from robot.cli.framework import EXIT_FAILED, Command, fail, option, run, terminal
from robot.cli.lab import tell
from robot.i18n import tr
from robot.proving.chaos import KINDS, Plan, Trial, run_trial
from robot.proving.errors import ProvingError
from robot.proving.fault_table import FaultTable, Row, fault_table
from robot.proving.stage import Installed
from robot.settings import Settings

SHOWN = 5


@click.command(
    cls=Command,
    help="Испытание сбоями: узлы на одной PostgreSQL, у каждого свой Asterisk и абоненты, рядом CRM; в случайные "
    "мгновения убивают процессы, рвут и замедляют связь, заполняют диск, переводят часы, шлют мусор; потом всё "
    "пересчитывается по базе, по учёту абонентов и по CRM. Код 1, если обещание нарушено. "
    "| Trial by faults: nodes on one PostgreSQL, each with its Asterisk and subscribers, beside a CRM; at random "
    "moments processes are killed, connections cut and slowed, the disk filled, clocks set, nonsense sent; then all is "
    "counted from the database, by what the subscribers saw and by the CRM. Exit code 1 for a broken promise.",
)
@option("--nodes", type=click.IntRange(2, 5), default=3, show_default=True, help="Узлов. | Nodes.")
@option("--calls", type=click.IntRange(2, 200), default=50, show_default=True, help="Звонков сразу. | Calls at once.")
@option("--faults", type=click.IntRange(1, 5000), default=60, show_default=True, help="Сбоев. | Faults.")
@option(
    "--minutes", type=click.FloatRange(0.5, 600), default=60, show_default=True, help="Не дольше, мин. | At most, min."
)
@option("--only", multiple=True, type=click.Choice(list(KINDS)), help="Только эти сбои. | These kinds alone.")
@option("--seed", type=int, default=1, show_default=True, help="Тот же — тот же порядок сбоев. | The order of faults.")
@option("--quick", is_flag=True, help="Короткие гудки, аренды и остановка. | Short ringing, leases and drain.")
@option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Куда сложить журналы. | Where to keep logs.")
@option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Итог в JSON. | The result as JSON.")
@click.pass_context
def chaos(
    ctx: click.Context,
    *,
    nodes: int,
    calls: int,
    faults: int,
    minutes: float,
    only: tuple[str, ...],
    seed: int,
    quick: bool,
    keep: Path | None,
    file: Path | None,
) -> None:
    settings = ctx.ensure_object(Settings)
    quota = max(2, calls // 8, faults // 6)
    plan = Plan(nodes=nodes, calls=calls, faults=faults, only=only, seed=seed, hard_quota=quota, within_s=60 * minutes)
    try:
        trial = run(run_trial(plan.quick() if quick else plan, installed(settings), tell, keep=keep))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if file is not None:
        file.write_text(json.dumps(report(trial), ensure_ascii=False, indent=2) + "\n")
    show(trial, terminal())
    if not trial.ok:
        ctx.exit(EXIT_FAILED)


def installed(settings: Settings) -> Installed:
    """The user's own models, Asterisk and rendered phrases, shared by all nodes."""
    return Installed(settings.models_dir, settings.data_dir / "asterisk", settings.cache_dir)


def report(trial: Trial) -> dict[str, object]:
    """The result for a program."""
    dials = trial.evidence.dials if trial.evidence else ()
    return {
        "ok": trial.ok,
        "took_s": round(trial.took_s),
        "nodes": trial.plan.nodes,
        "most_under_way": {"calls": trial.most.calls, "talks": trial.most.talks},
        "attempts": len(dials),
        "rings": trial.rings,
        "answered": trial.answers,
        "recognitions": {"count": trial.late_words.count, "over_1_s": round(trial.late_words.slower, 4)},
        "frames": {"count": trial.late_frames.count, "late_over_20_ms": round(trial.late_frames.slower, 5)},
        "ended_unasked": trial.restarts,
        "standstills_s": [round(one.seconds, 1) for one in trial.stalls],
        "within_standstills": [one.what for one in trial.excused],
        "cannot": list(trial.cannot),
        "seed": trial.plan.seed,
        "table": _table_of(fault_table(trial.blows, trial.checks)),
        "faults": [
            {
                "fault": b.kind.name,
                "node": b.node,
                "at": b.at.isoformat(),
                "calls": b.before.calls,
                "talks": b.before.talks,
                "what": b.detail,
                "recovered_s": None if b.recovered_s is None else round(b.recovered_s, 2),
                "alarmed": b.alarmed,
            }
            for b in trial.blows
        ],
        "checks": [
            {"check": check.code, "looked_at": check.looked_at, "broken": list(check.broken)} for check in trial.checks
        ],
    }


def _table_of(table: FaultTable) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "fault": row.kind.name,
            "times": row.times,
            "lost": row.lost,
            "doubled": row.doubled,
            "recover_s": None if row.recover_s is None else [round(one, 1) for one in row.recover_s],
            "stayed_down": row.stayed_down,
            "alert": None if row.kind.alarm is None else row.kind.alarm.alert,
            "metric": None if row.kind.alarm is None else row.kind.alarm.metric,
            "alarmed": row.alarmed,
            "no_alert_since": None if row.kind.quiet is None else row.kind.quiet.en,
        }
        for row in table.rows
    ]
    return [*rows, {"fault": "", "times": 0, "lost": table.others[0], "doubled": table.others[1]}]


def show(trial: Trial, console: Console) -> None:
    _show_faults(fault_table(trial.blows, trial.checks), console)
    _show_checks(trial, console)
    _show_figures(trial, console)


def _show_faults(found: FaultTable, console: Console) -> None:
    table = Table(title=tr("Сбои", "Faults"))
    for title in (
        tr("Сбой", "Fault"),
        tr("Раз", "Times"),
        tr("Потеряно", "Lost"),
        tr("Дважды", "Doubled"),
        tr("Возврат, с: медиана", "Recovery, s: median"),
        tr("наибольший", "most"),
        tr("Тревога: метрика показала", "Alert: its metric showed it"),
    ):
        table.add_column(title)
    for row in found.rows:
        table.add_row(*_cells(row))
    lost, doubled = found.others
    times = sum(row.times for row in found.rows)
    lost, doubled = lost + sum(row.lost for row in found.rows), doubled + sum(row.doubled for row in found.rows)
    table.add_row(tr("всего", "in all"), str(times), str(lost), str(doubled), "", "", "")
    console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    median, most = ("—", "—") if row.recover_s is None else (f"{one:.1f}" for one in row.recover_s)
    if row.stayed_down:
        most = tr(f"{row.stayed_down} раз не вернулась", f"{row.stayed_down} not recovered")
    alarm = f"{row.kind.alarm.alert} {row.alarmed}/{row.times}" if row.kind.alarm is not None else "—"
    if (quiet := row.kind.quiet) is not None:
        alarm = f"— ({tr(quiet.ru, quiet.en)})"
    name = tr(row.kind.ru, row.kind.en)
    return name, str(row.times), str(row.lost), str(row.doubled), median, most, alarm


def _show_checks(trial: Trial, console: Console) -> None:
    checks = Table(title=tr("Что пересчитано", "What was counted"))
    for title in (tr("Обещание нарушили", "Breaches"), tr("Проверено", "Looked at"), tr("Нарушений", "Broken"), ""):
        checks.add_column(title)
    for check in trial.checks:
        verdict = tr("да", "ok") if not check.broken else tr("НЕТ", "NO")
        checks.add_row(tr(check.ru, check.en), str(check.looked_at), str(len(check.broken)), verdict)
    console.print(checks)
    for check in trial.checks:
        for line in check.broken[:SHOWN]:
            console.print(f"  {check.code}: {line}", markup=False, highlight=False)


def _show_figures(trial: Trial, console: Console) -> None:
    dials = trial.evidence.dials if trial.evidence else ()
    for label, value in (
        (tr("Попыток в базе", "Attempts in the database"), len(dials)),
        (
            tr("Звонков у абонентов, из них отвечено", "Rings at subscribers, answered"),
            f"{trial.rings}, {trial.answers}",
        ),
        (tr("Больше всего сразу", "Most at once"), f"{trial.most.calls} ({trial.most.talks})"),
        (
            tr("Реплик распознано, из них дольше 1 с", "Utterances recognized, over 1 s"),
            f"{trial.late_words.count}, {trial.late_words.slower:.1%}",
        ),
        (tr("Кадров звука позже 20 мс", "Frames over 20 ms late"), f"{trial.late_frames.slower:.2%}"),
        (tr("Узлы закончились сами, раз", "Nodes that ended unasked"), trial.restarts),
        (
            tr("Машина стояла, раз; нарушений в это время (не в счёт)", "Standstills of the machine; breaches in them"),
            f"{len(trial.stalls)}; {len(trial.excused)}",
        ),
        (tr("Длилось, с", "Took, s"), round(trial.took_s)),
    ):
        console.print(f"{label}: {value}", markup=False, highlight=False)
