"""`zvonar token`: a token for the API. Only its hash is kept: in the database with its scopes, or in the settings."""

from __future__ import annotations

import re

import click

from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Command, fail, option, run
from robot.cli.operator import noted, operator
from robot.domain.access import Right
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.web.auth import hash_of, new_token


@click.command(
    cls=Command,
    help="Сделать токен для API. Токен показывается один раз. С --scope он хранится в базе с этими правами, без них "
    "в настройки идёт строка с его отпечатком: кампании, лиды, стоп-лист, согласия. "
    "| Make a token for the API. The token is shown once. With --scope it is kept in the database with these rights; "
    "without, a line with its hash goes into the settings: campaigns, leads, stop list, consents.",
)
@click.argument("name")
@option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([right.value for right in Right]),
    help="Право; можно несколько. | A right; may be repeated.",
)
@click.pass_obj
def token(settings: Settings, name: str, scopes: tuple[str, ...]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name):
        fail(
            tr(f"«{name}» не годится", f"“{name}” will not do"),
            tr("латинские буквы и цифры: crm", "Latin letters and digits: crm"),
            code=EXIT_USAGE,
        )
    made = new_token()
    if scopes:
        run(_keep(settings, name, made, frozenset(Right(scope) for scope in scopes)))
    click.echo(f"{tr('Токен (передайте его программе)', 'Token (give it to the program)')}: {made}")
    if not scopes:
        click.echo(f"{tr('В настройки', 'For the settings')}: ZVONAR_WEB__TOKENS={name}:{hash_of(made)}")
        click.echo(tr("Несколько токенов пишутся через запятую.", "Several tokens are separated by commas."))


async def _keep(settings: Settings, name: str, made: str, scopes: frozenset[Right]) -> None:
    async with storage_of(settings) as storage:
        await storage.api_tokens.add(name, hash_of(made), scopes, by=operator(), now=utc_now())
        await noted(storage.journal, "token_added", subject=name, after={"scopes": ", ".join(sorted(scopes))})
