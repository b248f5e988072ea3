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
from telephony.asterisk.config.model import (
    AmiAccess,
    Codec,
    Directories,
    Identity,
    MetricsAccess,
    Nat,
    Pbx,
    Registration,
    Tls,
    Transport,
    Trunk,
)
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
    assert rights == {"read": "call,reporting", "write": "call,originate,reporting"}
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


def test_over_tls_the_operator_proves_who_he_is_and_sound_is_encrypted() -> None:
    trunk = replace(TRUNK, transport=Transport.TLS, encrypt_media=True)
    files = render(replace(PBX, trunks=(trunk,), tls=Tls(Path("/etc/ssl/operator.pem"))))
    found = sections(files["pjsip.conf"])
    assert {"protocol = tls", "verify_server = yes", "ca_list_file = /etc/ssl/operator.pem"} <= set(
        found["transport-tls"]
    )
    assert "media_encryption = sdes" in found["operator"]
    assert "media_encryption_optimistic = no" in found["operator"], "never in the clear instead"
    assert "load = res_srtp.so" in files["modules.conf"]
    assert "res_srtp" not in render(PBX)["modules.conf"]


def test_keys_of_calls_are_not_sent_in_the_clear() -> None:
    with pytest.raises(UnsafeValue):
        render(replace(PBX, trunks=(replace(TRUNK, encrypt_media=True),)))


def test_behind_a_router_the_world_is_told_the_outer_address() -> None:
    transport = sections(render(replace(PBX, nat=Nat("203.0.113.5", ("10.0.0.0/8",))))["pjsip.conf"])["transport-udp"]
    assert "external_media_address = 203.0.113.5" in transport
    assert "local_net = 10.0.0.0/8" in transport


@pytest.mark.parametrize(
    ("identity", "header"),
    [(Identity.FROM, ("no", "no")), (Identity.ASSERTED, ("yes", "no")), (Identity.REMOTE_PARTY, ("no", "yes"))],
)
def test_where_the_number_shown_is_written(identity: Identity, header: tuple[str, str]) -> None:
    lines = sections(render(replace(PBX, trunks=(replace(TRUNK, identity=identity),)))["pjsip.conf"])["operator"]
    assert f"send_pai = {header[0]}" in lines
    assert f"send_rpid = {header[1]}" in lines


def test_a_registration_is_tried_for_ever() -> None:
    trunk = replace(TRUNK, registration=Registration("alice", "correct-horse"))
    lines = sections(render(replace(PBX, trunks=(trunk,)))["pjsip.conf"])["operator-registration"]
    assert "auth_rejection_permanent = no" in lines
    (tries,) = (int(line.partition("= ")[2]) for line in lines if line.startswith("max_retries"))
    assert tries * 20 > 86_400 * 30


def test_metrics_are_served_where_they_are_asked_for_and_nothing_else_is() -> None:
    assert sections(render(PBX)["http.conf"]) == {"general": []}
    files = render(replace(PBX, metrics=MetricsAccess("127.0.0.1", 8088)))
    assert {"enabled = yes", "enable_static = no", "bindport = 8088"} <= set(sections(files["http.conf"])["general"])
    assert "load = res_prometheus.so" in files["modules.conf"]


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
        {"nat": Nat("203.0.113.5\n[evil]")},
        {"nat": Nat("203.0.113.5", ("10.0.0.0/8;",))},
        {"metrics": MetricsAccess("127.0.0.1\n", 8088)},
        {"trunks": (replace(TRUNK, peers=("192.0.2.0/24\nmatch=0.0.0.0/0",)),)},
        {"trunks": (replace(TRUNK, transport=Transport.TLS),), "tls": Tls(Path("/etc/x;y"))},
        {"trunks": (replace(TRUNK, transport=Transport.TLS),), "tls": Tls(certificate=Path("/etc/c.pem"))},
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
