"""Scripts as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from robot.domain.scripts import Revision, VersionMark
from robot.i18n import Language, language, tr
from robot.scripts.catalogue import Listed
from robot.scripts.jobs import Job
from robot.scripts.reading import TEXT, Reading
from robot.scripts.talks import TryTalk
from robot.web.schemas_scripts import (
    DraftMarkOut,
    DraftOut,
    FindingOut,
    FollowerOut,
    JobOut,
    PositionOut,
    RevisionOut,
    ScriptOut,
    TalkLineOut,
    TalkOut,
    TurnOut,
    UnspokenOut,
    VersionOut,
)
from scripts_dialog.findings import Finding
from scripts_dialog.understanding.shared import shared_intents


def script_out(one: Listed) -> ScriptOut:
    draft = one.draft
    return ScriptOut(
        name=one.name,
        title=one.title,
        goal=one.goal,
        origin="shipped" if one.ships else "own",
        phrases=one.phrases,
        live=version_out(one.live, live=one.live.version) if one.live is not None else None,
        draft=DraftMarkOut(revision=draft.number, author=draft.author, saved_at=draft.saved_at, changed=one.changed)
        if draft is not None
        else None,
        campaigns=[
            FollowerOut(slug=campaign.slug, title=campaign.title, pinned=pinned, inbound=campaign.script != one.name)
            for campaign, pinned in one.followers
        ],
    )


def version_out(mark: VersionMark, *, live: int | None) -> VersionOut:
    return VersionOut(
        version=mark.version,
        hash=mark.hash,
        title=mark.title,
        note=mark.note,
        author=mark.author,
        published_at=mark.published_at,
        ancestor=mark.ancestor,
        restored=mark.restored,
        origin="own" if mark.author else "shipped",
        live=mark.version == live,
        warnings=mark.warnings,
    )


def findings_out(findings: Iterable[Finding]) -> list[FindingOut]:
    return [
        FindingOut(
            code=one.code,
            severity=one.severity.value,
            phrase=one.phrase,
            line=one.line if one.file == TEXT else 0,
            message=tr(one.message.ru, one.message.en),
            remedy=tr(one.remedy.ru, one.remedy.en),
        )
        for one in findings
    ]


def kept_findings_out(findings: Sequence[Mapping[str, Any]]) -> list[FindingOut]:
    """As they were when the version was published."""
    words = "en" if language.get() is Language.EN else "ru"
    return [
        FindingOut(
            code=one["code"],
            severity=one["severity"],
            phrase=one["phrase"],
            line=one["line"],
            message=one[words][0],
            remedy=one[words][1],
        )
        for one in findings
    ]


def draft_out(
    revision: Revision,
    reading: Reading,
    *,
    changed: bool,
    positions: Mapping[str, tuple[float, float]],
    merged: bool = False,
) -> DraftOut:
    return DraftOut(
        script=revision.script,
        revision=revision.number,
        base=revision.base,
        author=revision.author,
        saved_at=revision.saved_at if revision.number else None,
        changed=changed,
        can_undo=revision.undoes_to is not None,
        can_redo=revision.redoes_to is not None,
        merged=merged,
        yaml=revision.text,
        canvas=reading.canvas,
        findings=findings_out(reading.findings),
        positions={phrase: PositionOut(x=x, y=y) for phrase, (x, y) in positions.items()},
    )


def revision_out(one: Revision) -> RevisionOut:
    return RevisionOut(revision=one.number, author=one.author, saved_at=one.saved_at, what=one.what)


def job_out(job: Job) -> JobOut:
    version = job.version
    return JobOut(
        id=job.id,
        script=job.script,
        state=job.state.value,
        done=job.done,
        total=job.total,
        version=version_out(version, live=version.version) if version is not None else None,
        findings=findings_out(job.findings),
        unspoken=[UnspokenOut(text=one.text, problem=one.problem) for one in job.unspoken],
        problem=tr(*job.problem),
    )


def talk_out(talk: TryTalk) -> TalkOut:
    rehearsal, ended = talk.rehearsal, talk.rehearsal.ended
    intents = {**shared_intents(), **rehearsal.engine.script.intents}
    return TalkOut(
        id=talk.id,
        script=talk.script,
        version=talk.hash,
        phrase=rehearsal.state.phrase,
        path=talk.path,
        lines=[TalkLineOut(who=line.who, text=line.text, phrase=line.phrase) for line in rehearsal.lines],
        turns=[
            TurnOut(
                text=one.text,
                kind=one.kind.value,
                intent=one.intent,
                title=intents[one.intent].title if one.intent in intents else one.intent,
                confidence=one.confidence,
                matched=one.matched,
                also=list(one.also),
                phrase=one.phrase,
                next_phrase=one.next_phrase,
            )
            for one in talk.turns
        ],
        collected=dict(rehearsal.collected),
        asked=list(talk.asked),
        outcome=ended.outcome.value if ended is not None else "",
        reason=ended.reason if ended is not None else "",
        until=talk.until,
    )
