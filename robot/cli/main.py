"""The command `zvonar`: every command, one place where errors become sentences."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from robot.cli.framework import Group, fail, half
from robot.i18n import language
from robot.settings import ConfigurationError, Settings, load_settings

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("robot.cli.demo", "Показать главное дело на симулированных клиентах. | Show the main job, simulated."),
    "serve": ("robot.cli.serve", "Звонить и отвечать на /metrics, /healthz, /readyz. | Dial, and serve metrics."),
    "doctor": ("robot.cli.doctor", "Чего не хватает и как это получить. | What is missing and how to get it."),
    "leads": ("robot.cli.leads", "Загрузить лиды. | Load leads."),
    "managers": ("robot.cli.managers", "Кто проводит встречи и в какие часы. | Who holds the meetings, and when."),
    "campaigns": ("robot.cli.campaigns", "Кампании: создать, изменить, остановить. | Campaigns: create, edit, stop."),
    "stoplist": ("robot.cli.stoplist", "Кому не звонить никогда. | Who is never called."),
    "consent": ("robot.cli.consent", "Согласия на рекламу. | Consents to advertising."),
    "person": ("robot.cli.person", "Удалить или выдать данные человека. | Erase a person, or hand out his data."),
    "quota": ("robot.cli.data", "План встреч на день. | The day's quota of meetings."),
    "calls": ("robot.cli.calls", "Звонки: расшифровка, оценка, запись. | Calls: transcript, marks, recording."),
    "send": ("robot.cli.send", "Письма и документы клиентам: посмотреть, проверить. | Letters for clients: try them."),
    "plan": ("robot.cli.plan", "Сколько встреч в день нужно для выручки. | Meetings a day that a revenue takes."),
    "spend": ("robot.cli.spend", "Сколько стоили звонки сегодня. | What today's calls cost."),
    "report": ("robot.cli.data", "На какой фразе уходят люди. | At which phrase people leave."),
    "reports": ("robot.cli.reports", "Отчёт недели письмом; сводки. | The week's report by mail; the sums."),
    "script": ("robot.cli.script", "Сценарии: проверить, поговорить, нарисовать. | Scripts: check, talk to, draw."),
    "understand": (
        "robot.cli.understand",
        "Что робот поймёт из слов или записи. | What the robot makes of words or a recording.",
    ),
    "say": ("robot.cli.say", "Послушать голос: текст или сценарий. | Try a voice on a text or a script."),
    "hear": ("robot.cli.hear", "Что робот услышит в записи ответа. | What the robot hears in a recorded answer."),
    "simulate": ("robot.cli.simulate", "Прожить день на виртуальных часах. | Live through a day on a virtual clock."),
    "bench": ("robot.cli.bench", "Замеры скорости. | Measure speed."),
    "chaos": ("robot.cli.chaos", "Испытание сбоями. | Trial by faults."),
    "users": ("robot.cli.users", "Кто входит в рабочее место. | Who signs in to the workplace."),
    "token": ("robot.cli.token", "Токен для доступа к API. | A token for the API."),
    "openapi": ("robot.cli.openapi", "Описание API. | The description of the API."),
    "outbox": ("robot.cli.outbox", "Что уходит в CRM и клиентам после звонков. | What goes out after calls."),
    "triggers": ("robot.cli.triggers", "Что начинает звонок само. | What starts a call by itself."),
    "crm": ("robot.cli.crm", "CRM: проверить настройки. | CRMs: try the settings."),
    "models": ("robot.cli.models", "Модели распознавания речи. | Speech recognition models."),
    "backup": ("robot.cli.backup", "Резервная копия всего. | A backup of everything."),
    "restore": ("robot.cli.backup", "Вернуть всё из резервной копии. | Bring everything back from a backup."),
    "telephony": ("robot.cli.telephony", "Телефония: настроить, проверить. | Telephony: configure and check it."),
    "lab": ("robot.cli.lab", "Стенд из двух настоящих Asterisk. | The lab of two real Asterisks."),
}
"""Name -> module that defines it under that name, and its line in the help. Loaded when asked for: engines and
dictionaries take a second that most commands need not spend."""


class Zvonar(Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[name][0]), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, half(text)) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=Zvonar,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Звонарь: робот звонит, пока не назначены встречи дня. "
    "| Zvonar: a voice robot that keeps calling until the day's meetings are booked.",
)
@click.version_option(package_name="zvonar")
@click.pass_obj
def zvonar(settings: Settings) -> None:
    from robot.observability.log import setup_logging  # noqa: PLC0415 - not for --help

    setup_logging(level=settings.log_level, json=settings.log_json, color=sys.stderr.isatty())


def main() -> None:
    """Entry point of the installed command."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        fail(str(error))
    language.set(settings.language)
    try:
        zvonar(obj=settings)
    except Exception as error:
        from robot.cli.faults import EXPECTED, sentence  # noqa: PLC0415 - knows every package

        if not isinstance(error, EXPECTED):
            raise
        fail(*sentence(error))
