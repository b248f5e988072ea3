"""Fields of a card in a CRM: those that are there are written, and the first that is not is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from robot.crm.errors import NotThere
from robot.crm.stages import Text
from robot.crm.writes import NOTHING
from robot.i18n import tr


async def write_known(
    fields: Mapping[str, str],
    known: Collection[str],
    write: Callable[[Mapping[str, str]], Awaitable[object]],
    *,
    whom: str,
    remedy: Text,
) -> str:
    """One that is not there would spoil the request of one vendor, and be ignored in silence by another. Raises
    NotThere."""
    there = {name: value for name, value in fields.items() if name in known}
    if there:
        await write(there)
    if missing := sorted(fields.keys() - there.keys()):
        raise NotThere(
            tr(f"в карточках {whom} нет поля {missing[0]}", f"cards of {whom} have no field {missing[0]}"),
            remedy=tr(remedy.ru, remedy.en),
        )
    return NOTHING
