"""An operator of telephony for tests: a real Asterisk that knows customers by password, by address and over TLS,
and answers every call with its echo. And our own Asterisk, with the configuration the product writes."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from robot import app
from robot.settings import Settings
from telephony.asterisk.ami.client import AmiClient, AmiLogin
from telephony.asterisk.config.files import replace_file, write_config
from telephony.asterisk.config.model import AmiAccess, Directories, Pbx
from telephony.errors import AmiTimeout, LineDown
from telephony.lab.processes import Daemon
from telephony.lab.root import Asterisk

HOME = "127.0.0.1"
AMI_SECRET = "not-a-secret-at-all"
PASSWORD = "correct-horse-battery"
STARTS_S = 120.0
"""A busy machine is slow."""
BY_ADDRESS, BY_PASSWORD, BY_TLS = "127.0.0.2", "127.0.0.3", "127.0.0.4"
"""Where the customer of each kind lives."""

_ENDPOINT = """
[{name}]
type = endpoint
context = from-customers
disallow = all
allow = {codecs}
direct_media = no
rtp_symmetric = yes
aors = {name}
{more}
[{name}]
type = aor
max_contacts = 1
remove_existing = yes
{contact}
"""

_PLAN = """
[closed]
exten => s,1,Hangup(21)
[from-customers]
exten => _[+0-9]!,1,Ringing()
 same => n,Wait(0.2)
 same => n,Answer()
 same => n,Echo()
 same => n,Hangup()

[calling]
exten => _[+0-9a-zA-Z]!,1,Answer()
 same => n,Wait(60)
"""


@dataclass(frozen=True)
class Operator:
    """port, tls_port: of its SIP. certificate: by which it is known. log: what it wrote."""

    port: int
    tls_port: int
    certificate: Path
    ami: AmiLogin
    log: Path


_below_the_systems_own = iter(range(30_000 + os.getpid() % 900, 31_000))


def free_ports(count: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> list[int]:
    """Below those the system hands out by itself, so that they stay free until they are used."""
    found: list[int] = []
    while len(found) < count:
        port = next(_below_the_systems_own)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("0.0.0.0", port))  # noqa: S104 - at every address of this machine
            except OSError:
                continue
        found.append(port)
    return found


def certificate(folder: Path) -> tuple[Path, Path]:
    """Signed by itself, for the operator's address."""
    made, key = folder / "operator.pem", folder / "operator.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=operator",
         "-addext", f"subjectAltName=IP:{HOME}", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@asynccontextmanager
async def running_operator(folder: Path, asterisk: Asterisk, *, codecs: str = "alaw") -> AsyncIterator[Operator]:
    """Ready when entered."""
    made, key = certificate(folder)
    port, tls_port, ami_port = free_ports(3)
    first = rtp_range()
    pbx = Pbx(
        directories=Directories(folder / "etc", folder, asterisk.modules, asterisk.data),
        sip_host=HOME,
        sip_port=port,
        rtp_first_port=first,
        rtp_last_port=first + 99,
        trunks=(),
        ami=AmiAccess(HOME, ami_port, "zvonar", AMI_SECRET),
        extra_modules=(
            "app_echo", "res_srtp", "res_pjsip_registrar", "res_pjsip_endpoint_identifier_user",
        ),
    )  # fmt: skip
    write_config(pbx)
    transports = "[global]\ntype = global\nendpoint_identifier_order = ip,username\n"
    for name, bind, more in (
        ("udp", port, ""),
        ("tls", tls_port, f"cert_file = {made}\npriv_key_file = {key}\nmethod = tlsv1_2\n"),
    ):
        transports += f"[{name}]\ntype = transport\nprotocol = {name}\nbind = {HOME}:{bind}\n{more}\n"
    customers = (
        _ENDPOINT.format(name="address", codecs=codecs, more="", contact="")
        + f"[address]\ntype = identify\nendpoint = address\nmatch = {BY_ADDRESS}\n"
        + _ENDPOINT.format(name="alice", codecs=codecs, more="auth = alice", contact="")
        + f"[alice]\ntype = auth\nauth_type = userpass\nusername = alice\npassword = {PASSWORD}\n"
        + _ENDPOINT.format(name="bob", codecs=codecs, more="auth = bob\nmedia_encryption = sdes", contact="")
        + f"[bob]\ntype = auth\nauth_type = userpass\nusername = bob\npassword = {PASSWORD}\n"
    )
    replace_file(folder / "etc" / "pjsip.conf", transports + customers)
    replace_file(folder / "etc" / "extensions.conf", _PLAN)
    login = AmiLogin(HOME, ami_port, "zvonar", AMI_SECRET)
    async with running_asterisk(folder, asterisk, login):
        yield Operator(port, tls_port, made, login, folder / "log" / "messages.log")


@asynccontextmanager
async def running_asterisk(folder: Path, asterisk: Asterisk, login: AmiLogin) -> AsyncIterator[None]:
    """From the configuration that lies in the folder; ready when entered."""
    daemon = Daemon("asterisk", folder)
    daemon.start(asterisk.command(folder / "etc" / "asterisk.conf"), {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    ami = AmiClient(login)
    connection = asyncio.create_task(ami.run())
    try:
        await ami.connected(STARTS_S)
        while not await _ready(ami):
            await asyncio.wait([connection], timeout=0.05)
        yield
    finally:
        connection.cancel()
        await asyncio.wait([connection])
        await daemon.stop()


async def _ready(ami: AmiClient) -> bool:
    """The dial plan is read last."""
    try:
        return (await ami.action("ShowDialPlan", Context="closed")).ok
    except (LineDown, AmiTimeout):
        return False


_ranges = iter(range(31_000, 32_700, 100))


def rtp_range() -> int:
    """The first of a hundred ports nobody else asks for in this run."""
    return next(_ranges)


@asynccontextmanager
async def running_customer(folder: Path, asterisk: Asterisk, settings: Settings) -> AsyncIterator[None]:
    """Our Asterisk with what `zvonar telephony config` writes for these settings."""
    places = app.Places(folder / "etc", folder, asterisk.modules, asterisk.data)
    write_config(app.configured_pbx(settings, places))
    ours = settings.asterisk
    login = AmiLogin(ours.host, ours.ami_port, ours.ami_user, ours.ami_secret.get_secret_value())
    async with running_asterisk(folder, asterisk, login):
        yield
    shutil.rmtree(folder / "run", ignore_errors=True)
