"""`zvonar openapi`: the description of the API, without a database; the pages' types are made from it."""

from __future__ import annotations

import json
from importlib.metadata import version

import click

from robot.cli.framework import Command


@click.command(
    cls=Command, help="Описание API в виде OpenAPI 3.1, JSON. | The description of the API: OpenAPI 3.1, JSON."
)
def openapi() -> None:
    from robot.web.api import ENDPOINTS  # noqa: PLC0415 - every page's routes
    from robot.web.openapi import document  # noqa: PLC0415

    click.echo(json.dumps(document(ENDPOINTS, version("zvonar")), ensure_ascii=False, indent=2))
