"""The images, built as a person with Docker would build them and started from the result, without a Docker engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from telephony.lab.settings import LabSettings
from tests.conftest import missing_service
from tests.e2e.conftest import Product, make_product
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
SANDBOX = Path(__file__).with_name("sandbox.sh")
BUILD_S = 1500
"""Without any cache, on a slow network."""
WITHIN_S = 300.0
"""A bound against hanging: the cores are shared with all other tests."""


@dataclass(frozen=True, slots=True)
class Image:
    """An unpacked image. root: its files; the rest is what it says of itself."""

    root: Path
    user: str
    environment: Mapping[str, str]
    entrypoint: Sequence[str]
    command: Sequence[str]
    health: Sequence[str]


@dataclass(slots=True)
class Container:
    """How commands are run in an image: as whom, with which folders. Its own processes are ended by `close`."""

    image: Image
    environment: Mapping[str, str]
    mounts: Mapping[Path, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def run(self, *command: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """One command in it, to its end."""
        return subprocess.run(
            self._sandboxed(command), env=self._all(), capture_output=True, text=True, timeout=timeout_s, check=False
        )

    def healthy(self) -> bool:
        """By the image's own check."""
        return self.run(*self.image.health).returncode == 0

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._sandboxed([*self.image.entrypoint, *self.image.command]),
                env=self._all(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self, within_s: float) -> int:
        """As `docker stop`: SIGTERM to its first process."""
        assert self.process is not None
        os.kill(_children_of(self.process)[0], signal.SIGTERM)
        return self.process.wait(within_s)

    def pause(self, seconds: float) -> None:
        """Until it has ended, at most that long."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def told(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def close(self) -> None:
        """With its first process all others of the namespace end. unshare's own --kill-child is lost where the user is
        changed."""
        if self.process is not None and self.process.poll() is None:
            for first in _children_of(self.process):
                os.kill(first, signal.SIGKILL)
            self.process.kill()
            self.process.wait()

    def _sandboxed(self, command: Sequence[str]) -> list[str]:
        binds = [f"{where}={there}" for where, there in self.mounts.items()]
        isolated = ["unshare", "--mount", "--pid", "--fork"]
        return [*isolated, str(SANDBOX), str(self.image.root), self.image.user, *binds, "--", *command]

    def _all(self) -> dict[str, str]:
        return {**self.image.environment, **self.environment}


def _children_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def _buildah(*arguments: str) -> str:
    kept = Path(os.environ.get("ZVONAR_IMAGES") or Path.home() / ".cache" / "zvonar" / "images")
    command = ["buildah", "--root", str(kept / "store"), "--runroot", str(kept / "run"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout.strip()


@contextmanager
def _unpacked(name: str) -> Iterator[Image]:
    image = f"localhost/zvonar/{name}"
    said = json.loads(_buildah("inspect", "--type", "image", image))["Docker"]["config"]
    working = _buildah("from", "--pull-never", image)
    try:
        yield Image(
            Path(_buildah("mount", working)),
            said["User"],
            dict(one.split("=", 1) for one in said["Env"]),
            said["Entrypoint"],
            said["Cmd"] or [],
            said["Healthcheck"]["Test"][1:],
        )
    finally:
        _buildah("rm", working)


def _build(name: str) -> None:
    """From this source tree, as far as its parts have changed."""
    lacking = [program for program in ("buildah", "mmdebstrap", "unshare") if shutil.which(program) is None]
    if lacking or os.geteuid() != 0:
        missing_service(f"images are built by root with {', '.join(lacking) or 'chroot'}: make setup-dev")
    command = [ROOT / "tools" / "images.sh", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def robot_image() -> Iterator[Image]:
    _build("robot")
    with _unpacked("robot") as image:
        yield image


@pytest.fixture(scope="session")
def asterisk_image() -> Iterator[Image]:
    _build("asterisk")
    with _unpacked("asterisk") as image:
        yield image


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return make_product(tmp_path_factory)


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSettings]:
    """The lab: its second Asterisk is the operator, with clients behind it."""
    product = make_product(tmp_path_factory)
    up = product.run("lab", "up", timeout_s=300)
    if up.code != 0:
        missing_service(up.err)
    try:
        yield LabSettings.under(product.data, port_base=int(product.environment["ZVONAR_LAB__PORT"]))
    finally:
        product.run("lab", "down")


def pair_settings(operator: LabSettings) -> dict[str, str]:
    """Of a robot and its Asterisk on ports of their own, whose trunk leads to this operator."""
    ami, audio, inbound, sip = free_ports(4)
    return {
        "ZVONAR_ASTERISK__AMI_PORT": str(ami),
        "ZVONAR_ASTERISK__AUDIOSOCKET_PORT": str(audio),
        "ZVONAR_INBOUND__PORT": str(inbound),
        "ZVONAR_TRUNK__HOST": "127.0.0.1",
        "ZVONAR_TRUNK__PORT": str(operator.telco_sip_port),
        "ZVONAR_TRUNK__SIP_BIND": "127.0.0.1",
        "ZVONAR_TRUNK__SIP_PORT": str(sip),
        "ZVONAR_TRUNK__RTP_FIRST_PORT": "31000",
        "ZVONAR_TRUNK__RTP_LAST_PORT": "31199",
    }


def volume(folder: Path, image: Image) -> Path:
    """As the image's user has it."""
    folder.mkdir()
    os.chown(folder, *map(int, image.user.split(":")))
    return folder


def until(condition: Callable[[], bool], what: str, *containers: Container) -> None:
    """Ask again until it holds, or one of them has died."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        for one in containers:
            assert one.process is not None
            assert one.process.poll() is None, one.told()
        try:
            if condition():
                return
        except OSError:  # not there yet
            pass
        containers[0].pause(0.3)
    pytest.fail("\n".join([what, *(one.told() for one in containers)]))
