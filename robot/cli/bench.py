"""`zvonar bench`: how fast parts of the robot are on this machine."""

from __future__ import annotations

import gc
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from robot.cli.framework import Group, option, terminal
from robot.i18n import tr
from scripts_dialog import Engine, Understanding, library, load_script
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.conversations import SUFFIX, ConversationFile, load_conversations
from scripts_dialog.engine import Step
from scripts_dialog.events import Event
from scripts_dialog.meaning import Meaning, Understands
from scripts_dialog.rehearsal import Rehearsal
from scripts_dialog.state import Context, State

WARM_UP = "да, слушаю вас, говорите"
BOUNDS_MS = {"understanding": 5.0, "engine_step": 1.0}
"""What a call can afford: both together must not be noticed in the answer time."""


@dataclass(slots=True)
class Stopwatch:
    """Times in milliseconds. `understanding` is every utterance; `engine_step` every event, without understanding."""

    understanding: list[float] = field(default_factory=list)
    engine_step: list[float] = field(default_factory=list)


class _TimedUnderstanding:
    def __init__(self, inner: Understands, watch: Stopwatch) -> None:
        self._inner = inner
        self._watch = watch
        self.spent_ms = 0.0

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        began = time.perf_counter()
        meaning = self._inner.understand(text, expected=expected, also=also)
        self.spent_ms = 1000 * (time.perf_counter() - began)
        self._watch.understanding.append(self.spent_ms)
        return meaning

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        return self._inner.examples(intents)

    def implied(self, intent: str) -> str | None:
        return self._inner.implied(intent)


class _TimedEngine(Engine):
    """Times `step`, and takes off what understanding took of it."""

    def __init__(self, engine: Engine, watch: Stopwatch) -> None:
        self._timed = _TimedUnderstanding(engine.understanding, watch)
        super().__init__(engine.script, self._timed)
        self._watch = watch

    def step(self, state: State, event: Event, *, now: datetime | None = None) -> Step:
        self._timed.spent_ms = 0.0
        began = time.perf_counter()
        result = super().step(state, event, now=now)
        self._watch.engine_step.append(1000 * (time.perf_counter() - began) - self._timed.spent_ms)
        return result


@click.group(cls=Group, help="Замеры скорости на этой машине. | Measure speed on this machine.")
def bench() -> None: ...


@bench.command(
    help="Понимание реплик и шаг разговора на записанных разговорах всех сценариев поставки: p50, p95, p99. "
    "| Understanding and a step of the dialog, on the recorded conversations of every script that ships: p50, p95, p99."
)
@option("--rounds", type=click.IntRange(1), default=1, show_default=True, help="Сколько раз. | How many times.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
def dialog(rounds: int, *, as_json: bool) -> None:
    watch = Stopwatch()
    for name in library.names():
        script = load_script(library.path(name))
        understanding = Understanding.for_script(script)
        understanding.understand(WARM_UP)  # dictionaries load with the first word
        tests = load_conversations(library.path(name).with_name(name + SUFFIX))
        engine = _TimedEngine(Engine(script, understanding), watch)
        for _ in range(rounds):
            _play(engine, tests)
    result = {
        "machine": {"processor": platform.processor() or platform.machine(), "python": platform.python_version()},
        "scripts": len(library.names()),
        "understanding_ms": _percentiles(watch.understanding, BOUNDS_MS["understanding"]),
        "engine_step_ms": _percentiles(watch.engine_step, BOUNDS_MS["engine_step"]),
    }
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        _show(watch)


def _play(engine: Engine, tests: ConversationFile) -> None:
    gc.collect()
    for conversation in tests.conversations:
        now = tests.now.replace(tzinfo=tests.now.tzinfo or ZoneInfo(tests.zone))
        calendar = MemoryCalendar(()) if conversation.calendar == "empty" else MemoryCalendar.working_week(now)
        talk = Rehearsal(engine, calendar, taken=conversation.calendar == "taken", transferred=conversation.transferred)
        talk.start(Context(now, {**tests.variables, **conversation.variables}))
        for step in conversation.steps:
            talk.tell(step.event())


def _percentiles(times: list[float], bound: float) -> dict[str, float]:
    cuts = quantiles(times, n=100, method="inclusive")
    return {
        "count": len(times),
        "p50": round(cuts[49], 3),
        "p95": round(cuts[94], 3),
        "p99": round(cuts[98], 3),
        "max": round(max(times), 3),
        "bound": bound,
    }


def _show(watch: Stopwatch) -> None:
    table = Table()
    for title in (tr("Что, мс", "What, ms"), tr("Раз", "Count"), "p50", "p95", "p99", tr("Не дольше", "Bound")):
        table.add_column(title)
    for title, times, bound in (
        (tr("Понимание реплики", "Understanding"), watch.understanding, BOUNDS_MS["understanding"]),
        (tr("Шаг разговора", "Step of the dialog"), watch.engine_step, BOUNDS_MS["engine_step"]),
    ):
        found = _percentiles(times, bound)
        table.add_row(title, str(len(times)), *(f"{found[key]:.2f}" for key in ("p50", "p95", "p99", "bound")))
    terminal().print(table)
