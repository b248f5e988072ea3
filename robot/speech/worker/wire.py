"""What the calls' process and the recognition's say to each other: framed messages over a socket pair.

A frame is kind (1 byte), session, job, length (4 bytes each, big-endian), and `length` bytes of body.

    to the engine    START job 0, body: the engine, JSON      OPEN, CLOSE session
                     AUDIO session, line PCM                  GLANCE, FINISH session, job
                     DECODE job, body: answers and PCM        CANCEL job
    from the engine  READY                                    REFUSED code, message, remedy, JSON
                     WORDS job, transcript, JSON              FAILED job, message
                     PARTIAL session, text; its `job` is the  LOAD busy, waiting, decoding, JSON
            number of utterances before this
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum
from typing import Any

from robot.speech.base import Transcript, Word

_HEAD = struct.Struct(">BIII")
_LENGTH = struct.Struct(">I")


class Kind(IntEnum):
    START = 1
    OPEN = 2
    AUDIO = 3
    GLANCE = 4
    FINISH = 5
    DECODE = 6
    CANCEL = 7
    CLOSE = 8
    READY = 64
    REFUSED = 65
    WORDS = 66
    FAILED = 67
    PARTIAL = 68
    LOAD = 69


@dataclass(frozen=True, slots=True)
class Message:
    kind: Kind
    session: int = 0
    job: int = 0
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


def pack(message: Message) -> bytes:
    return _HEAD.pack(message.kind, message.session, message.job, len(message.body)) + message.body


async def receive(reader: asyncio.StreamReader) -> Message:
    """Raises IncompleteReadError at the end of the stream."""
    kind, session, job, length = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    return Message(Kind(kind), session, job, await reader.readexactly(length))


def with_answers(answers: Sequence[str], pcm: bytes) -> bytes:
    """The body of DECODE."""
    expected = json.dumps(list(answers)).encode()
    return _LENGTH.pack(len(expected)) + expected + pcm


def answers_and_audio(body: bytes) -> tuple[list[str], bytes]:
    (length,) = _LENGTH.unpack_from(body)
    at = _LENGTH.size + length
    return json.loads(body[_LENGTH.size : at]), body[at:]


def transcript_row(heard: Transcript) -> bytes:
    """The body of WORDS."""
    return as_json([heard.text, heard.confidence, [astuple(word) for word in heard.words]])


def transcript_of(message: Message) -> Transcript:
    text, confidence, words = message.json()
    return Transcript(text, confidence, tuple(Word(*word) for word in words))


def as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
