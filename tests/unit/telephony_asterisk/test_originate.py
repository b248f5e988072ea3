"""A dial as AMI fields: what a lead's record holds can mean a number and a name, nothing more."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.causes import dial_error, ended_by_peer
from telephony.asterisk.originate import originate_fields
from telephony.base import CallSpec, EndedBy
from telephony.errors import (
    Busy,
    Congestion,
    DialError,
    NoAnswer,
    NoCommonCodec,
    Rejected,
    TrunkRefused,
    UnknownNumber,
    UnsafeValue,
)

pytestmark = pytest.mark.unit

TOKEN = UUID(int=7)


def fields(**spec: object) -> dict[str, str]:
    defaults: dict[str, object] = {"call_id": UUID(int=1), "number": "+74951110001"}
    return originate_fields(CallSpec(**(defaults | spec)), "telco", TOKEN, "127.0.0.1:9092")  # type: ignore[arg-type]


def test_the_fields_of_a_dial() -> None:
    call_id = UUID(int=1)
    assert fields(caller_id="+74950000000", caller_name="Ромашка", ring_timeout_s=25.5) == {
        "ActionID": f"dial-{call_id}",
        "Channel": "PJSIP/+74951110001@telco",
        "ChannelId": str(call_id),
        "Application": "AudioSocket",
        "Data": f"{TOKEN},127.0.0.1:9092",
        "Timeout": "25500",
        "Async": "true",
        "CallerID": '"Ромашка" <+74950000000>',
    }


@given(number=st.text(), name=st.text(), caller=st.text())
def test_any_record_is_refused_or_one_number_and_one_name(number: str, name: str, caller: str) -> None:
    try:
        made = fields(number=number, caller_name=name, caller_id=caller)
    except UnsafeValue:
        return
    assert re.fullmatch(r"PJSIP/\+[1-9][0-9]{6,14}@telco", made["Channel"])
    if "CallerID" in made:
        assert re.fullmatch(r'("[^"<>\\\x00-\x1f\x7f-\x9f\u2028\u2029]*")? ?(<\+?[0-9]+>)?', made["CallerID"])


@given(name=st.text(alphabet="Аб \"<>\\;,${}()'@+7"))
def test_a_name_of_awkward_letters_cannot_become_a_number(name: str) -> None:
    made = fields(caller_name=name, caller_id="+74950000000")
    assert made["CallerID"].endswith("<+74950000000>")
    assert made["CallerID"].count("<") == made["CallerID"].count(">") == 1
    assert made["CallerID"].count('"') in (0, 2)


@pytest.mark.parametrize(
    "spec",
    [
        {"caller_id": "anonymous"},
        {"caller_id": "1234567890123456"},
        {"ring_timeout_s": 0.0},
        {"ring_timeout_s": -1.0},
        {"ring_timeout_s": float("nan")},
        {"ring_timeout_s": float("inf")},
    ],
)
def test_impossible_values_are_refused(spec: dict[str, object]) -> None:
    with pytest.raises(UnsafeValue):
        fields(**spec)


@pytest.mark.parametrize("trunk", ["", "a/b", "telco\r\n", "a@b", "x" * 50])
def test_an_impossible_trunk_is_refused(trunk: str) -> None:
    with pytest.raises(UnsafeValue):
        originate_fields(CallSpec(uuid4(), "+74951110001"), trunk, TOKEN, "127.0.0.1:1")


@pytest.mark.parametrize("address", ["", "host", "ho st:1", "a,b:1", "host:port", "[::1:9092"])
def test_an_impossible_audio_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeValue):
        originate_fields(CallSpec(uuid4(), "+74951110001"), "telco", TOKEN, address)


@pytest.mark.parametrize(
    ("cause", "reason", "error"),
    [
        (17, 0, Busy),
        (19, 3, NoAnswer),
        (18, 0, NoAnswer),
        (20, 0, NoAnswer),
        (21, 0, Rejected),
        (1, 0, UnknownNumber),
        (28, 0, UnknownNumber),
        (34, 8, Congestion),
        (38, 0, Congestion),
        (127, 0, Congestion),
        (999, 0, Congestion),
        (0, 5, Busy),
        (None, 3, NoAnswer),
        (None, 0, Congestion),
        (None, None, Congestion),
    ],
)
def test_causes_become_errors(cause: int | None, reason: int | None, error: type[DialError]) -> None:
    assert type(dial_error(cause, reason)) is error


@pytest.mark.parametrize(
    ("cause", "sip", "error"),
    [
        (21, 603, Rejected),
        (21, 607, Rejected),
        (127, 607, Rejected),
        (21, 403, Congestion),
        (21, 401, TrunkRefused),
        (21, 407, TrunkRefused),
        (58, 488, NoCommonCodec),
        (21, 501, Congestion),
        (21, 0, Rejected),
        (17, 403, Busy),
        (34, 503, Congestion),
        (1, 404, UnknownNumber),
        (None, 402, Congestion),
    ],
)
def test_what_the_operator_refuses_us_is_not_the_clients_no(
    cause: int | None, sip: int, error: type[DialError]
) -> None:
    assert type(dial_error(cause, 0, sip)) is error


def test_only_our_own_faults_have_a_remedy_and_unknown_numbers_are_not_retried() -> None:
    assert dial_error(38).remedy
    assert not dial_error(17).remedy
    assert not dial_error(1).retryable


@pytest.mark.parametrize(
    ("cause", "by", "word"),
    [
        (16, EndedBy.CLIENT, "normal_clearing"),
        (38, EndedBy.LINE, "network_out_of_order"),
        (44, EndedBy.LINE, "requested_channel_unavailable"),
        (None, EndedBy.LINE, "connection_lost"),
        (255, EndedBy.LINE, "cause_255"),
    ],
)
def test_how_a_call_ended(cause: int | None, by: EndedBy, word: str) -> None:
    ended = ended_by_peer(cause)
    assert (ended.by, ended.cause) == (by, word)
