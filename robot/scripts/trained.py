"""Drafts and versions made ready to be talked to: trained once for each text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from robot.calls.scripts import Published
from robot.domain.campaigns import Campaign
from robot.scripts.drafts import DraftDesk
from robot.scripts.errors import UnknownScript, UnreadableScript
from robot.scripts.in_turn import in_turn
from robot.scripts.reading import TEXT
from robot.scripts.stores import ScriptStores
from robot.scripts.voicing import Voicing, sounds_of, spoken
from scripts_dialog import Script, load_script
from scripts_dialog.findings import ScriptError

DRAFT = "draft"
SAMPLE: Mapping[str, str] = {
    "lead.name": "Иван",
    "lead.company": "Ромашка",
    "company.name": "Город на ладони",
    "robot.name": "Анна",
}
"""Whom the robot believes to be talking to unless told otherwise; the script's own variables stand before these."""


@dataclass(frozen=True, slots=True)
class Trained:
    """hash: of what it means."""

    published: Published
    hash: str


class Trainer:
    def __init__(self, stores: ScriptStores, drafts: DraftDesk, voicing: Voicing) -> None:
        self._stores = stores
        self._drafts = drafts
        self._voicing = voicing

    async def get(self, script: str, version: str) -> Trained:
        """version: a number or "draft". Raises UnknownScript, and UnreadableScript with the errors of a draft."""
        if version == DRAFT:
            text, bundle = (await self._drafts.current(script)).text, dict[str, str]()
            recordings = {one.file: one.digest for one in await self._stores.sounds.of(script)}
        else:
            stored = await self._drafts.version(script, int(version))
            text, bundle, recordings = stored.text, dict(stored.bundle), dict(stored.recordings)
        try:
            read = await in_turn(_loaded, text, tuple(sorted(bundle.items())))
        except ScriptError as error:
            raise UnreadableScript(error.findings) from None
        sounds = await sounds_of(recordings, self._stores.sounds)
        published = await in_turn(spoken, read, sounds, self._voicing.to_line)
        return Trained(published, read.version_hash)

    async def campaign(self, slug: str) -> Campaign | None:
        """None for "". Raises UnknownScript for one that is not there."""
        if not slug:
            return None
        found = next((one for one in await self._stores.campaigns.all() if one.slug == slug), None)
        if found is None:
            raise UnknownScript
        return found


def known_to(script: Script, campaign: Campaign | None, given: Mapping[str, str]) -> dict[str, str]:
    """What the robot knows when the talk begins."""
    facts = dict(campaign.facts) if campaign is not None else {}
    return {**SAMPLE, **script.variables, **facts, **given}


@lru_cache(maxsize=16)
def _loaded(text: str, bundle: tuple[tuple[str, str], ...]) -> Script:
    return load_script(text, file=TEXT, bundle=dict(bundle) or None)
