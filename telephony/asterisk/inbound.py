"""Who may come in: Asterisk asks about each call from the trunk, and only those we expect get an audio token.

The dial plan is in `config/inbound.py`. A caller is answered by that Asterisk when it has the token, so who gets none
hears the busy tone without having been answered.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from uuid import UUID, uuid4

from telephony.asterisk.agi import Request
from telephony.asterisk.call import AsteriskCall
from telephony.base import Incoming, TakeCall
from telephony.callers import caller_number

AUDIO_WAIT_S = 10.0  # from the token to the answered call's audio
FROM_TRUNK = "from-trunk"
_RESTRICTED = 0x60  # presentation bits of Q.931 as Asterisk keeps them
_WITHHELD = 0x20
_DIALED = re.compile(r"[+0-9A-Za-z._-]{2,40}")


def agi_path(ami_secret: str) -> str:
    """What a request must carry to be from our Asterisk: both sides know the manager's secret, nobody else does."""
    return hmac.new(ami_secret.encode(), b"incoming calls", sha256).hexdigest()[:32]


class FrontDoor:
    """Calls from `trunk` that were let in, from the token to the call's end. home: the country of the trunk's numbers;
    audio_address: "host:port" where Asterisk brings the audio."""

    def __init__(self, trunk: str, path: str, *, home: str, audio_address: Callable[[], str]) -> None:
        self._channels = f"PJSIP/{trunk}-"
        self._path = path
        self._home = home
        self._audio_address = audio_address
        self._take: TakeCall | None = None
        self._at_most = 0
        self._tokens: dict[UUID, AsteriskCall] = {}
        self.calls: dict[UUID, AsteriskCall] = {}

    def on_call(self, take: TakeCall, *, at_most: int) -> Callable[[], None]:
        """`Receives.on_call`."""
        if self._take is not None:
            raise ValueError("somebody takes the calls of this line already")
        self._take, self._at_most = take, at_most

        def stop() -> None:
            if self._take is take:
                self._take = None

        return stop

    def answer(self, request: Request) -> Mapping[str, str] | None:
        """The variables that let the caller in, or None."""
        path = request.get("network_script", "")
        if not hmac.compare_digest(path.encode(), self._path.encode()):
            return None
        if request.get("context") != FROM_TRUNK or not request.get("channel", "").startswith(self._channels):
            return None
        if self._take is None or len(self.calls) >= self._at_most:
            return None
        call_id, token = uuid4(), uuid4()
        dialed = request.get("extension", "")
        caller = _caller(request, self._home)
        self._expect(call_id, token, self._take, caller, dialed if _DIALED.fullmatch(dialed) else "")
        return {
            "CHANNEL(accountcode)": str(call_id),
            "TOKEN": str(token),
            "AUDIO": self._audio_address(),
            "ADMIT": "yes",
        }

    def admit(self, token: UUID) -> AsteriskCall | None:
        """The call whose audio comes under this token, once."""
        return self._tokens.pop(token, None)

    def _expect(self, call_id: UUID, token: UUID, take: TakeCall, caller: str, dialed: str) -> None:
        def answered() -> None:
            patience.cancel()
            take(Incoming(call, caller, dialed))

        def ended() -> None:
            patience.cancel()
            self._tokens.pop(token, None)
            self.calls.pop(call_id, None)

        call = AsteriskCall(call_id, answered, ended)
        patience = asyncio.get_running_loop().call_later(AUDIO_WAIT_S, call.abandon, "caller_left")
        self._tokens[token] = self.calls[call_id] = call


def _caller(request: Request, home: str) -> str:
    presentation = request.get("callingpres", "")
    if presentation.isdecimal() and int(presentation) & _RESTRICTED == _WITHHELD:
        return ""
    return caller_number(request.get("callerid", ""), home=home)
