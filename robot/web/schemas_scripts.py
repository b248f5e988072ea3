"""What the scripts desk takes and gives on the wire.

GET    /api/scripts                                      the list
POST   /api/scripts                                      a new one: from a template, a YAML file, or empty
GET    /api/scripts/{name}                               one of the list
DELETE /api/scripts/{name}                               put away; only when no campaign speaks it
GET    /api/scripts/{name}/draft                         text, canvas, findings
PUT    /api/scripts/{name}/draft                         the whole text (import)
POST   /api/scripts/{name}/draft/edits                   edits of the canvas
POST   /api/scripts/{name}/draft/undo, …/redo            one step
POST   /api/scripts/{name}/draft/reset                   the draft becomes a version's text again; may be undone
PUT    /api/scripts/{name}/draft/positions               where cards stand
GET    /api/scripts/{name}/draft/history                 revisions of the draft
POST   /api/scripts/{name}/draft/examples                a heard sentence becomes an example
POST   /api/scripts/{name}/understood                    what the draft makes of a sentence
POST   /api/scripts/{name}/publish                       202, a job
POST   /api/scripts/{name}/variants                      202, a job: stop a variant, or roll out the winner
POST   /api/scripts/{name}/versions/{version}/restore    202, a job: a new version with the old content
GET    /api/scripts/{name}/jobs/{job}                    how far a job is
GET    /api/scripts/{name}/versions, …/versions/{version}
GET    /api/scripts/{name}/diff?before=…&after=…         versions by number, or "draft"
GET    /api/scripts/{name}/export?version=…              the YAML file
PUT    /api/scripts/{name}/campaigns/{campaign}          pin a version, or follow the newest
GET    /api/scripts/{name}/audio?phrase=…                how a phrase sounds, WAV
GET, PUT, DELETE /api/scripts/{name}/recordings[/{file}] studio recordings
POST   /api/scripts/{name}/talks                         talk to it by text
POST   /api/scripts/{name}/talks/{talk}/say              GET and DELETE of the same
GET    /api/scripts/{name}/voice                         WebSocket: talk to it by voice
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from robot.web.schemas import Needed
from scripts_dialog.editing.edits import Edit, Example, Word
from scripts_dialog.editing.shapes import Canvas, PhraseChange

MOST_SCRIPT_CHARS = 150_000

Yaml = Annotated[str, Field(min_length=1, max_length=MOST_SCRIPT_CHARS)]
Note = Annotated[str, Field(max_length=500)]
ScriptName = Annotated[str, Field(pattern=r"^[a-zа-яё][a-zа-яё0-9_]{0,59}$")]
Revision = Annotated[int, Field(ge=0)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class PageQuery(_In):
    """after: the `next` of the page before."""

    after: Annotated[str, Field(pattern=r"^[0-9]{0,9}$")] = ""


class FindingOut(_Out):
    """severity: error (keeps it from being published) or warning. phrase: "" when it is about none; line counts from 1
    in the script's own text, 0 when what is wrong is not written there."""

    code: str
    severity: str
    phrase: str
    line: int
    message: str
    remedy: str


class FollowerOut(_Out):
    """A campaign that speaks the script. pinned: the version it stays with; None follows the newest. inbound: it is
    spoken to those of its clients who ring back."""

    slug: str
    title: str
    pinned: int | None = None
    inbound: bool = False


class VersionOut(_Out):
    """hash: what reports know it by; equal contents have equal hashes. author "" and origin "shipped": it came with the
    product. ancestor: the version it grew from. restored: the version whose content it has again."""

    version: int
    hash: str
    title: str
    note: str
    author: str
    published_at: datetime | None
    ancestor: int | None = None
    restored: int | None = None
    origin: Literal["shipped", "own"] = "own"
    live: bool = False
    warnings: int = 0


class DraftMarkOut(_Out):
    """changed: it differs from the live version."""

    revision: int
    author: str
    saved_at: datetime
    changed: bool


class ScriptOut(_Out):
    """live None: never published, no campaign can speak it. phrases: how many of its own."""

    name: str
    title: str
    goal: str
    origin: Literal["shipped", "own"]
    phrases: int
    live: VersionOut | None
    draft: DraftMarkOut | None
    campaigns: list[FollowerOut]


class ScriptsOut(_Out):
    items: list[ScriptOut]
    next: str = ""


class NewScriptIn(_In):
    """template: a script's name, its live version is taken; "" for the smallest script. yaml: a file instead; the
    `script:` in it gives way to `name`."""

    name: ScriptName
    title: Annotated[str, Field(max_length=200)] = ""
    template: Annotated[str, Field(max_length=60)] = ""
    yaml: Yaml | None = None


class PositionIn(_In):
    x: Annotated[float, Field(ge=-1e6, le=1e6)]
    y: Annotated[float, Field(ge=-1e6, le=1e6)]


class PositionsIn(_In):
    """Cards that are not named stay where they are; None puts one back where the layout places it."""

    positions: Annotated[
        Mapping[Annotated[str, Field(min_length=1, max_length=200)], PositionIn | None], Field(max_length=1000)
    ]


class PositionOut(_Out):
    x: float
    y: float


class DraftOut(_Out):
    """revision 0: nobody has edited the script since it was published, and the text is the live version's. base: the
    version it grew from. merged: somebody else has saved meanwhile, and both edits are in it."""

    script: str
    revision: int
    base: int | None
    author: str
    saved_at: datetime | None
    changed: bool
    can_undo: bool
    can_redo: bool
    merged: bool = False
    yaml: str
    canvas: Canvas
    findings: list[FindingOut]
    positions: Mapping[str, PositionOut]


class TextIn(_In):
    """revision: the one that was read."""

    revision: Revision
    yaml: Yaml


class EditsIn(_In):
    """All of them, or none."""

    revision: Revision
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=100)]


class StepIn(_In):
    revision: Revision


class ResetIn(_In):
    """version None: the live one."""

    revision: Revision
    version: int | None = None


class ConflictOut(_Out):
    """409: somebody else has changed the same phrases since `revision`. yours: what would have been saved."""

    revision: int
    author: str
    saved_at: datetime
    phrases: list[str]
    yours: str
    theirs: str


class ConflictBody(_Out):
    error: Mapping[str, object]
    conflict: ConflictOut


class RevisionOut(_Out):
    """what: edit, text, undo, redo, reset, merge, variant, example, new."""

    revision: int
    author: str
    saved_at: datetime
    what: str


class HistoryOut(_Out):
    items: list[RevisionOut]
    next: str = ""


class ExampleIn(_In):
    """anyway: although another intent has it, or the sentence is understood as another."""

    revision: Revision
    intent: Word
    text: Example
    anyway: bool = False


class SentenceIn(_In):
    """phrase: where it was said; "" anywhere."""

    text: Annotated[str, Field(min_length=1, max_length=500)]
    phrase: Annotated[str, Field(max_length=200)] = ""


class MeaningOut(_Out):
    """matched: the example or the rule that it was understood by."""

    intent: str
    title: str
    confidence: float
    matched: str


class UnderstoodOut(_Out):
    """meanings: the weightiest first, none when nothing was understood. example_of: the intent that has this very
    sentence among its examples, or ""."""

    meanings: list[MeaningOut]
    example_of: str


class PublishIn(_In):
    revision: Revision
    note: Note = ""


class RestoreIn(_In):
    note: Note = ""


class VariantIn(_In):
    """stop: this variant is said no more; keep: it is the winner, and the only one. From the live version, at once;
    the draft, where there is one, is changed in the same way."""

    phrase: Annotated[str, Field(min_length=1, max_length=200)]
    variant: Annotated[str, Field(min_length=1, max_length=40)]
    action: Literal["stop", "keep"]
    note: Note = ""


class UnspokenOut(_Out):
    text: str
    problem: str


class JobOut(_Out):
    """state: checking, training, rendering, writing, done, refused (see findings and unspoken) or failed (see problem).
    done of total: phrases rendered. version: what came of it."""

    id: str
    script: str
    state: str
    done: int
    total: int
    version: VersionOut | None
    findings: list[FindingOut]
    unspoken: list[UnspokenOut]
    problem: str


class VersionsOut(_Out):
    items: list[VersionOut]
    next: str = ""


class WholeVersionOut(_Out):
    version: VersionOut
    yaml: str
    canvas: Canvas
    findings: list[FindingOut]


class DiffQuery(_In):
    """Version numbers, or "draft"; before "" is the live one."""

    before: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)?$")] = ""
    after: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)$")] = "draft"


class DiffOut(_Out):
    changes: list[PhraseChange]


class ExportQuery(_In):
    """A version's number, or "draft"."""

    version: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)$")] = "draft"


class PinIn(_In):
    """None: follow the newest."""

    version: int | None


class AudioQuery(_In):
    """visit: which of the texts, from 0. version: a number or "draft". campaign: by whose voice and facts, "" for the
    usual voice."""

    phrase: Annotated[str, Field(min_length=1, max_length=200)]
    variant: Annotated[int, Field(ge=0, le=9)] = 0
    visit: Annotated[int, Field(ge=0, le=9)] = 0
    version: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)$")] = "draft"
    campaign: Annotated[str, Field(max_length=200)] = ""


class RecordingOut(_Out):
    """used_by: phrases of the draft that name it."""

    file: str
    seconds: float
    used_by: list[str]


class RecordingsOut(_Out):
    items: list[RecordingOut]
    next: str = ""


class TalkIn(_In):
    """version: a number or "draft". variables: what is known of the client and the campaign, lead.name and the like.
    campaign: whose facts the robot speaks with. seed: draws the variants."""

    version: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)$")] = "draft"
    campaign: Annotated[str, Field(max_length=200)] = ""
    variables: Annotated[Mapping[Needed, Annotated[str, Field(max_length=200)]], Field(max_length=50)] = {}
    seed: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class VoiceQuery(_In):
    """version: a number or "draft". campaign: whose voice and facts. rate: of the microphone's PCM."""

    version: Annotated[str, Field(pattern=r"^([0-9]{1,9}|draft)$")] = "draft"
    campaign: Annotated[str, Field(max_length=200)] = ""
    rate: Literal["8000", "16000", "24000", "44100", "48000"] = "16000"


class SayIn(_In):
    """One of: text; silence (nothing was said); key (of the telephone); cut (the robot is interrupted); hang_up."""

    event: Literal["text", "silence", "key", "cut", "hang_up"] = "text"
    text: Annotated[str, Field(max_length=1000)] = ""


class TalkLineOut(_Out):
    """who: robot or client. phrase: where the talk was."""

    who: str
    text: str
    phrase: str


class TurnOut(_Out):
    """How one thing the client said was taken. kind: as turns of calls have it."""

    text: str
    kind: str
    intent: str
    title: str
    confidence: float
    matched: str
    also: list[str]
    phrase: str
    next_phrase: str


class TalkOut(_Out):
    """phrase: where the talk is. path: the phrases it has passed. collected: variables filled in. outcome "" until it
    has ended. Forgotten at `until` unless somebody speaks before."""

    id: str
    script: str
    version: str
    phrase: str
    path: list[str]
    lines: list[TalkLineOut]
    turns: list[TurnOut]
    collected: Mapping[str, str]
    asked: list[str]
    outcome: str
    reason: str
    until: datetime
