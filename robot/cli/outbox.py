"""`zvonar outbox`: what goes out after calls, what is parked and why; tried again or dropped by a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from robot.cli import outbox_view as view
from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, option, run, terminal
from robot.cli.unheard_view import unheard_json, unheard_table
from robot.crm.outbox_desk import OPEN, UNHEARD_FOR, Entry, Unheard, Wanted
from robot.crm.outbox_ports import Kind, State
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

STATES = {"open": OPEN, "all": tuple(State), **{state.value: (state,) for state in State}}


def _filters(command: F) -> F:
    """Which rows: shared by all commands."""
    for one in reversed(
        (
            option("--target", default=None, help="Только для этой системы. | Only for this system."),
            option(
                "--kind",
                default=None,
                type=click.Choice([kind.value for kind in Kind]),
                help="Только этого вида. | Only of this kind.",
            ),
            option("--problem", "code", default=None, help="Только с этим кодом ошибки. | Only with this error code."),
            option("--lead", "lead_id", default=None, type=int, help="Только этого лида. | Only of this lead."),
            option(
                "--since",
                default=None,
                type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
                help="С этого дня или времени. | From this day or time on.",
            ),
        )
    ):
        command = one(command)
    return command


def _wanted(since: datetime | None, **named: Any) -> Wanted:
    return Wanted(since=since.astimezone() if since else None, **named)


@click.group(
    cls=Group,
    help="Исходящее: что уходит в CRM и клиентам после звонков. | What goes out to CRMs and clients after calls.",
)
def outbox() -> None: ...


@outbox.command(
    name="list",
    help="Что ждёт отправки и что отложено до решения человека, с причиной; и кому робот не позвонил, потому что в CRM "
    "нет номера. | What waits to be delivered, and what is parked until a person decides, with the reason; and who was "
    "not called since the CRM has no number of his.",
)
@option(
    "--state",
    default="open",
    show_default=True,
    type=click.Choice(list(STATES)),
    help="open: ждёт или отложено. | open: waiting or parked.",
)
@_filters
@option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Сколько. | How many.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def list_command(settings: Settings, /, *, state: str, limit: int, as_json: bool, **chosen: Any) -> None:
    wanted = _wanted(states=STATES[state], **chosen)

    now = utc_now()

    async def work() -> tuple[Sequence[Entry], Sequence[Unheard]]:
        async with storage_of(settings) as storage:
            desk = storage.outbox_desk
            unheard = await desk.unheard(since=now - UNHEARD_FOR, limit=limit) if wanted == Wanted() else ()
            return await desk.entries(wanted, limit=limit, now=now), unheard

    entries, unheard = run(work())
    if as_json:
        listed = {"deliveries": [*map(view.entry_json, entries)], "unheard": [*map(unheard_json, unheard)]}
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    if entries:
        terminal().print(view.entries_table(entries))
    if unheard:
        terminal().print(unheard_table(unheard))
    if not (entries or unheard):
        click.echo(tr("Пусто", "Nothing"))


@outbox.command(
    help="Доставить снова: по номерам из list или по условиям. Сделанное раньше не повторяется. "
    "| Deliver again: by numbers of the list, or by conditions. What was done before is not done twice."
)
@click.argument("ids", nargs=-1, type=int)
@option("--dropped", is_flag=True, help="И те, от которых отказались. | Those that were dropped, too.")
@option("--all", "everything", is_flag=True, help="Всё, что ждёт и отложено. | All that waits or is parked.")
@_filters
@click.pass_obj
def retry(settings: Settings, /, *, ids: tuple[int, ...], dropped: bool, everything: bool, **chosen: Any) -> None:
    states = (*OPEN, State.DROPPED) if dropped else OPEN
    wanted = _chosen(ids, states, everything=everything, **chosen)

    async def work() -> int:
        async with storage_of(settings) as storage:
            return await storage.outbox_desk.retry(wanted, now=utc_now())

    _tell(run(work()), tr("Будет доставлено снова", "To be delivered again"), wanted)


@outbox.command(
    help="Не доставлять никогда: по номерам из list или по условиям. "
    "| Never deliver: by numbers of the list, or by conditions."
)
@click.argument("ids", nargs=-1, type=int)
@option("--all", "everything", is_flag=True, help="Всё, что ждёт и отложено. | All that waits or is parked.")
@option("--yes", is_flag=True, help="Не переспрашивать. | Do not ask.")
@_filters
@click.pass_obj
def drop(settings: Settings, /, *, ids: tuple[int, ...], everything: bool, yes: bool, **chosen: Any) -> None:
    wanted = _chosen(ids, OPEN, everything=everything, **chosen)
    if not yes:
        click.confirm(tr("Точно не доставлять?", "Really never deliver?"), abort=True)

    async def work() -> int:
        async with storage_of(settings) as storage:
            return await storage.outbox_desk.drop(wanted, now=utc_now())

    _tell(run(work()), tr("Не будет доставлено", "Never to be delivered"), wanted)


def _chosen(ids: tuple[int, ...], states: Sequence[State], *, everything: bool, **chosen: Any) -> Wanted:
    """All of it only when it is said."""
    if not ids and not everything and all(value is None for value in chosen.values()):
        fail(
            tr("не сказано, что именно", "it is not said which"),
            tr(
                "дайте номера из zvonar outbox list, условия или --all", "give numbers of the list, conditions or --all"
            ),
            code=EXIT_USAGE,
        )
    return _wanted(states=states, ids=ids or None, **chosen)


def _tell(changed: int, what: str, wanted: Wanted) -> None:
    click.echo(f"{what}: {changed}")
    if wanted.ids is not None and changed < len(set(wanted.ids)):
        fail(
            tr(
                "остальных номеров нет, или они уже доставлены, или доставляются сейчас",
                "the others are not there, were delivered already, or are being delivered now",
            ),
            "zvonar outbox list --state all",
        )
