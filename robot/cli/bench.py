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

import click
from rich.table import Table

from robot.cli.bench_capacity import capacity
from robot.cli.bench_meetings import meetings
from robot.cli.bench_queue import queue
from robot.cli.bench_report import report
from robot.cli.bench_request import request
from robot.cli.bench_soak import soak
from robot.cli.bench_turn import turn
from robot.cli.framework import Group, fail, option, terminal
from robot.i18n import tr
from scripts_dialog import Engine, Understanding, library, load_script
from scripts_dialog.conversations import SUFFIX, ConversationFile, begin, load_conversations
from scripts_dialog.engine import Step
from scripts_dialog.events import Event
from scripts_dialog.meaning import Meaning, Understands
from scripts_dialog.state import State

WARM_UP = "да, слушаю вас, говорите"
PERCENTS = (50, 95, 99)
BOUNDS_MS = {"understanding": 5.0, "engine_step": 1.0}
"""What a call can afford: both together must not be noticed in the answer time."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds on the wall, and of the processor alone: the difference is what neighbours took."""

    wall: float = 0.0
    cpu: float = 0.0

    @classmethod
    def now(cls) -> Spent:
        return cls(1000 * time.perf_counter(), 1000 * time.thread_time())

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


@dataclass(slots=True)
class Stopwatch:
    """`understanding` is every utterance; `engine_step` every event, without understanding."""

    understanding: list[Spent] = field(default_factory=list)
    engine_step: list[Spent] = field(default_factory=list)


class _TimedUnderstanding:
    def __init__(self, inner: Understands, watch: Stopwatch) -> None:
        self._inner = inner
        self._watch = watch
        self.spent = Spent()

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        began = Spent.now()
        meaning = self._inner.understand(text, expected=expected, also=also)
        self.spent = Spent.now() - began
        self._watch.understanding.append(self.spent)
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
        self._timed.spent = Spent()
        began = Spent.now()
        result = super().step(state, event, now=now)
        self._watch.engine_step.append(Spent.now() - began - self._timed.spent)
        return result


@click.group(cls=Group, help="Замеры скорости на этой машине. | Measure speed on this machine.")
def bench() -> None: ...


bench.add_command(queue)
bench.add_command(report)
bench.add_command(request)
bench.add_command(turn)
bench.add_command(capacity)
bench.add_command(meetings)
bench.add_command(soak)


@bench.command(
    help="Понимание реплик и шаг разговора на записанных разговорах сценариев поставки (или только названных): "
    "p50, p95, p99 по часам и по процессору. "
    "| Understanding and a step of the dialog, on the recorded conversations of the scripts that ship (or those "
    "named): p50, p95, p99 by the clock and of the processor."
)
@click.argument("scripts", nargs=-1)
@option("--rounds", type=click.IntRange(1), default=1, show_default=True, help="Сколько раз. | How many times.")
@option("--json", "as_json", is_flag=True, help="Итог в JSON. | The result as JSON.")
def dialog(scripts: tuple[str, ...], rounds: int, *, as_json: bool) -> None:
    watch = Stopwatch()
    names = scripts or library.names()
    if unknown := sorted(set(names) - set(library.names())):
        fail(tr(f"нет сценария «{unknown[0]}»", f"no script '{unknown[0]}'"), ", ".join(library.names()))
    for name in names:
        script = load_script(library.path(name))
        understanding = Understanding.for_script(script)
        understanding.understand(WARM_UP)  # dictionaries load with the first word
        tests = load_conversations(library.path(name).with_name(name + SUFFIX))
        engine = _TimedEngine(Engine(script, understanding), watch)
        for _ in range(rounds):
            _play(engine, tests)
    result = {
        "machine": {"processor": platform.processor() or platform.machine(), "python": platform.python_version()},
        "scripts": len(names),
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
        talk = begin(engine, tests, conversation)
        for step in conversation.steps:
            talk.tell(step.event())


def _percentiles(times: list[Spent], bound: float) -> dict[str, float]:
    wall = quantiles((spent.wall for spent in times), n=100, method="inclusive")
    cpu = quantiles((spent.cpu for spent in times), n=100, method="inclusive")
    found: dict[str, float] = {"count": len(times)}
    for percent in PERCENTS:
        found |= {f"p{percent}": round(wall[percent - 1], 3), f"cpu_p{percent}": round(cpu[percent - 1], 3)}
    return {**found, "bound": bound}


def _show(watch: Stopwatch) -> None:
    table = Table()
    columns = [f"{kind}p{percent}" for percent in PERCENTS for kind in ("", "cpu_")]
    for title in (tr("Что, мс", "What, ms"), tr("Раз", "Count"), *columns, tr("Не дольше", "Bound")):
        table.add_column(title)
    for title, times, bound in (
        (tr("Понимание реплики", "Understanding"), watch.understanding, BOUNDS_MS["understanding"]),
        (tr("Шаг разговора", "Step of the dialog"), watch.engine_step, BOUNDS_MS["engine_step"]),
    ):
        found = _percentiles(times, bound)
        table.add_row(title, str(len(times)), *(f"{found[key]:.2f}" for key in (*columns, "bound")))
    terminal().print(table)
