"""What a CRM's webhook tells: that something was touched. It proves nothing: the connector reads what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Touched:
    """kind: lead, deal, task; or robot, of which ref is a key and the rest stands in `told`. ref: the CRM's id.
    deleted: by its own words. token: what the sender proves himself with, "" where the vendor sends none. told: what
    cannot be read again."""

    kind: str
    ref: str
    deleted: bool = False
    token: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
