"""The list of scripts: those that ship, those made here, and who speaks them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from robot.domain.campaigns import Campaign
from robot.domain.scripts import NAME, Revision, VersionMark
from robot.scripts.drafts import DraftDesk
from robot.scripts.errors import InUse, NameRefused, UnknownScript
from robot.scripts.reading import named
from robot.scripts.stores import ScriptStores
from scripts_dialog import library
from scripts_dialog.editing.document import Document

SMALLEST = """\
script: new
title: Новый сценарий
goal: meeting
start: opening
include: [legal, objections, booking]

phrases:
  greeting:
    title: Приветствие
    say: Здравствуйте! Меня зовут {robot.name}, компания «{company.name}». Можно предложить вам короткую встречу?
    again: Можно предложить вам короткую встречу?
    expects: yes_no
    answers:
      yes, names_time, more: book
      no, not_interested: refused_goodbye
"""
"""A script that books a meeting, and can be published as it is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """draft None: nobody has edited it. followers: campaigns with the version they are pinned to."""

    name: str
    title: str
    goal: str
    phrases: int
    ships: bool
    live: VersionMark | None
    draft: Revision | None
    changed: bool
    followers: Sequence[tuple[Campaign, int | None]]


class Catalogue:
    def __init__(self, stores: ScriptStores, drafts: DraftDesk, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._drafts = drafts
        self._now = now

    async def all(self) -> Sequence[Listed]:
        """By name."""
        kept = {one.name for one in await self._stores.scripts.all()}
        return [await self.get(name) for name in sorted({*library.names(), *kept})]

    async def get(self, name: str) -> Listed:
        """Raises UnknownScript."""
        live = await self._drafts.live(name)
        draft = await self._stores.drafts.current(name)
        text = draft.text if draft is not None else live.text if live is not None else None
        if text is None:
            raise UnknownScript
        title, goal, phrases = await asyncio.to_thread(_header, text)
        return Listed(
            name=name,
            title=title or name,
            goal=goal,
            phrases=live.mark.phrases if live is not None else phrases,
            ships=name in library.names(),
            live=live.mark if live is not None else None,
            draft=draft,
            changed=draft is not None and (live is None or draft.text != live.text),
            followers=await self._stores.followers(name),
        )

    async def add(self, name: str, *, title: str, template: str, text: str | None, by: str) -> Listed:
        """A draft that nobody speaks until it is published. Raises NameRefused, UnknownScript for the template,
        UnreadableScript."""
        if not NAME.fullmatch(name) or name in (*library.names(), library.COMMON):
            raise NameRefused(name)
        if text is None and template:
            live = await self._drafts.live(template)
            text = live.text if live is not None else (await self._drafts.current(template)).text
        made = await asyncio.to_thread(named, text or SMALLEST, name, title)
        now = self._now()
        if not await self._stores.scripts.add(name, by=by, now=now):
            raise NameRefused(name)
        await self._stores.drafts.save(Revision(name, 1, made, by, now, "new"))
        return await self.get(name)

    async def put_away(self, name: str) -> None:
        """It leaves the list; what was called with it stays in the reports. Raises UnknownScript, InUse."""
        listed = await self.get(name)
        if listed.ships:
            raise InUse(["библиотека"])
        if listed.followers:
            raise InUse([campaign.title for campaign, _pinned in listed.followers])
        await self._stores.scripts.put_away(name, now=self._now())


def _header(text: str) -> tuple[str, str, int]:
    document = Document(text)
    return (
        str(document.data.get("title", "")),
        str(document.data.get("goal", "meeting")),
        len(list(document.names("phrases"))),
    )
