"""The line between the measured robot and the measuring clients, set up for one measurement and taken down after it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from robot.proving.nodes import free_lab_ports
from robot.proving.talks.notes import Heard, read_notes
from robot.proving.talks.plan import Call, write_plan
from robot.proving.talks.robot import Tell
from robot.steady import going_first
from telephony.asterisk.line import AsteriskLine
from telephony.base import Line
from telephony.lab import lab as stand
from telephony.lab.hints import Hints
from telephony.lab.settings import LabSettings, Step
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.measuring import measuring_directory

Progress = Callable[[Step], None]
OnLateness = Callable[[float], None]
CLIENTS = "telephony.simulated.measuring:measuring_directory"


class LineName(StrEnum):
    LAB = "lab"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Stage:
    """home: a folder of its own, removed afterwards. lab: None on the simulated line."""

    line: Line
    tell: Tell
    home: Path
    notes: Path
    lab: LabSettings | None = None

    def heard(self) -> dict[str, Heard]:
        """What the clients have noted so far, by number."""
        return read_notes(self.notes)

    def keep(self, folder: Path) -> None:
        """Copy what the clients noted, and where there are any, their recordings: left what they said, right what they
        heard."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in (self.notes, *(self.lab.recordings.glob("*.wav") if self.lab is not None else ())):
            if file.exists():
                shutil.copyfile(file, folder / file.name)


@asynccontextmanager
async def scratch() -> AsyncIterator[Path]:
    """A folder for one measurement."""
    home = Path(tempfile.mkdtemp(prefix="zvonar-bench-"))
    try:
        yield home
    finally:
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stage is set up with. asterisk: the unpacked one. on_lateness: told of every frame of the robot's."""

    line: LineName
    home: Path
    asterisk: Path
    on_lateness: OnLateness
    progress: Progress


@asynccontextmanager
async def measuring_stage(ground: Ground, calls: Sequence[Call]) -> AsyncIterator[Stage]:
    """The line runs, and its clients have their parts. Raises LabError, ProvingError."""
    home = ground.home
    notes, plan = home / "notes.jsonl", home / "plan.json"
    write_plan(calls, notes, plan)
    if ground.line is LineName.SIMULATED:
        exchange = SimulatedLine(measuring_directory(0, plan), SimulatedLineSettings(), on_lateness=ground.on_lateness)
        async with _running(exchange):
            yield Stage(exchange, exchange.told, home, notes)
        return
    async with measuring_lab(ground, f"{CLIENTS}={plan}") as lab:
        line = lab_line(lab, ground.on_lateness)
        async with _running(line):
            yield Stage(line, Hints(lab.hints_socket).told, home, notes, lab)


@asynccontextmanager
async def measuring_lab(ground: Ground, subscribers: str, *, seed: int = 0) -> AsyncIterator[LabSettings]:
    """A lab of its own with these subscribers."""
    [base] = free_lab_ports(1)
    lab = replace(
        LabSettings.under(ground.home, port_base=base, seed=seed), root=ground.asterisk, subscribers=subscribers
    )
    try:
        await stand.up(lab, ground.progress)
        yield lab
    finally:
        await asyncio.shield(stand.down(lab, _quiet))


def lab_line(lab: LabSettings, on_lateness: OnLateness) -> AsteriskLine:
    """Not running yet."""
    settings = stand.asterisk_settings(lab)
    return AsteriskLine(settings, settings.ami_client(), on_lateness)


@asynccontextmanager
async def _running(line: Line) -> AsyncIterator[None]:
    work = asyncio.create_task(line.run(), name="line")
    try:
        with going_first():  # as the service does
            yield
    finally:
        work.cancel()
        await asyncio.wait([work])


def _quiet(_step: Step) -> None:
    """Taking down is told by the prompt."""
