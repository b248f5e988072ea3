"""One dial as the fields of an AMI Originate. Pure; every value of the call is checked here."""

from __future__ import annotations

import math
import re
from uuid import UUID

from telephony.asterisk.ami.wire import is_plain
from telephony.base import CallSpec
from telephony.errors import UnsafeValue

MAX_NAME_CHARACTERS = 64
ACTION_PREFIX = "dial-"  # then the call id: what OriginateResponse is known by
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_CALLER = re.compile(r"\+?[0-9]{1,15}\Z")
_ENDPOINT = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])\Z")
_UNQUOTABLE = str.maketrans({'"': "'", "<": None, ">": None, "\\": None})


def originate_fields(spec: CallSpec, trunk: str, token: UUID, audio_address: str) -> dict[str, str]:
    """Fields for a dial over `trunk` whose audio comes to `audio_address` ("host:port") under `token`.

    Raises UnsafeValue for a number that is no E.164 number and for anything that could mean more than it says.
    """
    host, _, port = audio_address.rpartition(":")
    if not _HOST.match(host) or not port.isdecimal():
        raise UnsafeValue(
            "the audio address is not host:port", remedy="check the advertised audio host in the settings"
        )
    if not _ENDPOINT.match(trunk):
        raise UnsafeValue("the trunk's name may have letters, digits, - and _ alone")
    if not _E164.match(spec.number):
        raise UnsafeValue("the number is not an E.164 number", remedy="write it as + and 7 to 15 digits")
    if not (math.isfinite(spec.ring_timeout_s) and 0 < spec.ring_timeout_s <= 600):
        raise UnsafeValue("the ring timeout must be between 0 and 600 seconds")
    fields = {
        "ActionID": f"{ACTION_PREFIX}{spec.call_id}",
        "Channel": f"PJSIP/{spec.number}@{trunk}",
        "ChannelId": str(spec.call_id),
        "Application": "AudioSocket",
        "Data": f"{token},{audio_address}",
        "Timeout": str(round(spec.ring_timeout_s * 1000)),
        "Async": "true",
    }
    caller = _caller(spec)
    return fields | {"CallerID": caller} if caller else fields


def _caller(spec: CallSpec) -> str:
    """Caller id as `"name" <number>`.

    A name with a line break or control character is refused: it is no name, and the record it comes from must be
    mended. Quotes, brackets and backslashes occur in honest company names and cannot be carried, so they go.
    """
    if spec.caller_id and not _CALLER.match(spec.caller_id):
        raise UnsafeValue("the caller id is not a number")
    if not is_plain(spec.caller_name):
        raise UnsafeValue(
            "the caller's name contains a line break or a control character",
            remedy="correct the record the name comes from",
        )
    name = spec.caller_name.translate(_UNQUOTABLE).strip()[:MAX_NAME_CHARACTERS]
    number = f"<{spec.caller_id}>" if spec.caller_id else ""
    return " ".join(part for part in (f'"{name}"' if name else "", number) if part)
