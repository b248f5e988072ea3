"""Short messages: how a text is cut into parts, and the port of who sends them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

UDH = 6
"""Bytes of the header that joins the parts of one message (0x05 0x00 0x03 reference total number)."""
LONGEST_PART = 140
MOST_PARTS = 6
"""A text of more parts is cut: nobody reads it, and each is paid for."""

_GSM_AS_ASCII = frozenset("\n\r !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""Characters whose number is the same in ASCII and in the alphabet of GSM: whatever an SMSC takes for its default."""

GSM, UCS2 = 0x00, 0x08


class Receipt(StrEnum):
    """What the network told of a message."""

    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """One short message: data coding, bytes of its text with the header, whether it has one."""

    coding: int
    content: bytes
    joined: bool


class Sms(Protocol):
    """Raises DeliveryError; Unsure when it may have arrived."""

    @property
    def repeats_safely(self) -> bool:
        """Whether the other side recognizes a message it has, by our key."""
        ...

    def parts(self, key: str, text: str) -> int:
        """How many messages `send` makes of this text, each sent by itself."""
        ...

    async def send(self, key: str, to: str, text: str, part: int) -> str:
        """Part 0, 1, … of the text to an E.164 number; the other side's id of it."""
        ...

    async def check(self) -> str:
        """Signs in and leaves; what was reached."""
        ...

    async def close(self) -> None: ...


def split(key: str, text: str) -> Sequence[Part]:
    """The same parts for every try: their reference is made of the key."""
    coding = GSM if set(text) <= _GSM_AS_ASCII else UCS2
    if coding == GSM:
        whole = text.encode("ascii")
        single, step = 160, 153
    else:
        whole = text.encode("utf-16-be", "surrogatepass")
        single, step = LONGEST_PART, LONGEST_PART - UDH
    if len(whole) <= single:
        return [Part(coding, whole, joined=False)]
    chunks = _chunks(whole, step, wide=coding == UCS2)[:MOST_PARTS]
    reference = hashlib.sha256(key.encode()).digest()[0]
    return [
        Part(coding, bytes((5, 0, 3, reference, len(chunks), number)) + chunk, joined=True)
        for number, chunk in enumerate(chunks, 1)
    ]


def _chunks(whole: bytes, step: int, *, wide: bool) -> list[bytes]:
    """wide: two bytes a character, and pairs of them (emoji) are not torn apart."""
    chunks, start = [], 0
    while start < len(whole):
        end = min(start + step, len(whole))
        if wide and end < len(whole) and 0xD8 <= whole[end - 2] <= 0xDB:
            end -= 2
        chunks.append(whole[start:end])
        start = end
    return chunks
