"""`zvonar lab`: two real Asterisks on this machine, with a SIP trunk between them and simulated subscribers behind."""

from __future__ import annotations

import click

from robot.app import lab_settings
from robot.cli.framework import EXIT_FAILED, Group, run
from robot.i18n import Language, language, tr
from robot.settings import Settings
from telephony.lab import lab as stand
from telephony.lab.settings import Step


@click.group(
    cls=Group,
    help="Стенд: настоящая АТС Asterisk, вторая — «оператор связи», и симулированные абоненты. Только на этой машине. "
    "| The lab: a real Asterisk as PBX, a second as telephone company, simulated subscribers. This machine only.",
)
def lab() -> None: ...


def tell(step: Step) -> None:
    """Progress of long work, on standard error."""
    click.echo(step.ru if language.get() is Language.RU else step.en, err=True)


@lab.command(help="Запустить стенд (в первый раз скачивает Asterisk). | Start the lab (fetches Asterisk once).")
@click.pass_obj
def up(settings: Settings) -> None:
    _show(run(stand.up(lab_settings(settings), tell)))


@lab.command(help="Остановить стенд. | Stop the lab.")
@click.pass_obj
def down(settings: Settings) -> None:
    run(stand.down(lab_settings(settings), tell))


@lab.command(help="Что работает: процессы, порты, транк. Код 1, если звонить нельзя. | What runs; exit code 1 if no.")
@click.pass_context
def status(ctx: click.Context) -> None:
    state = run(stand.status(lab_settings(ctx.ensure_object(Settings))))
    _show(state)
    if not state.ok:
        ctx.exit(EXIT_FAILED)


def _show(state: stand.LabStatus) -> None:
    click.echo(tr("Стенд готов к звонкам", "The lab can make calls") if state.ok else tr("Стенд не готов", "Not ready"))
    click.echo(f"  {tr('транк', 'trunk')}: {state.trunk}")
    for name, pid in state.pids.items():
        click.echo(f"  {name}: pid {pid}")
    for name, port in state.ports.items():
        click.echo(f"  {name}: {tr('порт', 'port')} {port}")
