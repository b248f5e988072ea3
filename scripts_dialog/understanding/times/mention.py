"""What a clause says about time, before anybody asks which calendar day that is."""

from __future__ import annotations

from scripts_dialog.understanding.times.clause import Clause, Mention, Relation
from scripts_dialog.understanding.times.clock import read_halves, read_hours, read_range
from scripts_dialog.understanding.times.days import read_dates, read_days, read_weeks
from scripts_dialog.understanding.times.parts import read_parts
from scripts_dialog.understanding.times.relative import read_relative

__all__ = ["Mention", "Relation", "mentions"]

_PASSES = (read_relative, read_weeks, read_halves, read_parts, read_days, read_dates, read_range, read_hours)
"""The order matters: «половина второго» must be gone before «второго» can be a date."""


def mentions(text: str, *, loose: bool = False) -> Mention:
    """What one clause says. `loose`: a bare number may be an hour, because a time had been asked for."""
    clause = Clause(text, loose=loose)
    for read in _PASSES:
        read(clause)
    return clause.found
