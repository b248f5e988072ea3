"""The AudioSocket codec against any bytes, cut anywhere."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.audiosocket import HANG_UP, MAX_PAYLOAD_BYTES, Decoder, Kind, Message, encode
from telephony.errors import MalformedAudio

pytestmark = pytest.mark.unit

messages = st.one_of(
    st.binary(max_size=400).map(lambda pcm: Message(Kind.AUDIO, pcm[: len(pcm) // 2 * 2])),
    st.sampled_from("0123456789*#ABCD").map(lambda digit: Message(Kind.DTMF, digit.encode())),
    st.uuids().map(lambda uuid: Message(Kind.UUID, uuid.bytes)),
    st.just(Message(Kind.HANG_UP)),
    st.binary(min_size=1, max_size=1).map(lambda code: Message(Kind.ERROR, code)),
)


@given(sent=st.lists(messages, max_size=20), cuts=st.lists(st.integers(1, 50), min_size=1))
def test_messages_survive_any_cutting_of_the_stream(sent: list[Message], cuts: list[int]) -> None:
    stream = b"".join(encode(message.kind, message.payload) for message in sent)
    decoder, received, at = Decoder(), [], 0
    while at < len(stream):
        step = cuts[at % len(cuts)]
        received += decoder.feed(stream[at : at + step])
        at += step
    assert received == sent


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_any_bytes_are_messages_or_malformed_never_another_failure(chunks: list[bytes]) -> None:
    decoder = Decoder()
    try:
        for chunk in chunks:
            for message in decoder.feed(chunk):
                assert message.kind is not Kind.AUDIO or len(message.payload) % 2 == 0
    except MalformedAudio:
        pass


@pytest.mark.parametrize(
    "bad",
    [
        encode(Kind.AUDIO, b"odd"),
        encode(Kind.UUID, uuid4().bytes[:15]),
        encode(Kind.DTMF, b"12"),
        encode(Kind.DTMF, b"\xff"),
        encode(Kind.DTMF),
        bytes((Kind.AUDIO,)) + (MAX_PAYLOAD_BYTES + 2).to_bytes(2, "big"),
    ],
    ids=["odd audio", "short uuid", "two digits", "no digit", "empty dtmf", "oversized"],
)
def test_what_cannot_be_is_refused(bad: bytes) -> None:
    with pytest.raises(MalformedAudio):
        Decoder().feed(bad)


def test_an_oversized_message_is_refused_before_it_is_buffered() -> None:
    decoder = Decoder()
    with pytest.raises(MalformedAudio):
        decoder.feed(b"\x42\xff\xff")


def test_unknown_kinds_are_skipped() -> None:
    assert Decoder().feed(b"\x77\x00\x02hi" + HANG_UP) == [Message(Kind.HANG_UP)]


def test_the_wire_format_is_the_protocols() -> None:
    assert encode(Kind.AUDIO, b"\1\2") == b"\x10\x00\x02\1\2"
    assert HANG_UP == b"\x00\x00\x00"
