"""The draft of a script: saved with the revision it was read at, merged with what others saved meanwhile, undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from robot.domain.scripts import Revision, Version
from robot.scripts.errors import DraftConflict, NotNow, UnknownScript, UnreadableScript
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import named
from robot.scripts.shipped import shipped
from robot.scripts.stores import ScriptStores
from scripts_dialog.editing.apply import edited
from scripts_dialog.editing.edits import Edit
from scripts_dialog.editing.merging import merge
from scripts_dialog.findings import ScriptError

TRIES = 5
"""Somebody else may be faster so often."""


@dataclass(frozen=True, slots=True)
class Saved:
    """merged: what somebody else has saved meanwhile is in it."""

    revision: Revision
    merged: bool = False


class DraftDesk:
    def __init__(self, stores: ScriptStores, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self.now = now

    async def live(self, script: str) -> Version | None:
        """What calls speak; None before the first publication. Raises UnknownScript."""
        mark = (await self._stores.versions.live()).get(script)
        if mark is not None:
            return await self._stores.versions.get(script, mark.version)
        return await in_turn(shipped, script)

    async def version(self, script: str, version: int) -> Version:
        """Raises UnknownScript."""
        found = await self._stores.versions.get(script, version)
        if found is None and version == 1:
            found = await in_turn(shipped, script)
        if found is None:
            raise UnknownScript
        return found

    async def current(self, script: str) -> Revision:
        """Number 0 while nobody has edited it. Raises UnknownScript."""
        found = await self._stores.drafts.current(script)
        return found if found is not None else await self._untouched(script)

    async def _untouched(self, script: str) -> Revision:
        live = await self.live(script)
        if live is None:
            raise UnknownScript
        return Revision(script, 0, live.text, "", live.mark.published_at or self.now(), "new", live.mark.version)

    async def save_text(self, script: str, read: int, text: str, *, by: str) -> Saved:
        """Raises UnreadableScript, DraftConflict, NotNow."""
        given = await in_turn(named, text, script)
        return await self._save(script, read, lambda _text: given, "text", by)

    async def edit(self, script: str, read: int, edits: Sequence[Edit], *, by: str, what: str = "edit") -> Saved:
        """All of them or none. Raises EditError, DraftConflict, NotNow."""
        return await self._save(script, read, lambda text: edited(text, edits), what, by)

    async def reset(self, script: str, read: int, version: int | None, *, by: str) -> Saved:
        """The text of a version again, of the live one by default. May be undone."""
        wanted = await self.live(script) if version is None else await self.version(script, version)
        if wanted is None:
            raise UnknownScript
        if read != (await self.current(script)).number:
            raise _stale()
        return await self._save(script, read, lambda _text: wanted.text, "reset", by)

    async def step(self, script: str, read: int, *, back: bool, by: str) -> Saved:
        """One edit undone, or done again. Raises NotNow."""
        current = await self.current(script)
        if read != current.number:
            raise _stale()
        to = current.undoes_to if back else current.redoes_to
        target = await self._stores.drafts.get(script, to) if to is not None else None
        if target is None:
            raise NotNow("nothing_to_undo", "дальше отменять или возвращать нечего", "there is nothing more to undo")
        made = Revision(
            script,
            current.number + 1,
            target.text,
            by,
            self.now(),
            "undo" if back else "redo",
            current.base,
            undoes_to=target.undoes_to if back else current.number,
            redoes_to=current.number if back else target.redoes_to,
        )
        if not await self._stores.drafts.save(made):
            raise _stale()
        return Saved(made)

    async def _save(self, script: str, read: int, make: Callable[[str], str], what: str, by: str) -> Saved:
        for _ in range(TRIES):
            current = await self.begin(script, by=by)
            known = await self._as_read(script, read, current)
            text = yours = await in_turn(_made, make, known.text)
            if known.number != current.number:
                merged = await in_turn(merge, known.text, yours, current.text)
                if merged.conflicts:
                    raise DraftConflict(current, yours, merged.conflicts)
                text = merged.text
            if text == current.text:
                return Saved(current, merged=known.number != current.number)
            late = known.number != current.number
            made = Revision(
                script, current.number + 1, text, by, self.now(), "merge" if late else what, current.base,
                undoes_to=current.number,
            )  # fmt: skip
            if await self._stores.drafts.save(made):
                return Saved(made, merged=late)
        raise _stale()

    async def begin(self, script: str, *, by: str) -> Revision:
        """The current revision; the first edit of a script keeps what it began with. Raises UnknownScript."""
        current = await self._stores.drafts.current(script)
        if current is not None:
            return current
        first = await self._untouched(script)
        await self._stores.scripts.add(script, by=by, now=self.now())
        kept = Revision(script, 1, first.text, by, self.now(), "new", first.base)
        await self._stores.drafts.save(kept)
        return await self._stores.drafts.current(script) or kept

    async def _as_read(self, script: str, read: int, current: Revision) -> Revision:
        """What the browser had before its edits. Revision 0 was that the first one began with."""
        number = max(read, 1)
        if number == current.number:
            return current
        known = await self._stores.drafts.get(script, number) if number < current.number else None
        if known is None:
            raise _stale()
        return known


def _made(make: Callable[[str], str], text: str) -> str:
    try:
        return make(text)
    except ScriptError as error:
        raise UnreadableScript(error.findings) from None


def _stale() -> NotNow:
    return NotNow(
        "stale_revision",
        "черновик с тех пор изменили: обновите страницу и повторите",
        "the draft has changed since: reload and try again",
    )
