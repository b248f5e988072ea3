"""One dial as the fields of an AMI Originate. Pure; every value of the call is checked here."""

from __future__ import annotations

import re
from uuid import UUID

from telephony.base import CallSpec
from telephony.errors import UnsafeValue
from telephony.safety import checked

MAX_NAME_CHARACTERS = 64
ACTION_PREFIX = "dial-"  # then the call id: what OriginateResponse is known by
_ENDPOINT = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])\Z")
_UNQUOTABLE = str.maketrans({'"': "'", "<": None, ">": None, "\\": None})


def originate_fields(spec: CallSpec, trunk: str, token: UUID, audio_address: str) -> dict[str, str]:
    """Fields for a dial over `trunk` whose audio comes to `audio_address` ("host:port") under `token`.

    Raises UnsafeValue for anything that could mean more than it says, a number that is no E.164 number included.
    """
    checked(spec)
    host, _, port = audio_address.rpartition(":")
    if not _HOST.match(host) or not port.isdecimal():
        raise UnsafeValue(
            "the audio address is not host:port", remedy="check the advertised audio host in the settings"
        )
    if not _ENDPOINT.match(trunk):
        raise UnsafeValue("the trunk's name may have letters, digits, - and _ alone")
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

    Quotes, brackets and backslashes occur in honest company names and cannot be carried, so they go; what no name
    contains has been refused before.
    """
    name = spec.caller_name.translate(_UNQUOTABLE).strip()[:MAX_NAME_CHARACTERS]
    number = f"<{spec.caller_id}>" if spec.caller_id else ""
    return " ".join(part for part in (f'"{name}"' if name else "", number) if part)
