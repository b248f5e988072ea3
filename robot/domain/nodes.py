"""The machines that dial from one database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Node:
    """One machine, by the name in its settings. `draining`: it finishes its calls and claims none."""

    name: str
    seen_at: datetime
    version: str = ""
    draining: bool = False
