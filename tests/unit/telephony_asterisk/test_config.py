"""Generated Asterisk configuration: least rights, and no value that means more than it says."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.config import inbound
from telephony.asterisk.config.files import replace_file, write_config
from telephony.asterisk.config.model import AmiAccess, Codec, Directories, Pbx, Registration, Transport, Trunk
from telephony.asterisk.config.render import render
from telephony.errors import UnsafeValue

pytestmark = pytest.mark.unit

DIRECTORIES = Directories(
    Path("/lab/etc"), Path("/lab"), Path("/usr/lib/asterisk/modules"), Path("/usr/share/asterisk")
)
AMI = AmiAccess("127.0.0.1", 5038, "zvonar", "long-enough")
TRUNK = Trunk("operator", "sip.example.com")
PBX = Pbx(DIRECTORIES, "0.0.0.0", 5060, 10_000, 10_199, (TRUNK,), AMI)  # noqa: S104


def sections(text: str) -> dict[str, list[str]]:
    """Lines by section, as Asterisk reads them; same-named sections are joined."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line:
            current.append(line)
    return found


def test_the_ami_user_may_dial_and_nothing_that_reaches_the_system() -> None:
    account = sections(render(PBX)["manager.conf"])["zvonar"]
    rights = {line.split(" = ")[0]: line.split(" = ")[1] for line in account if line.startswith(("read", "write"))}
    assert rights == {"read": "call", "write": "call,originate,reporting"}
    assert account.index("deny = 0.0.0.0/0") < account.index("permit = 127.0.0.1/32")


def test_without_ami_the_manager_is_off() -> None:
    assert sections(render(replace(PBX, ami=None))["manager.conf"]) == {"general": ["enabled = no"]}


def test_nothing_can_be_reached_from_a_trunk_unless_said() -> None:
    files = render(PBX)
    assert "context = closed" in sections(files["pjsip.conf"])["operator"]
    assert all("Hangup(21)" in line for line in sections(files["extensions.conf"])["closed"])
    assert "autoload = no" in files["modules.conf"]


def test_a_registered_trunk_over_tcp() -> None:
    trunk = replace(
        TRUNK,
        transport=Transport.TCP,
        registration=Registration("alice", "correct-horse", 600),
        codecs=(Codec.ALAW, Codec.ULAW),
        from_user="74950000000",
    )
    found = sections(render(replace(PBX, trunks=(trunk,)))["pjsip.conf"])
    assert "allow = alaw,ulaw" in found["operator"]
    assert "from_user = 74950000000" in found["operator"]
    assert "contact = sip:sip.example.com:5060\\;transport=tcp" in found["operator"]
    assert "password = correct-horse" in found["operator-auth"]
    assert "expiration = 600" in found["operator-registration"]
    assert "protocol = tcp" in found["transport-tcp"]
    assert "correct-horse" not in repr(trunk)


def test_callers_reach_the_robots_question_from_its_trunk_alone() -> None:
    office = replace(TRUNK, name="office", host="pbx.example.com")
    plan = inbound.inbound_context("127.0.0.1", 9093, "0123456789abcdef")
    trunk = replace(TRUNK, inbound_context=plan.name)
    files = render(replace(PBX, trunks=(trunk, office), contexts=(plan,), extra_modules=inbound.MODULES))
    endpoints = sections(files["pjsip.conf"])
    assert f"context = {plan.name}" in endpoints["operator"]
    assert "context = closed" in endpoints["office"]
    contexts = sections(files["extensions.conf"])
    assert all("Hangup(21)" in line for line in contexts["closed"])
    assert not any("include" in line for lines in contexts.values() for line in lines)
    entered = [line for line in contexts[plan.name] if "Answer()" in line or "AGI(" in line]
    assert entered[0].endswith("AGI(agi://127.0.0.1:9093/0123456789abcdef)")
    assert entered[1].endswith("Answer()"), "nobody is answered before the robot said yes"
    assert "load = res_agi.so" in files["modules.conf"]
    assert "res_agi" not in render(PBX)["modules.conf"]


HOSTILE = ["a\nb", "x]\n[evil", "a;b", "", " ", "a b", "#include /etc/passwd", "${X}", "я", "a\x00"]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "setting", ["name", "host", "from_user", "inbound_context", "user", "password", "secret", "ami"]
)
def test_hostile_values_stand_in_no_file(setting: str, hostile: str) -> None:
    trunk, ami = TRUNK, AMI
    if setting in ("user", "password"):
        login = {"user": "alice", "password": "correct-horse"} | {setting: hostile}
        trunk = replace(TRUNK, registration=Registration(**login))  # type: ignore[arg-type]
    elif setting == "secret":
        ami = replace(AMI, secret=hostile)
    elif setting == "ami":
        ami = replace(AMI, user=hostile)
    elif setting == "from_user" and not hostile:
        return  # empty is its way to say none
    else:
        trunk = replace(TRUNK, **{setting: hostile})  # type: ignore[arg-type]
    with pytest.raises(UnsafeValue):
        render(replace(PBX, trunks=(trunk,), ami=ami))


@given(secret=st.text(max_size=130), name=st.text(max_size=50))
def test_any_secret_and_name_are_refused_or_take_one_line_each(secret: str, name: str) -> None:
    try:
        files = render(replace(PBX, ami=replace(AMI, secret=secret), trunks=(replace(TRUNK, name=name),)))
    except UnsafeValue:
        return
    usual = render(PBX)
    for file in ("manager.conf", "pjsip.conf"):
        assert len(files[file].splitlines()) == len(usual[file].splitlines())
        assert files[file].count(";") == usual[file].count(";")


@pytest.mark.parametrize(
    "broken",
    [
        {"sip_port": 0},
        {"sip_port": 65536},
        {"rtp_first_port": 10_000, "rtp_last_port": 10_001},
        {"trunks": (TRUNK, TRUNK)},
        {"extra_modules": ("../evil",)},
        {"directories": replace(DIRECTORIES, etc=Path("relative"))},
        {"directories": replace(DIRECTORIES, state=Path("/a\n[options]"))},
    ],
)
def test_impossible_settings_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(UnsafeValue):
        render(replace(PBX, **broken))  # type: ignore[arg-type]


def test_files_are_private_and_a_refused_configuration_changes_none(tmp_path: Path) -> None:
    here = replace(PBX, directories=replace(DIRECTORIES, etc=tmp_path / "etc", state=tmp_path))
    write_config(here)
    manager = tmp_path / "etc" / "manager.conf"
    assert stat.S_IMODE(manager.stat().st_mode) == 0o600
    before = {path.name: path.read_text() for path in (tmp_path / "etc").iterdir()}
    with pytest.raises(UnsafeValue):
        write_config(replace(here, sip_port=5999, ami=replace(AMI, secret="short")))
    assert {path.name: path.read_text() for path in (tmp_path / "etc").iterdir()} == before


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_debris(tmp_path: Path) -> None:
    file = tmp_path / "a.conf"
    replace_file(file, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "new \ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
