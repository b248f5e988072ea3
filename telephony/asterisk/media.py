"""How much of a call's sound is lost on the trunk: what RTCP tells of each call every few seconds. Pure.

Asterisk hands its reports on as events: those it sends tell what of the client's sound arrived here, those it receives
what of ours arrived there. Not every operator sends any; ours are sent to all.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from telephony.asterisk.ami.base import AmiEvent


class Direction(StrEnum):
    HEARD = "heard"
    """The client's sound, on its way to us."""
    SAID = "said"
    """Ours, on its way to him."""


OnLoss = Callable[[Direction, float], None]
"""Told of each report: the share of the packets since the one before that were lost, 0..1."""

_DIRECTIONS = {"RTCPSent": Direction.HEARD, "RTCPReceived": Direction.SAID}
_OF_256 = 256
"""A report tells the share in so many parts, in one byte."""

EVENTS = frozenset(_DIRECTIONS)


def ignore_loss(_direction: Direction, _share: float) -> None:
    """For who does not measure it."""


def loss_of(event: AmiEvent, trunk: str) -> tuple[Direction, float] | None:
    """None for what tells of no sound on the trunk: another endpoint's, or a report about nothing."""
    direction = _DIRECTIONS.get(event.name)
    lost = event.get("Report0FractionLost")
    of_trunk = event.get("Channel").rpartition("-")[0] == f"PJSIP/{trunk}"
    if direction is None or not of_trunk or not (lost.isascii() and lost.isdecimal() and len(lost) <= 3):
        return None
    share = int(lost) / _OF_256
    return (direction, share) if share < 1 else None
