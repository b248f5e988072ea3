"""A pair started from its images: configured, healthy on a real PostgreSQL, and on the telephone with a client."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import time as hour
from pathlib import Path

import asyncpg
import pytest

from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.proving.errors import PartMissing
from robot.proving.postgres import private_cluster
from robot.storage.store import open_storage
from telephony.lab.journal import Event, read_journal
from telephony.lab.settings import LabSettings
from telephony.simulated.directory import default_directory
from tests.conftest import missing_service
from tests.images.conftest import WITHIN_S, Container, Image, pair_settings, until, volume
from tests.ports import free_port

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
SOCKETS = "/run/postgresql"
CLIENT = "not_interested"


@dataclass(frozen=True, slots=True)
class Pair:
    """A robot and its Asterisk, configured by the robot's image, not yet started. web: the robot's port. database: the
    folder of PostgreSQL's socket. journal: what the clients live through."""

    robot: Container
    asterisk: Container
    web: int
    database: Path
    journal: Path

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def select(self, query: str) -> list[tuple[object, ...]]:
        async def work() -> list[tuple[object, ...]]:
            connection = await asyncpg.connect(user="zvonar", database="postgres", host=str(self.database))
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        return asyncio.run(work())


@pytest.fixture(scope="module")
def database() -> Iterator[Path]:
    """The folder of a private PostgreSQL's socket, with one client to be called."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            cluster = runner.run(stack.enter_async_context(private_cluster()))
        except PartMissing as error:
            missing_service(str(error))
        try:
            runner.run(_one_client(cluster.address))
            yield cluster.home
        finally:
            runner.run(stack.aclose())


async def _one_client(address: str) -> None:
    async with open_storage(address) as storage:
        campaign = await storage.campaigns.ensure(Campaign(0, "first", "First", "cold_call", window=ALWAYS))
        every_day = WorkingHours(opens=hour(0), closes=hour(23, 30), weekdays=frozenset(range(7)))
        await storage.managers.ensure("Ольга Смирнова", every_day, campaigns=[campaign.id])
        client = NewLead(default_directory().number_for(CLIENT, 0), "Иван", "Ромашка", "Москва", "Europe/Moscow")
        await storage.leads.add(campaign.id, [client], now=utc_now())
        await storage.campaigns.set_quota("first", 1)


@pytest.fixture(scope="module")
def pair(
    robot_image: Image,
    asterisk_image: Image,
    database: Path,
    operator: LabSettings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    """As compose.yaml has it: the same secrets as files, one volume for Asterisk, the settings of .env.example."""
    home = tmp_path_factory.mktemp("pair")
    volumes = {name: volume(home / name, robot_image) for name in ("data", "cache", "pbx")}
    (home / "secret").write_text("of-the-pair-of-this-test\n")
    (home / "zvonar.env").write_text((ROOT / "docker" / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    web = free_port()
    settings = {
        **pair_settings(operator),
        "ZVONAR_ENV_FILE": "/etc/zvonar/zvonar.env",
        "ZVONAR_DATABASE_URL": f"postgresql+asyncpg://zvonar@/postgres?host={SOCKETS}",
        "ZVONAR_DATABASE_PASSWORD_FILE": "/run/secrets/secret",
        "ZVONAR_ASTERISK__AMI_SECRET_FILE": "/run/secrets/secret",
        "ZVONAR_WEB__PORT": str(web),
    }
    mounts = {
        home / "zvonar.env": "/etc/zvonar/zvonar.env",
        home / "secret": "/run/secrets/secret",
        database: SOCKETS,
        volumes["data"]: "/var/lib/zvonar",
        volumes["cache"]: "/var/cache/zvonar",
        volumes["pbx"]: "/var/lib/pbx",
    }
    robot = Container(robot_image, settings, mounts, home / "robot.log")
    asterisk = Container(asterisk_image, {}, {volumes["pbx"]: "/var/lib/pbx"}, home / "asterisk.log")
    try:
        yield Pair(robot, asterisk, web, database, operator.journal)
    finally:
        robot.close()
        asterisk.close()


def told_by(pair: Pair) -> set[Event]:
    """What the client has lived through so far."""
    return {entry.event for entry in read_journal(pair.journal)}


def test_the_robot_has_no_rights_and_its_image_stays_as_it_is(pair: Pair) -> None:
    tried = """
import json, os, pathlib
def refused(path):
    try:
        pathlib.Path(path).write_text("")
    except OSError as error:
        return error.errno
status = dict(line.split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
print(json.dumps({"uid": os.getuid(), "root": os.access("/root", os.R_OK), "capabilities": int(status["CapBnd"], 16),
    "code": refused("/opt/zvonar/x"), "data": refused("/var/lib/zvonar/x"), "temporary": refused("/tmp/x")}))
"""
    ran = pair.robot.run("python3", "-c", tried)

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "uid": 10001,
        "root": False,
        "capabilities": 0,
        "code": 30,  # EROFS
        "data": None,
        "temporary": None,
    }


def test_pages_voices_and_a_model_are_inside(pair: Pair, robot_image: Image) -> None:
    """And nothing of what they were built with."""
    (static,) = robot_image.root.glob("opt/zvonar/lib/python3*/site-packages/robot/web/static/index.html")
    assert static.stat().st_size > 0
    assert not list(robot_image.root.glob("opt/zvonar/lib/python3*/site-packages/robot/web/ui"))
    assert not list(robot_image.root.glob("src/*"))
    dump = pair.robot.run("pg_dump", "--version").stdout
    client = re.search(r"\) (\d+)", dump)
    compose = (ROOT / "docker" / "compose.yaml").read_text()
    assert client
    assert f"image: postgres:{client[1]}-" in compose, "an older pg_dump refuses a newer server"
    told = pair.robot.run("zvonar", "doctor").stdout
    engines = [line for line in told.splitlines() if re.match(r"[✓✗–] .*(whisper|festival)", line)]
    assert [line[0] for line in engines] == ["✓", "✓"], told


def test_a_pair_from_the_images_becomes_healthy_and_talks_to_a_client(pair: Pair) -> None:
    wrote = pair.robot.run("zvonar", "telephony", "config", "/var/lib/pbx/etc", "--state", "/var/lib/pbx")
    assert wrote.returncode == 0, wrote.stdout + wrote.stderr
    assert not pair.asterisk.healthy()
    assert not pair.robot.healthy()

    pair.asterisk.start()
    until(pair.asterisk.healthy, "Asterisk is not healthy", pair.asterisk)
    pair.robot.start()
    both = (pair.robot, pair.asterisk)
    until(lambda: pair.get("/healthz")[0] == 200, "the robot does not answer", *both)
    until(pair.robot.healthy, "the robot is not healthy", *both)
    until(lambda: pair.get("/readyz")[0] == 200, "database, Asterisk and operator are not there", *both)

    ended = "SELECT 1 FROM attempts WHERE outcome IS NOT NULL"
    until(lambda: bool(pair.select(ended)), "nobody was called", *both)
    # The robot writes what came of a call when it has hung up; the operator hears of that later.
    until(lambda: Event.GONE in told_by(pair), "the operator has not ended the call", *both)
    outcome, node, recording = pair.select("SELECT outcome, node, recording FROM attempts")[0]
    heard = [text for (text,) in pair.select("SELECT heard FROM turns WHERE heard <> ''")]
    assert told_by(pair) == {Event.RING, Event.ANSWER, Event.GONE}
    assert heard, "what the client said was recognized by the model of the image"
    assert outcome not in {"failed", "no_answer", "busy", "interrupted"}
    assert (node, bool(recording)) == ("node-1", True)

    assert pair.robot.stop(WITHIN_S) == 0, pair.robot.told()
    assert pair.select("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == [(0,)]
    assert pair.asterisk.process is not None
    assert pair.asterisk.process.poll() is None, "it outlives the robot"
    assert pair.asterisk.stop(60) == 0, pair.asterisk.told()
