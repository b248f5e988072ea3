"""One dial under way: the scattered signs from Asterisk, gathered into one verdict.

Signs come from three sides in any order: the audio connection (answered), the OriginateResponse and Hangup events
(failed, and why), and, where events may have been missed, a look at the channels that live.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from telephony.asterisk.call import AsteriskCall
from telephony.asterisk.causes import dial_error
from telephony.errors import Congestion, TelephonyError

CAUSE_WAIT_S = 2.0  # Hangup (the cause) follows OriginateResponse (the failure) at once, but we may read it late
AUDIO_WAIT_S = 5.0


class Attempt:
    """news is set at every sign. sent: Asterisk may know of it. doubtful: a sign of it may have been missed."""

    def __init__(self, call_id: UUID, on_ended: Callable[[], None]) -> None:
        self.news = asyncio.Event()
        self.call = AsteriskCall(call_id, self.news.set, on_ended)
        self.sent = False
        self.doubtful = False
        self._seen = False  # a channel of it has been there
        self._cause: int | None = None
        self._sip = 0
        self._refused_s: float | None = None
        self._reason = 0
        self._accepted_s: float | None = None
        self._error: TelephonyError | None = None

    @property
    def over(self) -> bool:
        """Asterisk has told that the channel is gone, or that there never was one."""
        return self._cause is not None or self._refused_s is not None

    def appeared(self) -> None:
        """Its channel is there."""
        self._seen = True
        self.doubtful = False
        self.news.set()

    def hung_up(self, cause: int, sip: int = 0) -> None:
        """Its channel has gone; sip: the answer behind the cause, 0 where it is not known."""
        self._cause, self._sip = cause, sip
        self.call.hung_up(cause)
        self.news.set()

    def originated(self, at_s: float, accepted: bool, reason: int) -> None:
        """OriginateResponse."""
        if accepted:
            self._accepted_s = at_s
        else:
            self._refused_s, self._reason = at_s, reason
        self.news.set()

    def lost(self, error: TelephonyError) -> None:
        """What became of it was missed, and cannot be learned any more."""
        self._error = error
        self.news.set()

    def verdict(self, now_s: float) -> AsteriskCall | TelephonyError | None:
        """The answered call, or the error, or None while it is open."""
        if self.call.answered:
            return self.call
        if self._cause is not None:
            return dial_error(self._cause, self._reason, self._sip)
        if self._refused_s is not None and (not self._seen or now_s >= self._refused_s + CAUSE_WAIT_S):
            return dial_error(None, self._reason)
        if self._accepted_s is not None and now_s >= self._accepted_s + AUDIO_WAIT_S:
            return _mute()
        return self._error

    @property
    def look_again_s(self) -> float:
        """The loop's time at which the verdict changes without further news."""
        if self._refused_s is not None:
            return self._refused_s + CAUSE_WAIT_S
        return float("inf") if self._accepted_s is None else self._accepted_s + AUDIO_WAIT_S


def _mute() -> Congestion:
    return Congestion(
        "the call was answered, but its audio never came",
        remedy="see that Asterisk reaches the advertised audio host and port",
    )
