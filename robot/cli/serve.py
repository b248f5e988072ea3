"""`zvonar serve`: the service."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

import click
import structlog

from robot import app
from robot.calls.events import CallEvent, Observer, PhraseStarted
from robot.calls.reception import TO_ANYBODY, closed_text
from robot.calls.scripts import ScriptShelf
from robot.cli.framework import Command, run
from robot.crm.triggers.reading import load_triggers
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.mastering import master_file
from robot.storage.reception import STRANGERS_SCRIPT
from robot.storage.store import open_storage
from scripts_dialog import Context
from telephony.base import Line
from telephony.lab import lab as stand
from telephony.lab.hints import Hints
from telephony.simulated.directory import default_directory
from telephony.simulated.line import SimulatedLine
from telephony.simulated.subscriber import Said

log = structlog.get_logger(__name__)


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
    rules = settings.dialing_rules()
    async with (
        open_storage(settings.database, rules, app.targets(settings)) as storage,
        app.open_speech(settings, metrics) as speech,
    ):
        scripts = ScriptShelf(utc_now, master_file)
        line, *observers = line_of(settings, metrics)
        robot = app.Robot(settings, storage, speech, line, metrics, settings.recordings_dir, scripts)
        await robot.desk.watch.refresh()  # what was published in the browser stands before what ships
        campaigns = await storage.queue.campaigns()
        for campaign in campaigns:
            await _make_ready(campaign, campaign.script, scripts, speech)
        for campaign, script in await _scripts_of_triggers(settings, campaigns):
            await _make_ready(campaign, script, scripts, speech)
        warming = asyncio.create_task(_make_ready_for_callers(settings, campaigns, scripts, speech))
        try:
            await app.serve(robot, stop, *observers)
        finally:
            warming.cancel()
            await asyncio.wait([warming])


async def _scripts_of_triggers(settings: Settings, campaigns: Sequence[Campaign]) -> Sequence[tuple[Campaign, str]]:
    """What triggers speak instead of their campaigns' scripts. Raises Misconfigured."""
    if settings.triggers.file is None:
        return []
    rules = await asyncio.to_thread(load_triggers, settings.triggers.file)
    by_slug = {one.slug: one for one in campaigns}
    wanted = [(by_slug[one.campaign], one.script) for one in rules if one.script and one.campaign in by_slug]
    return list({(campaign.slug, script): (campaign, script) for campaign, script in wanted}.values())


async def _make_ready(campaign: Campaign, script: str, scripts: ScriptShelf, speech: app.Speech) -> None:
    """Trained, and its phrases rendered."""
    published = await asyncio.to_thread(scripts.publish, script)
    phrases = await speech.voices.of(campaign.facts)
    await phrases.prepare(published.texts(Context(utc_now(), dict(campaign.facts))), shared=True)


async def _make_ready_for_callers(
    settings: Settings, campaigns: Sequence[Campaign], scripts: ScriptShelf, speech: app.Speech
) -> None:
    """While dialing goes on: what is not ready when somebody rings in is made ready then."""
    if not settings.inbound.at_most:
        return
    await speech.phrases.prepare(TO_ANYBODY, shared=True)
    for campaign in campaigns:
        strangers = [STRANGERS_SCRIPT] if campaign.slug == settings.inbound.campaign else []
        try:
            phrases = await speech.voices.of(campaign.facts)
            await phrases.prepare([closed_text(campaign.facts)], shared=True)
            for script in (campaign.inbound_script, *strangers):
                await _make_ready(campaign, script, scripts, speech)
        except Exception:
            # Dialing goes on without it; whoever rings in meets the same fault, and it is told then too.
            log.exception("inbound_script_not_ready", campaign=campaign.slug)


def line_of(settings: Settings, metrics: Metrics) -> tuple[Line] | tuple[Line, Observer]:
    """The line of the settings; a line to simulated people comes with what tells them the meaning of phrases."""
    match settings.line:
        case "asterisk":
            return (app.asterisk_line(app.configured_asterisk(settings), metrics),)
        case "lab":
            lab = app.lab_settings(settings)
            receives = stand.asterisk_settings(lab, inbound=settings.inbound.at_most > 0)
            return app.asterisk_line(receives, metrics), meaning(Hints(lab.hints_socket).told)
        case "simulated":
            exchange = SimulatedLine(default_directory(), on_lateness=metrics.frame_lateness.observe)
            return exchange, meaning(exchange.told)


def meaning(hint: Callable[[str, Said], object]) -> Observer:
    """A simulated person is told what a real one would understand. Nothing comes back this way."""

    def observe(event: CallEvent) -> None:
        if isinstance(event, PhraseStarted):
            hint(event.number, Said(event.phrase, event.text))

    return observe
