"""The scripts desk of a node: what is published becomes what its calls speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.calls.scripts import ScriptShelf
from robot.domain.clock import utc_now
from robot.scripts.desk import ScriptsDesk
from robot.scripts.jobs import Job
from robot.scripts.stores import ScriptStores
from robot.scripts.voice_talks import Ears
from robot.scripts.voicing import Voicing
from robot.speech.mastering import master_file
from robot.speech.sounds import SoundDetector
from robot.storage.store import Storage
from robot.web.events import EventHub, Topic
from robot.wiring.speech import Speech


def script_stores(store: Storage) -> ScriptStores:
    return ScriptStores(
        store.scripts,
        store.script_drafts,
        store.script_versions,
        store.script_pins,
        store.script_sounds,
        store.campaigns,
    )


def scripts_desk(store: Storage, speech: Speech, shelf: ScriptShelf, hub: EventHub) -> ScriptsDesk:
    """Open pages are told how publications go."""

    def tell(job: Job) -> None:
        hub.publish(Topic.SCRIPTS, script=job.script, job=job.id, state=job.state, done=job.done, total=job.total)

    voicing = Voicing(speech.voices, master_file)
    ears = Ears(speech.recognizer, SoundDetector)
    return ScriptsDesk.of(script_stores(store), shelf, voicing, utc_now, tell=tell, ears=ears)


@asynccontextmanager
async def publishing(desk: ScriptsDesk) -> AsyncIterator[None]:
    """Calls speak what is live, from before the first of them on; publications that are under way at the end are
    given up, and change nothing."""
    await desk.watch.refresh()
    watching = asyncio.create_task(desk.watch.run(), name="scripts")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        await desk.publisher.close()
