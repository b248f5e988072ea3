"""The scripts that calls speak: loaded and trained once, made into a dialog for each call."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from robot.calls.dialog import ScriptDialog
from robot.calls.ports import Prepared
from robot.domain.calls import ClaimedTask
from scripts_dialog import Context, Engine, Understanding, library, load_script


@dataclass(frozen=True, slots=True)
class Published:
    """A script ready to be spoken."""

    engine: Engine
    understanding: Understanding


class ScriptShelf:
    """`name` is a shipped script's name or the path of a file. Training takes a fraction of a second, so do it before
    the first dial: `publish`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._published: dict[str, Published] = {}

    def publish(self, name: str) -> Published:
        """Load, check and train. Raises ScriptError with every finding, FileNotFoundError."""
        if name not in self._published:
            file = Path(name) if name.endswith((".yaml", ".yml")) else library.path(name)
            script = load_script(file)
            understanding = Understanding.for_script(script)
            self._published[name] = Published(Engine(script, understanding), understanding)
        return self._published[name]

    def prepare(self, claimed: ClaimedTask, attempt_id: UUID) -> Prepared:
        """The dialog for one call, with all texts that are known before the dial."""
        published = self.publish(claimed.campaign.script)
        zone = ZoneInfo(claimed.lead.zones[0] if claimed.lead.zones else claimed.campaign.timezone)
        variables = call_variables(claimed)
        seed = zlib.crc32(attempt_id.bytes)
        context = Context(self._now().astimezone(zone), variables, seed)
        return Prepared(
            ScriptDialog(published.engine, published.understanding, variables, zone=zone, seed=seed),
            texts=published.engine.texts(context),
            version=published.engine.script.version_hash,
        )


def call_variables(claimed: ClaimedTask) -> Mapping[str, object]:
    """What a script may speak of: the campaign's facts by their own names, the lead's under `lead`. Empty ones are
    left out, so that the script's own defaults stand."""
    lead = claimed.lead
    about = {"name": lead.name, "company": lead.company, "city": lead.city, **lead.fields}
    return {**claimed.campaign.facts, **{f"lead.{key}": value for key, value in about.items() if value}}
