"""An office whose scripts are edited: the desk over stores in memory, with a voice of tones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robot.calls.scripts import ScriptShelf
from robot.scripts.desk import ScriptsDesk
from robot.scripts.voice_talks import Ears
from robot.scripts.voicing import Voicing
from robot.speech.base import Synthesizer
from robot.speech.fake import FakeVoice
from robot.speech.mastering import master_file
from robot.speech.phrases import PhraseCache
from robot.storage.memory import MemoryStorage
from robot.wiring.scripts import script_stores
from tests.unit.web.office import Office, Person


class Murmur(FakeVoice):
    """Says every text in a moment, and alike: for what is not listened to."""

    async def synthesize(self, text: str) -> bytes:
        return bytes(range(1, 161)) * 2


class OneVoice:
    """Every campaign speaks with it."""

    def __init__(self, voice: Synthesizer, folder: Path) -> None:
        self.phrases = PhraseCache(voice, folder)

    async def of(self, _facts: Mapping[str, str]) -> PhraseCache:
        return self.phrases


class ScriptOffice(Office):
    """`shelf`: what the calls of this node speak."""

    def __init__(
        self,
        folder: Path,
        store: MemoryStorage | None = None,
        voice: Synthesizer | None = None,
        ears: Ears | None = None,
    ) -> None:
        store = store or MemoryStorage()
        self.shelf = ScriptShelf(lambda: self.clock, master_file)
        self.voices = OneVoice(voice or Murmur(), folder)
        voicing = Voicing(self.voices, master_file)
        self.desk = ScriptsDesk.of(script_stores(store), self.shelf, voicing, lambda: self.clock, ears=ears)
        super().__init__(store, scripts=self.desk)

    async def __aenter__(self) -> ScriptOffice:
        await super().__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.desk.publisher.close()
        await self.voices.phrases.close()
        await super().__aexit__()


class Editor:
    """Somebody at the desk. `revision` is the one he has on his screen."""

    def __init__(self, office: ScriptOffice, person: Person, script: str = "cold_call") -> None:
        self.office = office
        self.person = person
        self.script = script
        self.draft: dict[str, Any] = {}

    @property
    def revision(self) -> int:
        return int(self.draft["revision"])

    async def ask(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        """path: after the script's address."""
        answer = await self.person.ask(method, f"/api/scripts/{self.script}{path}", body)
        text = await answer.text()
        assert answer.status == status, text
        return json.loads(text) if text.startswith("{") else text

    async def open(self) -> dict[str, Any]:
        self.draft = await self.ask("GET", "/draft")
        return self.draft

    async def edit(self, status: int = 200, /, **edit: object) -> Any:
        answer = await self.ask("POST", "/draft/edits", {"revision": self.revision, "edits": [edit]}, status)
        if status == 200:
            self.draft = answer
        return answer

    async def says(self, phrase: str, text: str, status: int = 200) -> Any:
        return await self.edit(status, op="set_say", phrase=phrase, variants=[{"texts": [text]}])

    async def published(self, note: str = "") -> dict[str, Any]:
        """Publish the draft; the job when it is over."""
        begun = await self.ask("POST", "/publish", {"revision": self.revision, "note": note}, 202)
        return await self.over(begun)

    async def over(self, job: Mapping[str, Any]) -> dict[str, Any]:
        await self.office.desk.publisher.finished(self.script)
        found: dict[str, Any] = await self.ask("GET", f"/jobs/{job['id']}")
        return found
