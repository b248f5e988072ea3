"""Whoever hears a client is in the journal: from the beginning, from the middle, live; nobody twice for one playing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from robot.domain.access import Role
from robot.domain.journal import Wanted
from tests.unit.web.office import Office
from tests.unit.web.test_recordings import addresses, recorded

pytestmark = pytest.mark.unit


async def heard(office: Office) -> list[tuple[str, str]]:
    changes = await office.store.journal.changes(Wanted("recording_heard"), before=None, limit=20)
    return [(one.who, one.subject) for one in reversed(changes)]


@pytest.mark.parametrize("part", ["bytes=1-", "bytes=-500", "bytes=100-199", "bytes=0-0", ""])
async def test_no_part_of_a_recording_is_heard_in_secret(tmp_path: Path, part: str) -> None:
    """Asking for all but the first byte leaves a trace as asking for all of it does."""
    async with Office(data_dir=tmp_path) as office:
        call, _ = await recorded(office, tmp_path)
        person = await office.person(Role.AUDITOR)
        sound = (await addresses(person, call))["sound"]
        assert (await person.ask("GET", sound, **({"Range": part} if part else {}))).status in {200, 206}
        assert await heard(office) == [(person.user.name, str(call))]
        await person.ask("GET", sound, Range="bytes=200-")
        assert len(await heard(office)) == 1, "the player went on"
        other = await office.person(Role.HEAD)
        mine = (await addresses(other, call))["sound"]
        await other.ask("GET", mine, Range="bytes=200-")
        assert len(await heard(office)) == 2, "somebody else begins in the middle"
        office.clock += timedelta(hours=1)
        later = (await addresses(person, call))["sound"]
        await person.ask("GET", later, Range="bytes=200-")
        assert len(await heard(office)) == 3, "another day he hears it again"


async def test_looking_at_a_recording_is_not_hearing_it(tmp_path: Path) -> None:
    async with Office(data_dir=tmp_path) as office:
        call, _ = await recorded(office, tmp_path)
        person = await office.person()
        told = await addresses(person, call)
        await person.ask("GET", told["peaks"])
        await person.ask("HEAD", told["sound"])
        assert await heard(office) == []
