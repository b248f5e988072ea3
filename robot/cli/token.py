"""`zvonar token`: make a token for the API. Only its hash is kept, in the settings."""

from __future__ import annotations

import re

import click

from robot.cli.framework import EXIT_USAGE, Command, fail
from robot.i18n import tr
from robot.web.auth import hash_of, new_token


@click.command(
    cls=Command,
    help="Сделать токен для API. Токен показывается один раз; в настройки идёт строка с его отпечатком. "
    "| Make a token for the API. The token is shown once; a line with its hash goes into the settings.",
)
@click.argument("name")
def token(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name):
        fail(
            tr(f"«{name}» не годится", f"“{name}” will not do"),
            tr("латинские буквы и цифры: crm", "Latin letters and digits: crm"),
            code=EXIT_USAGE,
        )
    made = new_token()
    click.echo(f"{tr('Токен (передайте его программе)', 'Token (give it to the program)')}: {made}")
    click.echo(f"{tr('В настройки', 'For the settings')}: ZVONAR_WEB__TOKENS={name}:{hash_of(made)}")
    click.echo(
        tr("Несколько токенов пишутся через запятую.", "Several tokens are separated by commas."),
    )
