"""The desk as pages and programs use it: everything put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from robot.calls.scripts import ScriptShelf
from robot.domain.scripts import Revision, Version
from robot.scripts.catalogue import Catalogue
from robot.scripts.drafts import DraftDesk
from robot.scripts.errors import NotNow, UnknownScript
from robot.scripts.in_turn import in_turn
from robot.scripts.jobs import Job
from robot.scripts.previews import Previews
from robot.scripts.publishing import Order, Publisher, Written
from robot.scripts.stores import ScriptStores
from robot.scripts.talks import TryTalks
from robot.scripts.trained import Trainer
from robot.scripts.voice_talks import Ears, VoiceTalks
from robot.scripts.voicing import Voicing
from robot.scripts.watch import ScriptWatch
from scripts_dialog import read_script
from scripts_dialog.editing.apply import edited
from scripts_dialog.editing.edits import KeepVariant, StopVariant
from scripts_dialog.editing.errors import EditError
from scripts_dialog.editing.merging import merge


@dataclass(frozen=True, slots=True)
class ScriptsDesk:
    stores: ScriptStores
    catalogue: Catalogue
    drafts: DraftDesk
    publisher: Publisher
    trainer: Trainer
    talks: TryTalks
    previews: Previews
    watch: ScriptWatch
    voicing: Voicing
    voice_talks: VoiceTalks | None

    @classmethod
    def of(
        cls,
        stores: ScriptStores,
        shelf: ScriptShelf,
        voicing: Voicing,
        now: Callable[[], datetime],
        *,
        tell: Callable[[Job], None] = lambda _job: None,
        ears: Ears | None = None,
    ) -> ScriptsDesk:
        """tell: of every step of a publication. ears: None where nobody talks by voice."""
        drafts = DraftDesk(stores, now)
        watch = ScriptWatch(stores, shelf, voicing, now=now)
        trainer = Trainer(stores, drafts, voicing)
        return cls(
            stores,
            Catalogue(stores, drafts, now),
            drafts,
            Publisher(stores, drafts, watch, voicing, now=now, tell=tell),
            trainer,
            TryTalks(trainer, now),
            Previews(trainer, voicing, now),
            watch,
            voicing,
            VoiceTalks(trainer, voicing, ears, now) if ears is not None else None,
        )

    @staticmethod
    def recordings_named(text: str) -> dict[str, list[str]]:
        """Phrases by the recording that they name. For a thread."""
        script, _findings = read_script(text)
        named: dict[str, list[str]] = {}
        for one in script.recordings() if script is not None else ():
            named.setdefault(one.name, []).append(one.owner)
        return named

    async def publish(self, script: str, read: int, note: str, *, by: str, told: Written | None = None) -> Job:
        """The draft as it was read. told: called when it is live. Raises UnknownScript, NotNow."""
        current = await self.drafts.current(script)
        if current.number != read:
            raise NotNow(
                "stale_revision",
                "черновик с тех пор изменили: посмотрите, что публикуете",
                "the draft has changed since: look at what is published",
            )
        live = await self.drafts.live(script)
        if live is not None and live.text == current.text:
            raise NotNow("nothing_changed", "черновик не отличается от того, по чему звонят", "nothing has changed")
        return self.publisher.start(Order(script, current.text, note, by, current.base, current), told=told)

    async def restore(self, script: str, version: int, note: str, *, by: str, told: Written | None = None) -> Job:
        """A new version with the old content, and all it stood on. The draft follows, with its own changes on it."""
        old, live = await self.drafts.version(script, version), await self.drafts.live(script)
        if live is None or live.mark.version == version:
            raise NotNow("nothing_changed", "эта версия и так действует", "this version is live")
        before = live.text

        async def written(new: Version) -> None:
            draft = await self.stores.drafts.current(script)
            if draft is None:
                return
            merged = await in_turn(merge, before, draft.text, new.text)
            if not merged.conflicts:  # else whoever edits sees in the difference what he would undo
                await self._follow(draft, merged.text, new.mark.version, by)

        order = Order(script, old.text, note, by, live.mark.version, restored=old)
        return self.publisher.start(order, written=written, told=told)

    async def decide(
        self, script: str, edit: StopVariant | KeepVariant, note: str, *, by: str, told: Written | None = None
    ) -> Job:
        """Stop a variant, or roll out the winner: from the live version, and in the draft too. Raises EditError."""
        live = await self.drafts.live(script)
        if live is None:
            raise UnknownScript
        text = await in_turn(edited, live.text, [edit])
        if text == live.text:
            raise NotNow("nothing_changed", "этот вариант и так единственный", "this variant is the only one")

        async def written(new: Version) -> None:
            draft = await self.stores.drafts.current(script)
            if draft is None:
                return
            try:
                changed = await in_turn(edited, draft.text, [edit])
            except EditError:  # whoever edits it has rewritten the phrase: his draft is his
                return
            await self._follow(draft, changed, new.mark.version, by)

        return self.publisher.start(Order(script, text, note, by, live.mark.version), written=written, told=told)

    async def _follow(self, draft: Revision, text: str, base: int, by: str) -> None:
        """Somebody who saves at this very moment is not overtaken: his next save merges."""
        made = Revision(
            draft.script, draft.number + 1, text, by, self.drafts.now(), "variant", base, undoes_to=draft.number
        )
        await self.stores.drafts.save(made)
