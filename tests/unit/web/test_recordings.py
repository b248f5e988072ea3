"""Recordings over real HTTP: signed addresses, ranges, outlines. The files are the product's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import soundfile

from robot.calls.recorder import Recorder
from robot.calls.recordings import compress
from robot.domain.access import Role
from robot.domain.journal import Wanted
from telephony.audio import SILENCE
from telephony.base import Frame
from tests.contracts.people import CLIENT_HZ, tone
from tests.unit.web.office import Office, Person, error_of
from tests.unit.web.test_calls import called, told

pytestmark = pytest.mark.unit

SECONDS = 3


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with Office(data_dir=tmp_path) as running:
        yield running


async def record(folder: Path, name: str) -> Path:
    """The client whistles for the first second, the robot is silent."""
    recorder, sound = Recorder(folder / f"{name}.wav"), tone(CLIENT_HZ, 1.0)
    for number in range(SECONDS * 50):
        heard = sound[number * 320 : (number + 1) * 320]
        recorder.add(Frame(number / 50, heard or SILENCE, SILENCE))
    return await recorder.close()


async def recorded(office: Office, tmp_path: Path) -> tuple[UUID, Path]:
    """A call with its compressed recording."""
    file = await asyncio.to_thread(compress, await record(tmp_path / "recordings", "one"))
    return await called(office, recording=file.relative_to(tmp_path).as_posix()), file


async def addresses(person: Person, call: UUID) -> Any:
    return (await told(person, f"/api/calls/{call}"))["recording"]


async def test_sound_comes_whole_and_in_parts(office: Office, tmp_path: Path) -> None:
    call, file = await recorded(office, tmp_path)
    person, kept = await office.person(), file.read_bytes()
    given = await addresses(person, call)
    assert given["media"] == "audio/ogg"
    whole = await person.ask("GET", given["sound"])
    assert (whole.status, whole.headers["Content-Type"], await whole.read()) == (200, "audio/ogg", kept)
    part = await person.ask("GET", given["sound"], Range="bytes=100-199")
    assert (part.status, await part.read()) == (206, kept[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(kept)}"
    behind = await person.ask("GET", given["sound"], Range=f"bytes={len(kept)}-")
    assert behind.status == 416
    again = await person.ask("GET", given["sound"], Range="bytes=-5", **{"If-Range": whole.headers["ETag"]})
    assert (again.status, await again.read()) == (206, kept[-5:])
    other = await person.ask("GET", given["sound"], Range="bytes=-5", **{"If-Range": '"another-version"'})
    assert (other.status, await other.read()) == (200, kept), "a part of another version is no part of this one"


async def test_a_recording_that_is_not_compressed_yet_is_heard_too(office: Office, tmp_path: Path) -> None:
    file = await record(tmp_path / "recordings", "two")
    call = await called(office, recording=file.with_suffix(".ogg").relative_to(tmp_path).as_posix())
    person = await office.person()
    given = await addresses(person, call)
    assert given["media"] == "audio/wav"
    assert await (await person.ask("GET", given["sound"])).read() == file.read_bytes()
    await asyncio.to_thread(compress, file)
    assert (await person.ask("GET", given["sound"])).status == 404, "the page asks for the address again"


async def test_an_address_is_of_one_user_for_one_recording_and_a_short_time(office: Office, tmp_path: Path) -> None:
    call, _ = await recorded(office, tmp_path)
    office.clock += timedelta(minutes=1)
    other = await called(office, recording="recordings/one.ogg")
    anna, olga = await office.person(), await office.person(Role.AUDITOR)
    address = (await addresses(anna, call))["sound"]
    path, query = address.split("?")
    expires, proof = (pair.split("=")[1] for pair in query.split("&"))
    for person, forged in (
        (olga, address),
        (anna, f"/api/recordings/{other}/sound/ogg?{query}"),
        (anna, f"{path}?expires={int(expires) + 1}&signature={proof}"),
        (anna, f"{path}?expires={expires}&signature={proof[:-1]}"),
        (anna, f"{path}?expires={expires}&signature=%ff"),
    ):
        assert await error_of(await person.ask("GET", forged)) == (403, "stale_address"), forged
    assert (await anna.ask("GET", path)).status == 422
    office.clock += timedelta(minutes=30)
    assert await error_of(await anna.ask("GET", address)) == (403, "stale_address")


async def test_nothing_outside_the_data_directory_is_given(office: Office, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret.ogg"
    secret.write_bytes(b"secret")
    (tmp_path / "link.ogg").symlink_to(secret)
    person = await office.person()
    for recording in ("../secret.ogg", str(secret), "link.ogg", "recordings/../../secret.ogg"):
        call = await called(office, recording=recording)
        assert await addresses(person, call) is None, recording


async def test_who_hears_a_recording_is_written_down_once_a_playing(office: Office, tmp_path: Path) -> None:
    call, _ = await recorded(office, tmp_path)
    person, ops = await office.person(), await office.person(Role.OPS)
    sound = (await addresses(person, call))["sound"]
    for part in ("bytes=0-", "bytes=200-", "bytes=900-"):
        await person.ask("GET", sound, Range=part)
    (change,) = await office.store.journal.changes(Wanted("recording_heard"), before=None, limit=9)
    assert (change.who, change.subject) == (person.user.name, str(call))
    assert await error_of(await ops.ask("GET", sound)) == (403, "forbidden")


async def test_the_outline_shows_who_spoke_when_and_is_worked_out_once(office: Office, tmp_path: Path) -> None:
    call, file = await recorded(office, tmp_path)
    person = await office.person()
    address = (await addresses(person, call))["peaks"]
    outline = await told(person, address)
    points = 1000 // outline["step_ms"]
    assert outline["length_ms"] == pytest.approx(soundfile.info(file).duration * 1000, abs=1)
    assert len(outline["client"]) == len(outline["robot"]) == -(-outline["length_ms"] // outline["step_ms"])
    assert min(outline["client"][:points]) > 10
    assert max(outline["client"][points + 3 :]) <= 3
    assert max(outline["robot"]) <= 3
    kept = file.with_suffix(".peaks.json")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text(json.dumps({**outline, "length_ms": 7}))
    assert (await told(person, address))["length_ms"] == 7, "taken from beside the recording"
    kept.write_text('{"step_ms": 5')
    assert await told(person, address) == outline, "what a crash has cut off is worked out anew"
