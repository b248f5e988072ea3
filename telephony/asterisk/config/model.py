"""What an Asterisk of ours is made of. Values are checked when the files are rendered (see `values`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

CLOSED_CONTEXT = "closed"


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"


class Codec(StrEnum):
    ALAW = "alaw"
    ULAW = "ulaw"


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
    """

    name: str
    host: str
    port: int = 5060
    transport: Transport = Transport.UDP
    registration: Registration | None = None
    codecs: tuple[Codec, ...] = (Codec.ALAW,)
    inbound_context: str = CLOSED_CONTEXT
    from_user: str = ""
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
