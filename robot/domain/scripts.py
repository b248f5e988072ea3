"""Scripts as people keep them: a draft with its history, versions that never change, who speaks which. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

NAME = re.compile(r"[a-zа-яё][a-zа-яё0-9_]{0,59}")
"""Of a script that is made in the browser."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved state of a draft; the draft is the one with the highest number. what: what made it (edit, text, undo,
    redo, reset, merge, variant, example, new). base: the version it grew from, None before the first. undoes_to and
    redoes_to: the revisions that one step back or forth brings the text of, None at the ends."""

    script: str
    number: int
    text: str
    author: str
    saved_at: datetime
    what: str
    base: int | None = None
    undoes_to: int | None = None
    redoes_to: int | None = None


@dataclass(frozen=True, slots=True)
class VersionMark:
    """A version without its content. hash: of what it means; reports know it by that. published_at None: it shipped
    with the product. ancestor: the version its draft grew from; restored: the one whose content it has again."""

    script: str
    version: int
    hash: str
    title: str
    goal: str
    phrases: int
    note: str = ""
    author: str = ""
    published_at: datetime | None = None
    ancestor: int | None = None
    restored: int | None = None
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """A published script. bundle: the texts of the parts it stands on, by name. recordings: digests of the studio
    recordings it names, by file. findings: what the check remarked, as JSON."""

    mark: VersionMark
    text: str
    bundle: Mapping[str, str] = field(default_factory=dict)
    recordings: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class StoredScript:
    """A script that was edited here. positions: of its cards, by phrase."""

    name: str
    made_by: str
    made_at: datetime
    put_away_at: datetime | None = None
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    """A campaign that stays with a version of a script."""

    campaign_id: int
    script: str
    version: int


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A studio recording as the draft knows it. digest: SHA-256 of its content."""

    file: str
    digest: str
    seconds: float
