"""`zvonar serve`: the service."""

from __future__ import annotations

import asyncio
import signal

import click

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.cli.framework import Command, run
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.storage.store import open_storage
from telephony.base import Line
from telephony.lab import lab as stand
from telephony.simulated.directory import default_directory
from telephony.simulated.line import SimulatedLine


@click.command(
    cls=Command,
    help="Звонить по очереди всех активных кампаний и отвечать на /metrics, /healthz, /readyz. SIGTERM: новых звонков "
    "не начинать, идущие закончить. | Dial the queues of all active campaigns and answer /metrics, /healthz, /readyz. "
    "SIGTERM: start no more calls, finish those under way.",
)
@click.pass_obj
def serve(settings: Settings) -> None:
    run(_serve(settings))


async def _serve(settings: Settings) -> None:
    metrics = Metrics()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with open_storage(settings.database) as storage, app.open_speech(settings) as speech:
        scripts = ScriptShelf(app.utc_now)
        for campaign in await storage.queue.campaigns():
            await asyncio.to_thread(scripts.publish, campaign.script)
        robot = app.Robot(
            settings, storage, speech, line_of(settings, metrics), metrics, settings.recordings_dir, scripts
        )
        await app.serve(robot, stop)


def line_of(settings: Settings, metrics: Metrics) -> Line:
    match settings.line:
        case "asterisk":
            return app.asterisk_line(app.configured_asterisk(settings), metrics)
        case "lab":
            return app.asterisk_line(stand.asterisk_settings(app.lab_settings(settings)), metrics)
        case "simulated":
            return SimulatedLine(default_directory(), on_lateness=metrics.frame_lateness.observe)
