"""The Asterisk of the settings: its whole configuration, from what an operator's letter says."""

from __future__ import annotations

import platform
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from robot.settings import Settings
from telephony.asterisk.config import inbound
from telephony.asterisk.config.model import (
    CLOSED_CONTEXT,
    AmiAccess,
    Codec,
    Directories,
    Identity,
    MetricsAccess,
    Nat,
    Pbx,
    Registration,
    Tls,
    Transport,
    Trunk,
)
from telephony.asterisk.inbound import FROM_TRUNK, agi_path

TELLS_CODEC = "func_channel"
"""With it `zvonar telephony check` asks which codec a call got."""

_IDENTITIES = {
    "account": Identity.FROM,
    "from": Identity.FROM,
    "pai": Identity.ASSERTED,
    "rpid": Identity.REMOTE_PARTY,
}

USUAL_PORTS = {Transport.UDP: 5060, Transport.TCP: 5060, Transport.TLS: 5061}


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie on the machine of that Asterisk. etc: its configuration; state: what it writes."""

    etc: Path
    state: Path
    modules: Path
    data: Path


def usual_places(etc: Path) -> Places:
    """Those of Debian's package; Asterisk need not be on this machine."""
    triplet = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    return Places(
        etc, Path("/var/lib/asterisk"), Path(f"/usr/lib/{triplet}/asterisk/modules"), Path("/usr/share/asterisk")
    )


def configured_pbx(settings: Settings, places: Places) -> Pbx:
    """Raises UnsafeValue when it is rendered, for a value that cannot stand in Asterisk's files."""
    chosen, ours = settings.trunk, settings.asterisk
    secret = ours.ami_secret.get_secret_value()
    answers = settings.inbound.at_most > 0
    plan = inbound.inbound_context(ours.audiosocket_advertised, settings.inbound.port, agi_path(secret))
    return Pbx(
        directories=Directories(places.etc, places.state, places.modules, places.data),
        sip_host=chosen.sip_bind,
        sip_port=chosen.sip_port,
        rtp_first_port=chosen.rtp_first_port,
        rtp_last_port=chosen.rtp_last_port,
        trunks=(operator_trunk(settings, answers=answers),),
        ami=AmiAccess(chosen.ami_bind, ours.ami_port, ours.ami_user, secret, chosen.ami_permit),
        contexts=(plan,) if answers else (),
        extra_modules=(TELLS_CODEC, *(inbound.MODULES if answers else ())),
        nat=Nat(chosen.external_address, chosen.local_networks) if chosen.external_address else None,
        tls=Tls(chosen.authorities, chosen.certificate, chosen.key),
        metrics=MetricsAccess(chosen.metrics_bind, chosen.metrics_port) if chosen.metrics_port else None,
    )


def operator_trunk(settings: Settings, *, answers: bool) -> Trunk:
    """answers: its calls are taken, else none comes in."""
    chosen = settings.trunk
    transport = Transport(chosen.transport)
    login = Registration(chosen.user, chosen.password.get_secret_value()) if chosen.user else None
    return Trunk(
        name=settings.asterisk.trunk,
        host=chosen.host,
        port=chosen.port or USUAL_PORTS[transport],
        transport=transport,
        registration=login,
        codecs=tuple(Codec(codec) for codec in chosen.codecs),
        inbound_context=FROM_TRUNK if answers else CLOSED_CONTEXT,
        from_user="" if chosen.identity == "from" else chosen.number or chosen.user,
        identity=_IDENTITIES[chosen.identity],
        encrypt_media=chosen.srtp,
        peers=chosen.peers,
    )
