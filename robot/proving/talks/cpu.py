"""Which part of the robot the processors work for: by process, by thread, and in the main thread by samples of what it
is doing.

The samples are taken by a timer that runs only while this process works (`ITIMER_PROF`), so that waiting counts for
nothing. What the system's kernel does for a thread is that thread's.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

SAMPLE_S = 0.01
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


WAITING = "/selectors.py"


class Part(StrEnum):
    AUDIO = "audio"
    RECOGNITION = "recognition"
    DIALOG = "dialog"
    STORAGE = "storage"
    OTHER = "other"
    """The event loop itself, logs, metrics, this measurement."""


_PLACES = (
    ("/scripts_dialog/", Part.DIALOG),
    ("/robot/storage/", Part.STORAGE),
    ("/sqlalchemy/", Part.STORAGE),
    ("/aiosqlite/", Part.STORAGE),
    ("/robot/speech/engines/", Part.RECOGNITION),
    ("/robot/speech/", Part.AUDIO),
    ("/robot/calls/", Part.AUDIO),
    ("/telephony/", Part.AUDIO),
    ("/robot/", Part.OTHER),
)


def part_of(file: str) -> Part | None:
    """Of a source file; None for what serves everybody."""
    return next((part for place, part in _PLACES if place in file), None)


class Profile:
    """Samples the main thread while entered; use in the main thread, once at a time."""

    def __init__(self) -> None:
        self.samples: Counter[Part] = Counter()
        self._before: signal.Handlers | object = signal.SIG_DFL

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGPROF, self._sample)
        signal.siginterrupt(signal.SIGPROF, False)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_S, SAMPLE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename.endswith(WAITING):
            return  # another thread works
        while frame is not None:
            if (part := part_of(frame.f_code.co_filename)) is not None:
                self.samples[part] += 1
                return
            frame = frame.f_back
        self.samples[Part.OTHER] += 1


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor since a process or thread began."""

    processes: Mapping[str, float]
    main_s: float
    storage_s: float
    helpers_s: float
    """Threads for disk work, and what the libraries start for themselves."""
    samples: Mapping[Part, int] = field(default_factory=dict)


def spent(profile: Profile, others: Mapping[str, int]) -> Spent:
    """Now, of this process, of those it has started ("workers"), and of others by name and pid."""
    threads = {int(entry.name): cpu_s(entry / "stat") for entry in Path("/proc/self/task").iterdir()}
    storage = {one.native_id for one in threading.enumerate() if type(one).__module__.startswith("aiosqlite")}
    main_s = threads.pop(os.getpid(), 0.0)
    storage_s = sum(seconds for number, seconds in threads.items() if number in storage)
    processes = {name: cpu_s(Path(f"/proc/{pid}/stat")) for name, pid in others.items()}
    processes["workers"] = sum(cpu_s(Path(f"/proc/{pid}/stat")) for pid in descendants(os.getpid(), others.values()))
    helpers_s = sum(threads.values()) - storage_s
    return Spent(processes, main_s, storage_s, helpers_s, dict(profile.samples))


@dataclass(frozen=True, slots=True)
class Load:
    """Cores at work between two moments. parts: of the robot; processes: everybody, the robot among them."""

    parts: Mapping[str, float]
    processes: Mapping[str, float]

    @property
    def cores(self) -> float:
        return sum(self.processes.values())


def load(before: Spent, after: Spent, seconds: float) -> Load:
    main = (after.main_s - before.main_s) / seconds
    helpers = (after.helpers_s - before.helpers_s) / seconds
    storage = (after.storage_s - before.storage_s) / seconds
    samples = {part: after.samples.get(part, 0) - before.samples.get(part, 0) for part in Part}
    total = max(1, sum(samples.values()))
    parts = {part.value: main * count / total for part, count in samples.items()}
    others = {name: (after.processes[name] - before.processes.get(name, 0.0)) / seconds for name in after.processes}
    workers = others.pop("workers")
    parts[Part.RECOGNITION] += workers
    parts[Part.STORAGE] += storage
    parts[Part.OTHER] += helpers
    return Load(parts, {"robot": main + helpers + storage, "robot_workers": workers, **others})


def cpu_s(stat: Path) -> float:
    """User and system time by proc(5)'s stat; 0 for who has gone."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def descendants(pid: int, but: object = ()) -> list[int]:
    """Processes that this one has started, and theirs. but: pids that are counted elsewhere."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    left_out = set(but)  # type: ignore[call-overload]
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        children = [child for child, of in parents.items() if of == parent and child not in left_out]
        found += children
        waiting += children
    return found


def rss_mb(but: object = ()) -> float:
    """Memory of this process and of those it has started, shared pages counted once each time."""
    total = 0.0
    for pid in (os.getpid(), *descendants(os.getpid(), but)):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
        except OSError:
            continue
    return total
