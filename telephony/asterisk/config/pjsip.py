"""pjsip.conf: the SIP transports and trunks."""

from __future__ import annotations

from telephony.asterisk.config import values
from telephony.asterisk.config.model import Pbx, Transport, Trunk
from telephony.errors import UnsafeValue


def pjsip_conf(pbx: Pbx) -> str:
    """Transports in use, and each trunk as endpoint, AOR, identify and, where asked for, registration."""
    names = [trunk.name for trunk in pbx.trunks]
    if len(set(names)) != len(names):
        raise UnsafeValue("two trunks have one name", remedy="name every trunk differently")
    lines = ["[global]", "type = global", "user_agent = Asterisk", "endpoint_identifier_order = ip", ""]
    for transport in sorted({trunk.transport for trunk in pbx.trunks}):
        lines += [
            f"[transport-{transport}]",
            "type = transport",
            f"protocol = {transport}",
            f"bind = {values.host('the SIP address', pbx.sip_host)}:{values.port('the SIP port', pbx.sip_port)}",
            "",
        ]
    for trunk in pbx.trunks:
        lines += _trunk(trunk)
    return "\n".join(lines)


def _trunk(trunk: Trunk) -> list[str]:
    name = values.name("the trunk's name", trunk.name)
    host = values.host("the trunk's host", trunk.host)
    suffix = "" if trunk.transport is Transport.UDP else f"\\;transport={trunk.transport}"
    uri = f"sip:{host}:{values.port('the port of the trunk', trunk.port)}{suffix}"
    endpoint = [
        f"[{name}]",
        "type = endpoint",
        f"transport = transport-{trunk.transport}",
        f"context = {values.name('the inbound context', trunk.inbound_context)}",
        "disallow = all",
        f"allow = {','.join(trunk.codecs)}",
        f"aors = {name}",
        "direct_media = no",
        "rtp_symmetric = yes",
        "force_rport = yes",
        "rewrite_contact = yes",
        "dtmf_mode = rfc4733",
        f"rtp_timeout = {values.number('the media timeout', trunk.media_timeout_s, 0, 3600)}",
    ]
    if trunk.from_user:
        endpoint.append(f"from_user = {values.user('the from user', trunk.from_user)}")
    if trunk.registration:
        endpoint += [f"outbound_auth = {name}-auth", f"from_domain = {host}"]
    aor = [
        "",
        f"[{name}]",
        "type = aor",
        f"contact = {uri}",
        f"qualify_frequency = {values.number('the qualify interval', trunk.qualify_interval_s, 0, 3600)}",
        f"qualify_timeout = {values.number('the qualify timeout', trunk.qualify_timeout_s, 0.1, 60)}",
        "",
        f"[{name}]",
        "type = identify",
        f"endpoint = {name}",
        f"match = {host}",
        "",
    ]
    return endpoint + aor + _registration(trunk, name, uri)


def _registration(trunk: Trunk, name: str, uri: str) -> list[str]:
    if trunk.registration is None:
        return []
    user = values.user("the trunk's user", trunk.registration.user)
    return [
        f"[{name}-auth]",
        "type = auth",
        "auth_type = userpass",
        f"username = {user}",
        f"password = {values.secret('the password of the trunk', trunk.registration.password)}",
        "",
        f"[{name}-registration]",
        "type = registration",
        f"transport = transport-{trunk.transport}",
        f"server_uri = {uri}",
        f"client_uri = sip:{user}@{trunk.host}:{trunk.port}",
        f"outbound_auth = {name}-auth",
        f"endpoint = {name}",
        "line = yes",
        "retry_interval = 20",
        "forbidden_retry_interval = 300",
        f"expiration = {values.number('the registration interval', trunk.registration.expires_s, 30, 86400)}",
        "",
    ]
