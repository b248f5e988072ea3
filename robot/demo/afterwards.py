"""The workplace over what the demonstration has left: looked at in a browser, and gone on with."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from robot import app
from robot.calls.events import Observer
from robot.domain.access import Role
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.web.feed import feed
from robot.web.invitations import invite


async def stay_open(robot: app.Robot, console: Console, stop: asyncio.Event, *observers: Observer) -> None:
    """Until `stop`. The quota is met, so nobody is called; whoever raises it on the page sees the robot go on."""
    store, address = robot.storage, robot.settings.web.address
    user = await store.users.add(tr("Руководитель", "Head of sales"), Role.HEAD, now=utc_now())
    made = await invite(store.credentials, user.id, address, now=utc_now())
    async with app.pages(robot):
        console.print()
        console.print(tr("Рабочее место открыто. Вход по ссылке, один раз:", "The workplace is open. Sign in, once:"))
        console.print(made.link, markup=False, highlight=False, soft_wrap=True, style="bold")
        console.print(tr("Закончить: Ctrl-C", "To end: Ctrl-C"))
        await app.run_until_dialed(robot, robot.dialer(*observers, feed(robot.hub)), stop)


@contextmanager
def until_interrupted() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C, or when the process is to end."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def on_free_port(settings: Settings) -> Settings:
    """The port of the settings, or any other when a robot listens there already."""
    host, port = settings.web.host, settings.web.port
    try:
        with socket.create_server((host, port)):
            return settings
    except OSError:
        with socket.create_server((host, 0)) as free:
            other = settings.web.model_copy(update={"port": free.getsockname()[1], "url": ""})
            return settings.model_copy(update={"web": other})
