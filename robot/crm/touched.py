"""What a CRM's webhook tells: that something was touched. It proves nothing: the connector reads what is there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Touched:
    """kind: lead or task. ref: the CRM's id. deleted: by its own words. token: what the sender proves himself with, ""
    where the vendor sends none."""

    kind: str
    ref: str
    deleted: bool = False
    token: str = ""
