"""Every query of every dashboard and every alert has an answer: of a real Prometheus, with the committed configuration,
that asked a real robot and its real Asterisk while they called. And one call is followed through the robot's log."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from ruamel.yaml import YAML

from robot.crm.base import NewLead
from robot.domain.campaigns import Campaign
from robot.domain.hours import ALWAYS
from robot.domain.meetings import WorkingHours
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_REQUEST
from robot.observability.dashboards import DASHBOARDS
from robot.storage.store import open_storage
from telephony.simulated.directory import default_directory
from tests.conftest import HANGS_S, missing_service
from tests.e2e.conftest import Product, lab_port, make_product
from tests.e2e.test_serve import Service, serving
from tests.ports import free_port

pytestmark = pytest.mark.e2e

PROMETHEUS = Path(__file__).parents[2] / "docker" / "prometheus"
METRICS_PORT = 7
"""Of the lab's ports."""

VIEWED = {"$campaign": ".*", "$instance": ".*", "$__rate_interval": "30m", "$__range": "30m"}
"""What Grafana writes for its variables when everything is looked at, and the last half hour: longer than it takes."""

NAME, COMPANY = "Святозар", "Вымпел-Кедр"
"""Of a lead; so rare that his phrases are not in the cache, and nobody writes them by chance."""

PEOPLE = {
    PRIORITY_REQUEST: ("agrees", "interrupts", "interrupts", "interrupts"),
    PRIORITY_CALLBACK: ("hangs_up_midway", "not_interested"),
    0: ("busy", "rejects", "expensive_refuses", "no_such_number"),
}


class Inbox(BaseHTTPRequestHandler):
    """The head of sales' own system: takes what calls came to."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """It would be printed."""


@contextmanager
def inbox() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Inbox)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def found(data: Path) -> None:
    """A campaign that calls at any hour, and its manager."""
    async with open_storage(f"sqlite:///{data / 'zvonar.db'}") as storage:
        campaign = await storage.campaigns.ensure(
            Campaign(0, "cold_call", "Холодные", "cold_call", quota=20, window=ALWAYS)
        )
        await storage.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])


async def fill(data: Path) -> None:
    """People of several kinds, some of whom asked to be called."""
    directory = default_directory()
    async with open_storage(f"sqlite:///{data / 'zvonar.db'}") as storage:
        campaign = await storage.campaigns.get("cold_call")
        for priority, personas in PEOPLE.items():
            leads = [
                NewLead(directory.number_for(persona, index), name=NAME, company=COMPANY, timezone="Europe/Moscow")
                for index, persona in enumerate(personas)
            ]
            await storage.leads.add(campaign.id, leads, now=datetime.now(UTC), priority=priority)


class Prometheus:
    """Debian's, with the committed configuration; whom it asks, and how often, is this run's."""

    def __init__(self, folder: Path, *, robot: int, asterisk: int) -> None:
        binary = shutil.which("prometheus") or missing_service("prometheus: apt-get install prometheus")
        self.port = free_port()
        shutil.copytree(PROMETHEUS, folder / "etc")
        file = folder / "etc" / "prometheus.yml"
        text = file.read_text().replace("localhost:9090", f"127.0.0.1:{self.port}").replace("15s", "1s")
        file.write_text(text)
        for name, port in (("robot", robot), ("asterisk", asterisk)):
            (folder / "etc" / "targets" / f"{name}.yml").write_text(f'- targets: ["127.0.0.1:{port}"]\n')
        (folder / "etc" / "targets" / "alertmanager.yml").write_text("[]\n")
        self._output = (folder / "prometheus.log").open("wb")
        self.process = subprocess.Popen(
            [
                binary,
                f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def ask(self, path: str, **query: str) -> Any:
        address = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(address, timeout=HANGS_S) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            if refused.code == HTTPStatus.SERVICE_UNAVAILABLE:  # it is starting
                raise
            pytest.fail(f"{query}: {refused.read().decode()}")

    def values(self, expr: str) -> list[float]:
        """Of an expression as Grafana asks it; numbers alone, not those that stand for none."""
        for name, value in VIEWED.items():
            expr = expr.replace(name, value)
        found = self.ask("query", query=expr)["result"]
        return [number for one in found if (number := float(one["value"][1])) == number]

    def answered(self, expr: str) -> bool:
        """Whether the expression has values; asked again, since a busy machine may have missed the last round."""
        give_up_s = time.monotonic() + HANGS_S
        while not (found := self.values(expr)) and time.monotonic() < give_up_s:
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"Prometheus has ended with {self.process.wait(0.5)}")
        return bool(found)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._output.close()


@dataclass(frozen=True, slots=True)
class Run:
    """What is left of it for the tests: asterisk is its metrics as they were during calls."""

    product: Product
    prometheus: Prometheus
    log: Path
    asterisk: str
    attempt: UUID
    """A call of which the sound, the talk and the delivery are over, and written in the log."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    product, folder = make_product(tmp_path_factory), tmp_path_factory.mktemp("monitoring")
    asyncio.run(found(product.data))
    up = product.run("lab", "up", timeout_s=300)
    if up.code != 0:
        missing_service(up.err)
    try:
        with inbox() as port, serving(product, folder / "log", **settings(port)) as service:
            service.until(lambda: service.get("/healthz")[0] == 200, 180)
            prometheus = Prometheus(folder, robot=service.port, asterisk=lab_port() + METRICS_PORT)
            try:
                asterisk = watched(service, prometheus, product.data)
                attempt = followed(service, folder / "log", product.data)
                yield Run(product, prometheus, folder / "log", asterisk, attempt)
            finally:
                prometheus.close()
    finally:
        product.run("lab", "down")


def settings(inbox_port: int) -> dict[str, str]:
    return {
        "ZVONAR_LINE": "lab",
        "ZVONAR_LOG_LEVEL": "DEBUG",
        "ZVONAR_DIALER__CHANNELS": "8",
        "ZVONAR_CRM__WEBHOOK__URL": f"http://127.0.0.1:{inbox_port}/",
        "ZVONAR_CRM__WEBHOOK__SECRET": "0123456789abcdef" * 2,
    }


HAPPENED = (
    "zvonar_response_seconds_count",
    "zvonar_response_yes_no_seconds_count",
    "zvonar_barge_in_stop_seconds_count",
    "zvonar_recognition_seconds_count",
    "zvonar_synthesis_seconds_count",
    "zvonar_call_duration_seconds_count",
    "zvonar_request_to_ring_seconds_count",
    "zvonar_callback_lateness_seconds_count",
    "zvonar_media_loss_ratio_count",
    "zvonar_store_write_seconds_count",
)
"""Without one of these some panel could but be empty."""


def watched(service: Service, prometheus: Prometheus, data: Path) -> str:
    """Wait until all has happened that panels show, and Prometheus knows. Gives Asterisk's own metrics during it.
    People come when Prometheus has asked once: what was counted before is no increase."""
    service.until(lambda: bool(prometheus.values("zvonar_funnel_calls_total")), 300)
    asyncio.run(fill(data))
    asterisk = ""

    def during_a_call() -> bool:
        nonlocal asterisk
        asterisk = of_asterisk()
        return "asterisk_channels_state{" in asterisk  # the robot's own word for it may be late: a call can be over

    service.until(during_a_call, 300)
    service.until(lambda: all(service.metric(name) >= 1 for name in HAPPENED), 600)
    for name in HAPPENED:
        service.until(lambda name=name: sum(prometheus.values(f"increase({name}[30m])")) > 0, 300)  # type: ignore[misc]
    service.until(lambda: bool(prometheus.values("asterisk_channels_count")), 300)
    return asterisk


def followed(service: Service, log: Path, data: Path) -> UUID:
    """Wait for a call that is over and delivered, and for the last line about it."""
    service.until(lambda: delivered(data) is not None, 300)
    attempt = delivered(data)
    assert attempt is not None
    service.until(lambda: "delivery" in [line["event"] for line in lines_of(log, attempt)], HANGS_S)
    return attempt


def lines_of(log: Path, attempt: UUID) -> list[Any]:
    written = log.read_bytes().rpartition(b"\n")[0].decode()  # without a line that is being written
    return [line for line in map(json.loads, written.splitlines()) if line.get("attempt") == str(attempt)]


def of_asterisk() -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{lab_port() + METRICS_PORT}/metrics", timeout=HANGS_S) as answer:
        told: str = answer.read().decode()
    return told


def delivered(data: Path) -> UUID | None:
    """A call of which the sound, the talk and the delivery are over."""
    with sqlite3.connect(f"file:{data / 'zvonar.db'}?mode=ro", uri=True) as database:
        row = database.execute(
            "SELECT attempt_id FROM outbox JOIN attempts ON attempts.id = attempt_id JOIN turns USING (attempt_id)"
            " WHERE state = 'delivered' AND heard <> ''"
        ).fetchone()
    return UUID(row[0]) if row else None


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.name)
def test_every_query_of_a_dashboard_has_an_answer(run: Run, dashboard: Any) -> None:
    empty = [query.expr for query in dashboard.queries() if not run.prometheus.answered(query.expr)]
    assert empty == []


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.name)
def test_what_the_viewer_chooses_from_is_there(run: Run, dashboard: Any) -> None:
    for variable in dashboard.variables:
        assert run.prometheus.ask(f"label/{variable.name}/values", **{"match[]": variable.metric})


def test_every_alert_looks_at_figures_that_are_there(run: Run) -> None:
    """Each comparison tells 0 or 1 instead of nothing, so that an empty answer means that something is missing."""
    loaded = [rule for group in run.prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert {rule["health"] for rule in loaded} == {"ok"}
    named = {rule["name"]: rule["query"] for rule in loaded}
    committed = YAML(typ="safe").load(PROMETHEUS / "rules" / "zvonar.yml")
    assert named.keys() == {rule["alert"] for group in committed["groups"] for rule in group["rules"]}
    assert [name for name, query in named.items() if not run.prometheus.answered(_told(query))] == []


def _told(expr: str) -> str:
    for sign in ("==", ">", "<"):
        expr = expr.replace(f" {sign} ", f" {sign} bool ")
    return expr


def test_no_series_of_a_single_channel_is_kept(run: Run) -> None:
    assert "asterisk_channels_state{" in run.asterisk, "there were some"
    names = run.prometheus.ask("label/__name__/values")
    assert not {name for name in names if name.startswith(("asterisk_channels_state", "asterisk_channels_duration"))}
    series = run.prometheus.ask("series", **{"match[]": '{__name__=~"(asterisk|zvonar)_.*"}'})
    values = {value for one in series for value in one.values()}
    with sqlite3.connect(run.product.data / "zvonar.db") as database:
        ids = {str(UUID(row[0])) for row in database.execute("SELECT id FROM attempts")}
        phones = {row[0][1:] for row in database.execute("SELECT phone FROM leads")}
    assert len(ids) >= 5
    assert not [value for value in values if any(secret in value for secret in ids | phones)]


def test_one_call_is_followed_through_all_parts_by_its_id(run: Run) -> None:
    of_call = lines_of(run.log, run.attempt)
    events = [line["event"] for line in of_call]
    path = ["claimed", "dialing", "answered", "call_ended", "attempt_written", "write_done", "delivery"]
    assert {*path, "heard", "decoded", "turn"} <= set(events)
    first = [events.index(event) for event in path]
    assert first == sorted(first), events
    loggers = {line["logger"] for line in of_call}
    assert {"robot.dialer.calls", "robot.speech.worker.proxy", "robot.crm.writes", "robot.crm.outbox"} <= loggers
    assert {line["state"] for line in of_call if line["event"] == "delivery"} == {"delivered"}
    written = run.log.read_text()
    assert NAME not in written
    assert COMPANY not in written
