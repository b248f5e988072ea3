"""`zvonar telephony`: Asterisk's configuration, whether everything about the telephone works, and a call to try it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from robot import app
from robot.cli import telephony_words as words
from robot.cli.framework import EXIT_FAILED, EXIT_USAGE, Group, fail, option, run
from robot.cli.telephony_call import try_call, words_in
from robot.cli.telephony_check import check_all
from robot.domain.phones import InvalidPhone, parse_phone
from robot.i18n import tr
from robot.settings import Settings
from robot.web.routes.telephony import end_text, refused_text
from telephony.asterisk.check.finding import Finding, Level
from telephony.asterisk.config.files import write_config

_MARKS = {Level.FINE: ("✓", "green"), Level.DOUBTFUL: ("–", "yellow"), Level.BROKEN: ("✗", "red")}


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


@telephony.command(
    help="Проверить телефонию: Asterisk, права, транк, регистрация, кодеки, часы, порты, NAT. Без "
    "--call никому не звонит. Код 1, если звонить нельзя. | Check the telephone: Asterisk, rights, trunk, "
    "registration, codecs, clock, ports, NAT. Rings nobody without --call. Exit code 1 when calls cannot be made."
)
@option(
    "--call", "number", default="", help="И позвонить на этот номер: +7… | And ring this number: +7…", metavar="NUMBER"
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_context
def check(ctx: click.Context, number: str, *, as_json: bool) -> None:
    found = run(check_all(ctx.ensure_object(Settings), _phone(number) if number else ""))
    whole = all(finding.level is not Level.BROKEN for finding in found)
    if as_json:
        click.echo(
            json.dumps({"ok": whole, "checks": [_row(finding) for finding in found]}, ensure_ascii=False, indent=2)
        )
    else:
        _show(found)
    if not whole:
        ctx.exit(EXIT_FAILED)


@telephony.command(
    help="Позвонить для пробы: робот скажет фразу и послушает. Действуют стоп-лист, разрешённые номера, часы звонков, "
    "лимиты и предел расходов. Код 1, если не дозвонились. | Make a test call: the robot says a sentence and listens. "
    "The stop list, the allowed numbers, the hours, the limits and the spend ceiling hold. Exit code 1 when nobody "
    "answered."
)
@click.argument("number")
@option(
    "--record",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Сохранить запись (WAV); без этого она не хранится. | Keep the recording (WAV); else none is kept.",
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_context
def call(ctx: click.Context, number: str, record: Path | None, *, as_json: bool) -> None:
    settings = ctx.ensure_object(Settings)
    tried = run(try_call(settings, _phone(number), record))
    heard = run(words_in(settings, tried.heard))
    text = refused_text(tried.refusal) if tried.refusal else end_text(tried.end)
    end, recorded = tried.end, str(record) if record is not None and tried.end.answered else ""
    if as_json:
        row = {"code": tried.refusal or end.code, "text": tr(text.ru, text.en), "answered": end.answered}
        row |= {"heard": end.heard, "words": heard, "codec": tried.codec, "talked_s": round(end.talked_s, 1)}
        click.echo(json.dumps(row | {"recording": recorded}, ensure_ascii=False, indent=2))
    else:
        click.echo(tr(text.ru, text.en))
        for title, told in (
            (tr("кодек", "codec"), tried.codec),
            (tr("услышано", "heard"), heard),
            (tr("запись", "recording"), recorded),
        ):
            if told:
                click.echo(f"  {title}: {told}")
    if not end.answered:
        ctx.exit(EXIT_FAILED)


def _show(found: list[Finding]) -> None:
    console = Console()
    for finding in found:
        mark, style = _MARKS[finding.level]
        console.print(Text(f"{mark} {words.title(finding)}", style), end="")
        console.print(f": {words.detail(finding)}", markup=False, highlight=False)
        if remedy := words.remedy(finding):
            console.print(f"    {tr('что делать', 'what to do')}: {remedy}", markup=False, highlight=False)


def _row(finding: Finding) -> dict[str, object]:
    row: dict[str, object] = {"part": finding.part.value, "code": finding.code, "level": finding.level.value}
    told = {"title": words.title(finding), "detail": words.detail(finding), "remedy": words.remedy(finding)}
    return row | told | {"facts": dict(finding.facts)}


def _phone(written: str) -> str:
    try:
        return parse_phone(written)
    except InvalidPhone:
        fail(tr(f"это не номер: {written}", f"no number: {written}"), "+74950100000", code=EXIT_USAGE)


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
