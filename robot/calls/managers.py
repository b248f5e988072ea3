"""Whom a script means by "sales": the targets of the settings, past the toll guard. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import structlog

from robot.calls.transfer_ports import Destination
from robot.domain.phones import InvalidPhone, parse_phone

log = structlog.get_logger(__name__)

_EXTENSION = re.compile(r"[0-9]{2,6}")
EMERGENCY = frozenset({"01", "02", "03", "04", "101", "102", "103", "104", "112", "911"})
"""Never dialed because a script's variable happens to say so; an office that numbers its desks like that names them in
its settings."""


def is_extension(written: str) -> bool:
    """Whether this is a number of the office's own exchange."""
    return _EXTENSION.fullmatch(written) is not None


class TransferTargets:
    """`Managers` over a table: a word (any case) -> extensions and numbers, tried in order. refusal: why a number may
    not be dialed, None or "" when it may. Extensions are the office's own and pass no guard; none is dialed where no
    line leads to the `office`: the operator of the trunk might know a stranger, or 112, by such a number."""

    def __init__(
        self, targets: Mapping[str, Sequence[str]], refusal: Callable[[str], str | None], *, office: bool = True
    ) -> None:
        self._targets = {word.casefold(): tuple(numbers) for word, numbers in targets.items()}
        self._named = {number for numbers in self._targets.values() for number in numbers}
        self._refusal = refusal
        self._office = office

    def reach(self, whom: str) -> Sequence[Destination]:
        word = whom.strip()
        wanted = self._targets.get(word.casefold(), (word,))
        found = [destination for number in wanted if (destination := self._destination(number)) is not None]
        if not found:
            log.warning("transfer_target_unknown", listed=word.casefold() in self._targets)
        return found

    def _destination(self, written: str) -> Destination | None:
        if is_extension(written):
            if not self._office:
                log.warning("transfer_without_office_trunk")
                return None
            stranger = written in EMERGENCY and written not in self._named
            return None if stranger else Destination(written, office=True)
        try:
            number = parse_phone(written)
        except InvalidPhone:
            return None
        if reason := self._refusal(number):
            log.warning("transfer_number_refused", reason=reason)
            return None
        return Destination(number)
