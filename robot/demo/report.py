"""What a run came to, read back from the database it was stored in: for a file and for people."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robot.analytics.dropoff import PhraseCounts
from robot.analytics.ports import AttemptRecord, Reports, Selection
from robot.domain.meetings import Meeting
from robot.domain.outcomes import Outcome

PAGE = 500


@dataclass(frozen=True, slots=True)
class Setup:
    """With what the run was made: names of line, engine and voice, and the quota asked for."""

    line: str
    recognizer: str
    voice: str
    quota: int


@dataclass(frozen=True, slots=True)
class RunReport:
    setup: Setup
    meetings: Sequence[Meeting]
    attempts: int
    outcomes: Mapping[Outcome, int]
    phrases: Sequence[PhraseCounts]
    responses_ms: Sequence[int]

    def as_json(self) -> dict[str, Any]:
        """The report file. Times are ISO 8601 in UTC; response_ms is None where nothing was answered."""
        return {
            "line": self.setup.line,
            "recognizer": self.setup.recognizer,
            "voice": self.setup.voice,
            "quota": self.setup.quota,
            "meetings": [
                {
                    "lead": meeting.lead_name,
                    "company": meeting.company,
                    "manager": meeting.manager_name,
                    "starts_at": meeting.slot.starts_at.isoformat(),
                    "ends_at": meeting.slot.ends_at.isoformat(),
                    "attempt": str(meeting.attempt_id),
                }
                for meeting in self.meetings
            ],
            "attempts": self.attempts,
            "outcomes": {outcome.value: number for outcome, number in self.outcomes.items()},
            "phrases": [
                {
                    "id": phrase.phrase,
                    "reached": phrase.reached,
                    "hung_up": phrase.hung_up,
                    "refused": phrase.refused,
                    "silent": phrase.silent,
                    "not_understood": phrase.not_understood,
                    "interrupted": phrase.interrupted,
                    "went_on": dict(phrase.went_on),
                }
                for phrase in self.phrases
            ],
            "response_ms": {
                "p50": percentile(self.responses_ms, 50),
                "p95": percentile(self.responses_ms, 95),
                "n": len(self.responses_ms),
            },
        }


def percentile(values: Sequence[int], percent: int) -> int | None:
    """By linear interpolation; None of nothing."""
    if len(values) < 2:
        return values[0] if values else None
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1])


async def collect(reports: Reports, selection: Selection, setup: Setup) -> RunReport:
    attempts: list[AttemptRecord] = []
    while page := await reports.attempts(selection, limit=PAGE, offset=len(attempts)):
        attempts += page
    responses = [
        turn.response_ms
        for attempt in attempts
        for turn in await reports.turns(attempt.id)
        if turn.response_ms is not None
    ]
    return RunReport(
        setup,
        meetings=await reports.meetings(selection),
        attempts=len(attempts),
        outcomes=await reports.outcomes(selection),
        phrases=await reports.phrases(selection),
        responses_ms=responses,
    )


def write_json(report: RunReport, path: Path) -> None:
    """Atomically: a reader finds the whole file or none."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    part.replace(path)
