"""An operator's letter as settings, and the files an Asterisk reads; no value of theirs says more than itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from robot.cli.telephony import telephony
from robot.settings import ConfigurationError, Settings, load_settings
from robot.wiring.trunk import configured_pbx, usual_places
from telephony.asterisk.config.render import render
from telephony.errors import UnsafeValue

pytestmark = pytest.mark.unit

SECRET = "not-a-secret-at-all"


def settings_of(**trunk: object) -> Settings:
    return Settings(
        trunk={"host": "sip.operator.example", **trunk},  # type: ignore[arg-type]
        asterisk={"ami_secret": SECRET, "trunk": "operator"},  # type: ignore[arg-type]
    )


def files_of(settings: Settings) -> dict[str, str]:
    return render(configured_pbx(settings, usual_places(Path("/etc/asterisk"))))


def test_known_by_address() -> None:
    pjsip = files_of(settings_of(codecs="alaw, ulaw", peers="192.0.2.0/24"))["pjsip.conf"]
    assert "contact = sip:sip.operator.example:5060\n" in pjsip
    assert "match = 192.0.2.0/24\n" in pjsip
    assert "allow = alaw,ulaw\n" in pjsip
    assert "registration" not in pjsip
    assert "from_user" not in pjsip


def test_with_a_registration_from_names_the_account_unless_the_letter_says_otherwise() -> None:
    login = {"user": "alice", "password": "correct-horse"}
    assert "from_user = alice\n" in files_of(settings_of(**login))["pjsip.conf"]
    assert "from_user = 74950000000\n" in files_of(settings_of(**login, number="74950000000"))["pjsip.conf"]
    assert "from_user" not in files_of(settings_of(**login, identity="from"))["pjsip.conf"]
    asserted = files_of(settings_of(**login, identity="pai"))["pjsip.conf"]
    assert "from_user = alice\n" in asserted
    assert "send_pai = yes\n" in asserted


def test_tls_has_a_port_of_its_own() -> None:
    assert "5061\\;transport=tls" in files_of(settings_of(transport="tls"))["pjsip.conf"]
    assert "5070\\;transport=tls" in files_of(settings_of(transport="tls", port=5070))["pjsip.conf"]


def test_without_incoming_calls_nothing_is_reached_from_the_trunk() -> None:
    closed = settings_of().model_copy(update={"inbound": settings_of().inbound.model_copy(update={"at_most": 0})})
    files = files_of(closed)
    assert "context = closed\n" in files["pjsip.conf"]
    assert "from-trunk" not in files["extensions.conf"]
    assert "res_agi" not in files["modules.conf"]


@pytest.mark.parametrize(
    "trunk",
    [
        {"user": "alice"},
        {"password": "correct-horse"},
        {"srtp": True},
        {"rtp_first_port": 10_000, "rtp_last_port": 10_002},
        {"codecs": "g729"},
        {"codecs": ""},
        {"transport": "sctp"},
    ],
)
def test_half_a_letter_is_refused_when_settings_are_read(
    trunk: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in trunk.items():
        monkeypatch.setenv(f"ZVONAR_TRUNK__{name.upper()}", str(value))
    with pytest.raises(ConfigurationError, match="ZVONAR_TRUNK"):
        load_settings()


NOT_TEXT = st.characters(exclude_categories=["Cs"])


@given(
    setting=st.sampled_from(
        ["host", "user", "password", "number", "external_address", "sip_bind", "ami_bind", "metrics_bind"]
    ),
    value=st.text(NOT_TEXT, max_size=60)
    | st.sampled_from(["a\r\n[evil]", "a;b", "a=b\nc=d", "x]\n[general", "#exec /bin/sh", "${SHELL(id)}", "a\\\nb"]),
)
def test_no_value_stands_in_more_than_its_line(setting: str, value: str) -> None:
    usual: dict[str, object] = {
        "user": "alice",
        "password": "correct-horse",
        "number": "1",
        "external_address": "1.2.3.4",
    }
    usual |= {"metrics_port": 8088}
    try:
        files = files_of(settings_of(**usual | {setting: value}))
    except (ValueError, UnsafeValue):
        return
    expected = files_of(settings_of(**usual))
    if not value and setting in ("number", "external_address"):
        return  # empty is how one says none
    for name, text in files.items():
        assert len(text.splitlines()) == len(expected[name].splitlines())
        assert text.count(";") == expected[name].count(";")
        assert text.count("[") == expected[name].count("[")


def test_the_command_writes_them_for_another_machine(tmp_path: Path) -> None:
    arguments = ["config", str(tmp_path / "etc"), "--etc", "/etc/asterisk"]
    done = CliRunner().invoke(telephony, arguments, obj=settings_of())
    assert done.exit_code == 0, done.output
    assert "astetcdir => /etc/asterisk\n" in (tmp_path / "etc" / "asterisk.conf").read_text()
    assert (tmp_path / "etc" / "manager.conf").stat().st_mode & 0o077 == 0
    assert SECRET not in done.output
    assert sorted(one.name for one in tmp_path.iterdir()) == ["etc"], "nothing is made elsewhere"


@pytest.mark.parametrize("lacking", [{"trunk": {}}, {"trunk": {"host": "sip.operator.example"}, "asterisk": {}}])
def test_the_command_says_what_is_not_set(lacking: dict[str, dict[str, str]], tmp_path: Path) -> None:
    done = CliRunner().invoke(telephony, ["config", str(tmp_path / "etc")], obj=Settings(**lacking))  # type: ignore[arg-type]
    assert done.exit_code == 2
    assert "ZVONAR_" in done.output
    assert not (tmp_path / "etc").exists()
