"""What every store of scripts must do. A subclass gives the `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from robot.domain.scripts import Pin, Revision, Version, VersionMark
from robot.scripts.ports import MOST_REVISIONS
from tests.contracts.storage_contract import NOW, Scene


def revision(number: int, text: str = "script: x\n", **more: Any) -> Revision:
    return Revision("x", number, text, "Ольга", NOW, "edit", **more)


def version(number: int, **more: Any) -> Version:
    mark = VersionMark("x", number, f"hash{number}", "Имя", "meeting", 3, "заметка", "Ольга", NOW, **more)
    return Version(
        replace(mark, warnings=1), "script: x\n", {"common": "a: 1"}, {"a.wav": "d"}, ({"code": "too_long"},)
    )


class ScriptsContract:
    async def test_a_script_is_added_once(self, store: Any) -> None:
        assert await store.scripts.add("x", by="Ольга", now=NOW)
        assert not await store.scripts.add("x", by="Пётр", now=NOW)
        assert [(one.name, one.made_by, one.made_at) for one in await store.scripts.all()] == [("x", "Ольга", NOW)]

    async def test_one_that_was_put_away_keeps_its_name(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        await store.scripts.put_away("x", now=NOW)
        assert list(await store.scripts.all()) == []
        assert not await store.scripts.add("x", by="Ольга", now=NOW)
        assert (await store.scripts.get("x")).put_away_at == NOW
        await store.scripts.put_away("x", now=None)
        assert [one.name for one in await store.scripts.all()] == ["x"]

    async def test_cards_stand_where_they_were_put(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        await store.scripts.place("x", {"a": (1.5, -2.0), "b": (3.0, 4.0)})
        await store.scripts.place("x", {"b": None, "c": (5.0, 6.0)})
        await store.scripts.place("unknown", {"a": (1.0, 1.0)})
        assert (await store.scripts.get("x")).positions == {"a": (1.5, -2.0), "c": (5.0, 6.0)}

    async def test_of_two_who_save_after_the_same_revision_one_is_told_that_he_is_late(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        assert await store.script_drafts.current("x") is None
        assert await store.script_drafts.save(revision(1, "первый: 1\n"))
        assert await store.script_drafts.save(revision(2, "второй: 2\n", base=1, undoes_to=1, redoes_to=None))
        assert not await store.script_drafts.save(revision(2, "третий: 3\n"))
        assert not await store.script_drafts.save(revision(4))
        assert await store.script_drafts.current("x") == revision(2, "второй: 2\n", base=1, undoes_to=1)
        assert (await store.script_drafts.get("x", 1)).text == "первый: 1\n"

    async def test_the_history_is_read_in_pieces_the_newest_first(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        for number in range(1, 6):
            await store.script_drafts.save(revision(number))
        first = await store.script_drafts.history("x", before=None, limit=3)
        assert [one.number for one in first] == [5, 4, 3]
        assert [one.number for one in await store.script_drafts.history("x", before=3, limit=3)] == [2, 1]

    async def test_the_oldest_revisions_are_let_go(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        for number in range(1, MOST_REVISIONS + 3):
            assert await store.script_drafts.save(revision(number))
        assert await store.script_drafts.get("x", 2) is None
        assert await store.script_drafts.get("x", 3) is not None

    async def test_what_was_edited_while_it_was_published_grows_from_the_new_version(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        for number in (1, 2, 3):
            await store.script_drafts.save(revision(number, base=1))
        await store.script_drafts.rebase("x", 2, since=2)
        assert [(await store.script_drafts.get("x", number)).base for number in (1, 2, 3)] == [1, 2, 2]

    async def test_the_newest_version_is_the_live_one(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        assert await store.script_versions.live() == {}
        shipped = replace(version(1), mark=replace(version(1).mark, published_at=None, author=""))
        assert await store.script_versions.publish(version(2, ancestor=1), shipped=shipped)
        assert await store.script_versions.live() == {"x": version(2, ancestor=1).mark}
        assert await store.script_versions.get("x", 1) == shipped
        assert await store.script_versions.get("x", 2) == version(2, ancestor=1)
        assert await store.script_versions.get("x", 3) is None

    async def test_of_two_who_publish_the_same_number_one_does(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        assert await store.script_versions.publish(version(2), shipped=version(1))
        assert not await store.script_versions.publish(replace(version(2), text="другой: 1\n"), shipped=version(1))
        assert (await store.script_versions.get("x", 2)).text == "script: x\n"
        assert await store.script_versions.publish(version(3, restored=1), shipped=None)
        marks = await store.script_versions.of("x", before=None, limit=2)
        assert [(one.version, one.restored, one.warnings) for one in marks] == [(3, 1, 1), (2, None, 1)]
        assert [one.version for one in await store.script_versions.of("x", before=2, limit=2)] == [1]

    async def test_a_campaign_stays_with_a_version_until_it_is_let_go(self, store: Any) -> None:
        campaign = (await Scene.set(store, leads=0)).campaign
        assert list(await store.script_pins.all()) == []
        await store.script_pins.set(campaign.id, "x", 1)
        await store.script_pins.set(campaign.id, "x", 2)
        assert list(await store.script_pins.all()) == [Pin(campaign.id, "x", 2)]
        await store.script_pins.set(campaign.id, "x", None)
        assert list(await store.script_pins.all()) == []

    async def test_a_recording_that_is_replaced_is_still_there_for_versions(self, store: Any) -> None:
        await store.scripts.add("x", by="Ольга", now=NOW)
        old = await store.script_sounds.keep("x", "a.wav", b"\x00one", seconds=1.5, now=NOW)
        new = await store.script_sounds.keep("x", "a.wav", b"two", seconds=2.5, now=NOW + timedelta(hours=1))
        assert list(await store.script_sounds.of("x")) == [new]
        assert await store.script_sounds.content(old.digest) == b"\x00one"
        assert await store.script_sounds.remove("x", "a.wav")
        assert not await store.script_sounds.remove("x", "a.wav")
        assert await store.script_sounds.content(new.digest) == b"two"
        assert await store.script_sounds.content("nothing") is None
