"""Who changes things by commands on the server, for the journal: whoever is at the keyboard there."""

from __future__ import annotations

import getpass
from collections.abc import Mapping

from robot.domain.clock import utc_now
from robot.domain.journal import Change, Scalar, differing
from robot.web.ports import Journal


async def noted(
    journal: Journal,
    what: str,
    *,
    subject: str = "",
    before: Mapping[str, Scalar] | None = None,
    after: Mapping[str, Scalar] | None = None,
) -> None:
    """As `note` of robot.web.journal, where the words are listed."""
    was, is_now = differing(before or {}, after or {})
    await journal.add(Change(utc_now(), operator(), what, subject, was, is_now))


def operator() -> str:
    """The account on the server; "server" where it has no name (a container)."""
    try:
        return f"server: {getpass.getuser()}"
    except (OSError, KeyError):
        return "server"
