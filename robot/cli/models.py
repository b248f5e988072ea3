"""`zvonar models`: what recognition models there are, and fetching them."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from robot.app import engine_options
from robot.cli.framework import Group, option, run
from robot.i18n import tr
from robot.settings import Settings
from robot.speech import registry
from robot.speech.models.catalogue import find
from robot.speech.models.install import pull as pull_model
from robot.speech.models.install import states

DEFAULT = "whisper-base"
FOR_TESTS = ("whisper-base", "vosk-model-small-ko")
MEGABYTE = 2**20


@click.group(cls=Group, help="Модели распознавания речи. | Speech recognition models.")
def models() -> None: ...


@models.command(name="list", help="Какие есть и какие установлены. | Which there are and which are installed.")
@click.pass_obj
def list_command(settings: Settings) -> None:
    table = Table()
    for title in (
        tr("Модель", "Model"),
        tr("Программа", "Engine"),
        tr("Язык", "Language"),
        tr("Лицензия", "Licence"),
        tr("МБ", "MB"),
        tr("Установлена", "Installed"),
    ):
        table.add_column(title)
    for state in states(settings.models_dir):
        model = state.model
        where = str(state.path) if state.installed else tr("нет", "no")
        table.add_row(model.name, model.engine, model.language, model.licence, str(state.size_bytes // MEGABYTE), where)
    Console().print(table)


@models.command(
    help="Скачать и установить модель. Прерванная загрузка продолжается. "
    "| Fetch and install a model. A download that was cut goes on where it stopped."
)
@click.argument("name")
@option("--again", is_flag=True, help="Даже если уже установлена. | Even when it is installed.")
@click.pass_obj
def pull(settings: Settings, name: str, again: bool) -> None:
    _pull(settings, name, again=again)


@models.command(
    help="Скачать модель по умолчанию, если распознавать нечем. | Fetch the default model when nothing can recognize."
)
@option("--for-tests", is_flag=True, help="И те, что нужны тестам. | And those that the tests need.")
@click.pass_obj
def ensure(settings: Settings, for_tests: bool) -> None:
    if for_tests:
        for name in FOR_TESTS:
            _pull(settings, name)
    elif all(one.lack for one in registry.available(engine_options(settings)) if one.kind == "recognizer"):
        _pull(settings, DEFAULT)


def _pull(settings: Settings, name: str, *, again: bool = False) -> None:
    model = find(name)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        job = progress.add_task(name, total=model.download_bytes)
        verified = run(
            pull_model(
                model,
                settings.models_dir,
                progress=lambda done, total: progress.update(job, completed=done, total=total),
                again=again,
            )
        )
    if verified is None:
        click.echo(tr(f"{name}: уже установлена", f"{name}: installed already"), err=True)
    elif verified == "sha256":
        click.echo(tr(f"{name}: установлена, сумма сверена", f"{name}: installed, checksum verified"), err=True)
    else:
        click.echo(
            tr(
                f"{name}: установлена; контрольной суммы автор не публикует, проверены длина и состав",
                f"{name}: installed; its publisher gives no checksum, length and structure were checked",
            ),
            err=True,
        )
