"""What an Asterisk of ours is made of. Values are checked when the files are rendered (see `values`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

CLOSED_CONTEXT = "closed"


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Codec(StrEnum):
    ALAW = "alaw"
    ULAW = "ulaw"


class Identity(StrEnum):
    """Where the operator looks for the number to be shown: in From, or in a header beside it (then From names our
    account)."""

    FROM = "from"
    ASSERTED = "pai"
    REMOTE_PARTY = "rpid"


@dataclass(frozen=True, slots=True)
class Registration:
    """The trunk lets us in by user and password, and wants to be told where we are every `expires_s` seconds."""

    user: str
    password: str = field(repr=False)
    expires_s: int = 300


@dataclass(frozen=True, slots=True)
class Trunk:
    """A way to the telephone network. registration None: the operator knows us by our address.

    Calls from it come to `inbound_context`, which by default takes none. A qualification (SIP OPTIONS) every
    qualify_interval_s tells whether it is reachable; without any media for media_timeout_s a call is ended.
    encrypt_media: SRTP with keys in the signalling, which is asked for and insisted on; worth something over TLS alone.
    peers: networks the operator's calls come from besides `host`.
    """

    name: str
    host: str
    port: int = 5060
    transport: Transport = Transport.UDP
    registration: Registration | None = None
    codecs: tuple[Codec, ...] = (Codec.ALAW,)
    inbound_context: str = CLOSED_CONTEXT
    from_user: str = ""
    identity: Identity = Identity.FROM
    encrypt_media: bool = False
    peers: tuple[str, ...] = ()
    qualify_interval_s: int = 10
    qualify_timeout_s: float = 2.0
    media_timeout_s: int = 60


@dataclass(frozen=True, slots=True)
class AmiAccess:
    """The manager's one user: the robot. permit: addresses or networks it may come from."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    permit: tuple[str, ...] = ("127.0.0.1/32",)


@dataclass(frozen=True, slots=True)
class Nat:
    """Behind a router: by which address the world reaches us, and who is on our side of it."""

    external_address: str
    local_networks: tuple[str, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom we trust, a file or a directory of certificates; our own certificate where the operator asks for one."""

    authorities: Path = Path("/etc/ssl/certs")
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class MetricsAccess:
    """Where Asterisk's own metrics are read over HTTP, at /metrics."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Directories:
    """etc: where the files go. state: runtime data, sockets, logs. modules, data: of the installed Asterisk."""

    etc: Path
    state: Path
    modules: Path
    data: Path


@dataclass(frozen=True, slots=True)
class Context:
    """One dial plan context: lines as they stand in extensions.conf. Made by our own code, never from settings."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pbx:
    """One Asterisk. RTP uses the ports rtp_first_port to rtp_last_port, two a call."""

    directories: Directories
    sip_host: str
    sip_port: int
    rtp_first_port: int
    rtp_last_port: int
    trunks: tuple[Trunk, ...]
    ami: AmiAccess | None = None
    contexts: tuple[Context, ...] = ()
    extra_modules: tuple[str, ...] = ()
    nat: Nat | None = None
    tls: Tls = Tls()
    metrics: MetricsAccess | None = None
