"""`zvonar bench meetings`: meetings an hour, in real time, of all kinds of people."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from robot import app
from robot.calls.scripts import ScriptShelf
from robot.cli.bench_speech import json_option, line_option
from robot.cli.framework import Command, fail, option, run, terminal
from robot.cli.lab import tell
from robot.cli.serve import meaning
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.observability.metrics import Metrics
from robot.proving.errors import ProvingError
from robot.proving.talks.meetings import SEED, Count, settle
from robot.proving.talks.notes import read_notes
from robot.proving.talks.stage import Ground, LineName, lab_line, measuring_lab, scratch
from robot.settings import Settings
from robot.speech.mastering import master_file
from robot.storage.store import open_storage
from scripts_dialog import Context
from telephony.base import Line
from telephony.lab.hints import Hints
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.measured_town import measured_town
from telephony.simulated.subscriber import Said

TOWN = "telephony.simulated.measured_town:measured_town"
EVERY_S = 5.0


@click.command(
    cls=Command,
    help="Встреч в час в реальном времени: весь город симулированных людей, настоящие очередь, дозвон, разговоры и "
    "запись на встречи. Работает в своей временной базе. "
    "| Meetings an hour in real time: a whole town of simulated people, the real queue, dialer, talks and booking. In "
    "a scratch database of its own.",
)
@option("--minutes", type=click.FloatRange(0.5, 600), default=10, show_default=True, help="Сколько. | How long.")
@option("--channels", type=click.IntRange(1, 400), default=60, show_default=True, help="Линий. | Lines.")
@line_option
@json_option
@click.pass_obj
def meetings(settings: Settings, *, minutes: float, channels: int, line_name: str, as_json: bool) -> None:
    dialer = settings.dialer.model_copy(update={"channels": channels, "drain_s": 0.0, "starts_per_s": 20.0})
    settings = settings.model_copy(update={"dialer": dialer})
    try:
        report = run(_meetings(settings, LineName(line_name), minutes))
    except ProvingError as error:
        fail(str(error), error.remedy)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(report, terminal())


@dataclass(frozen=True, slots=True)
class _Town:
    """The line to it, what tells its people the meaning of phrases, and what they note."""

    line: Line
    told: Callable[[str, Said], object]
    notes: Path


async def _meetings(settings: Settings, line: LineName, minutes: float) -> dict[str, Any]:
    count = Count()
    async with (
        scratch() as home,
        open_storage(f"sqlite+aiosqlite:///{home / 'zvonar.db'}") as storage,
        app.open_speech(settings) as speech,
    ):
        campaign = await settle(storage, minutes, utc_now())
        scripts = ScriptShelf(utc_now, master_file)
        published = await asyncio.to_thread(scripts.publish, campaign.script)
        await speech.phrases.prepare(published.engine.texts(Context(utc_now(), dict(campaign.facts))))
        ground = Ground(line, home, settings.data_dir / "asterisk", count.frame, tell)
        async with _town(ground) as town:
            robot = app.Robot(settings, storage, speech, town.line, Metrics(), home / "recordings", scripts)
            stop = asyncio.Event()
            began_s = time.monotonic()
            watching = asyncio.create_task(_watch(count, minutes, stop))
            try:
                dialer = robot.dialer(count.observe, meaning(town.told))
                await app.run_until_dialed(robot, dialer, stop)
            finally:
                watching.cancel()
            measured_s = min(60 * minutes, time.monotonic() - began_s)
            heard = await asyncio.to_thread(read_notes, town.notes)
        report = count.report(measured_s, heard.values())
    return {**report, "line": line.value, "recognizer": speech.recognizer.name, "channels": settings.dialer.channels}


@asynccontextmanager
async def _town(ground: Ground) -> AsyncIterator[_Town]:
    notes = ground.home / "notes.jsonl"
    if ground.line is LineName.SIMULATED:
        exchange = SimulatedLine(measured_town(SEED, notes), SimulatedLineSettings(), on_lateness=ground.on_lateness)
        yield _Town(exchange, exchange.told, notes)
        return
    async with measuring_lab(ground, f"{TOWN}={notes}", seed=SEED) as lab:
        yield _Town(lab_line(lab, ground.on_lateness), Hints(lab.hints_socket).told, notes)


async def _watch(count: Count, minutes: float, stop: asyncio.Event) -> None:
    """Tell how it goes; what ends after the time does not count."""
    until_s = time.monotonic() + 60 * minutes
    while (left_s := until_s - time.monotonic()) > 0:
        await asyncio.sleep(min(EVERY_S, left_s))
        calls, met = count.outcomes.total(), count.outcomes["meeting_booked"]
        words = tr(
            f"осталось {left_s:.0f} с: звонков {calls}, встреч {met}", f"{left_s:.0f} s: {calls} calls, {met} met"
        )
        click.echo(words, err=True)
    count.open = False
    stop.set()


def _show(report: dict[str, Any], console: Console) -> None:
    gap = report["gap_ms"]
    for title, value in (
        (tr("Встреч в час", "Meetings an hour"), report["meetings_per_hour"]),
        (tr("Звонков в час", "Calls an hour"), report["calls_per_hour"]),
        (tr("Отвечено", "Answered"), "—" if report["answered_share"] is None else f"{report['answered_share']:.1%}"),
        (tr("Пауза до ответа, мс", "Gap, ms"), f"p50 {gap['p50']}, p95 {gap['p95']} ({gap['n']})"),
        (tr("Итоги", "Outcomes"), ", ".join(f"{name} {number}" for name, number in report["outcomes"].items())),
    ):
        console.print(f"{title}: {value}", markup=False, highlight=False)
