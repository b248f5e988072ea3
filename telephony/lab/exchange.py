"""The lab's two Asterisks as configurations. Pure."""

from __future__ import annotations

from telephony.asterisk.config import inbound
from telephony.asterisk.config.model import AmiAccess, Context, Directories, MetricsAccess, Pbx, Trunk
from telephony.asterisk.inbound import FROM_TRUNK, agi_path
from telephony.lab.root import Asterisk
from telephony.lab.settings import LabSettings

LOOPBACK = "127.0.0.1"
AMI_USER = "zvonar"
TRUNK = "telco"
CUSTOMER = "customer"
SUBSCRIBERS = "subscribers"
CALLING = "calling"
GONE = "gone"
MEDIA_PORTS = 1000
QUALIFY_TIMEOUT_S = 1.0


def pbx(settings: LabSettings, asterisk: Asterisk, secret: str) -> Pbx:
    """Ours: the robot's manager access, and a trunk to the telephone company, from which calls come in."""
    first = settings.port_base + 1000
    telco_port, _ = settings.trunk_ports or (settings.telco_sip_port, 0)
    return Pbx(
        directories=_directories(settings, asterisk, "pbx"),
        sip_host=LOOPBACK,
        sip_port=settings.pbx_sip_port,
        rtp_first_port=first,
        rtp_last_port=first + MEDIA_PORTS - 1,
        trunks=(
            Trunk(
                TRUNK,
                LOOPBACK,
                telco_port,
                inbound_context=FROM_TRUNK,
                qualify_interval_s=2,
                qualify_timeout_s=QUALIFY_TIMEOUT_S,
            ),
        ),
        ami=AmiAccess(LOOPBACK, settings.ami_port, AMI_USER, secret),
        contexts=(inbound.inbound_context(LOOPBACK, settings.agi_port, agi_path(secret)),),
        extra_modules=inbound.MODULES,
        metrics=MetricsAccess(LOOPBACK, settings.metrics_port),
    )


def telco(settings: LabSettings, asterisk: Asterisk, secret: str) -> Pbx:
    """The telephone company: takes calls from our trunk and brings them to its subscribers, who call us too."""
    first = settings.port_base + 1000 + MEDIA_PORTS
    _, pbx_port = settings.trunk_ports or (0, settings.pbx_sip_port)
    customer = Trunk(CUSTOMER, LOOPBACK, pbx_port, inbound_context=SUBSCRIBERS, qualify_interval_s=0)
    return Pbx(
        directories=_directories(settings, asterisk, "telco"),
        sip_host=LOOPBACK,
        sip_port=settings.telco_sip_port,
        rtp_first_port=first,
        rtp_last_port=first + MEDIA_PORTS - 1,
        trunks=(customer,),
        ami=AmiAccess(LOOPBACK, settings.telco_ami_port, AMI_USER, secret),
        contexts=_subscriber_contexts(settings),
        extra_modules=("res_agi", "res_speech"),
    )


def _directories(settings: LabSettings, asterisk: Asterisk, name: str) -> Directories:
    state = settings.state(name)
    return Directories(etc=state / "etc", state=state, modules=asterisk.modules, data=asterisk.data)


def _subscriber_contexts(settings: LabSettings) -> tuple[Context, ...]:
    """Any number asks the subscribers' process, which answers in PICK_UP, AFTER_S and CALL_ID; so it
    does for one of them who calls. It is told when a call to one of them is over."""
    gone = f"exten => h,1,AGI(agi://{LOOPBACK}:{settings.routing_port}/{GONE})"
    asking = (
        f"exten => _[+0-9]!,1,AGI(agi://{LOOPBACK}:{settings.routing_port}/route)",
        " same => n,Goto(take,${PICK_UP},1)",
        gone,
    )
    taking = (
        "exten => answer,1,Ringing()",
        " same => n,Wait(${AFTER_S})",
        " same => n,Answer()",
        f" same => n,AudioSocket(${{CALL_ID}},{LOOPBACK}:{settings.subscribers_audio_port})",
        " same => n,Hangup()",
        "exten => busy,1,Ringing()",
        " same => n,Wait(${AFTER_S})",
        " same => n,PJSIPHangup(486)",
        "exten => reject,1,Ringing()",
        " same => n,Wait(${AFTER_S})",
        " same => n,PJSIPHangup(603)",
        "exten => no_answer,1,Ringing()",
        " same => n,Wait(3600)",
        "exten => unknown_number,1,PJSIPHangup(404)",
        "exten => forbidden,1,PJSIPHangup(403)",
        "exten => congestion,1,PJSIPHangup(503)",
        "exten => i,1,PJSIPHangup(503)",
        gone,
    )
    calling = (
        f"exten => _[+0-9]!,1,AGI(agi://{LOOPBACK}:{settings.routing_port}/route)",
        f" same => n,AudioSocket(${{CALL_ID}},{LOOPBACK}:{settings.subscribers_audio_port})",
        " same => n,Hangup()",
    )
    return Context(SUBSCRIBERS, asking), Context("take", taking), Context(CALLING, calling)
