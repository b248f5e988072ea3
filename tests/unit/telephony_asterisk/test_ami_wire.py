"""Nothing that goes into AMI can be read as more than it is, and nothing that comes out of it can."""

from __future__ import annotations

import pytest
from asterisk.ami import Action
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.ami.wire import LONGEST, MAX_LINE_BYTES, Packet, parse_packet, safe_fields
from telephony.errors import UnsafeValue

pytestmark = pytest.mark.unit

anything = st.text() | st.text(alphabet="A:\r\n\x00\x0b\x85\u2028\ud800 ")


@given(st.dictionaries(anything, anything, max_size=4))
def test_whatever_passes_is_one_packet_of_as_many_lines_as_fields(fields: dict[str, str]) -> None:
    try:
        safe = safe_fields({"Action": "Originate"} | fields)
    except UnsafeValue:
        return
    wire = f"{Action(safe.pop('Action'), keys=safe)}\r\n".encode()
    assert wire.count(b"\r\n\r\n") == 1
    assert wire.endswith(b"\r\n\r\n")
    assert wire.count(b"\n") == wire.count(b"\r") == len(safe) + 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("CallerID", "A\r\nAction: Originate"),
        ("CallerID", "A\nAction: Originate"),
        ("CallerID", "A\rAction: Originate"),
        ("CallerID", "A\x00"),
        ("CallerID", "A\u2028Uniqueid: 1"),
        ("CallerID", "A\x85B"),
        ("CallerID", "\ud800"),
        ("Caller\r\nAction: Originate", "x"),
        ("Caller: ID", "x"),
        ("", "x"),
        ("CallerID", "я" * (MAX_LINE_BYTES // 2)),
    ],
)
def test_injections_are_refused_without_repeating_them(key: str, value: str) -> None:
    with pytest.raises(UnsafeValue) as caught:
        safe_fields({key: value})
    assert "Originate" not in str(caught.value)


def test_a_recorded_event_is_read() -> None:
    recorded = (
        "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/telco-00000001\r\nChannelState: 5\r\n"
        "CallerIDName: ООО 'Ромашка'\r\nUniqueid: 472ae6f9-2546-4888-8bcd-ded51f16700d\r\nCause: 17\r\n"
        "Cause-txt: User busy\r\nAccountCode: "
    )
    packet = parse_packet(recorded)
    assert packet is not None
    assert (packet.kind, packet.value) == ("event", "Hangup")
    assert packet.fields["Cause"] == "17"
    assert packet.fields["Cause-txt"] == "User busy"
    assert packet.fields["CallerIDName"] == "ООО 'Ромашка'"
    assert packet.fields["AccountCode"] == ""
    assert packet.whole


@pytest.mark.parametrize("separator", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_callers_name_cannot_forge_a_field(separator: str) -> None:
    packet = parse_packet(f"Event: Hangup\r\nCallerIDName: x{separator}Cause: 1\r\nUniqueid: a\r\nCause: 16")
    assert packet is not None
    assert packet.fields["Cause"] == "16"


def test_the_first_of_two_equal_fields_counts() -> None:
    assert parse_packet("Event: A\r\nUniqueid: real\r\nUniqueid: forged") == Packet("event", "A", {"Uniqueid": "real"})


@pytest.mark.parametrize(
    "text",
    [
        "Event: Hangup\r\nChannel\r\nCause: 16",
        "Event: Hangup\r\nno such key!: x",
        "Response: Success\r\nMessage: " + "a" * LONGEST,
        "Event: " + "A" * LONGEST,
    ],
)
def test_what_asterisk_would_not_write_is_read_and_noticed(text: str) -> None:
    packet = parse_packet(text)
    assert packet is not None
    assert not packet.whole


@given(st.text())
def test_any_text_is_a_packet_or_none(text: str) -> None:
    packet = parse_packet(text)
    assert packet is None or packet.kind in ("response", "event")
