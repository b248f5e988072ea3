"""The list of scripts: those that ship, those made here, and who speaks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from robot.domain.campaigns import Campaign
from robot.domain.scripts import NAME, Revision, VersionMark
from robot.scripts.drafts import DraftDesk
from robot.scripts.errors import InUse, NameRefused, UnknownScript
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import named
from robot.scripts.shipped import shipped
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


Follower = tuple[Campaign, int | None]
"""A campaign, and the version it is pinned to."""


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
    followers: Sequence[Follower]


class Catalogue:
    def __init__(self, stores: ScriptStores, drafts: DraftDesk, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._drafts = drafts
        self._now = now

    async def all(self) -> Sequence[Listed]:
        """By name."""
        kept = {one.name for one in await self._stores.scripts.all()}
        marks, speakers = await self._stores.versions.live(), await self._speakers()
        return [
            await self._listed(name, marks.get(name), speakers, edited=name in kept)
            for name in sorted({*library.names(), *kept})
        ]

    async def get(self, name: str) -> Listed:
        """Raises UnknownScript."""
        mark = (await self._stores.versions.live()).get(name)
        return await self._listed(name, mark, await self._speakers(), edited=True)

    async def _speakers(self) -> Mapping[str, Sequence[Follower]]:
        """Campaigns by the scripts they speak."""
        pins = {(pin.campaign_id, pin.script): pin.version for pin in await self._stores.pins.all()}
        speakers: dict[str, list[Follower]] = {}
        for campaign in await self._stores.campaigns.all():
            for script in dict.fromkeys((campaign.script, campaign.inbound_script)):
                speakers.setdefault(script, []).append((campaign, pins.get((campaign.id, script))))
        return speakers

    async def _listed(
        self, name: str, mark: VersionMark | None, speakers: Mapping[str, Sequence[Follower]], *, edited: bool
    ) -> Listed:
        """edited: somebody may have edited it. Raises UnknownScript."""
        draft = await self._stores.drafts.current(name) if edited else None
        first = await in_turn(shipped, name) if mark is None else None
        mark = first.mark if first is not None else mark
        live = first.text if first is not None else ""
        if mark is not None and first is None and draft is not None:
            version = await self._stores.versions.get(name, mark.version)
            live = version.text if version is not None else ""
        if mark is None and draft is None:
            raise UnknownScript
        told = await in_turn(_header, draft.text) if draft is not None else None
        return Listed(
            name=name,
            title=(told[0] if told is not None else mark.title if mark is not None else "") or name,
            goal=told[1] if told is not None else mark.goal if mark is not None else "",
            phrases=mark.phrases if mark is not None else told[2] if told is not None else 0,
            ships=name in library.names(),
            live=mark,
            draft=draft,
            changed=draft is not None and draft.text != live,
            followers=speakers.get(name, ()),
        )

    async def add(self, name: str, *, title: str, template: str, text: str | None, by: str) -> Listed:
        """A draft that nobody speaks until it is published. The name of one that was put away brings that one back, its
        versions too, with this draft. Raises NameRefused, UnknownScript for the template,
        UnreadableScript."""
        if not NAME.fullmatch(name) or name in (*library.names(), library.COMMON):
            raise NameRefused(name)
        if text is None and template:
            live = await self._drafts.live(template)
            text = live.text if live is not None else (await self._drafts.current(template)).text
        made = await in_turn(named, text or SMALLEST, name, title)
        now, number = self._now(), 1
        if not await self._stores.scripts.add(name, by=by, now=now):
            kept = await self._stores.scripts.get(name)
            if kept is None or kept.put_away_at is None:
                raise NameRefused(name)
            await self._stores.scripts.put_away(name, now=None)
            before = await self._stores.drafts.current(name)
            number = before.number + 1 if before is not None else 1
        await self._stores.drafts.save(Revision(name, number, made, by, now, "new", undoes_to=number - 1 or None))
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
