"""Leads a call was wanted for whose cards have no number, for reading, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from robot.crm.outbox_desk import Unheard
from robot.crm.outbox_words import unheard_problem
from robot.i18n import tr


def unheard_table(told: Sequence[Unheard]) -> Table:
    table = Table(title=tr("Некуда позвонить", "No number to call"), title_justify="left")
    for title in (tr("С", "Since"), tr("Откуда", "From"), tr("Лид", "Lead")):
        table.add_column(title, no_wrap=True)
    table.add_column(tr("Причина и что делать", "Reason and remedy"))
    for one in told:
        problem = unheard_problem(one)
        reason = f"{problem.text} [{problem.code}] → {problem.remedy}"
        table.add_row(f"{one.at.astimezone():%d.%m %H:%M}", Text(one.source), Text(one.lead_ref), Text(reason))
    return table


def unheard_json(one: Unheard) -> Mapping[str, Any]:
    problem = unheard_problem(one)
    return {
        "source": one.source,
        "kind": one.kind,
        "stage": one.stage,
        "lead_ref": one.lead_ref,
        "at": one.at.isoformat(),
        "problem": {"code": problem.code, "text": problem.text, "remedy": problem.remedy},
    }
