"""Asterisk started from its image, with the configuration that the product writes: alive without rights, open to
the robot, and answered by the operator."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from telephony.lab.settings import LabSettings
from tests.e2e.conftest import ZVONAR, Product
from tests.images.conftest import WITHIN_S, Container, Image, pair_settings, until, volume

pytestmark = pytest.mark.e2e

PBX = "/var/lib/pbx"


@dataclass(frozen=True, slots=True)
class Pbx:
    """The container, and the environment of a robot beside it."""

    container: Container
    robot: Mapping[str, str]

    def zvonar(self, *command: str) -> subprocess.CompletedProcess[str]:
        """The product's command, of this machine."""
        return subprocess.run(
            [ZVONAR, *command], env={**self.robot}, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture
def pbx(
    asterisk_image: Image, operator: LabSettings, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pbx]:
    home = tmp_path_factory.mktemp("pbx")
    folder = volume(home / "pbx", asterisk_image)
    secret = {"ZVONAR_ASTERISK__AMI_SECRET": "of-the-pair-of-this-test"}
    robot = {**product.environment, **pair_settings(operator), **secret}
    made = Pbx(Container(asterisk_image, {}, {folder: PBX}, home / "log"), robot)
    wrote = made.zvonar("telephony", "config", str(folder / "etc"), "--etc", f"{PBX}/etc", "--state", PBX)
    assert wrote.returncode == 0, wrote.stdout + wrote.stderr
    for name in ("lib", "log", "run", "spool"):
        (folder / name).mkdir()
    for there, folders, files in os.walk(folder):
        for one in (".", *folders, *files):
            os.chown(os.path.join(there, one), *map(int, asterisk_image.user.split(":")))  # noqa: PTH118
    try:
        yield made
    finally:
        made.container.close()


def codes(pbx: Pbx) -> dict[str, str | None]:
    """What the check says of the parts that do not depend on this machine."""
    checked = pbx.zvonar("telephony", "check", "--json")
    assert checked.stdout, checked.stderr
    found = {one["part"]: one["code"] for one in json.loads(checked.stdout)["checks"]}
    return {part: found.get(part) for part in ("ami", "rights", "trunk", "codecs", "rtp")}


def test_asterisk_of_the_image_is_healthy_without_rights_and_reaches_the_operator(pbx: Pbx) -> None:
    assert not pbx.container.healthy(), "nothing runs yet"

    pbx.container.start()
    until(pbx.container.healthy, "Asterisk is not healthy", pbx.container)
    status = pbx.container.run("sh", "-c", "id -u; grep CapBnd /proc/self/status; touch /etc/x; touch /var/lib/pbx/x")
    assert status.stdout.split() == ["10001", "CapBnd:", "0000000000000000"]
    assert "/etc/x': Read-only file system" in status.stderr
    assert "/var/lib/pbx/x" not in status.stderr

    until(lambda: set(codes(pbx).values()) == {"fine"}, "telephony check still finds a fault", pbx.container)

    assert pbx.container.stop(WITHIN_S) == 0, pbx.container.told()
