"""What a look at Asterisk and at this machine finds, and that each finding has its words."""

from __future__ import annotations

import re
import socket
import string
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import telephony.asterisk.check
from robot.cli import telephony_check, telephony_words
from robot.i18n import Language, language
from telephony.asterisk.ami.base import AmiEvent, AmiReply, AmiState
from telephony.asterisk.check.exchange import NEEDED, check_exchange
from telephony.asterisk.check.finding import Finding, Level, Part
from telephony.asterisk.check.ground import check_address, check_listening, check_rtp
from telephony.errors import LineDown
from tests.conftest import HANGS_S
from tests.ports import free_port

pytestmark = pytest.mark.unit

SOURCES = [*Path(telephony.asterisk.check.__file__).parent.glob("*.py"), Path(telephony_check.__file__)]


def codes_in_the_sources() -> set[tuple[Part, str]]:
    text = "\n".join(source.read_text() for source in SOURCES)
    named = re.findall(r'(?:broken|doubtful|fine)\(\s*Part\.(\w+),\s*"(\w+)"', text)
    return {(Part[part], code) for part, code in named} | {
        (Part[part], "fine") for part in re.findall(r"fine\(\s*Part\.(\w+)", text)
    }


def test_every_finding_has_words_in_both_languages_and_a_remedy_where_one_is_needed() -> None:
    found = codes_in_the_sources() | {(Part.REGISTRATION, "refused"), (Part.REGISTRATION, "unanswered")}
    assert len(found) > 25, "the test can fail"
    for part, code in found:
        words = telephony_words.words_of(Finding(part, code))
        assert words.ru != words.en
        assert re.search("[а-яё]|^\\{", words.ru)
        assert bool(words.do_ru) is bool(words.do_en)
        names = [{name for _, name, *_ in string.Formatter().parse(text) if name} for text in (words.ru, words.en)]
        assert names[0] == names[1], f"{part} {code}: both say the same"
    assert set(telephony_words.TITLES) == set(Part)


class Asterisk:
    """One that answers as told. states: of the trunk's contact, one a question."""

    def __init__(self, *, rights: Any = NEEDED, states: Any = ("Reachable",), registration: Any = None,
                 allow: str = "(alaw)", skew_s: float = 0.0) -> None:  # fmt: skip
        self._rights, self._states, self._skew_s = rights, list(states), skew_s
        self._registration, self._allow = registration, allow
        self.state = AmiState(True)

    async def run(self) -> None:
        raise NotImplementedError

    async def connected(self, within_s: float) -> None:
        raise NotImplementedError

    def subscribe(self, on_event: Any) -> Any:
        raise NotImplementedError

    async def action(self, name: str, /, **fields: str) -> AmiReply:
        match name, fields.get("Variable", ""):
            case "ListCommands", _:
                return AmiReply(True, dict.fromkeys(self._rights, ""))
            case "Ping", _:
                return AmiReply(True, {"Timestamp": str(time.time() + self._skew_s)})
            case "PJSIPShowRegistrationsOutbound", _:
                rows = (
                    () if self._registration is None else (AmiEvent("OutboundRegistrationDetail", self._registration),)
                )
                return AmiReply(True, {}, rows)
            case "Getvar", variable:
                return AmiReply(True, {"Value": self._value(variable)})
        return AmiReply(True, {})

    def _value(self, variable: str) -> str:
        if "status" in variable:
            return str(self._states.pop(0) if len(self._states) > 1 else self._states[0])
        told = {"AOR": "operator@@1", "uri": "sip:192.0.2.1:5060", "rtt": "15000", "allow": self._allow}
        return next((value for key, value in told.items() if key in variable), "")


async def looked_at(asterisk: Asterisk) -> Mapping[Part, Finding]:
    return {one.part: one for one in await check_exchange(asterisk, "operator", within_s=0.6)}


@pytest.mark.looptime
async def test_what_is_whole() -> None:
    found = await looked_at(Asterisk(states=("NonQualified", "Reachable")))
    assert {one.level for one in found.values()} == {Level.FINE}
    assert found[Part.TRUNK].facts == {"trunk": "operator", "where": "192.0.2.1:5060", "ms": "15"}


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("asterisk", "part", "code", "level"),
    [
        (Asterisk(rights=NEEDED - {"Originate"}), Part.RIGHTS, "too_few", Level.BROKEN),
        (Asterisk(rights=NEEDED | {"Command"}), Part.RIGHTS, "too_many", Level.DOUBTFUL),
        (Asterisk(states=("Unreachable",)), Part.TRUNK, "unreachable", Level.BROKEN),
        (Asterisk(states=("NonQualified",)), Part.TRUNK, "unqualified", Level.DOUBTFUL),
        (Asterisk(skew_s=-30), Part.CLOCK, "skewed", Level.DOUBTFUL),
        (Asterisk(allow="(g729)"), Part.CODECS, "none_spoken", Level.BROKEN),
        (Asterisk(allow="(ulaw)"), Part.CODECS, "no_alaw", Level.DOUBTFUL),
        (Asterisk(registration={"Status": "Rejected"}), Part.REGISTRATION, "refused", Level.BROKEN),
        (Asterisk(registration={"Status": "Unregistered"}), Part.REGISTRATION, "refused", Level.BROKEN),
        (Asterisk(states=("Unreachable",), registration={"Status": "Unregistered"}), Part.REGISTRATION, "unanswered",
         Level.BROKEN),
        (Asterisk(registration={"Status": "Registered", "ClientUri": "sip:alice@x"}), Part.REGISTRATION, "fine",
         Level.FINE),
    ],
)  # fmt: skip
async def test_what_is_not(asterisk: Asterisk, part: Part, code: str, level: Level) -> None:
    found = (await looked_at(asterisk))[part]
    assert (found.code, found.level) == (code, level)
    token = language.set(Language.EN)
    try:
        assert telephony_words.detail(found)
        assert bool(telephony_words.remedy(found)) is (level is not Level.FINE)
    finally:
        language.reset(token)


@pytest.mark.looptime
async def test_one_that_goes_silent_meanwhile_is_told() -> None:
    class Gone(Asterisk):
        async def action(self, name: str, /, **fields: str) -> AmiReply:
            raise LineDown("the connection broke")

    (found,) = await check_exchange(Gone(), "operator", within_s=0.1)
    assert (found.part, found.code) == (Part.AMI, "silent")


def test_a_port_is_free_or_taken_or_the_robots() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port := free_port()))  # one that nobody is given when it is free again
        holder.listen()
        assert check_listening(Part.AUDIO_PORT, "127.0.0.1", port, ours=False).code == "taken"
        assert check_listening(Part.AUDIO_PORT, "127.0.0.1", port, ours=True).level is Level.FINE
    assert check_listening(Part.AUDIO_PORT, "127.0.0.1", port, ours=False).level is Level.FINE
    assert check_listening(Part.AUDIO_PORT, "127.0.0.1", port, ours=True).code == "not_listening"
    assert check_listening(Part.AUDIO_PORT, "192.0.2.77", port, ours=False).code == "no_such_address"


def test_ports_of_the_sound_are_counted_and_strangers_on_them_named() -> None:
    assert check_rtp("127.0.0.1", 33_000, 33_009, calls=6).code == "too_few"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        found = check_rtp("127.0.0.1", port, port, calls=0)
        assert found.code == "taken"
        assert found.facts["example"] == str(port)


@pytest.mark.parametrize(
    ("host", "external", "local", "code"),
    [
        ("127.0.0.1", "", (), "fine"),
        ("127.0.0.1", "203.0.113.5", (), "needless_external"),
    ],
)
async def test_how_the_operator_sees_us(
    host: str, external: str, local: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.asterisk.check.ground.TOLERANCE_S", HANGS_S)  # it is looked up in a thread
    assert (await check_address(host, 5060, external=external, local=local)).code == code


async def test_an_operator_whose_name_nobody_knows_is_told() -> None:
    assert (await check_address("no-such-name.invalid", 5060, external="", local=())).code == "unresolved"
