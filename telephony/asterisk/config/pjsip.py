"""pjsip.conf: the SIP transports and trunks."""

from __future__ import annotations

from telephony.asterisk.config import values
from telephony.asterisk.config.model import Identity, Pbx, Tls, Transport, Trunk
from telephony.errors import UnsafeValue

NEVER_GIVE_UP = 1_000_000
"""Registrations. Asterisk's own ten tries would end with an operator's outage of a few minutes, for good."""

_IDENTITIES = {
    Identity.FROM: ("no", "no"),
    Identity.ASSERTED: ("yes", "no"),
    Identity.REMOTE_PARTY: ("no", "yes"),
}
"""send_pai, send_rpid."""


def pjsip_conf(pbx: Pbx) -> str:
    """Transports in use, and each trunk as endpoint, AOR, identify and, where asked for, registration."""
    names = [trunk.name for trunk in pbx.trunks]
    if len(set(names)) != len(names):
        raise UnsafeValue("two trunks have one name", remedy="name every trunk differently")
    lines = ["[global]", "type = global", "user_agent = Asterisk", "endpoint_identifier_order = ip", ""]
    for transport in sorted({trunk.transport for trunk in pbx.trunks}):
        lines += _transport(pbx, transport)
    for trunk in pbx.trunks:
        lines += _trunk(trunk)
    return "\n".join(lines)


def _transport(pbx: Pbx, transport: Transport) -> list[str]:
    host, port = values.host("the SIP address", pbx.sip_host), pbx.sip_port
    if transport is Transport.TLS and Transport.TCP in {trunk.transport for trunk in pbx.trunks}:
        port += 1  # both are TCP ports; so SIP itself has it, too: 5060 and 5061
    lines = [
        f"[transport-{transport}]",
        "type = transport",
        f"protocol = {transport}",
        f"bind = {host}:{values.port('the SIP port', port)}",
        "allow_reload = no",
    ]
    if pbx.nat is not None:
        external = values.host("the external address", pbx.nat.external_address)
        lines += [f"external_signaling_address = {external}", f"external_media_address = {external}"]
        lines += [f"local_net = {values.network('a local network', network)}" for network in pbx.nat.local_networks]
    if transport is Transport.TLS:
        lines += _tls(pbx.tls)
    return [*lines, ""]


def _tls(tls: Tls) -> list[str]:
    """The operator proves who he is: to anybody else the password and the keys of calls would be told."""
    if (tls.certificate is None) is not (tls.key is None):
        raise UnsafeValue("a certificate and its key go together", remedy="name both files, or neither")
    kind = "file" if tls.authorities.suffix else "path"
    lines = [
        "method = tlsv1_2",
        "verify_server = yes",
        f"ca_list_{kind} = {values.path('the certificates we trust', tls.authorities)}",
    ]
    if tls.certificate is not None and tls.key is not None:
        lines += [
            f"cert_file = {values.path('our certificate', tls.certificate)}",
            f"priv_key_file = {values.path('the key of our certificate', tls.key)}",
        ]
    return lines


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
    asserted, remote_party = _IDENTITIES[trunk.identity]
    endpoint += [f"send_pai = {asserted}", f"send_rpid = {remote_party}", "trust_id_inbound = no"]
    if trunk.encrypt_media:
        if trunk.transport is not Transport.TLS:
            raise UnsafeValue("the keys of calls would be sent in the clear", remedy="use the transport tls with SRTP")
        endpoint += ["media_encryption = sdes", "media_encryption_optimistic = no"]
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
        *(f"match = {values.network('a network of the operator', network)}" for network in trunk.peers),
        "",
    ]
    return endpoint + aor + _registration(trunk, name, host, suffix)


def _registration(trunk: Trunk, name: str, host: str, suffix: str) -> list[str]:
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
        f"server_uri = sip:{host}:{trunk.port}{suffix}",
        f"client_uri = sip:{user}@{host}:{trunk.port}{suffix}",
        f"outbound_auth = {name}-auth",
        f"endpoint = {name}",
        "line = yes",
        "max_random_initial_delay = 1",  # ten seconds spare an operator thousands of telephones; we are one
        "retry_interval = 20",
        "forbidden_retry_interval = 300",
        "fatal_retry_interval = 300",
        f"max_retries = {NEVER_GIVE_UP}",
        "auth_rejection_permanent = no",
        f"expiration = {values.number('the registration interval', trunk.registration.expires_s, 30, 86400)}",
        "",
    ]
