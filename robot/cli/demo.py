"""`zvonar demo`: the main job on simulated people, with real audio."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from robot import app
from robot.analytics.ports import Selection
from robot.calls.scripts import ScriptShelf
from robot.cli.framework import EXIT_FAILED, Command, option, run, terminal
from robot.cli.lab import tell
from robot.cli.serve import meaning
from robot.demo import tables
from robot.demo.afterwards import on_free_port, stay_open, until_interrupted
from robot.demo.report import RunReport, Setup, collect, write_json
from robot.demo.screen import Board, Screen
from robot.demo.town import ClientBase, settle
from robot.dialer.pacing import Pace
from robot.dialer.worker import Dialer
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.observability.log import setup_logging
from robot.observability.metrics import Metrics
from robot.settings import Settings
from robot.speech.mastering import master_file
from robot.storage.store import Storage, open_storage
from scripts_dialog import Context
from telephony.base import Line
from telephony.lab import lab as stand
from telephony.lab.hints import Hints
from telephony.simulated.directory import default_directory
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.population import population
from telephony.simulated.subscriber import Said

LEADS_PER_MEETING = 12
FEWEST_LEADS = 40
LINES_PER_MEETING = 2
"""Nearly half of these people can be won: more lines than this would book far past a small quota."""
IDLE_ROUNDS = 4
SHOW_SEED = 121
"""A town whose first dozen people show most of what can happen."""
Hint = Callable[[str, Said], object]


@dataclass(frozen=True, slots=True)
class World:
    """A line to simulated people, what tells them the meaning of the robot's phrases, and where they keep what they
    heard."""

    line: Line
    hint: Hint
    recordings: Path


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. report: where the results are written as JSON; stays_open: the workplace afterwards."""

    quota: int
    seed: int
    line: str
    report: Path | None
    stays_open: bool


@click.command(
    cls=Command,
    help="Показать главное дело на симулированных клиентах: настоящий звук, распознавание, сценарий, встречи. "
    "| Show the main job on simulated clients: real audio, recognition, script, meetings.",
)
@option("--quota", default=3, show_default=True, type=click.IntRange(1, 500), help="Встреч назначить. | Meetings.")
@option(
    "--seed",
    default=SHOW_SEED,
    show_default=True,
    help="Другое число — другие клиенты. | Another number, other clients.",
)
@option(
    "--line",
    "line_name",
    type=click.Choice(["simulated", "lab"]),
    default="simulated",
    show_default=True,
    help="lab: через два настоящих Asterisk, SIP и RTP. | lab: through two real Asterisks, SIP and RTP.",
)
@option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Записать итоги в JSON. | Write the results as JSON.",
)
@option(
    "--open/--no-open",
    "stays_open",
    default=None,
    help="Оставить рабочее место открытым до Ctrl-C; по умолчанию — в терминале. "
    "| Leave the workplace open until Ctrl-C; by default in a terminal.",
)
@click.pass_context
def demo(
    ctx: click.Context, quota: int, seed: int, line_name: str, report_file: Path | None, *, stays_open: bool | None
) -> None:
    settings = ctx.ensure_object(Settings)
    if "log_level" not in settings.model_fields_set:  # the screen tells the rest
        setup_logging(level="WARNING", color=sys.stderr.isatty())
    channels = min(settings.dialer.channels, LINES_PER_MEETING * quota)
    dialer = settings.dialer.model_copy(update={"channels": channels})
    settings = settings.model_copy(update={"dialer": dialer})
    if stays_open is None:
        stays_open = sys.stdin.isatty() and not os.environ.get("CI")
    order = Order(quota, seed, line_name, report_file, stays_open)
    report = run(_demo(on_free_port(settings), terminal(), order))
    if len(report.meetings) < quota:
        ctx.exit(EXIT_FAILED)


async def _demo(settings: Settings, console: Console, order: Order) -> RunReport:
    quota, seed = order.quota, order.seed
    home = _fresh_folder(settings.data_dir / "demo")
    metrics = Metrics()
    residents = population(default_directory(seed), seed, max(FEWEST_LEADS, quota * LEADS_PER_MEETING))
    async with (
        open_storage(f"sqlite+aiosqlite:///{home / 'zvonar.db'}") as storage,
        app.open_speech(settings, metrics) as speech,
        _world(settings, order.line, seed, home, metrics) as world,
    ):
        base = ClientBase(storage.campaigns, storage.managers, storage.leads)
        campaign = await settle(base, residents, quota=quota, now=utc_now())
        scripts = ScriptShelf(utc_now, master_file)
        await _render(console, scripts, speech, campaign)
        board = Board(quota)

        def on_pace(_campaign: Campaign, pace: Pace) -> None:
            board.reason = tr(pace.ru, pace.en)

        robot = app.Robot(settings, storage, speech, world.line, metrics, home / "recordings", scripts, on_pace)
        with Screen(board, console) as screen:
            dialer = robot.dialer(screen.observe, meaning(world.hint))
            stop = asyncio.Event()
            watching = asyncio.create_task(_watch(storage, campaign, dialer, stop))
            try:
                await app.run_until_dialed(robot, dialer, stop)
            finally:
                watching.cancel()
        setup = Setup(order.line, speech.recognizer.name, speech.voice.name, quota)
        report = await collect(storage.reports, Selection(campaign.id), setup)
        if order.report is not None:
            await asyncio.to_thread(write_json, report, order.report)
        _print(console, report, campaign, home, world)
        if order.stays_open:
            with until_interrupted() as stop:
                await stay_open(robot, console, stop, meaning(world.hint))
    return report


def _fresh_folder(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = utc_now().strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        folder = parent / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(parent)


@asynccontextmanager
async def _world(settings: Settings, name: str, seed: int, home: Path, metrics: Metrics) -> AsyncIterator[World]:
    if name == "simulated":
        heard = home / "clients"
        exchange = SimulatedLine(
            default_directory(seed),
            SimulatedLineSettings(record_dir=heard),
            on_lateness=metrics.frame_lateness.observe,
        )
        yield World(exchange, exchange.told, heard)
        return
    lab = app.lab_settings(settings, seed)
    was_up = (await stand.status(lab)).ok
    await stand.up(lab, tell)
    try:
        line = app.asterisk_line(stand.asterisk_settings(lab), metrics)
        yield World(line, Hints(lab.hints_socket).told, lab.recordings)
    finally:
        if not was_up:
            await stand.down(lab, tell)


async def _render(console: Console, scripts: ScriptShelf, speech: app.Speech, campaign: Campaign) -> None:
    """Phrases are spoken once, before the first dial."""
    published = await asyncio.to_thread(scripts.publish, campaign.script)
    texts = published.texts(Context(utc_now(), dict(campaign.facts)))
    with Progress(console=console, transient=True) as progress:
        job = progress.add_task(tr("Озвучиваем фразы сценария", "Rendering the script's phrases"), total=len(texts))
        prepared = await speech.phrases.prepare(
            texts, lambda done, _total: progress.update(job, completed=done), shared=True
        )
    for text, failure in prepared.failures:
        console.print(f"{tr('Фраза не озвучена', 'Phrase not rendered')}: {text}: {failure}", markup=False, style="red")


async def _watch(storage: Storage, campaign: Campaign, dialer: Dialer, stop: asyncio.Event) -> None:
    """Stop at the quota, or when nobody is left to call."""
    idle = 0
    while not stop.is_set():
        await asyncio.sleep(0.5)
        quota = await storage.progress.quota(campaign, utc_now())
        idle = 0 if dialer.under_way else idle + 1
        if quota.met or idle >= IDLE_ROUNDS:
            stop.set()


def _print(console: Console, report: RunReport, campaign: Campaign, home: Path, world: World) -> None:
    console.print(tables.outcomes_table(report.outcomes))
    console.print(tables.phrases_table(report.phrases, console.width))
    console.print(tables.meetings_table(report.meetings, campaign.timezone))
    response = report.as_json()["response_ms"]
    booked, quota = len(report.meetings), report.setup.quota
    for label, value in (
        (tr("Встречи", "Meetings"), f"{booked} / {quota}"),
        (tr("Пауза перед ответом, мс", "Response, ms"), f"p50 {response['p50']}, p95 {response['p95']}"),
        (tr("Распознавание, голос", "Recognizer, voice"), f"{report.setup.recognizer}, {report.setup.voice}"),
        (tr("Записи и расшифровки", "Recordings and transcripts"), str(home / "recordings")),
        (tr("Что слышали клиенты", "What the clients heard"), str(world.recordings)),
        (tr("База", "Database"), str(home / "zvonar.db")),
    ):
        console.print(f"{label}: {value}", markup=False, highlight=False)
