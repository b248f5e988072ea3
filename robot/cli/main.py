"""The command `zvonar`: every command, one place where errors become sentences."""

from __future__ import annotations

import sys

import click

from robot.cli.data import leads, managers, quota, report
from robot.cli.demo import demo
from robot.cli.doctor import doctor
from robot.cli.faults import EXPECTED, sentence
from robot.cli.framework import Group, fail
from robot.cli.lab import lab
from robot.cli.models import models
from robot.cli.script import script
from robot.cli.serve import serve
from robot.i18n import language
from robot.observability.log import setup_logging
from robot.settings import Settings, load_settings


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Звонарь: робот звонит, пока не назначены встречи дня. "
    "| Zvonar: a voice robot that keeps calling until the day's meetings are booked.",
)
@click.version_option(package_name="zvonar")
@click.pass_context
def zvonar(ctx: click.Context) -> None:
    setup_logging(
        level=ctx.ensure_object(Settings).log_level,
        json=ctx.ensure_object(Settings).log_json,
        color=sys.stderr.isatty(),
    )


for command in (demo, serve, doctor, leads, managers, quota, report, script, models, lab):
    zvonar.add_command(command)


def main() -> None:
    """Entry point of the installed command."""
    try:
        settings = load_settings()
        language.set(settings.language)
        zvonar(obj=settings)
    except EXPECTED as error:
        fail(*sentence(error))
