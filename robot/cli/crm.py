"""`zvonar crm`: whether the CRMs named in the settings can be worked with."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import click
from rich.table import Table

from robot.cli.crm_fake import fake
from robot.cli.crm_trial import trial
from robot.cli.data import storage_of
from robot.cli.framework import EXIT_FAILED, Group, fail, option, run, terminal
from robot.crm import registry
from robot.crm.builtin import connector as builtin
from robot.crm.connector import Connector, Findings, Named
from robot.crm.errors import DeliveryError, Misconfigured
from robot.crm.http import HttpWire
from robot.crm.throttle import MemoryThrottle
from robot.i18n import tr
from robot.settings import Settings

if TYPE_CHECKING:
    from robot.crm.bitrix24.connector import Bitrix24

Outcome = Findings | DeliveryError


@click.group(cls=Group, help="CRM, куда пишет робот. | The CRMs that the robot writes to.")
def crm() -> None: ...


crm.add_command(fake)
crm.add_command(trial)


@crm.command(
    help="Попробовать настройки: кто мы там, что нам можно, какие есть стадии и пользователи. Ничего не меняет. "
    "| Try the settings: who we are there, what we may do, which stages and users there are. Changes nothing."
)
@click.argument("name", required=False)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def check(settings: Settings, *, name: str | None, as_json: bool) -> None:
    names = [name] if name else [builtin.NAME, *settings.crm.used()]
    found = run(_check(names, settings))
    if as_json:
        click.echo(json.dumps({one: _json(outcome) for one, outcome in found.items()}, ensure_ascii=False, indent=2))
    else:
        for one, outcome in found.items():
            _show(one, outcome)
    if any(isinstance(outcome, DeliveryError) or outcome.problems for outcome in found.values()):
        sys.exit(EXIT_FAILED)


@crm.command(
    help="Поставить робота «Звонок робота» в автоматизацию Битрикс24: он начинает звонок, а процесс ждёт итога. "
    "Адрес — тот, по которому портал достаёт этот сервер. | Put “Call by robot” into the automation of Bitrix24: it "
    "starts a call, and the process waits for what comes of it. The address is where the portal reaches this server."
)
@click.argument("address")
@click.pass_obj
def automate(settings: Settings, *, address: str) -> None:
    try:
        run(_automate(settings, address))
    except DeliveryError as error:
        fail(str(error), error.remedy)
    click.echo(tr("Робот «Звонок робота» — в автоматизации портала", "“Call by robot” is in the portal's automation"))


async def _automate(settings: Settings, address: str) -> None:
    from robot.crm.bitrix24.connector import Bitrix24  # noqa: PLC0415 - one connector of many

    secret = settings.triggers.hooks.get(Bitrix24.name)
    if secret is None or urlsplit(address).scheme not in {"http", "https"}:
        raise Misconfigured(
            tr("некуда звать робота: нет секрета или адреса", "the robot cannot be called: no secret, or no address"),
            remedy=tr(
                'задайте ZVONAR_TRIGGERS__HOOKS={"bitrix24": "…"} и назовите адрес: https://robot.example.ru',
                'set ZVONAR_TRIGGERS__HOOKS={"bitrix24": "…"} and name the address: https://robot.example.com',
            ),
        )
    connector = _connector(Bitrix24.name, settings)
    try:
        await cast("Bitrix24", connector).automate(
            f"{address.rstrip('/')}/hooks/crm/{Bitrix24.name}/{secret.get_secret_value()}"
        )
    finally:
        await connector.close()


async def _check(names: Sequence[str], settings: Settings) -> Mapping[str, Outcome]:
    """One that fails keeps no other back."""
    found: dict[str, Outcome] = {}
    for name in names:
        try:
            connector = _connector(name, settings)
            try:
                found[name] = await connector.check()
            finally:
                await connector.close()
        except DeliveryError as error:
            found[name] = error
    return found


def _connector(name: str, settings: Settings) -> Connector:
    """Raises Misconfigured."""
    if name == builtin.NAME:
        return builtin.Builtin(_Staff(settings))
    parts = registry.Parts(HttpWire(), MemoryThrottle(), settings.data_dir)
    return registry.make(name, settings.crm.used().get(name), parts)


@dataclass(frozen=True, slots=True)
class _Staff:
    """Managers as the database has them."""

    settings: Settings

    async def names(self) -> Sequence[str]:
        async with storage_of(self.settings) as storage:
            return [manager.name for manager in await storage.managers.all()]


def _json(outcome: Outcome) -> Mapping[str, object]:
    if isinstance(outcome, DeliveryError):
        return {"ok": False, "code": outcome.code, "error": str(outcome), "remedy": outcome.remedy}
    return {"ok": not outcome.problems, **asdict(outcome)}


def _show(name: str, outcome: Outcome) -> None:
    if isinstance(outcome, DeliveryError):
        click.echo(f"{name}: {outcome}")
        if outcome.remedy:
            click.echo(f"  {tr('Что делать', 'What to do')}: {outcome.remedy}")
        return
    click.echo(f"{name}: {outcome.account}")
    if outcome.may:
        click.echo(f"  {tr('Можно', 'May')}: {', '.join(outcome.may)}")
    for title, rows in ((tr("Стадия", "Stage"), outcome.stages), (tr("Пользователь", "User"), outcome.users)):
        if rows:
            terminal().print(_table(title, rows))
    for problem in outcome.problems:
        click.echo(f"  ! {problem}")
    if not outcome.problems:
        click.echo(f"  {tr('Готово к работе', 'Ready')}")


def _table(title: str, rows: Sequence[Named]) -> Table:
    table = Table()
    table.add_column("id")
    table.add_column(title)
    for row in rows:
        table.add_row(row.id, row.title)
    return table
