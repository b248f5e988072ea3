"""What can go wrong on a line.

TelephonyError               code, retryable, remedy
├── DialError                the call was not answered
│   ├── Busy                 busy               the client's line is engaged
│   ├── NoAnswer             no_answer          it rang until the ring timeout
│   ├── Rejected             rejected           the client or his operator declined
│   ├── UnknownNumber        unknown_number     nobody has this number: never retried
│   └── Congestion           congestion         the trunk is full or failing: our fault, burns no attempt
│       ├── NoCommonCodec    no_common_codec    the operator takes none of the codecs we offer
│       └── TrunkRefused     trunk_refused      the operator does not take our user or password for a call
├── LineDown                 line_down          we cannot dial at all now (AMI lost, trunk unreachable): our fault
├── AmiRefused               ami_refused        wrong user, password or address rules in manager.conf
├── AmiTimeout               ami_timeout        Asterisk did not answer an action in time
├── PortInUse                port_in_use        another program listens where we must
├── UnsafeValue              unsafe_value       a value that would inject into AMI or SIP
├── MalformedAudio           malformed_audio    the peer of an audio socket broke its protocol
├── MalformedAgi             malformed_agi      the peer of the AGI port broke its protocol
├── MalformedAmi             malformed_ami      what answers on the manager's port does not speak AMI
├── LabError                 lab_failed         the lab could not be built or started
└── PersonaError             persona_invalid    a simulated person is described wrongly, or lacks his voice
"""

from __future__ import annotations

from typing import ClassVar


class TelephonyError(Exception):
    """Base of the tree. `code` is stable (UI, metrics); `remedy` tells the person in charge what to do."""

    code: ClassVar[str] = "telephony"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        super().__init__(message or self.code)
        self.remedy = remedy


class DialError(TelephonyError):
    code = "dial_failed"
    retryable = True


class Busy(DialError):
    code = "busy"


class NoAnswer(DialError):
    code = "no_answer"


class Rejected(DialError):
    code = "rejected"


class UnknownNumber(DialError):
    code = "unknown_number"
    retryable = False


class Congestion(DialError):
    code = "congestion"


class NoCommonCodec(Congestion):
    code = "no_common_codec"


class TrunkRefused(Congestion):
    code = "trunk_refused"


class LineDown(TelephonyError):
    code = "line_down"
    retryable = True


class AmiRefused(TelephonyError):
    code = "ami_refused"


class AmiTimeout(TelephonyError):
    code = "ami_timeout"
    retryable = True


class PortInUse(TelephonyError):
    code = "port_in_use"


class UnsafeValue(TelephonyError):
    code = "unsafe_value"


class MalformedAudio(TelephonyError):
    code = "malformed_audio"


class MalformedAgi(TelephonyError):
    code = "malformed_agi"


class MalformedAmi(TelephonyError):
    code = "malformed_ami"


class LabError(TelephonyError):
    code = "lab_failed"


class PersonaError(TelephonyError):
    code = "persona_invalid"
