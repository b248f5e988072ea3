"""How far a publication is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from robot.domain.scripts import VersionMark
from scripts_dialog.findings import Finding


class JobState(StrEnum):
    CHECKING = "checking"
    TRAINING = "training"
    RENDERING = "rendering"
    WRITING = "writing"
    DONE = "done"
    REFUSED = "refused"
    """The script must be mended: see findings and unspoken."""
    FAILED = "failed"
    """Nothing is wrong with the script: see problem."""

    @property
    def over(self) -> bool:
        return self in (JobState.DONE, JobState.REFUSED, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Unspoken:
    """A phrase that the voice could not say."""

    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class Job:
    """done of total: phrases rendered. problem: a sentence in both languages, empty when there is none."""

    id: str
    script: str
    state: JobState = JobState.CHECKING
    done: int = 0
    total: int = 0
    version: VersionMark | None = None
    findings: tuple[Finding, ...] = ()
    unspoken: tuple[Unspoken, ...] = ()
    problem: tuple[str, str] = ("", "")
