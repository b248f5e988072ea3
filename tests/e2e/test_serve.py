"""The service: dials what is queued, answers the machines, and ends well when it is told to."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families

from robot.domain.hours import ALWAYS, CallingWindow
from robot.storage.store import open_storage
from telephony.simulated.directory import default_directory
from tests.conftest import HANGS_S, missing_service
from tests.e2e.conftest import ZVONAR, Product, lab_port
from tests.ports import free_port

pytestmark = pytest.mark.e2e


class Service:
    def __init__(self, product: Product, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.log = log
        self._output = log.open("wb")
        self.process = subprocess.Popen(
            [ZVONAR, "serve"],
            env={
                **product.environment,
                "ZVONAR_LINE": "simulated",
                "ZVONAR_WEB__PORT": str(self.port),
                "ZVONAR_LOG_JSON": "true",
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=self._output,
        )

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=HANGS_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Ask again until it holds or the service has died."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if condition():
                    return
            except OSError:  # not there yet, or busy
                pass
            self.process_wait(0.2)
        pytest.fail(f"did not come about within {within_s} s: {self.log.read_text()[-2000:]}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._output.close()

    def process_wait(self, seconds: float) -> None:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def metric(self, name: str, **labels: str) -> float:
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return 0.0


@contextmanager
def serving(product: Product, log: Path, **environment: str) -> Iterator[Service]:
    service = Service(product, log, **environment)
    try:
        yield service
    finally:
        service.close()


def queue_up(product: Product, tmp_path: Path, persona: str, people: int) -> None:
    """Leads by CSV, a manager and a quota, as a head of sales would; the calling window is opened for the test."""
    directory = default_directory()
    rows = "".join(f"{directory.number_for(persona, index)};Иван;Ромашка;Москва\n" for index in range(people))
    leads = tmp_path / "leads.csv"
    leads.write_text("телефон;имя;компания;город\n" + rows, encoding="utf-8")
    for command in (
        ("leads", "import", str(leads)),
        ("managers", "add", "Ольга Смирнова"),
        ("quota", "set", "cold_call", "1"),
    ):
        ran = product.run(*command)
        assert ran.code == 0, ran.err
    set_window(product, ALWAYS)


def set_window(product: Product, window: CallingWindow) -> None:
    async def work() -> None:
        async with open_storage(f"sqlite:///{product.data / 'zvonar.db'}") as storage:
            campaign = await storage.campaigns.get("cold_call")
            await storage.campaigns.ensure(replace(campaign, window=window))

    asyncio.run(work())


def test_serve_dials_the_queue_until_the_quota_and_ends_on_sigterm(product: Product, tmp_path: Path) -> None:
    queue_up(product, tmp_path, "agrees", people=30)
    with serving(product, tmp_path / "log", ZVONAR_DIALER__CHANNELS="2") as service:
        service.until(lambda: service.get("/readyz")[0] == 200, 180)
        assert json.loads(service.get("/healthz")[1]) == {"status": "ok"}
        service.until(lambda: service.metric("zvonar_attempts_total", outcome="meeting_booked") >= 1, 400)
        assert service.metric("zvonar_quota_meetings", campaign="cold_call") == 1
        assert service.metric("zvonar_booked_meetings", campaign="cold_call") >= 1
        assert service.metric("zvonar_line_up", line="simulated") == 1
        assert service.metric("zvonar_response_seconds_count") >= 3
        assert service.metric("zvonar_frame_lateness_seconds_count") > 100
        exposition = service.get("/metrics")[1]
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(300) == 0
    with sqlite3.connect(product.data / "zvonar.db") as database:
        numbers = [number for (number,) in database.execute("SELECT phone FROM leads")]
        assert database.execute("SELECT count(*) FROM attempts WHERE ended_at IS NULL").fetchone() == (0,)
        dialed = database.execute("SELECT count(*) FROM attempts").fetchone()[0]
    printed = exposition + (tmp_path / "log").read_text()

    assert dialed < 30, "the quota was met long before the list ended"
    assert not [number for number in numbers if number[1:] in printed], "numbers stay out of metrics and logs"
    for line in (tmp_path / "log").read_text().splitlines():
        json.loads(line)


def test_after_a_kill_nobody_is_dialed_again_and_no_attempt_stays_open(product: Product, tmp_path: Path) -> None:
    queue_up(product, tmp_path, "never_speaks", people=2)
    with serving(product, tmp_path / "log") as service:
        service.until(lambda: service.metric("zvonar_calls", state="talking") == 2, 180)
        service.process.kill()
        service.process.wait()
    with sqlite3.connect(product.data / "zvonar.db") as database:
        before = database.execute("SELECT id FROM attempts WHERE ended_at IS NULL").fetchall()
        spoken = set(database.execute("SELECT attempt_id, number FROM turns"))
    assert len(before) == 2
    with serving(product, tmp_path / "log2") as service:
        service.until(lambda: service.get("/readyz")[0] == 200, 180)
        service.until(lambda: "attempts_recovered" in (tmp_path / "log2").read_text(), 120)
        service.process_wait(3)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(180) == 0
    with sqlite3.connect(product.data / "zvonar.db") as database:
        attempts = database.execute("SELECT outcome, reason FROM attempts").fetchall()
        turns = set(database.execute("SELECT attempt_id, number FROM turns"))

    assert attempts == [("interrupted", "node_restarted")] * 2, "two dials before, none after"
    assert spoken <= turns, "what was said is kept, what the node's journal alone had too"


def test_outside_the_window_nobody_is_called(product: Product, tmp_path: Path) -> None:
    queue_up(product, tmp_path, "agrees", people=5)
    today = datetime.now(ZoneInfo("Europe/Moscow")).weekday()
    set_window(product, CallingWindow.every(weekdays=frozenset({(today + 3) % 7})))
    with serving(product, tmp_path / "log") as service:
        service.until(lambda: service.get("/readyz")[0] == 200, 180)
        service.process_wait(4)
        assert service.metric("zvonar_calls", state="ringing") == 0
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(180) == 0
    with sqlite3.connect(product.data / "zvonar.db") as database:
        assert database.execute("SELECT count(*) FROM attempts").fetchone() == (0,)


def test_an_asterisk_that_refuses_the_password_ends_the_service_with_the_remedy(
    product: Product, tmp_path: Path
) -> None:
    """Against a real Asterisk: the lab's, with a wrong secret."""
    ami_port = str(lab_port() + 2)
    up = product.run("lab", "up", timeout_s=300)
    if up.code != 0:
        missing_service(up.err)
    try:
        ran = product.run(
            "serve",
            timeout_s=240,
            ZVONAR_LINE="asterisk",
            ZVONAR_ASTERISK__AMI_PORT=ami_port,
            ZVONAR_ASTERISK__AMI_SECRET="wrong",
            ZVONAR_ASTERISK__AUDIOSOCKET_PORT=str(free_port()),
            ZVONAR_WEB__PORT=str(free_port()),
        )
        doctor = product.run("doctor", ZVONAR_ASTERISK__AMI_PORT=ami_port, ZVONAR_ASTERISK__AMI_SECRET="wrong")
    finally:
        product.run("lab", "down")

    assert ran.code == 1
    assert "Asterisk не пустил робота в AMI" in ran.err
    assert "manager.conf" in ran.err
    assert doctor.code == 1
    assert "Asterisk не пустил робота в AMI" in doctor.out
