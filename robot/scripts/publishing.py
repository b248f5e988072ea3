"""Publishing: checked, trained, every phrase rendered, and only then written as a version, in one transaction. Whatever
breaks before leaves the live version as it was."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from robot.calls.scripts import Published
from robot.domain.scripts import Revision, Version, VersionMark
from robot.scripts.drafts import DraftDesk
from robot.scripts.errors import NotNow, UnknownScript
from robot.scripts.in_turn import in_turn
from robot.scripts.jobs import Job, JobState, Unspoken
from robot.scripts.reading import read
from robot.scripts.shipped import record, shipped
from robot.scripts.stores import ScriptStores
from robot.scripts.voicing import Voicing, loaded, sounds_of, spoken
from robot.scripts.watch import ScriptWatch
from scripts_dialog import Context, Script
from scripts_dialog.loading.loader import bundle_of

log = structlog.get_logger(__name__)

MOST_JOBS = 100
"""Remembered; the oldest that are over are forgotten."""

Written = Callable[[Version], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published. revision: the draft that it is, None for a version's content. restored: the version
    that it repeats, with all it stood on."""

    script: str
    text: str
    note: str
    author: str
    ancestor: int | None = None
    revision: Revision | None = None
    restored: Version | None = None


class Publisher:
    """One per node. `close` ends what is under way."""

    def __init__(
        self,
        stores: ScriptStores,
        drafts: DraftDesk,
        watch: ScriptWatch,
        voicing: Voicing,
        *,
        now: Callable[[], datetime],
        tell: Callable[[Job], None] = lambda _job: None,
    ) -> None:
        """tell: of every step, and of every tenth phrase that was rendered."""
        self._tell = tell
        self._stores = stores
        self._drafts = drafts
        self._watch = watch
        self._voicing = voicing
        self._now = now
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, order: Order, *, written: Written | None = None, told: Written | None = None) -> Job:
        """Begin in the background. written: called once the version is live, and `told` when all is done. Raises NotNow
        while another publication of this script is under way."""
        if order.script in self._tasks:
            raise NotNow("publishing", "сценарий уже публикуется", "the script is being published already")
        job = Job(secrets.token_hex(8), order.script)
        self._keep(job)
        task = asyncio.create_task(self._work(job.id, order, written, told), name=f"publish {order.script}")
        self._tasks[order.script] = task
        task.add_done_callback(lambda _done: self._tasks.pop(order.script, None))
        return job

    def job(self, script: str, job_id: str) -> Job:
        """Raises UnknownScript."""
        found = self._jobs.get(job_id)
        if found is None or found.script != script:
            raise UnknownScript
        return found

    async def finished(self, script: str) -> None:
        """Wait until no publication of the script is under way."""
        if (task := self._tasks.get(script)) is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _work(self, job_id: str, order: Order, written: Written | None, told: Written | None) -> None:
        try:
            version = await self._publish(job_id, order, written)
        except Exception:
            log.exception("publishing_failed", script=order.script)
            problem = "публикация сорвалась, звонки идут по прежней версии: повторите", "publishing failed: try again"
            self._note(job_id, state=JobState.FAILED, problem=problem)
            return
        if version is None or told is None:
            return
        try:
            await told(version)
        except Exception:
            # It is live all the same.
            log.exception("publication_not_told", script=order.script, version=version.mark.version)

    async def _publish(self, job_id: str, order: Order, written: Written | None) -> Version | None:
        """None when it was refused, or somebody was faster."""
        recordings = await self._recordings(order)
        script = await self._checked(job_id, order, frozenset(recordings))
        if script is None:
            return None
        self._note(job_id, state=JobState.TRAINING)
        sounds = await sounds_of(recordings, self._stores.sounds)
        published = await in_turn(spoken, script, sounds, self._voicing.to_line)
        self._note(job_id, state=JobState.RENDERING)
        unspoken = await self._render(job_id, order.script, published)
        if unspoken:
            self._note(job_id, state=JobState.REFUSED, unspoken=tuple(unspoken))
            return None
        self._note(job_id, state=JobState.WRITING)
        version = await self._write(order, script, recordings, self._jobs[job_id])
        if version is None:
            problem = "кто-то только что опубликовал другую версию: повторите", "somebody has just published another"
            self._note(job_id, state=JobState.FAILED, problem=problem)
            return None
        try:
            await self._watch.refresh({(order.script, version.mark.version): published})
            if written is not None:
                await written(version)
        except Exception:
            # It is live; this node finds it at its next look, as the others do.
            log.exception("publication_not_followed", script=order.script, version=version.mark.version)
        self._note(job_id, state=JobState.DONE, version=version.mark)
        return version

    async def _recordings(self, order: Order) -> dict[str, str]:
        if order.restored is not None:
            return dict(order.restored.recordings)
        return {one.file: one.digest for one in await self._stores.sounds.of(order.script)}

    async def _checked(self, job_id: str, order: Order, recordings: frozenset[str]) -> Script | None:
        """None when it was refused. What was published once is not refused for what later checks remark."""
        if order.restored is not None:
            return await in_turn(loaded, order.restored)
        reading = await in_turn(read, order.text, recordings, "ru")
        self._note(job_id, findings=reading.findings)
        if reading.sound:
            return reading.script
        self._note(job_id, state=JobState.REFUSED)
        return None

    async def _render(self, job_id: str, name: str, published: Published) -> list[Unspoken]:
        """By the voice of every campaign that will speak it; by the usual one when none does."""
        facts = [dict(campaign.facts) for campaign, pinned in await self._stores.followers(name) if pinned is None]
        wanted = [(one, published.texts(Context(self._now(), one))) for one in facts or [{}]]
        total, before = sum(len(texts) for _facts, texts in wanted), 0
        failures: list[Unspoken] = []
        for one, texts in wanted:
            phrases = await self._voicing.voices.of(one)
            prepared = await phrases.prepare(texts, partial(self._rendered, job_id, before, total), shared=True)
            failures += [Unspoken(text, str(error)) for text, error in prepared.failures]
            before += len(texts)
        return failures

    def _rendered(self, job_id: str, before: int, total: int, done: int, _of: int) -> None:
        self._note(job_id, done=before + done, total=total)

    async def _write(self, order: Order, script: Script, recordings: dict[str, str], job: Job) -> Version | None:
        live = await self._drafts.live(order.script)
        if order.revision is None and order.ancestor != (live.mark.version if live else None):
            return None  # it was made of a version that is not live any more
        mark = VersionMark(
            order.script, live.mark.version + 1 if live else 1, script.version_hash, script.title, script.goal,
            len(script.own), order.note, order.author, self._now(), order.ancestor,
            order.restored.mark.version if order.restored else None, len(job.findings),
        )  # fmt: skip
        used = {one.name for one in script.recordings()}
        bundle = order.restored.bundle if order.restored else await in_turn(bundle_of, order.text)
        named = {file: digest for file, digest in recordings.items() if file in used}
        version = Version(mark, order.text, bundle, named, [record(one) for one in job.findings])
        await self._stores.scripts.add(order.script, by=order.author, now=self._now())
        first = await in_turn(shipped, order.script)
        if not await self._stores.versions.publish(version, shipped=first):
            return None
        if order.revision is not None and order.revision.number:
            await self._stores.drafts.rebase(order.script, mark.version, since=order.revision.number)
        log.info("script_published", script=order.script, version=mark.version, hash=mark.hash)
        return version

    def _note(self, job_id: str, **changed: object) -> None:
        job = self._jobs[job_id] = replace(self._jobs[job_id], **changed)  # type: ignore[arg-type]
        if "state" in changed or job.done % 10 == 0:
            self._tell(job)

    def _keep(self, job: Job) -> None:
        self._jobs[job.id] = job
        while len(self._jobs) > MOST_JOBS:
            over = next((one for one in self._jobs.values() if one.state.over), None)
            if over is None:
                return
            del self._jobs[over.id]
