"""What a look at the telephone found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    FINE = "fine"
    DOUBTFUL = "doubtful"
    """Calls can be made; somebody ought to look."""
    BROKEN = "broken"


class Part(StrEnum):
    AMI = "ami"
    RIGHTS = "rights"
    TRUNK = "trunk"
    REGISTRATION = "registration"
    CODECS = "codecs"
    CLOCK = "clock"
    NTP = "ntp"
    TICK = "tick"
    AUDIO_PORT = "audio_port"
    AGI_PORT = "agi_port"
    RTP = "rtp"
    ADDRESS = "address"
    METRICS = "metrics"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Finding:
    """code: stable, together with the part; whoever shows it finds his words by both. facts: what these words name."""

    part: Part
    code: str
    level: Level = Level.FINE
    facts: Mapping[str, str] = field(default_factory=dict)


def fine(part: Part, code: str = "fine", **facts: str) -> Finding:
    return Finding(part, code, Level.FINE, facts)


def doubtful(part: Part, code: str, **facts: str) -> Finding:
    return Finding(part, code, Level.DOUBTFUL, facts)


def broken(part: Part, code: str, **facts: str) -> Finding:
    return Finding(part, code, Level.BROKEN, facts)
