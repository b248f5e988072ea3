"""`zvonar backup` and `zvonar restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn, TransferSpeedColumn

from robot import app
from robot.cli.framework import Command, Group, option, run
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.keeping.backup import OnProgress, Order, check_archive, make_backup, silent
from robot.keeping.manifest import Manifest
from robot.keeping.restore import Restoring
from robot.keeping.restore import restore as bring_back
from robot.keeping.snapshot import snapshots_of
from robot.keeping.sources import ASIDE
from robot.settings import Settings

CREATE = "create"


class BackupGroup(Group):
    """`zvonar backup PLACE` makes one: what is no command's name is a place."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        return super().parse_args(ctx, args if named else [CREATE, *args])


@click.group(
    cls=BackupGroup,
    help="Резервная копия: база, записи, сценарии, студийные фразы, настройки — одним проверенным файлом; звонки "
    "при этом идут. МЕСТО — файл или папка; в папке записи разговоров лежат рядом и пишутся один раз. "
    "| A backup: database, recordings, scripts, studio phrases, settings, in one checked file, while calls go on. "
    "PLACE is a file or a folder; in a folder recordings lie beside and are written once.\n\n"
    "zvonar backup МЕСТО | zvonar backup PLACE",
)
def backup() -> None: ...


@backup.command(name=CREATE, help="Сделать копию. | Make one.")
@click.argument("place", type=click.Path(path_type=Path))
@option(
    "--secrets",
    is_flag=True,
    help="И пароли настроек, и ключи CRM: храните такую копию как сейф. "
    "| With the passwords of the settings and the keys of CRMs: keep such a file in a safe.",
)
@option(
    "--keep",
    type=click.IntRange(min=1),
    help="Сколько последних копий оставить в папке. | How many of the newest to keep in the folder.",
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def create(settings: Settings, place: Path, keep: int | None, *, secrets: bool, as_json: bool) -> None:
    with _progress() as on_progress:
        made = make_backup(
            app.installation(settings),
            snapshots_of(settings.database),
            Order(place, secrets, keep or 0),
            schema=lambda: app.schema_of(settings.database),
            product=version("zvonar"),
            now=utc_now(),
            on_progress=on_progress,
        )
    if as_json:
        told = {"archive": str(made.archive), "files": made.files, "bytes": made.size, "dropped": made.dropped}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    size = f"{made.size / 2**20:.1f}"
    click.echo(tr(f"Копия проверена: {made.archive} (файлов {made.files}, {size} МБ)",
                  f"Written and checked: {made.archive} ({made.files} files, {size} MB)"))  # fmt: skip
    if made.dropped:
        click.echo(tr(f"Старых копий удалено: {made.dropped}", f"Old ones dropped: {made.dropped}"))


@backup.command(help="Проверить каждый байт копии. Код 1, если она плоха. | Check every byte; code 1 if bad.")
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
def verify(archive: Path, *, as_json: bool) -> None:
    with _progress() as on_progress:
        manifest = check_archive(archive, on_progress=on_progress)
    if as_json:
        click.echo(json.dumps(_row(manifest), ensure_ascii=False))
    else:
        click.echo(_sentence(manifest))


@click.command(
    cls=Command,
    help="Вернуть всё из копии: она проверяется вся, потом занимает место того, что есть, — целиком или никак. "
    "Робот должен быть остановлен. Удалённые после копии (zvonar person erase) будут удалены снова. "
    "| Bring everything back: the backup is checked whole, then takes the place of what is there, all or nothing. "
    "The robot must be stopped. Whoever was erased since (zvonar person erase) is erased again.",
)
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@option("--replace", is_flag=True, help="Заменить то, что есть. | Replace what is there.")
@option(
    "--erasures",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Журнал удалений (erasures.json), сохранённый отдельно от потерянной машины. "
    "| A ledger of erasures (erasures.json) kept apart from the machine that was lost.",
)
@click.pass_obj
def restore(settings: Settings, archive: Path, erasures: tuple[Path, ...], *, replace: bool) -> None:
    documents = run(app.erasures_of(settings, *erasures))
    order = Restoring(
        app.installation(settings),
        snapshots_of(settings.database),
        app.known_schemas(),
        replace,
        purify=app.purifier(settings, documents),
    )
    with _progress() as on_progress:
        manifest = bring_back(archive, order, on_progress)
    click.echo(tr(f"Восстановлено. {_sentence(manifest)}", f"Restored. {_sentence(manifest)}"))
    if (settings.data_dir / ASIDE).is_dir():
        where = settings.data_dir / ASIDE
        click.echo(tr(f"Настройки и студийные записи положены рядом: {where}", f"Settings and studio phrases: {where}"))
    if not manifest.secrets:
        click.echo(tr("Паролей и ключей CRM в копии нет: задайте их заново", "Set passwords and keys of CRMs again"))


def _row(manifest: Manifest) -> dict[str, Any]:
    size = sum(entry.size for entry in manifest.files)
    row = {"made_at": manifest.made_at.isoformat(), "product": manifest.product, "database": manifest.database}
    return row | {"schema": manifest.schema, "secrets": manifest.secrets, "files": len(manifest.files), "bytes": size}


def _sentence(manifest: Manifest) -> str:
    size = sum(entry.size for entry in manifest.files) / 2**20
    at = manifest.made_at.astimezone().strftime("%d.%m.%Y %H:%M")
    return tr(
        f"Копия от {at}, файлов {len(manifest.files)}, {size:.1f} МБ, всё цело",
        f"Made {at}, {len(manifest.files)} files, {size:.1f} MB, all whole",
    )


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """On standard error, where somebody looks."""
    if not sys.stderr.isatty():
        yield silent
        return
    titles = {
        "database": tr("база", "database"),
        "archive": tr("запись", "writing"),
        "recordings": tr("разговоры", "recordings"),
        "seal": tr("контрольная сумма", "checksum"),
        "check": tr("проверка", "check"),
        "files": tr("файлы", "files"),
    }
    columns = (TextColumn("{task.description}"), TextColumn("{task.fields[mb]} MB"), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(part: str, size: int) -> None:
            if part not in tasks:
                tasks[part] = bars.add_task(titles[part], total=None, mb="0")
            done = bars.tasks[tasks[part]].completed + size
            bars.update(tasks[part], completed=done, mb=f"{done / 2**20:.0f}")

        yield advance
