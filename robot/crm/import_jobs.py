"""Imports of leads that somebody watches: a file is read and every row of it tried out; then, when he says so, it is
imported. Jobs live in this process alone: after a restart the file is given again, and nobody is queued twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe

import structlog

from robot.crm.base import Added, Fate, Leads, NewLead
from robot.crm.csv_table import ImportRefused
from robot.crm.import_report import Row, RowKind, report
from robot.crm.lead_import import ImportedFile, read_leads
from robot.crm.reading_apart import read_apart
from robot.crm.stages import Text
from robot.domain.campaigns import Campaign

log = structlog.get_logger(__name__)

BATCH = 500
"""Leads of one transaction; the progress counts them."""

PAUSE_S = 0.05
"""Between them: calls under way write too, also those of other nodes."""

MOST_KEPT = 4
_BROKE = Text(
    "Хранилище не ответило. Повторите: кто уже загружен, второй раз не встанет.",
    "The store did not answer. Try again: who is imported already is not queued twice.",
)


class Phase(StrEnum):
    """READY: tried out, waits for a person. FAILED: may be started again where the file was read."""

    READING = "reading"
    CHECKING = "checking"
    READY = "ready"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


WORKING = frozenset({Phase.READING, Phase.CHECKING, Phase.IMPORTING})


class ImportsBusy(Exception):
    """As many files as may are being worked on."""


@dataclass(slots=True)
class ImportJob:
    """done: leads gone through in this phase. rows: what becomes of each row, after READY; what became, after DONE.
    problem: in both languages, None where there is none."""

    id: str
    campaign: Campaign
    name: str
    at: datetime
    phase: Phase = Phase.READING
    file: ImportedFile | None = None
    done: int = 0
    rows: Sequence[Row] = ()
    kinds: Mapping[RowKind, int] = field(default_factory=dict)
    problem: Text | None = None

    @property
    def total(self) -> int:
        return 0 if self.file is None else len(self.file.leads)

    @property
    def can_start(self) -> bool:
        return self.phase is Phase.READY or (self.phase is Phase.FAILED and self.file is not None)


class ImportJobs:
    """Of one loop. One file is worked on at a time; a few wait their turn."""

    def __init__(self, leads: Leads, now: Callable[[], datetime]) -> None:
        self._leads = leads
        self._now = now
        self._jobs: dict[str, ImportJob] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def begin(self, campaign: Campaign, name: str, content: bytes) -> ImportJob:
        """Read it and try it out. Raises ImportsBusy."""
        self._make_room()
        job = ImportJob(token_urlsafe(12), campaign, name, self._now())
        self._jobs[job.id] = job
        self._work(job, lambda: self._check(job, content))
        return job

    def get(self, job_id: str) -> ImportJob | None:
        return self._jobs.get(job_id)

    def start(self, job: ImportJob, then: Callable[[ImportJob], Awaitable[None]]) -> None:
        """Import it for good, unless that is under way or done. then: called once it is."""
        file = job.file
        if job.can_start and file is not None:
            job.phase, job.done, job.problem = Phase.IMPORTING, 0, None
            self._work(job, lambda: self._import(job, file, then))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _make_room(self) -> None:
        idle = [job.id for job in self._jobs.values() if job.phase not in WORKING]
        while len(self._jobs) >= MOST_KEPT:
            if not idle:
                raise ImportsBusy
            del self._jobs[idle.pop(0)]

    def _work(self, job: ImportJob, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(self._guarded(job, work), name=f"import-{job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, job: ImportJob, work: Callable[[], Awaitable[None]]) -> None:
        try:
            async with self._turn:
                await work()
        except ImportRefused as error:
            job.phase, job.problem = Phase.FAILED, error.reason
        except Exception as error:
            log.exception("import_failed", phase=job.phase, error=type(error).__name__)
            job.phase, job.problem = Phase.FAILED, _BROKE

    async def _check(self, job: ImportJob, content: bytes) -> None:
        job.file = await read_apart(read_leads, content)
        job.phase = Phase.CHECKING
        await self._go_through(
            job, job.file, lambda some: self._leads.preview(job.campaign, some, now=self._now()), Phase.READY
        )

    async def _import(self, job: ImportJob, file: ImportedFile, then: Callable[[ImportJob], Awaitable[None]]) -> None:
        await self._go_through(
            job, file, lambda some: self._leads.add(job.campaign.id, some, now=self._now()), Phase.DONE
        )
        await then(job)

    async def _go_through(
        self, job: ImportJob, file: ImportedFile, step: Callable[[Sequence[NewLead]], Awaitable[Added]], after: Phase
    ) -> None:
        fates: dict[str, Fate] = {}
        for start in range(0, len(file.leads), BATCH):
            if start:
                await asyncio.sleep(PAUSE_S)
            some = file.leads[start : start + BATCH]
            fates.update((await step(some)).fates)
            job.done += len(some)
        job.rows = await asyncio.to_thread(report, file, fates, job.campaign, self._now())
        job.kinds = Counter(row.kind for row in job.rows)
        job.phase = after
