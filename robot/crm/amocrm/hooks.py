"""What amoCRM posts to us: unsigned forms with brackets. Who may post is known by the secret in our address. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from robot.crm.forms import at, listed, parse_form
from robot.crm.touched import Touched

_HAPPENINGS = ("add", "update", "status", "responsible", "restore", "delete")
_OF_LEAD = "2"
MOST = 100


def parse(body: bytes) -> Sequence[Touched]:
    """Leads and tasks that something happened to, each once, in the order they were told."""
    form = parse_form(body)
    found: dict[tuple[str, str], Touched] = {}
    for what in _HAPPENINGS:
        for one in listed(form, "leads", what):
            ref = at(one, "id")
            if _is_id(ref):
                found["lead", ref] = Touched("lead", ref, deleted=what == "delete")
        for one in listed(form, "task", what):
            ref = at(one, "id")
            if _is_id(ref) and at(one, "element_type") in ("", _OF_LEAD):
                found["task", ref] = Touched("task", ref, deleted=what == "delete")
    return list(found.values())[:MOST]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
