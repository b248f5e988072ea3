"""`zvonar lab up|down|status`."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from telephony.asterisk.ami.client import AmiClient, AmiLogin
from telephony.asterisk.config.files import replace_file, write_config
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import AmiRefused, AmiTimeout, LabError, LineDown, PortInUse
from telephony.lab import exchange
from telephony.lab.processes import Daemon
from telephony.lab.root import Asterisk, ensure_asterisk
from telephony.lab.settings import LabSettings, Step

READY_WITHIN_S = 120.0
ANSWERS_WITHIN_S = 10.0
"""What runs is slow on a busy machine, not ill."""
POLL_S = 0.1
PLAN = 6  # raise it when the generated configuration changes: a lab that runs is started anew then
NAMES = ("subscribers", "telco", "pbx")

Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class LabStatus:
    """pids: of the processes that live, by name. trunk: what our Asterisk says of it. ok: calls can be made."""

    ok: bool
    pids: dict[str, int]
    ports: dict[str, int]
    trunk: str


async def up(settings: LabSettings, progress: Progress) -> LabStatus:
    """Start what does not run yet, and wait until a call can be made. Heals what a crash or a kill left behind.

    Raises LabError, PortInUse.
    """
    settings.check()
    asterisk = await ensure_asterisk(settings, progress)
    with _only_one(settings):
        secret = _secret(settings)
        if _started_with(settings) != _fingerprint(settings, asterisk):
            await _stop_all(settings)
        write_config(exchange.telco(settings, asterisk, secret))
        write_config(exchange.pbx(settings, asterisk, secret))
        replace_file(settings.directory / "started.json", _fingerprint(settings, asterisk))
        progress(Step("Запускаю две станции Asterisk и абонентов…", "Starting two Asterisks and the subscribers…"))
        started: list[Daemon] = []
        try:
            _start(settings, asterisk, started)
            await _ready(settings)
        except BaseException:
            await asyncio.shield(asyncio.gather(*(daemon.stop() for daemon in started)))
            raise
    progress(Step("Стенд готов.", "The lab is ready."))
    return await status(settings)


def _start(settings: LabSettings, asterisk: Asterisk, started: list[Daemon]) -> None:
    for name, command in _commands(settings, asterisk).items():
        daemon = Daemon(name, settings.directory)
        if daemon.process is None:
            _require_free(_listens(settings)[name])
            daemon.start(command, _environment())
            started.append(daemon)


async def down(settings: LabSettings, progress: Progress) -> None:
    """End the lab's processes, no others. Harmless when none runs."""
    progress(Step("Останавливаю стенд…", "Stopping the lab…"))
    with _only_one(settings):
        await _stop_all(settings)


async def status(settings: LabSettings) -> LabStatus:
    """What runs, and whether a call can be made."""
    processes = {name: Daemon(name, settings.directory).process for name in NAMES}
    pids = {name: process.pid for name, process in processes.items() if process is not None}
    ports = {
        "pbx_sip": settings.pbx_sip_port,
        "telco_sip": settings.telco_sip_port,
        "ami": settings.ami_port,
        "agi": settings.agi_port,
        "routing": settings.routing_port,
        "subscribers_audio": settings.subscribers_audio_port,
    }
    if "pbx" not in pids:
        return LabStatus(False, pids, ports, "our Asterisk does not run")
    ok, trunk = await _trunk(settings, ANSWERS_WITHIN_S)
    if ok and not await _accepts(settings.subscribers_audio_port):
        return LabStatus(False, pids, ports, "the subscribers do not answer")
    return LabStatus(ok and len(pids) == len(NAMES), pids, ports, trunk)


def asterisk_settings(settings: LabSettings, *, inbound: bool = False) -> AsteriskSettings:
    """How the robot reaches the lab; `inbound` for the one line that takes its calls. Raises LabError before the first
    `up`."""
    if not _secret_file(settings).exists():
        raise LabError("the lab has never been started here", remedy="zvonar lab up")
    return AsteriskSettings(
        ami_host=exchange.LOOPBACK,
        ami_port=settings.ami_port,
        ami_user=exchange.AMI_USER,
        ami_secret=_secret(settings),
        trunk=exchange.TRUNK,
        audio_host=exchange.LOOPBACK,
        audio_port=0,
        agi_port=settings.agi_port if inbound else None,
    )


def telco_login(settings: LabSettings) -> AmiLogin:
    """How the telephone company is told what to do. Raises LabError before the first `up`."""
    return AmiLogin(
        exchange.LOOPBACK, settings.telco_ami_port, exchange.AMI_USER, asterisk_settings(settings).ami_secret
    )


def _commands(settings: LabSettings, asterisk: Asterisk) -> dict[str, list[str]]:
    subscribers = [sys.executable, "-m", "telephony.lab.subscribers"]
    for option, value in {
        "subscribers": settings.subscribers,
        "seed": settings.seed,
        "routing-port": settings.routing_port,
        "audio-port": settings.subscribers_audio_port,
        "hints": settings.hints_socket,
        "recordings": settings.recordings,
        "call-log": settings.call_log,
        "journal": settings.journal,
    }.items():
        subscribers += [f"--{option}", str(value)]
    return {
        "subscribers": subscribers,
        "telco": asterisk.command(settings.state("telco") / "etc" / "asterisk.conf"),
        "pbx": asterisk.command(settings.state("pbx") / "etc" / "asterisk.conf"),
    }


def _listens(settings: LabSettings) -> dict[str, list[tuple[socket.SocketKind, int]]]:
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    return {
        "subscribers": [(tcp, settings.routing_port), (tcp, settings.subscribers_audio_port)],
        "telco": [(udp, settings.telco_sip_port), (tcp, settings.telco_ami_port)],
        "pbx": [(udp, settings.pbx_sip_port), (tcp, settings.ami_port), (tcp, settings.metrics_port)],
    }


def _require_free(ports: list[tuple[socket.SocketKind, int]]) -> None:
    for kind, port in ports:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((exchange.LOOPBACK, port))
            except OSError as error:
                raise PortInUse(
                    f"port {port} is taken by another program",
                    remedy="stop that program (ss -lnp shows it) or give the lab another port base",
                ) from error


async def _ready(settings: LabSettings) -> None:
    loop = asyncio.get_running_loop()
    give_up_s = loop.time() + READY_WITHIN_S
    while True:
        for name in NAMES:
            daemon = Daemon(name, settings.directory)
            if daemon.process is None:
                raise LabError(f"{name} ended at once:\n{daemon.last_words()}", remedy=f"see {daemon.log}")
        ok, trunk = await _trunk(settings, max(POLL_S, give_up_s - loop.time()))
        accepts = ok and await _accepts(settings.subscribers_audio_port)
        if accepts and await _has_plan(settings):
            return
        if loop.time() >= give_up_s:
            detail = (
                trunk if not ok else "the telephone company has no plan" if accepts else "its subscribers do not answer"
            )
            raise LabError(f"the lab did not become ready: {detail}", remedy=f"see the logs in {settings.directory}")
        await asyncio.sleep(POLL_S)


async def _accepts(port: int) -> bool:
    """The subscribers listen for audio last, when they are ready for calls."""
    try:
        _, writer = await asyncio.open_connection(exchange.LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def _trunk(settings: LabSettings, within_s: float) -> tuple[bool, str]:
    """Ask our Asterisk over a connection of our own."""
    reach = asterisk_settings(settings)
    ami = reach.ami_client()
    line = AsteriskLine(reach, ami)
    running = asyncio.create_task(ami.run())
    try:
        await ami.connected(within_s)
        health = await line.health()
    except LineDown as error:
        if running.done() and isinstance(refused := running.exception(), AmiRefused):
            return False, str(refused)
        return False, str(error)
    finally:
        running.cancel()
        await asyncio.wait([running])
    return health.ok, health.detail


async def _has_plan(settings: LabSettings) -> bool:
    """The telephone company reads its dial plan last."""
    ami = AmiClient(telco_login(settings))
    running = asyncio.create_task(ami.run())
    try:
        await ami.connected(2.0)
        return (await ami.action("ShowDialPlan", Context=exchange.CALLING)).ok
    except (LineDown, AmiTimeout):
        return False
    finally:
        running.cancel()
        await asyncio.wait([running])


async def _stop_all(settings: LabSettings) -> None:
    await asyncio.gather(*(Daemon(name, settings.directory).stop() for name in reversed(NAMES)))


@contextlib.contextmanager
def _only_one(settings: LabSettings) -> Iterator[None]:
    """One `up` or `down` at a time; the system frees the lock of one that was killed."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    with (settings.directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LabError("another command is starting or stopping this lab", remedy="wait for it to end") from error
        yield


def _secret_file(settings: LabSettings) -> Path:
    return settings.directory / "ami.secret"


def _secret(settings: LabSettings) -> str:
    path = _secret_file(settings)
    if not path.exists():
        replace_file(path, secrets.token_urlsafe(24))
    return path.read_text()


def _fingerprint(settings: LabSettings, asterisk: Asterisk) -> str:
    """What the running processes were started with; with anything else they must be started anew."""
    return json.dumps(
        _commands(settings, asterisk) | {"ports": [settings.port_base, *(settings.trunk_ports or ())], "plan": [PLAN]}
    )


def _started_with(settings: LabSettings) -> str:
    try:
        return (settings.directory / "started.json").read_text()
    except OSError:
        return ""


def _environment() -> dict[str, str]:
    keep = ("PATH", "HOME", "PYTHONPATH", "VIRTUAL_ENV")
    return {key: os.environ[key] for key in keep if key in os.environ} | {"LC_ALL": "C.UTF-8"}
