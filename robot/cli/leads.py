"""`zvonar leads import`: a list into the queue, with what became of every row."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from robot.cli.data import campaign_option, draft_of, shown, storage_of
from robot.cli.framework import Group, fail, option, run
from robot.crm.base import QUEUED, Added
from robot.crm.csv_safe import csv_text
from robot.crm.csv_table import ImportRefused
from robot.crm.import_report import FEW, opening_of, report
from robot.crm.lead_import import ImportedFile, read_leads
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.storage.errors import UnknownCampaign
from robot.storage.memory import MemoryStorage
from robot.storage.store import Storage

MOST_REFUSALS_SHOWN = 20
BATCH = 500
"""Leads written at once: as many as one transaction of the store takes."""


@click.group(cls=Group, help="Лиды. | Leads.")
def leads() -> None: ...


@leads.command(
    name="import",
    help="Загрузить лиды из XLSX или CSV (UTF-8, Windows-1251) и поставить в очередь. Строки с ошибками пропускаются "
    "и называются. Прерванную загрузку можно повторить: дважды никто не встанет. | Load leads from an XLSX or CSV file "
    "(UTF-8, Windows-1251) and queue them. Bad rows are skipped and named. An import that was interrupted may be "
    "repeated: nobody is queued twice.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@campaign_option
@option("--dry-run", is_flag=True, help="Только проверить, ничего не записывать. | Only look, write nothing.")
@option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Записать в CSV, что стало с каждой строкой. | Write what became of each row to a CSV file.",
)
@option("--json", "as_json", is_flag=True, help="Вывести итог как JSON. | Print the result as JSON.")
@click.pass_obj
def import_command(
    settings: Settings, file: Path, campaign: str, *, dry_run: bool, report_file: Path | None, as_json: bool
) -> None:
    try:
        table = read_leads(file.read_bytes())
    except ImportRefused as error:
        fail(f"{file}: {shown(error.reason)}")
    if report_file is not None and not report_file.absolute().parent.is_dir():
        fail(tr(f"нет папки для отчёта: {report_file}", f"no folder for the report: {report_file}"))
    if not as_json:
        _tell_file(file, table)
    one, added = run(_import(settings, campaign, table, dry_run=dry_run))
    if report_file is not None:
        _write_report(report_file, table, one, added)
    if as_json:
        click.echo(json.dumps(_as_json(table, added, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _tell_added(added, dry_run=dry_run)
        _tell_hours(table, one, added)


async def _import(settings: Settings, slug: str, table: ImportedFile, *, dry_run: bool) -> tuple[Campaign, Added]:
    now, added = utc_now(), Added()
    async with _store_of(settings, dry_run=dry_run) as storage:
        campaign = await _campaign(storage, slug, dry_run=dry_run)
        screen = Console(stderr=True)
        with Progress(transient=True, console=screen, disable=not screen.is_terminal) as progress:
            job = progress.add_task(tr("Загрузка", "Importing"), total=len(table.leads))
            for start in range(0, len(table.leads), BATCH):
                some = table.leads[start : start + BATCH]
                if dry_run:
                    added += await storage.leads.preview(campaign, some, now=now)
                else:
                    added += await storage.leads.add(campaign.id, some, now=now)
                progress.advance(job, len(some))
    return campaign, added


@asynccontextmanager
async def _store_of(settings: Settings, *, dry_run: bool) -> AsyncIterator[Storage]:
    """A dry run makes no database where there is none."""
    own_file = settings.data_dir / "zvonar.db"
    if dry_run and not settings.database_url.get_secret_value() and not own_file.exists():
        yield MemoryStorage(settings.dialing_rules())
        return
    async with storage_of(settings) as storage:
        yield storage


async def _campaign(storage: Storage, slug: str, *, dry_run: bool) -> Campaign:
    """One named like a shipped script is made on first use, and by a dry run only thought of."""
    try:
        return await storage.campaigns.get(slug)
    except UnknownCampaign:
        draft = draft_of(slug)
        if draft is None:
            raise
        return draft if dry_run else await storage.campaigns.ensure(draft)


def _tell_file(file: Path, table: ImportedFile) -> None:
    click.echo(
        tr(
            f"{file}: строк {table.rows}, лидов {len(table.leads)}, повторов {table.merged}, "
            f"отказов {len(table.refused)} ({table.encoding})",
            f"{file}: {table.rows} rows, {len(table.leads)} leads, {table.merged} duplicates, "
            f"{len(table.refused)} refused ({table.encoding})",
        )
    )
    for refused in table.refused[:MOST_REFUSALS_SHOWN]:
        click.echo(f"  {tr('строка', 'line')} {refused.line}: {shown(refused.reason)}")
    if (more := len(table.refused) - MOST_REFUSALS_SHOWN) > 0:
        click.echo(tr(f"  … и ещё {more}", f"  … and {more} more"))


def _tell_added(added: Added, *, dry_run: bool) -> None:
    would = tr("Встанет в очередь новых", "Would be queued") if dry_run else tr("В очереди новых", "Queued")
    click.echo(
        tr(
            f"{would}: {added.queued}; были известны: {added.known}; в стоп-листе: {added.stopped}; без согласия: "
            f"{added.no_consent}; номер нельзя набирать: {added.not_allowed}",
            f"{would}: {added.queued}; known before: {added.known}; on the stop list: {added.stopped}; no consent: "
            f"{added.no_consent}; numbers that may not be dialed: {added.not_allowed}",
        )
    )


def _tell_hours(table: ImportedFile, campaign: Campaign, added: Added) -> None:
    opening = opening_of(campaign, utc_now())
    queued = [lead for lead in table.leads if added.fates[lead.phone].code == QUEUED]
    few = sum(opening(lead).few for lead in queued)
    if few:
        hours = FEW.seconds // 3600
        click.echo(
            tr(
                f"Из них {few} можно звонить меньше {hours} ч в день: не известен город. Добавьте столбец «город» или "
                "«регион».",
                f"{few} of them may be called for less than {hours} h a day: no city is known. Add a column “city” or "
                "“region”.",
            )
        )


def _write_report(file: Path, table: ImportedFile, campaign: Campaign, added: Added) -> None:
    """All of it or nothing: a report that is half there would be believed."""
    header = (
        tr("строка", "line"),
        tr("номер", "number"),
        tr("что стало", "became"),
        tr("почему", "why"),
    )
    rows = report(table, added.fates, campaign, utc_now())
    text = csv_text(header, [(row.line, row.phone, shown(row.became), shown(row.why)) for row in rows])
    _replace(file, lambda draft: draft.write_text(text, encoding="utf-8-sig", newline=""))
    click.echo(tr(f"Отчёт: {file}", f"Report: {file}"), err=True)


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        write(draft)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        fail(
            tr(f"отчёт не записать: {error.strerror}: {file}", f"cannot write the report: {error.strerror}: {file}"),
            tr("укажите другой путь: лиды уже загружены", "give another path: the leads are imported already"),
        )


def _as_json(table: ImportedFile, added: Added, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "rows": table.rows,
        "leads": len(table.leads),
        "merged": table.merged,
        "refused": [{"line": one.line, "reason": shown(one.reason)} for one in table.refused],
        "queued": added.queued,
        "known": added.known,
        "stopped": added.stopped,
        "no_consent": added.no_consent,
        "not_allowed": added.not_allowed,
    }
