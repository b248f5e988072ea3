"""`zvonar crm fake`: a CRM to practise on, on a port of this machine."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence

import click

from robot.cli.framework import Command, fail, option, run
from robot.crm.amocrm.fake import server as amo
from robot.crm.bitrix24.fake import server as bitrix
from robot.crm.faking import FakeServer, Faults
from robot.i18n import tr

FAKED = ("amocrm", "bitrix24")


@click.command(
    cls=Command,
    help="Запустить учебную CRM на порту этой машины: протокол и ограничения настоящей, всё в памяти, по желанию со "
    "сбоями. Печатает настройки для робота; Ctrl-C завершает. | Run a CRM to practise on: the protocol and limits of "
    "the real one, everything in memory, with faults if wanted. Prints the settings for the robot; Ctrl-C ends it.",
)
@click.argument("name", type=click.Choice(FAKED))
@option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="Порт. | Port.")
@option(
    "--faults", type=click.FloatRange(0, 0.5), default=0.0, help="Доля запросов на каждый вид сбоя. | Share of each."
)
@option("--slow-s", type=click.FloatRange(0, 120), default=2.0, show_default=True, help="Медленный ответ, с. | Slow.")
@option("--seed", type=int, default=0, show_default=True, help="Зерно случайности. | Seed of chance.")
@option("--webhook", default="", help="Куда сообщать об изменениях. | Where changes are told to.")
def fake(name: str, *, port: int, faults: float, slow_s: float, seed: int, webhook: str) -> None:
    kinds = {"amocrm": amo.FakeAmo, "bitrix24": bitrix.FakeBitrix24}
    run(_serve(kinds[name](faults=Faults.all(faults, slow_s=slow_s), seed=seed, webhook=webhook), port))


async def _serve(server: amo.FakeAmo | bitrix.FakeBitrix24, port: int) -> None:
    try:
        await server.start(port=port)
    except OSError as error:
        await server.stop()
        fail(
            tr(f"порт {port} занять не удалось ({error.strerror})", f"port {port} cannot be had ({error.strerror})"),
            tr("задайте другой: --port", "give another one: --port"),
        )
    click.echo(tr(f"Учебная CRM: {server.url}", f"The CRM to practise on: {server.url}"))
    click.echo(tr("Настройки робота:", "Settings of the robot:"))
    for line in settings_of(server):
        click.echo(f"  {line}")
    click.echo(tr(f"Что в ней есть: {server.url}/_fake/state", f"What is in it: {server.url}/_fake/state"))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        await server.stop()


def settings_of(server: FakeServer) -> Sequence[str]:
    """Lines for zvonar.env, by which the robot reaches this fake."""
    if isinstance(server, bitrix.FakeBitrix24):
        return (
            f"ZVONAR_CRM__BITRIX24__WEBHOOK={server.webhook_url}",
            'ZVONAR_CRM__BITRIX24__STAGES={"new": "NEW", "callback": "UC_CALLBACK", "meeting": "UC_MEETING", '
            '"refused": "JUNK"}',
        )
    return (
        f"ZVONAR_CRM__AMOCRM__URL={server.url}",
        f"ZVONAR_CRM__AMOCRM__TOKEN={amo.LONG_LIVED}",
        'ZVONAR_CRM__AMOCRM__STAGES={"new": 41, "callback": 44, "meeting": 46, "refused": 143}',
    )
