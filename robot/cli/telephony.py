"""`zvonar telephony`: Asterisk's configuration, whether everything about the telephone works, and a call to try it."""

from __future__ import annotations

from pathlib import Path

import click

from robot import app
from robot.cli.framework import EXIT_USAGE, Group, fail, option
from robot.i18n import tr
from robot.settings import Settings
from telephony.asterisk.config.files import write_config


@click.group(
    cls=Group,
    help="Телефония: настроить Asterisk, проверить, позвонить для пробы. "
    "| Telephony: configure Asterisk, check it, make a test call.",
)
def telephony() -> None: ...


@telephony.command(
    help="Записать в ПАПКУ всю конфигурацию Asterisk по настройкам ZVONAR_TRUNK__…: SIP-транк, AMI, диалплан, RTP. "
    "Прежние файлы с теми же именами заменяются. | Write the whole configuration of an Asterisk into FOLDER from the "
    "settings ZVONAR_TRUNK__…: SIP trunk, AMI, dial plan, RTP. Files of the same names are replaced."
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@option("--etc", type=click.Path(path_type=Path), help="Где папка будет у Asterisk. | Where Asterisk will see it.")
@option("--state", type=click.Path(path_type=Path), help="Куда пишет Asterisk. | Where Asterisk writes.")
@option("--modules", type=click.Path(path_type=Path), help="Где модули Asterisk. | Where Asterisk's modules are.")
@option("--data", type=click.Path(path_type=Path), help="Где данные Asterisk. | Where Asterisk's data are.")
@option("--owner", default="", help="Пользователь Asterisk. | The user Asterisk runs as.")
@click.pass_obj
def config(
    settings: Settings,
    *,
    folder: Path,
    etc: Path | None,
    state: Path | None,
    modules: Path | None,
    data: Path | None,
    owner: str,
) -> None:
    _require_trunk(settings)
    usual = app.usual_places((etc or folder).absolute())
    places = app.Places(usual.etc, state or usual.state, modules or usual.modules, data or usual.data)
    elsewhere = folder.absolute() if etc is not None and etc.absolute() != folder.absolute() else None
    try:
        files = write_config(app.configured_pbx(settings, places), into=elsewhere, owner=owner)
    except (OSError, LookupError) as error:
        fail(
            tr(f"конфигурация не записана: {error}", f"the configuration was not written: {error}"),
            tr("нужны права на папки и пользователь Asterisk", "write access to the folders and Asterisk's user"),
        )
    click.echo(tr(f"Записано файлов: {len(files)}, в {folder}", f"{len(files)} files written into {folder}"))
    click.echo(tr("Дальше: перезапустите Asterisk, затем zvonar telephony check",
                  "Next: restart Asterisk, then zvonar telephony check"))  # fmt: skip


def _require_trunk(settings: Settings) -> None:
    if not settings.trunk.host:
        fail(
            tr("не сказано, где оператор", "the operator's address is not set"),
            tr("задайте ZVONAR_TRUNK__HOST и остальное по docs/ru/telefoniya.md",
               "set ZVONAR_TRUNK__HOST and the rest, see docs/telephony.md"),
            code=EXIT_USAGE,
        )  # fmt: skip
    if not settings.asterisk.ami_secret.get_secret_value():
        fail(
            tr("нет пароля AMI", "there is no AMI secret"),
            tr("задайте ZVONAR_ASTERISK__AMI_SECRET, например вывод openssl rand -hex 24",
               "set ZVONAR_ASTERISK__AMI_SECRET, for one to what openssl rand -hex 24 prints"),
            code=EXIT_USAGE,
        )  # fmt: skip
