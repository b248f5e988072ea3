"""AudioSocket's wire format. Pure.

A message is a 3-byte header (kind, big-endian length of the payload) and the payload. The first message names the
call by a UUID of 16 bytes; audio is signed linear 8 kHz. Source: res_audiosocket.c of Asterisk and
https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from telephony.audio import FRAME_BYTES
from telephony.errors import MalformedAudio

HEADER_BYTES = 3
UUID_BYTES = 16
MAX_PAYLOAD_BYTES = 16_000  # one second of audio; Asterisk sends 20 to 60 ms at a time
DTMF_DIGITS = frozenset(b"0123456789*#ABCDabcd")


class Kind(IntEnum):
    HANG_UP = 0x00
    UUID = 0x01
    DTMF = 0x03
    AUDIO = 0x10
    ERROR = 0xFF


@dataclass(frozen=True, slots=True)
class Message:
    kind: Kind
    payload: bytes = b""


HANG_UP = bytes((Kind.HANG_UP, 0, 0))
_AUDIO_HEADER = bytes((Kind.AUDIO,)) + FRAME_BYTES.to_bytes(2, "big")


def encode(kind: Kind, payload: bytes = b"") -> bytes:
    """One message as it goes on the wire."""
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


class Decoder:
    """Cuts a byte stream into messages, however the network cut it before.

    Messages of an unknown kind are skipped, so that a newer Asterisk may add some.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages completed by these bytes. Raises MalformedAudio; the stream is lost after that."""
        buffer = self._buffer
        if not buffer and data[:HEADER_BYTES] == _AUDIO_HEADER and len(data) == HEADER_BYTES + FRAME_BYTES:
            return [Message(Kind.AUDIO, data[HEADER_BYTES:])]  # nearly always: one frame, whole
        buffer += data
        messages: list[Message] = []
        start = 0
        while len(buffer) - start >= HEADER_BYTES:
            length = int.from_bytes(buffer[start + 1 : start + HEADER_BYTES], "big")
            if length > MAX_PAYLOAD_BYTES:
                raise MalformedAudio(f"a message of {length} bytes; at most {MAX_PAYLOAD_BYTES} are taken")
            end = start + HEADER_BYTES + length
            if end > len(buffer):
                break
            if (message := _message(buffer[start], bytes(buffer[start + HEADER_BYTES : end]))) is not None:
                messages.append(message)
            start = end
        del buffer[:start]
        return messages


def _message(kind: int, payload: bytes) -> Message | None:
    match kind:
        case Kind.AUDIO:
            fits = len(payload) % 2 == 0
        case Kind.UUID:
            fits = len(payload) == UUID_BYTES
        case Kind.DTMF:
            fits = len(payload) == 1 and payload[0] in DTMF_DIGITS
        case Kind.HANG_UP | Kind.ERROR:
            fits = True
        case _:
            return None
    if not fits:
        raise MalformedAudio(f"a message of kind 0x{kind:02x} with {len(payload)} bytes")
    return Message(Kind(kind), payload)
