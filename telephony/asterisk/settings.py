"""Where our Asterisk is and how we reach each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.asterisk.ami.client import AmiClient, AmiLogin, AmiTimings


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """trunk: name of the PJSIP endpoint calls go out by. audio_host and audio_port: where we listen for AudioSocket
    (port 0: any free one). advertised_host: the address by which Asterisk reaches that, when it is another;
    advertised_port likewise.
    connect_wait_s: how long a dial waits for a line that is still coming up.

    agi_port: where Asterisk asks about incoming calls, at audio_host; None takes none in, 0 is any free one. home: the
    country whose national numbers the trunk shows. office_trunk: the endpoint extensions are dialed by; "" is the
    trunk."""

    ami_host: str = "127.0.0.1"
    ami_port: int = 5038
    ami_user: str = "zvonar"
    ami_secret: str = field(default="", repr=False)
    trunk: str = "trunk"
    office_trunk: str = ""
    home: str = "RU"
    audio_host: str = "127.0.0.1"
    audio_port: int = 9092
    advertised_host: str = ""
    advertised_port: int | None = None
    agi_port: int | None = None
    ami_action_timeout_s: float = 5.0
    ami_ping_interval_s: float = 10.0
    connect_wait_s: float = 5.0

    def ami_client(self) -> AmiClient:
        """The manager connection these settings describe, not yet run."""
        timings = AmiTimings(action_timeout_s=self.ami_action_timeout_s, ping_interval_s=self.ami_ping_interval_s)
        return AmiClient(AmiLogin(self.ami_host, self.ami_port, self.ami_user, self.ami_secret), timings)
