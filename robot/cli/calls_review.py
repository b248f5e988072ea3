"""`zvonar calls review`: recordings heard again while nobody is being called."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import click

from robot import app
from robot.calls.review import CallReview, Disagreement, Meaning, Unreviewed, review
from robot.calls.scripts import ScriptShelf
from robot.cli.data import storage_of
from robot.cli.framework import Command, option, run
from robot.cli.utterances import Asked, Questions, Unclear
from robot.domain.calls import Turn
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.scripts.watch import ScriptWatch
from robot.settings import Settings
from robot.speech import reviewing
from robot.storage.store import Storage
from scripts_dialog import ScriptError

NICENESS = 15
LOOK_S = 2.0
"""How often it is looked whether calls have begun."""


class ScriptMeaning:
    """What the script of a call makes of words: unknown where the script is not there or has changed since the call,
    and of words said before the first phrase."""

    def __init__(self, shelf: ScriptShelf, now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._questions = Questions(self._shelf)
        self._now = now

    def __call__(self, call: Unreviewed, turn: Turn, text: str) -> Meaning | None:
        if not turn.phrase:
            return None
        try:
            if self._shelf.publish(call.script).engine.script.version_hash != call.script_version:
                return None
            asked = Asked(text, None, call.script, turn.phrase, self._now())
            understanding, question = self._questions.question(asked)
        except (OSError, ScriptError, Unclear):
            return None
        found = understanding.understand(text, expected=question.expected, also=question.also).intents
        return Meaning(found[0].intent if found else "", question.bias)


@click.command(
    name="review",
    cls=Command,
    help="Переслушать записи точнее, пока никто не звонит, и отметить, где робот мог ослышаться. Уступает звонкам: "
    "начались — останавливается. | Hear recordings again, more accurately, while nobody is called, and mark where the "
    "robot may have misheard. Stops when calls begin.",
)
@option("--limit", default=100, show_default=True, type=click.IntRange(1), help="Сколько звонков. | How many calls.")
@option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Звонки с этого дня или времени. | Calls from this day or time on.",
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def review_command(settings: Settings, *, limit: int, since: datetime | None, as_json: bool) -> None:
    os.nice(NICENESS)
    done, gave_way = run(_review(settings, limit, since.astimezone() if since else None))
    turns = [turn for _, one in done for turn in one.turns]
    differing = [turn for turn in turns if turn.disagrees is not Disagreement.NONE]
    meanings = sum(turn.disagrees is Disagreement.MEANING for turn in differing)
    if as_json:
        told = {
            "calls": len(done),
            "unreadable": sum(bool(one.problem) for _, one in done),
            "turns": len(turns),
            "other_words": len(differing) - meanings,
            "other_meaning": meanings,
            "gave_way": gave_way,
            "disagreeing_calls": [str(call.id) for call, one in done if any(turn.disagrees for turn in one.turns)],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for call, one in done:
        if found := sum(turn.disagrees is not Disagreement.NONE for turn in one.turns):
            click.echo(f"{call.id}: {tr('расхождений', 'disagreements')} {found}")
    click.echo(
        tr(
            f"Переслушано звонков {len(done)}, ответов {len(turns)}; другие слова {len(differing) - meanings}, "
            f"другой смысл {meanings}",
            f"Heard again: {len(done)} calls, {len(turns)} answers; other words {len(differing) - meanings}, "
            f"another meaning {meanings}",
        )
    )
    if gave_way:
        click.echo(tr("Остановлено: идут звонки", "Stopped: calls are under way"))


async def _review(
    settings: Settings, limit: int, since: datetime | None
) -> tuple[list[tuple[Unreviewed, CallReview]], bool]:
    """What was reviewed, and whether it gave way to calls."""
    done: list[tuple[Unreviewed, CallReview]] = []
    async with storage_of(settings) as storage:
        waiting = await storage.reviews.waiting(since=since, limit=limit)
        if not waiting or await storage.reviews.calls_under_way(utc_now()):
            return done, bool(waiting)
        hearing = await asyncio.to_thread(reviewing.best_hearing, app.engine_options(settings))
        shelf = ScriptShelf(utc_now)
        await ScriptWatch(app.script_stores(storage), shelf, None, now=utc_now).refresh()
        understand, busy = ScriptMeaning(shelf, utc_now), threading.Event()
        looking = asyncio.create_task(_look(storage, busy))
        try:
            for call in waiting:
                one = await asyncio.to_thread(
                    review, call, settings.data_dir, hearing, understand, now=utc_now(), stop=busy.is_set
                )
                if one is None or busy.is_set():
                    return done, True
                await storage.reviews.keep(call.id, one)
                for turn in call.turns:
                    if words := one.words.get(turn.number):
                        await storage.calls.turn(call.id, replace(turn, words=words))
                done.append((call, one))
        finally:
            looking.cancel()
            await asyncio.wait([looking])
            busy.set()
    return done, False


async def _look(storage: Storage, busy: threading.Event) -> None:
    while not await storage.reviews.calls_under_way(utc_now()):
        await asyncio.sleep(LOOK_S)
    busy.set()
