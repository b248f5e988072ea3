"""`zvonar script chat`: talk to a script in a terminal, and see what it understood."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from robot.cli.framework import Command, fail, option
from robot.cli.script_files import SCRIPT, engine_of, variables_of
from robot.i18n import tr
from scripts_dialog.actions import Action, BookSlot, CrmAction, End, Say, StopCalling, Transfer, Understood
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Silence
from scripts_dialog.rehearsal import Rehearsal
from scripts_dialog.state import Context

SAMPLE = {"lead.name": "Иван", "lead.company": "Ромашка", "company.name": "Город на ладони", "robot.name": "Анна"}
"""Whom the robot believes to be talking to unless told otherwise; the script's own variables stand before these."""
CUT_MS = 3000


@click.command(
    cls=Command,
    help="Поговорить со сценарием в терминале. Пустая строка — молчание; /key 1 — клавиша, /cut — перебить, "
    "/hangup — положить трубку, /quit — выйти. Строки можно подать и через стандартный ввод. "
    "| Talk to a script in the terminal. An empty line is silence; /key 1 presses a key, /cut interrupts, /hangup "
    "hangs up, /quit leaves. Lines may come from standard input, too.",
)
@click.argument("file", type=SCRIPT)
@option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Переменная разговора. | A variable.")
@option("--seed", default=0, show_default=True, help="Какие варианты фраз взять. | Which variants are drawn.")
@option("--zone", default="Europe/Moscow", show_default=True, help="Часовой пояс клиента. | The client's time zone.")
@option("--now", type=click.DateTime(), help="Считать, что сейчас столько. | Take this for the present time.")
@option("--quiet", is_flag=True, help="Не показывать, что понято. | Do not show what was understood.")
def chat(file: Path, assignments: tuple[str, ...], seed: int, zone: str, now: datetime | None, *, quiet: bool) -> None:
    try:
        there = ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        fail(tr(f"нет часового пояса «{zone}»", f"no time zone '{zone}'"), "Europe/Moscow, Asia/Yekaterinburg, …")
    moment = now.replace(tzinfo=there) if now is not None else datetime.now(there)
    engine = engine_of(file)
    known = {**SAMPLE, **engine.script.variables, **variables_of(assignments)}
    talk = Rehearsal(engine, MemoryCalendar.working_week(moment))
    _show(talk.start(Context(moment, known, seed)), quiet=quiet)
    for line in _lines():
        event = _event(line)
        if event is None:
            break
        _show(talk.tell(event), quiet=quiet)
        if talk.ended is not None:
            break


def _lines() -> Iterator[str]:
    """What is typed, with history and editing; from a pipe the lines are shown as they come."""
    interactive = sys.stdin.isatty()
    if interactive:
        import readline  # noqa: F401, PLC0415 - input() edits lines once it is there
    prompt = tr("вы: ", "you: ")
    while True:
        try:
            line = input(prompt)
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if not interactive:
            click.echo(line)
        yield line


def _event(line: str) -> Event | None:
    """None to leave."""
    command, _, rest = line.strip().partition(" ")
    match command:
        case "":
            return Silence()
        case "/quit" | "/q":
            return None
        case "/hangup":
            return HungUp()
        case "/cut":
            return Interrupted(CUT_MS // 3, CUT_MS)
        case "/key" if rest.strip() and rest.strip()[0] in "0123456789*#":
            return Dtmf(rest.strip()[0])
    return Heard(line)


def _show(actions: list[Action], *, quiet: bool) -> None:
    for action in actions:
        match action:
            case Say():
                click.echo(f"{tr('робот', 'robot')}: {action.text}")
            case End():
                callback = action.callback_at.isoformat() if action.callback_at else ""
                detail = " ".join(filter(None, (action.outcome.value, action.reason, callback)))
                click.secho(f"[{detail}]", bold=True)
            case Understood() if not quiet:
                _note(_understood(action))
            case BookSlot() if not quiet:
                _note(tr("запись на встречу: ", "booking: ") + action.slot.start.isoformat())
            case CrmAction() if not quiet:
                _note(f"CRM: {action.name} {', '.join(f'{name}={value}' for name, value in action.params.items())}")
            case Transfer() if not quiet:
                _note(tr("соединение с ", "transfer to ") + action.to)
            case StopCalling() if not quiet:
                _note(tr("в список «не звонить»", "into the stop list"))


def _understood(record: Understood) -> str:
    what = f"{record.intent} {record.confidence:.2f}" if record.intent else record.kind.value
    why = f" «{record.matched}»" if record.matched else ""
    also = f" + {', '.join(record.also)}" if record.also else ""
    return f"{what}{why}{also}: {record.phrase} → {record.next_phrase or record.phrase}"


def _note(text: str) -> None:
    click.secho(f"    · {text}", dim=True)
