"""Why Asterisk says a call failed or ended, in our words. Pure.

Numbers are ITU-T Q.850 causes as Asterisk keeps them (include/asterisk/causes.h); a SIP answer becomes one of them in
chan_pjsip (486 and 600 -> 17, 404 and 604 -> 1, 403 and 603 -> 21, 408 and 480 -> 18 and 19, 5xx -> 34, 38 or 127).
Where that loses what matters, the SIP answer itself (TechCause) decides: 603 is the client's no, 403 is the operator's
to us, for a balance, a limit or a caller id.
"""

from __future__ import annotations

from telephony.base import Ended, EndedBy
from telephony.errors import (
    Busy,
    Congestion,
    DialError,
    NoAnswer,
    NoCommonCodec,
    Rejected,
    TrunkRefused,
    UnknownNumber,
)

CAUSE_WORDS: dict[int, str] = {
    0: "unknown",
    1: "unallocated_number",
    2: "no_route_to_network",
    3: "no_route_to_destination",
    16: "normal_clearing",
    17: "user_busy",
    18: "no_user_response",
    19: "no_answer",
    20: "subscriber_absent",
    21: "call_rejected",
    22: "number_changed",
    26: "answered_elsewhere",
    27: "destination_out_of_order",
    28: "invalid_number_format",
    29: "facility_rejected",
    31: "normal_unspecified",
    34: "no_circuit_available",
    38: "network_out_of_order",
    41: "temporary_failure",
    42: "switch_congestion",
    44: "requested_channel_unavailable",
    50: "facility_not_subscribed",
    58: "bearer_not_available",
    102: "recovery_on_timer_expiry",
    127: "interworking",
}

_ERRORS: dict[int, type[DialError]] = {
    1: UnknownNumber,
    16: NoAnswer,  # taken down before it was answered
    17: Busy,
    18: NoAnswer,
    19: NoAnswer,
    20: NoAnswer,  # switched off or out of coverage
    21: Rejected,
    22: UnknownNumber,
    26: NoAnswer,
    28: UnknownNumber,
    31: NoAnswer,
    58: NoCommonCodec,  # what SIP 488 and 606 become
}
_VAGUE = frozenset({0, 21, 127})  # several SIP answers become one of these
_SIP_ERRORS: dict[int, type[DialError]] = {
    401: TrunkRefused,
    402: Congestion,
    403: Congestion,
    407: TrunkRefused,
    501: Congestion,
    603: Rejected,
    607: Rejected,
    608: Rejected,
}
_REMEDIES: dict[type[DialError], str] = {
    Congestion: "look at the trunk's registration, channel limit and balance",
    NoCommonCodec: "ask the operator which codecs he takes, and offer them: zvonar telephony check",
    TrunkRefused: "compare the trunk's user, password and From with the operator's letter: zvonar telephony check",
}
_CLIENT_CAUSES = frozenset({16, 17, 19, 21, 26, 31})

# OriginateResponse's Reason is the last control frame seen (include/asterisk/frame.h), not a Q.850 cause.
_REASON_ERRORS: dict[int, type[DialError]] = {1: NoAnswer, 3: NoAnswer, 5: Busy, 8: Congestion}


def words(cause: int) -> str:
    """The cause as a stable word for storage and metrics."""
    return CAUSE_WORDS.get(cause, f"cause_{cause}")


def dial_error(cause: int | None, reason: int | None = None, sip: int = 0) -> DialError:
    """What to raise for a dial that failed: by the Q.850 cause where one is known, else by Originate's reason. sip: the
    answer behind the cause, 0 where Asterisk does not tell it.

    Anything that is neither the client's nor the number's doing is Congestion: our fault, which burns no attempt.
    """
    if (cause or 0) in _VAGUE and sip in _SIP_ERRORS:
        kind = _SIP_ERRORS[sip]
        detail = f"SIP {sip}"
    elif cause:
        kind = _ERRORS.get(cause, Congestion)
        detail = f"{words(cause)} (Q.850 cause {cause})"
    else:
        kind = _REASON_ERRORS.get(reason or 0, Congestion)
        detail = f"Asterisk gave reason {reason} and no cause"
    remedy = _REMEDIES.get(kind, "")
    return kind(f"{kind.code}: {detail}", remedy=remedy)


def ended_by_peer(cause: int | None) -> Ended:
    """How an answered call ended that we did not end. No cause: Asterisk told nothing, the line itself broke."""
    if cause is None:
        return Ended(EndedBy.LINE, "connection_lost")
    return Ended(EndedBy.CLIENT if cause in _CLIENT_CAUSES else EndedBy.LINE, words(cause))
