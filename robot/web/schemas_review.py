"""What reviewing a script takes and gives on the wire: its names, what was not understood, what was suggested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from robot.web.schemas_calls import Name
from robot.web.schemas_scripts import Revision
from scripts_dialog.editing.edits import Word


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class NamesOut(_Out):
    """Of the live version. phrases, intents: titles by id, of those that have one; objections stand under
    "objections.<intent>"."""

    title: str
    phrases: Mapping[str, str]
    intents: Mapping[str, str]


class UnheardQuery(_In):
    """phrase: after which it was said. since <= start of the call < until."""

    phrase: Annotated[str, Field(min_length=1, max_length=200)]
    campaign: Name = ""
    script_version: Name = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class NotUnderstoodOut(_Out):
    """The same words once. call, at_ms: the newest call in which they were said, and when in its recording."""

    text: str
    count: int
    call: UUID
    at_ms: int


class NotUnderstoodListOut(_Out):
    """The most frequent first. calls: so many were looked at; more: there are older ones."""

    items: list[NotUnderstoodOut]
    next: str = ""
    calls: int
    more: bool


class SuggestionOut(_Out):
    """Words of a client. phrase: to which they were said; intent: what is proposed, "" nothing; by: who proposed."""

    id: int
    call: UUID
    at_ms: int
    phrase: str
    text: str
    intent: str
    by: str
    at: datetime


class SuggestionsOut(_Out):
    items: list[SuggestionOut]
    next: str = ""


class AcceptIn(_In):
    """revision: of the draft that was read. anyway: although another intent claims the sentence."""

    revision: Revision
    intent: Word
    anyway: bool = False
