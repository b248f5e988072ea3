"""`zvonar lab`: two real Asterisks on this machine, with a SIP trunk between them and simulated subscribers behind."""

from __future__ import annotations

import click

from robot.app import lab_settings
from robot.cli.framework import EXIT_FAILED, EXIT_USAGE, Group, fail, option, run
from robot.domain.phones import InvalidPhone, parse_phone
from robot.i18n import Language, language, tr
from robot.settings import Settings
from telephony.errors import DialError
from telephony.lab import lab as stand
from telephony.lab.ringing import ring_in
from telephony.lab.settings import Step
from telephony.simulated.directory import default_directory

HIDDEN = "hidden"


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


@lab.command(
    help="Абонент стенда звонит роботу (запущенному как ZVONAR_LINE=lab zvonar serve): так пробуют входящие. НОМЕР — "
    "чей-нибудь из симулированных людей, например +74950100000. Команда ждёт ответа; разговор идёт дальше сам. "
    "| A subscriber of the lab rings the robot (run as ZVONAR_LINE=lab zvonar serve), to try calls that come in. "
    "NUMBER is that of a simulated person, +74950100000 for one. Returns at the answer; the talk goes on by itself."
)
@click.argument("number")
@option(
    "--as",
    "shown",
    default="",
    help="Какой номер увидит робот: чей-то ещё (+7…) или «hidden». | The number the robot sees: another (+7…), or "
    "“hidden”.",
)
@click.pass_obj
def ring(settings: Settings, number: str, shown: str) -> None:
    person = _phone(number)
    persona = default_directory().persona(person)
    if persona is None or not persona.people:
        some = default_directory().number_for("agrees", 0)
        fail(tr("за этим номером нет человека", "nobody lives behind this number"), f"zvonar lab ring {some}", code=2)
    caller = "" if shown == HIDDEN else _phone(shown) if shown else None
    try:
        run(ring_in(lab_settings(settings), person, caller=caller))
    except (DialError, TimeoutError):
        fail(
            tr("робот не взял трубку", "the robot did not take the call"),
            tr(
                "запустите ZVONAR_LINE=lab zvonar serve; незнакомый номер принимает кампания ZVONAR_INBOUND__CAMPAIGN",
                "run ZVONAR_LINE=lab zvonar serve; strangers are taken by the campaign ZVONAR_INBOUND__CAMPAIGN",
            ),
        )
    click.echo(tr(f"Робот ответил: {persona.title.ru}", f"The robot has answered: {persona.title.en}"))


def _phone(written: str) -> str:
    try:
        return parse_phone(written)
    except InvalidPhone:
        fail(tr(f"это не номер: {written}", f"no number: {written}"), "+74950100000", code=EXIT_USAGE)


def _show(state: stand.LabStatus) -> None:
    click.echo(tr("Стенд готов к звонкам", "The lab can make calls") if state.ok else tr("Стенд не готов", "Not ready"))
    click.echo(f"  {tr('транк', 'trunk')}: {state.trunk}")
    for name, pid in state.pids.items():
        click.echo(f"  {name}: pid {pid}")
    for name, port in state.ports.items():
        click.echo(f"  {name}: {tr('порт', 'port')} {port}")
