"""`zvonar chaos`: nodes on one database, real Asterisks, and one fault after the other."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from robot.cli.framework import EXIT_FAILED, Command, fail, option, run, terminal
from robot.cli.lab import tell
from robot.i18n import tr
from robot.proving.chaos import FAULTS, Plan, Trial, run_trial
from robot.proving.errors import ProvingError
from robot.proving.stage import Installed
from robot.settings import Settings

SHOWN = 5


@click.command(
    cls=Command,
    help="Испытание сбоями: узлы на одной PostgreSQL, у каждого свой Asterisk и абоненты; узел убивают, базу и "
    "Asterisk перезапускают, кабель AMI рвут; потом всё пересчитывается по базе и по учёту абонентов. Код 1, если "
    "обещание нарушено. "
    "| Trial by faults: nodes on one PostgreSQL, each with its Asterisk and subscribers; a node is killed, database "
    "and Asterisk restarted, AMI cut; then all is counted from the database and by what the subscribers saw. "
    "Exit code 1 for a broken promise.",
)
@option("--nodes", type=click.IntRange(2, 5), default=3, show_default=True, help="Узлов. | Nodes.")
@option("--calls", type=click.IntRange(2, 200), default=50, show_default=True, help="Звонков сразу. | Calls at once.")
@option("--fault", "faults", multiple=True, type=click.Choice(FAULTS), help="Только эти, по порядку. | These alone.")
@option(
    "--pause", type=click.FloatRange(1, 120), default=20, show_default=True, help="Секунд после сбоя. | After each."
)
@option("--quick", is_flag=True, help="Короткие гудки, аренды и остановка. | Short ringing, leases and drain.")
@option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Куда сложить журналы. | Where to keep logs.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
@click.pass_context
def chaos(
    ctx: click.Context,
    *,
    nodes: int,
    calls: int,
    faults: tuple[str, ...],
    pause: float,
    quick: bool,
    keep: Path | None,
    as_json: bool,
) -> None:
    settings = ctx.ensure_object(Settings)
    plan = Plan(nodes=nodes, calls=calls, faults=faults or FAULTS, pause_s=pause, hard_quota=max(2, calls // 8))
    try:
        trial = run(run_trial(plan.quick() if quick else plan, installed(settings), tell, keep=keep))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps(report(trial), ensure_ascii=False, indent=2))
    else:
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
        "faults": [
            {
                "fault": b.name,
                "at": b.at.isoformat(),
                "calls": b.before.calls,
                "talks": b.before.talks,
                "what": b.detail,
            }
            for b in trial.blows
        ],
        "checks": [
            {"check": check.code, "looked_at": check.looked_at, "broken": list(check.broken)} for check in trial.checks
        ],
    }


def show(trial: Trial, console: Console) -> None:
    blows = Table(title=tr("Сбои", "Faults"))
    for title in (tr("Время UTC", "UTC"), tr("Сбой", "Fault"), tr("Звонков", "Calls"), tr("Разговоров", "Talks"), ""):
        blows.add_column(title)
    for blow in trial.blows:
        before = blow.before
        blows.add_row(f"{blow.at:%H:%M:%S}", blow.name, str(before.calls), str(before.talks), blow.detail)
    console.print(blows)
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
        (tr("Длилось, с", "Took, s"), round(trial.took_s)),
    ):
        console.print(f"{label}: {value}", markup=False, highlight=False)
