"""`zvonar calls`: what was said in a call, how it sounded, and where its recording is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import click

from robot.analytics.call_records import CallRecord
from robot.analytics.quality import quality
from robot.calls.recordings import find
from robot.calls.review import CallReview
from robot.cli import calls_view as view
from robot.cli.calls_review import review_command
from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, option, run, terminal
from robot.domain.calls import Turn
from robot.i18n import tr
from robot.settings import Settings
from robot.storage.store import Storage

json_option = option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
since_option = option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Звонки с этого дня или времени. | Calls from this day or time on.",
)


@click.group(
    cls=Group,
    help="Звонки: что сказано, как прозвучало, где запись. | Calls: what was said, how it sounded, the recording.",
)
def calls() -> None: ...


@calls.command(name="list", help="Последние звонки с оценкой разговора. | The latest calls with marks of their talks.")
@option("--campaign", default=None, help="Только этой кампании. | Of this campaign only.")
@since_option
@option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Сколько. | How many.")
@option("--talked", is_flag=True, help="Только разговоры, без недозвонов. | Only answered calls.")
@json_option
@click.pass_obj
def list_command(
    settings: Settings, *, campaign: str | None, since: datetime | None, limit: int, talked: bool, as_json: bool
) -> None:
    async def work() -> list[tuple[CallRecord, Sequence[Turn]]]:
        async with storage_of(settings) as storage:
            if campaign is not None:
                await storage.campaigns.get(campaign)
            from_time = since.astimezone() if since else None
            found = await storage.records.latest(campaign=campaign, since=from_time, talked=talked, limit=limit)
            turns = await storage.records.turns([call.id for call in found])
            return [(call, turns.get(call.id, ())) for call in found]

    rows = [(call, quality(turns, call.times)) for call, turns in run(work())]
    if as_json:
        listed = [view.call_json(call, figures) for call, figures in rows]
        click.echo(json.dumps({"calls": listed}, ensure_ascii=False, indent=2))
    elif rows:
        terminal().print(view.calls_table(rows))
    else:
        click.echo(tr("Звонков нет", "No calls"))


@calls.command(
    help="Один звонок: разговор со временем, оценка, запись. | One call: the talk, its marks, its recording."
)
@click.argument("call_id")
@json_option
@click.pass_obj
def show(settings: Settings, call_id: str, *, as_json: bool) -> None:
    async def work() -> tuple[CallRecord, Sequence[Turn], CallReview | None]:
        async with storage_of(settings) as storage:
            call = await _one(storage, call_id)
            turns = await storage.records.turns([call.id])
            return call, turns.get(call.id, ()), await storage.reviews.of(call.id)

    call, turns, again = run(work())
    figures = quality(turns, call.times)
    file = find(settings.data_dir / call.recording) if call.recording else None
    if as_json:
        told = view.call_json(call, figures, file) | {"turns": view.turns_json(turns, again)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = terminal()
    for line in (*view.heading(call, file), "", *view.dialog(turns, again), "", *view.marks(figures)):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


async def _one(storage: Storage, call_id: str) -> CallRecord:
    found = await storage.records.starting_with(call_id.strip())
    if not found:
        fail(tr(f"нет звонка {call_id}", f"no call {call_id}"), "zvonar calls list", code=EXIT_USAGE)
    if len(found) > 1:
        known = ", ".join(str(call.id) for call in found)
        fail(tr(f"таких звонков несколько: {known}", f"several calls begin so: {known}"), code=EXIT_USAGE)
    return found[0]


calls.add_command(review_command)
