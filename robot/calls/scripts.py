"""The scripts that calls speak: loaded and trained once, made into a dialog for each call."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from robot.calls.answering.signs import signs
from robot.calls.dialog import ScriptDialog
from robot.calls.fillers import FILLER_TEXTS
from robot.calls.ports import Prepared
from robot.domain.calls import ClaimedTask
from robot.domain.campaigns import Campaign
from scripts_dialog import Context, Engine, Script, Understanding, library, load_script
from scripts_dialog.understanding.remembering import Remembering

RECORDINGS = "recordings"
FILES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Published:
    """A script ready to be spoken."""

    engine: Engine
    understanding: Understanding
    recordings: Mapping[str, bytes]
    """Studio recordings by their names in the script, 8 kHz PCM."""

    def texts(self, context: Context) -> tuple[str, ...]:
        """All that can be rendered before a call: what the script says that is known by then, and what covers waits."""
        return tuple(dict.fromkeys((*self.engine.texts(context), *FILLER_TEXTS)))


@dataclass(frozen=True, slots=True)
class Lineup:
    """Which versions calls speak. live: by script, those that were published here; a script that is not named is
    spoken from its file. pinned: by campaign and script, where a campaign stays with a version."""

    live: Mapping[str, int] = field(default_factory=dict)
    pinned: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @property
    def versions(self) -> frozenset[tuple[str, int]]:
        pinned = {(script, version) for (_campaign, script), version in self.pinned.items()}
        return frozenset(self.live.items()) | pinned


def made_ready(script: Script, recordings: Mapping[str, bytes]) -> Published:
    """Train its understanding. recordings: 8 kHz PCM by name."""
    understanding = Understanding.for_script(script)
    return Published(Engine(script, Remembering(understanding)), understanding, recordings)


class ScriptShelf:
    """`name` is a shipped script's name or the path of a file. Training takes a fraction of a second, so do it before
    the first dial: `publish`. What is published while calls go on is made ready elsewhere and put here with `line_up`:
    the next call speaks it, those under way finish with what they began."""

    def __init__(self, now: Callable[[], datetime], to_line: Callable[[bytes], bytes] | None = None) -> None:
        """to_line: a sound file's content as 8 kHz PCM at the loudness of the robot's voice; None where
        nothing is spoken aloud."""
        self._now = now
        self._to_line = to_line
        self._published: dict[str, Published] = {}
        self._versions: Mapping[tuple[str, int], Published] = {}
        self._lineup = Lineup()

    def publish(self, name: str) -> Published:
        """Load, check and train, unless a version of it is live. Raises ScriptError with every finding,
        FileNotFoundError."""
        signs()  # read with the scripts: in the first call it would hold up everybody's audio
        version = self._lineup.live.get(name)
        if version is not None:
            return self._versions[name, version]
        if name not in self._published:
            file = Path(name) if name.endswith(FILES) else library.path(name)
            script = load_script(file)
            self._published[name] = made_ready(script, dict(self._recordings(script)))
        return self._published[name]

    def has(self, name: str) -> bool:
        """Whether it is spoken from a file: one that ships, or one of the office's own."""
        return name.endswith(FILES) or name in library.names()

    def version(self, script: str, version: int) -> Published | None:
        """One that is lined up."""
        return self._versions.get((script, version))

    def line_up(self, lineup: Lineup, versions: Mapping[tuple[str, int], Published]) -> None:
        """From the next call on. versions: all of the lineup's."""
        self._lineup, self._versions = lineup, {key: versions[key] for key in lineup.versions}

    @property
    def lineup(self) -> Lineup:
        return self._lineup

    def spoken_to(self, campaign: Campaign) -> Published:
        """What the next call of a campaign speaks. Raises as `publish`."""
        pinned = self._lineup.pinned.get((campaign.id, campaign.script))
        return self.publish(campaign.script) if pinned is None else self._versions[campaign.script, pinned]

    def _recordings(self, script: Script) -> Iterator[tuple[str, bytes]]:
        """One that is not there leaves its phrase to the synthesized voice; the check of the script names it."""
        if self._to_line is None:
            return
        for one in script.recordings():
            folder = (Path(one.place.file).parent / RECORDINGS).resolve()
            file = (folder / one.name).resolve()
            if file.is_relative_to(folder) and file.is_file():
                yield one.name, self._to_line(file.read_bytes())

    def prepare(self, claimed: ClaimedTask, attempt_id: UUID) -> Prepared:
        """The dialog for one call, with all texts that are known before the dial."""
        published = self.spoken_to(claimed.campaign)
        zone = ZoneInfo(claimed.lead.zones[0] if claimed.lead.zones else claimed.campaign.timezone)
        variables = call_variables(claimed)
        seed = zlib.crc32(attempt_id.bytes)
        context = Context(self._now().astimezone(zone), variables, seed)
        return Prepared(
            ScriptDialog(published.engine, variables, zone=zone, seed=seed),
            texts=published.texts(context),
            recordings=published.recordings,
            version=published.engine.script.version_hash,
        )


def call_variables(claimed: ClaimedTask) -> Mapping[str, object]:
    """What a script may speak of: the campaign's facts by their own names, the lead's under `lead`. Empty ones are
    left out, so that the script's own defaults stand."""
    lead = claimed.lead
    about = {"name": lead.name, "company": lead.company, "city": lead.city, **lead.fields}
    return {**claimed.campaign.facts, **{f"lead.{key}": value for key, value in about.items() if value}}
