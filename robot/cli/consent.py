"""`zvonar consent`: who agreed to advertising calls, when, and to which words."""

from __future__ import annotations

from pathlib import Path

import click

from robot.cli.data import shown, storage_of
from robot.cli.framework import Group, fail, run
from robot.cli.stoplist import MOST_SHOWN, write_table
from robot.crm.csv_safe import csv_text
from robot.crm.csv_table import ImportRefused
from robot.crm.lead_import import read_leads
from robot.crm.lead_row import RowRefused, read_phone
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings


@click.group(cls=Group, help="Согласия на рекламные звонки. | Consents to advertising calls.")
def consent() -> None: ...


@consent.command(
    name="import",
    help="Записать согласия лидов из CSV или XLSX: столбцы «телефон», «источник согласия», «дата согласия», «текст "
    "согласия». В очередь никого не ставит. | Record consents of leads from CSV or XLSX: columns “phone”, “consent "
    "source”, “consent date”, “consent text”. Queues nobody.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_command(settings: Settings, file: Path) -> None:
    try:
        table = read_leads(file.read_bytes())
    except ImportRefused as error:
        fail(f"{file}: {shown(error.reason)}")

    async def work() -> tuple[int, int]:
        recorded = unknown = 0
        async with storage_of(settings) as storage:
            for one in table.leads:
                if one.consent is None:
                    continue
                lead = await storage.leads.find(one.phone)
                if lead is None:
                    unknown += 1
                    continue
                await storage.consents.record(lead.id, one.consent)
                recorded += 1
        return recorded, unknown

    recorded, unknown = run(work())
    bare = sum(one.consent is None for one in table.leads)
    click.echo(
        tr(
            f"Записано согласий: {recorded}; без согласия в строке: {bare}; таких лидов нет: {unknown}; отказов: "
            f"{len(table.refused)}",
            f"Consents recorded: {recorded}; rows without one: {bare}; no such leads: {unknown}; refused: "
            f"{len(table.refused)}",
        )
    )
    for refused in table.refused[:MOST_SHOWN]:
        click.echo(f"  {tr('строка', 'line')} {refused.line}: {shown(refused.reason)}")


@consent.command(
    help="Отозвать все согласия человека: рекламные кампании ему больше не звонят. "
    "| Revoke all consents of a person: advertising campaigns call him no more."
)
@click.argument("phone")
@click.pass_obj
def revoke(settings: Settings, phone: str) -> None:
    try:
        number = read_phone(phone)
    except RowRefused as refused:
        fail(shown(refused.reason), tr("пишите номер целиком: +74951234567", "write it whole: +74951234567"), code=2)

    async def work() -> int | None:
        async with storage_of(settings) as storage:
            lead = await storage.leads.find(number)
            return None if lead is None else await storage.consents.revoke(lead.id, now=utc_now())

    closed = run(work())
    if closed is None:
        fail(
            tr("такого лида нет", "no such lead"),
            tr("не звонить вовсе: zvonar stoplist add", "never to call: zvonar stoplist add"),
        )
    click.echo(tr(f"Отозвано; снято с очереди: {closed}", f"Revoked; taken off the queue: {closed}"))


@consent.command(help="Выгрузить журнал согласий в CSV; «-» — на экран. | Write the ledger as CSV; “-” prints it.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.pass_obj
def export(settings: Settings, file: Path) -> None:
    async def work() -> list[tuple[str, ...]]:
        async with storage_of(settings) as storage:
            return [
                (
                    line.phone,
                    line.consent.source,
                    line.consent.given_at.isoformat(),
                    line.consent.text,
                    line.consent.revoked_at.isoformat() if line.consent.revoked_at else "",
                )
                for line in await storage.consents.ledger()
            ]

    header = (
        tr("телефон", "phone"),
        tr("источник согласия", "consent source"),
        tr("дата согласия", "consent date"),
        tr("текст согласия", "consent text"),
        tr("отозвано", "revoked"),
    )
    write_table(file, csv_text(header, run(work())))
