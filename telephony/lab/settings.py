"""Where the lab lives and which ports it takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from telephony.errors import LabError

SOCKET_PATH_BYTES = 107  # sun_path of unix(7)
DEFAULT_DIRECTORY = "telephony.simulated.directory:default_directory"


@dataclass(frozen=True, slots=True)
class Step:
    """What `up` and `down` are doing, for the person who waits."""

    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class LabSettings:
    """directory: configurations, logs, recordings of this lab. root: the unpacked Asterisk, shared by all labs.

    port_base: the lab takes the ten ports from it on, and two thousand for media from port_base + 1000 on; below
    30000, so that no other program is handed one of them by the system. subscribers: "module:factory" of a
    `Directory`, called with `seed`. suite, mirror: the Debian release with an Asterisk in it, and where it is
    fetched from, empty for Debian's usual place. trunk_ports: where our Asterisk finds the telephone company's, and
    that one ours, when a cable lies between; None for their own ports.
    """

    directory: Path
    root: Path
    port_base: int = 20_000
    seed: int = 0
    subscribers: str = DEFAULT_DIRECTORY
    suite: str = "forky"
    mirror: str = ""
    trunk_ports: tuple[int, int] | None = None

    @classmethod
    def under(cls, data_directory: Path, *, port_base: int = 20_000, seed: int = 0) -> LabSettings:
        """The usual lab of a user: everything within the product's data directory."""
        return cls(data_directory / "lab", data_directory / "asterisk", port_base=port_base, seed=seed)

    def check(self) -> None:
        """Raises LabError for settings no lab can be started with."""
        if not 1024 <= self.port_base <= 29_000:
            raise LabError("the lab's first port must lie between 1024 and 29000", remedy="choose another port base")
        longest = max(self.hints_socket, self.state("telco") / "run" / "asterisk.ctl", key=lambda path: len(str(path)))
        if len(str(longest).encode()) > SOCKET_PATH_BYTES:
            raise LabError(
                f"the lab's directory has too long a name for a socket in it: {longest}",
                remedy="put the lab into a directory with a shorter name",
            )

    @property
    def pbx_sip_port(self) -> int:
        return self.port_base

    @property
    def telco_sip_port(self) -> int:
        return self.port_base + 1

    @property
    def ami_port(self) -> int:
        return self.port_base + 2

    @property
    def routing_port(self) -> int:
        return self.port_base + 3

    @property
    def subscribers_audio_port(self) -> int:
        return self.port_base + 4

    @property
    def agi_port(self) -> int:
        """Where our Asterisk asks the robot about incoming calls."""
        return self.port_base + 5

    @property
    def telco_ami_port(self) -> int:
        """Where the telephone company is told to let somebody ring in."""
        return self.port_base + 6

    @property
    def metrics_port(self) -> int:
        """Where our Asterisk's own metrics are read over HTTP."""
        return self.port_base + 7

    @property
    def hints_socket(self) -> Path:
        return self.directory / "hints.sock"

    @property
    def recordings(self) -> Path:
        return self.directory / "recordings"

    @property
    def call_log(self) -> Path:
        """One JSON object a line, written when a call to a subscriber ends."""
        return self.directory / "calls.jsonl"

    @property
    def journal(self) -> Path:
        """What the subscribers live through, written as it happens: `telephony.lab.journal`."""
        return self.directory / "journal.jsonl"

    def state(self, name: str) -> Path:
        """Runtime data of one of the lab's Asterisks."""
        return self.directory / name
