"""Erasing beside calls that go on, the files, the worker of each node, and what is handed out. On a virtual clock."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from robot.calls.live import LiveBoard
from robot.calls.order_worker import OrderWorker
from robot.crm.base import NewLead
from robot.domain.outcomes import Outcome
from robot.privacy.disclosure import disclose
from robot.privacy.erasure import Eraser
from robot.privacy.files import files_of, remove
from robot.privacy.keeper import LOOK_S, SETTLED, Keeper
from robot.privacy.ledger import FILE
from robot.privacy.ports import Doomed, Old, StillTalking
from robot.privacy.retention import Retention
from robot.privacy.settings import RetentionSettings
from robot.storage.memory import MemoryStorage
from tests.conftest import HANGS_S
from tests.contracts.privacy_contract import NAME, PHONE, cells, known_everywhere, traces_in
from tests.contracts.storage_contract import NOW, SOON, Scene

pytestmark = [pytest.mark.unit, pytest.mark.looptime]


class Phrases:
    """What was rendered for single clients, counted."""

    def __init__(self) -> None:
        self.dropped: list[datetime | None] = []

    async def forget_personal(self, older_than: datetime | None = None) -> int:
        self.dropped.append(older_than)
        return 0


class Talk:
    """A call under way that ends when a person hangs up."""

    def __init__(self, scene: Scene, call: UUID) -> None:
        self._scene = scene
        self._call = call

    async def take_down(self) -> None:
        await self._scene.finish(self._call, Outcome.REFUSED, answered_at=NOW)

    async def take_over(self, number: str) -> bool:
        raise NotImplementedError

    def listening(self) -> object:  # type: ignore[override]
        raise NotImplementedError


class Never:
    async def wait(self) -> None:
        await asyncio.Event().wait()


def recorded(data_dir: Path, call: UUID) -> list[Path]:
    """Every file there may be of a call, and one of its neighbour."""
    folder = data_dir / "recordings" / "2026-11-23"
    folder.mkdir(parents=True)
    (folder / "neighbour.ogg").write_bytes(b"x")
    files = [folder / f"{call}{suffix}" for suffix in (".ogg", ".wav", ".json", ".peaks.json", ".ogg.part")]
    for file in files:
        file.write_text(f"{PHONE} {NAME}")
    return files


def eraser_of(store: MemoryStorage, data_dir: Path, phrases: Phrases) -> Eraser:
    return Eraser(store, data_dir, now=lambda: NOW + SOON, forget_phrases=phrases.forget_personal)


async def test_files_phrases_and_the_ledger_go_with_the_rows(tmp_path: Path) -> None:
    store, phrases = MemoryStorage(), Phrases()
    _, call = await known_everywhere(store)
    files = recorded(tmp_path, call)
    done = await eraser_of(store, tmp_path, phrases).erase(PHONE, who="Анна")
    assert done.gone["files"] == len(files)
    assert done.doomed == []
    assert [file.name for file in files[0].parent.iterdir()] == ["neighbour.ogg"]
    assert phrases.dropped == [None]
    ledger = tmp_path / FILE
    assert ledger.stat().st_mode & 0o777 == 0o600
    assert [one["digest"] for one in json.loads(ledger.read_text())["erased"]] == [done.digest]
    assert traces_in(ledger.read_text() + await cells(store)) == []


async def test_his_call_is_ended_first(tmp_path: Path) -> None:
    """As on a node: orders are carried out by its worker, the telephone is answered a while after it rang."""
    store, board = MemoryStorage(), LiveBoard()
    scene = await Scene.set(store, leads=0)
    await store.leads.add(scene.campaign.id, [NewLead(PHONE, NAME, city="Москва")], now=NOW)
    _, call = await scene.call()
    worker = asyncio.create_task(OrderWorker(board, store.call_orders, Never(), node="a", now=lambda: NOW + SOON).run())
    erasing = asyncio.create_task(eraser_of(store, tmp_path, Phrases()).erase(PHONE, who="Анна"))
    await asyncio.sleep(12)
    assert not erasing.done(), "it rings"
    assert await store.stop_list.contains(PHONE), "but he is barred already"
    with board.entered(call, Talk(scene, call)):  # type: ignore[arg-type]
        done = await asyncio.wait_for(erasing, HANGS_S)
    worker.cancel()
    assert done.kept["calls"] == 1
    assert traces_in(await cells(store)) == []
    assert [one.who for one in (await store.call_orders.last_of([call])).values()] == ["Анна"]


async def test_a_call_that_does_not_end_is_told_and_nothing_is_half_erased(tmp_path: Path) -> None:
    store = MemoryStorage()
    scene = await Scene.set(store, leads=0)
    await store.leads.add(scene.campaign.id, [NewLead(PHONE, NAME, city="Москва")], now=NOW)
    _, call = await scene.call()
    eraser = eraser_of(store, tmp_path, Phrases())
    with pytest.raises(StillTalking):
        await eraser.erase(PHONE, who="Анна", patience_s=7)
    assert await store.leads.find(PHONE) is not None
    await scene.finish(call, Outcome.NO_ANSWER, retry_at=NOW + SOON)
    assert await scene.claim(now=NOW + timedelta(days=1)) == [], "nobody dials him meanwhile"
    assert (await eraser.erase(PHONE, who="Анна")).gone["leads"] == 1


def test_a_path_that_leads_elsewhere_has_no_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "passwd.wav").touch()
    for path in ("../passwd.wav", "recordings/../../passwd.wav", str(tmp_path / "passwd.wav"), "", "recordings/.."):
        assert files_of(data, path) == []
        remove(data, [Doomed(path, "a", NOW)])
    assert (tmp_path / "passwd.wav").exists()


def keeper_of(store: MemoryStorage, data_dir: Path, phrases: Phrases, now: list[datetime]) -> Keeper:
    retention = Retention(store.old_data, RetentionSettings(recordings_days=30).kept(), now=lambda: now[0])
    return Keeper(
        store.old_data, retention, phrases, data_dir=data_dir, node="a", phrases_kept=timedelta(days=7),
        now=lambda: now[0],
    )  # fmt: skip


async def test_a_node_follows_what_was_erased_elsewhere(tmp_path: Path) -> None:
    """Its files go at once, and once more if a compression under way brings one back."""
    store, phrases, now = MemoryStorage(), Phrases(), [NOW]
    _, call = await known_everywhere(store)
    files = recorded(tmp_path, call)
    keeper = keeper_of(store, tmp_path, phrases, now)
    await keeper.look()
    assert phrases.dropped == [NOW - timedelta(days=7)], "what nobody used for a week"
    assert all(file.exists() for file in files)
    await store.persons.erase(PHONE, who="Анна", now=NOW + SOON)
    now[0] = NOW + timedelta(seconds=LOOK_S)
    await keeper.look()
    assert not any(file.exists() for file in files)
    assert phrases.dropped[1:] == [None], "rendered for him or for others: it is rendered again"
    files[0].write_bytes(b"compressed late")
    now[0] += SETTLED
    await keeper.look()
    assert not files[0].exists()
    assert await store.old_data.waiting() == {}
    now[0] += timedelta(seconds=LOOK_S)
    await keeper.look()
    assert phrases.dropped[1:] == [None, None], "twice, since clocks differ; no more"


async def test_recordings_go_when_their_time_is_over(tmp_path: Path) -> None:
    store, now = MemoryStorage(), [NOW + timedelta(days=31)]
    _, call = await known_everywhere(store)
    files = recorded(tmp_path, call)
    keeper = keeper_of(store, tmp_path, Phrases(), now)
    await keeper.look()
    now[0] += timedelta(minutes=1)
    await keeper.look()
    assert not any(file.exists() for file in files)
    found = await store.call_search.one(call)
    assert found is not None
    assert found.record.recording == ""
    lead = await store.leads.find(PHONE)
    assert lead is not None
    assert lead.name == NAME, "nothing else is old enough"


def test_every_kind_has_its_time() -> None:
    assert set(RetentionSettings().kept()) == set(Old)


async def test_what_is_handed_out_is_whole_and_private(tmp_path: Path) -> None:
    store = MemoryStorage()
    _, call = await known_everywhere(store)
    files = recorded(tmp_path, call)
    target = tmp_path / "person.zip"
    known = await store.persons.known(PHONE)
    done = disclose(known, tmp_path, target, digest="ab", now=NOW)
    assert (done.files, done.missing) == (len(files), 0)
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read("person.json"))
        assert {*archive.namelist()} == {"person.json", *(f"recordings/2026-11-23/{file.name}" for file in files)}
    assert told["known"]["leads"][0]["name"] == NAME
    assert {len(rows) for rows in told["known"].values()} == {*done.rows.values()}
    with pytest.raises(OSError, match="nowhere"):
        disclose(known, tmp_path, tmp_path / "nowhere" / "person.zip", digest="ab", now=NOW)
