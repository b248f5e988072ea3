"""What was published anywhere becomes what the calls of this node speak, within seconds: it looks which versions are
live, makes new ones ready, and only then lines them up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from robot.calls.scripts import Lineup, Published, ScriptShelf, made_ready
from robot.domain.campaigns import Campaign
from robot.domain.scripts import Version
from robot.scripts.in_turn import in_turn
from robot.scripts.stores import ScriptStores
from robot.scripts.voicing import Voicing, loaded, sounds_of, spoken
from scripts_dialog import Context, Script

log = structlog.get_logger(__name__)

EVERY_S = 2.0
"""Two small queries; a node needs no word from the others."""
AGAIN_AFTER = timedelta(minutes=1)
"""A version that could not be made ready is tried again."""


class ScriptWatch:
    """One per node. `refresh` before the first call, then `run`."""

    def __init__(
        self,
        stores: ScriptStores,
        shelf: ScriptShelf,
        voicing: Voicing | None,
        *,
        now: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        """voicing: None where nothing is spoken aloud."""
        self._stores = stores
        self._shelf = shelf
        self._voicing = voicing
        self._now = now
        self._every_s = every_s
        self._turn = asyncio.Lock()
        self._known: dict[tuple[str, int], Published] = {}
        self._failed: dict[tuple[str, int], datetime] = {}

    async def run(self) -> None:
        """Until cancelled. A store that is down is asked again."""
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.refresh()
            except Exception as error:
                # Calls go on with what is lined up.
                log.warning("scripts_not_looked_at", error=type(error).__name__)

    async def ready(self, campaign: Campaign) -> None:
        """Look at once, where a campaign was given a script that this node has not heard of yet."""
        if campaign.script not in self._shelf.lineup.live and not self._shelf.has(campaign.script):
            await self.refresh()

    async def refresh(self, ready: Mapping[tuple[str, int], Published] | None = None) -> None:
        """Look, make ready, line up. ready: versions that need not be made ready any more."""
        async with self._turn:
            self._known |= ready or {}
            lineup = await self._wanted()
            late = self._now() - AGAIN_AFTER
            fresh = [key for key in lineup.versions if key not in self._known and self._failed.get(key, late) <= late]
            if not fresh and lineup == self._shelf.lineup:
                return
            campaigns = await self._stores.campaigns.all()
            for script, version in fresh:
                await self._make_ready(script, version, campaigns)
            self._line_up(lineup)

    async def _wanted(self) -> Lineup:
        live = {name: mark.version for name, mark in (await self._stores.versions.live()).items()}
        pins = await self._stores.pins.all()
        return Lineup(live, {(pin.campaign_id, pin.script): pin.version for pin in pins if pin.script in live})

    async def _make_ready(self, script: str, version: int, campaigns: Sequence[Campaign]) -> None:
        """A version that cannot be made ready leaves its calls with the one before."""
        stored = await self._stores.versions.get(script, version)
        if stored is None:
            return
        try:
            read = await in_turn(loaded, stored)
            self._known[script, version] = await self._spoken(read, stored, campaigns)
        except Exception:
            log.exception("script_version_not_ready", script=script, version=version)
            self._failed[script, version] = self._now()
            return
        log.info("script_version_ready", script=script, version=version, hash=stored.mark.hash)

    async def _spoken(self, read: Script, stored: Version, campaigns: Sequence[Campaign]) -> Published:
        """Trained, and rendered by the voice of every campaign that will speak it."""
        if self._voicing is None:
            return await in_turn(made_ready, read, {})
        sounds = await sounds_of(stored.recordings, self._stores.sounds)
        published = await in_turn(spoken, read, sounds, self._voicing.to_line)
        for campaign in campaigns:
            if stored.mark.script in (campaign.script, campaign.inbound_script):
                phrases = await self._voicing.voices.of(campaign.facts)
                await phrases.prepare(published.texts(Context(self._now(), dict(campaign.facts))), shared=True)
        return published

    def _line_up(self, lineup: Lineup) -> None:
        before = self._shelf.lineup
        live = {
            script: version if (script, version) in self._known else before.live.get(script, 0)
            for script, version in lineup.live.items()
        }
        live = {script: version for script, version in live.items() if version}
        pinned = {
            key: version for key, version in lineup.pinned.items() if (key[1], version) in self._known
        }  # one that is not ready follows the newest meanwhile
        done = Lineup(live, pinned)
        self._shelf.line_up(done, self._known)
        self._known = {key: published for key, published in self._known.items() if key in done.versions}
