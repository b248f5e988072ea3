"""Calls of a trial: all that can come of one, by a seed."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import soundfile

from robot.crm.report import Booked, CallReport, Said, Wish
from robot.crm.stages import Stage, TaskKind, stage_after
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead

RECORDING = Path("recordings") / "trial.ogg"
MANAGERS = ("Ольга", "Пётр")
CALLS_OF_A_CLIENT = (1, 1, 1, 2, 3)
"""By chance: some are called again."""

_OUTCOMES = (
    *(Outcome.MEETING_BOOKED,) * 4,
    *(Outcome.REFUSED,) * 3,
    *(Outcome.NO_ANSWER,) * 3,
    Outcome.BUSY,
    Outcome.CALLBACK_SCHEDULED,
    Outcome.INFO_REQUESTED,
    Outcome.TRANSFERRED,
)
_SILENT = {Outcome.NO_ANSWER, Outcome.BUSY}


def record(data_dir: Path) -> None:
    """Half a second of sound: a recording as it lies on the disk."""
    tone = (np.sin(np.arange(4000) * 0.3) * 8000).astype(np.int16)
    made = io.BytesIO()
    soundfile.write(made, np.stack([tone, tone], axis=1), 8000, format="OGG", subtype="OPUS")
    (data_dir / RECORDING).parent.mkdir(parents=True, exist_ok=True)
    (data_dir / RECORDING).write_bytes(made.getvalue())


def phone_of(lead: int) -> str:
    """Invented: nobody has a number of this code."""
    return f"+7958{lead:07d}"


def calls(count: int, dice: random.Random, *, since: datetime) -> Sequence[CallReport]:
    """So many, each lead's in order; leads are numbered from 1."""
    made: list[CallReport] = []
    lead = 0
    while len(made) < count:
        lead += 1
        stage: str = Stage.NEW
        for _ in range(min(dice.choice(CALLS_OF_A_CLIENT), count - len(made))):
            report = _call(lead, stage, dice, since + timedelta(minutes=len(made)), place=len(made))
            stage = report.stage
            made.append(report)
    return made


def _call(lead: int, stage: str, dice: random.Random, at: datetime, *, place: int) -> CallReport:
    outcome = dice.choice(_OUTCOMES)
    silent = outcome in _SILENT
    talked = 0 if silent else dice.randint(5, 300)
    meeting, task = None, None
    if outcome is Outcome.MEETING_BOOKED:
        starts = at + timedelta(days=1 + place % 5)
        slot = Slot(1 + lead % 2, starts, starts + timedelta(minutes=30))
        meeting, task = Booked(slot, MANAGERS[lead % 2], "Звонок по видео"), (TaskKind.MEETING, starts)
    elif outcome is Outcome.INFO_REQUESTED:
        task = (TaskKind.SEND_INFO, at + timedelta(hours=1))
    said = () if silent else (Said(False, 300, 2100, "Здравствуйте!"), Said(True, 2500, 4000, "Слушаю вас."))
    wishes = (Wish("create_task", {"title": "Проверить оплату"}),) if dice.random() < 0.1 else ()
    return CallReport(
        attempt_id=UUID(int=dice.getrandbits(128), version=4),
        campaign="trial",
        campaign_title="Испытание",
        lead=Lead(lead, phone_of(lead), name=f"Клиент {lead}", company=f"ООО «Ромашка {lead}»", stage=stage),
        inbound=dice.random() < 0.1,
        outcome=outcome,
        reason=dice.choice(("price", "has_supplier")) if outcome is Outcome.REFUSED else "",
        started_at=at,
        talked_s=talked,
        ended_at=at + timedelta(seconds=talked),
        stage=stage_after(outcome, stage),
        collected={} if silent else {"lead.need": f"реклама {place}"},
        meeting=meeting,
        task=task,
        wishes=() if silent else wishes,
        recording="" if silent else str(RECORDING),
        said=said,
    )
