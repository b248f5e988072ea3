"""A Pbx as configuration files. Pure: file name -> text."""

from __future__ import annotations

from telephony.asterisk.config import values
from telephony.asterisk.config.model import CLOSED_CONTEXT, AmiAccess, Context, Directories, MetricsAccess, Pbx
from telephony.asterisk.config.pjsip import pjsip_conf
from telephony.asterisk.media import EVENTS as MEDIA_EVENTS
from telephony.errors import UnsafeValue

# Loaded by name: what is not here cannot be attacked. Asterisk orders them by their dependencies itself.
MODULES = (
    "app_audiosocket",
    "chan_pjsip",
    "codec_alaw",
    "codec_ulaw",
    "func_pjsip_aor",
    "func_pjsip_contact",
    "func_pjsip_endpoint",
    "pbx_config",
    "res_audiosocket",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_authenticator_digest",
    "res_pjsip_caller_id",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_nat",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_pubsub",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_pjsip_session",
    "res_rtp_asterisk",
    "res_sorcery_astdb",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_statsd",
    "res_timing_timerfd",
)

HEARD_OF = ("Newchannel", "Hangup", "OriginateResponse", *sorted(MEDIA_EVENTS))

# Tone plan of Russia, ITU-T E.180: frequency in Hz / length in ms.
RUSSIAN_TONES = (
    "description = Russian Federation",
    "ringcadence = 1000,4000",
    "dial = 425",
    "busy = 425/350,0/350",
    "ring = 425/1000,0/4000",
    "congestion = 425/175,0/175",
    "callwaiting = 425/200,0/5000",
    "record = 1400/400,0/15000",
    "info = 950/330,1400/330,1800/330,0/1000",
)


def render(pbx: Pbx) -> dict[str, str]:
    """Every file Asterisk reads with these modules. Raises UnsafeValue for a value that cannot stand in one."""
    first, last = pbx.rtp_first_port, pbx.rtp_last_port
    if last - first < 3:
        raise UnsafeValue("the RTP range has room for no call", remedy="give it two ports a call")
    files = {
        "asterisk.conf": _asterisk_conf(pbx.directories),
        "modules.conf": _sections(("modules", ["autoload = no", *_loads(pbx)])),
        "logger.conf": _sections(
            ("general", ["dateformat = %F %T.%3q", "queue_log = no"]),
            ("logfiles", ["messages.log => notice,warning,error"]),
        ),
        "rtp.conf": _sections(
            (
                "general",
                [
                    f"rtpstart = {values.port('the first RTP port', first)}",
                    f"rtpend = {values.port('the last RTP port', last)}",
                    "icesupport = no",
                ],
            )
        ),
        "manager.conf": _manager_conf(pbx.ami),
        "pjsip.conf": pjsip_conf(pbx),
        "extensions.conf": _extensions_conf(pbx.contexts),
    }
    for unused in ("cdr", "cel"):
        files[f"{unused}.conf"] = _sections(("general", ["enable = no"]))
    files |= _metrics_confs(pbx.metrics)
    for silent in ("ccss", "features", "udptl", "pjproject", "sorcery", "stasis", "statsd"):
        files[f"{silent}.conf"] = _sections(("general", []))
    files["acl.conf"] = ""
    files["indications.conf"] = _sections(("general", ["country = ru"]), ("ru", list(RUSSIAN_TONES)))
    return files


def _sections(*sections: tuple[str, list[str]]) -> str:
    return "\n".join("\n".join([f"[{title}]", *lines, ""]) for title, lines in sections)


def _loads(pbx: Pbx) -> list[str]:
    wanted = {*MODULES, *(values.name("a module", module) for module in pbx.extra_modules)}
    if any(trunk.encrypt_media for trunk in pbx.trunks):
        wanted.add("res_srtp")
    if pbx.metrics is not None:
        wanted.add("res_prometheus")
    return [f"load = {module}.so" for module in sorted(wanted)]


def _metrics_confs(metrics: MetricsAccess | None) -> dict[str, str]:
    """Asterisk's web server serves metrics alone, and nothing where they are not asked for."""
    if metrics is None:
        return {"http.conf": _sections(("general", [])), "prometheus.conf": _sections(("general", ["enabled = no"]))}
    address = [
        "enabled = yes",
        f"bindaddr = {values.host('the address of the metrics', metrics.host)}",
        f"bindport = {values.port('the port of the metrics', metrics.port)}",
        "enable_static = no",
        "enable_status = no",
    ]
    return {
        "http.conf": _sections(("general", address)),
        "prometheus.conf": _sections(("general", ["enabled = yes", "core_metrics_enabled = yes", "uri = metrics"])),
    }


def _asterisk_conf(directories: Directories) -> str:
    state = directories.state
    places = {
        "astetcdir": directories.etc,
        "astmoddir": directories.modules,
        "astdatadir": directories.data,
        "astvarlibdir": state / "lib",
        "astdbdir": state / "lib",
        "astkeydir": state / "lib",
        "astagidir": state / "lib",
        "astspooldir": state / "spool",
        "astrundir": state / "run",
        "astlogdir": state / "log",
        "astsbindir": directories.modules,
    }
    lines = [f"{key} => {values.path(key, place)}" for key, place in places.items()]
    return _sections(("directories", lines), ("options", ["nocolor = yes", "live_dangerously = no"]))


def _manager_conf(ami: AmiAccess | None) -> str:
    """Least rights: it may dial, hang up, and ask which channels live; it hears of calls, of three kinds of event,
    and of their sound by the reports of RTCP."""
    if ami is None:
        return _sections(("general", ["enabled = no"]))
    general = [
        "enabled = yes",
        "webenabled = no",
        "displayconnects = no",
        "allowmultiplelogin = yes",
        f"bindaddr = {values.host('the AMI address', ami.host)}",
        f"port = {values.port('the AMI port', ami.port)}",
        "disabledevents = Newexten,VarSet",
    ]
    account = [
        f"secret = {values.secret('the AMI secret', ami.secret)}",
        "deny = 0.0.0.0/0",
        *(f"permit = {values.network('a permitted AMI address', network)}" for network in ami.permit),
        "read = call,reporting",
        "write = call,originate,reporting",
        *(f"eventfilter(action(include),name({event})) =" for event in HEARD_OF),
    ]
    return _sections(("general", general), (values.name("the AMI user", ami.user), account))


def _extensions_conf(contexts: tuple[Context, ...]) -> str:
    closed = (CLOSED_CONTEXT, ["exten => _[+0-9a-zA-Z].,1,Hangup(21)", "exten => s,1,Hangup(21)"])
    return _sections(closed, *((values.name("a context", context.name), list(context.lines)) for context in contexts))
