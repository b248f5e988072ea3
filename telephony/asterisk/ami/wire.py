"""What may go on the AMI wire, and what came from it. Pure.

A packet is lines of `Key: value` ended by CR LF, an empty line ends it: a line break inside a value would begin a
header of its own, an empty line an action of its own. `safe_fields` is the one place where that is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from telephony.errors import UnsafeValue

LONGEST = 16 * 1024
"""Characters. Asterisk's own packets have some hundreds, a few of them some kilobytes."""
MAX_LINE_BYTES = 1000  # manager.c reads lines of 1024 and takes the rest of a longer one for another header
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, Unicode's own line breaks


def is_plain(text: str) -> bool:
    """One line of printable text: no control character, no line break of any kind, encodable."""
    return not any(unicodedata.category(character) in _UNSAFE_CATEGORIES for character in text)


def safe_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields, if none can break out of its line. Raises UnsafeValue; the value itself is not repeated in it."""
    for key, value in fields.items():
        if not _KEY.match(key):
            raise UnsafeValue("an AMI header has an impossible name")
        if not is_plain(value):
            raise UnsafeValue(
                f"the value for {key} contains a line break or a control character",
                remedy="correct the record it comes from",
            )
        if len(f"{key}: {value}\r\n".encode()) > MAX_LINE_BYTES:
            raise UnsafeValue(f"the value for {key} is longer than AMI takes ({MAX_LINE_BYTES} bytes a line)")
    return dict(fields)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet from Asterisk: kind is "response" or "event", value what stands after it. whole: it is as Asterisk
    writes them; what can be read of another one counts all the same."""

    kind: str
    value: str
    fields: Mapping[str, str]
    whole: bool = True


NO_PACKET = Packet("", "", {}, whole=False)
"""Stands for what is neither a response nor an event."""


def parse_packet(text: str) -> Packet | None:
    """A packet without its final empty line; None for what is neither a response nor an event.

    Lines break at CR LF alone: a caller's name may hold any other separator Unicode knows. A repeated key keeps its
    first value, so that nothing after it can replace what identifies a packet.
    """
    lines = text.split("\r\n")
    kind, colon, value = lines[0].partition(":")
    kind = kind.strip().lower()
    if not colon or kind not in ("response", "event"):
        return None
    fields: dict[str, str] = {}
    whole = len(text) <= LONGEST
    for line in lines[1:]:
        key, colon, content = line.partition(":")
        if colon and _KEY.match(key):
            fields.setdefault(key, content.strip())
        else:
            whole = False
    return Packet(kind, value.strip(), fields, whole)
