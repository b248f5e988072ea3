"""The compose file holds together: with the images, the settings, what an installation has, and with itself."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from robot.settings import DialerSettings, load_settings
from telephony.asterisk.config import values
from tests.unit.deployment.conftest import (
    ABOUT_THE_FILE,
    DOCKER,
    Tree,
    documents,
    image_environment,
    meant,
)
from tests.unit.robot.named_settings import settings_names

pytestmark = pytest.mark.unit

PAIRS = ("", "-2", "-3")
OURS = ("pair", "configure", "asterisk", "robot")
COMPOSE_OWN = {"COMPOSE_PROFILES"}
PUBLISHERS = ("postgres:", "prom/prometheus:", "prom/alertmanager:", "grafana/grafana:")
WRITTEN = re.compile(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", re.MULTILINE)


def example() -> dict[str, str]:
    """Variables of the example, those with a # before them, too."""
    return dict(WRITTEN.findall((DOCKER / ".env.example").read_text(encoding="utf-8")))


def seconds(duration: str) -> float:
    units = {"s": 1, "m": 60}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([sm])", duration))


def published(service: Tree, kind: str) -> set[tuple[str, str]]:
    """Ranges without and within of one protocol."""
    ports = [port.rpartition("/") if "/" in port else (port, "/", "tcp") for port in service["ports"]]
    return {tuple(port.split(":")[-2:]) for port, _, protocol in ports if protocol == kind}


def test_every_variable_is_explained_and_every_explained_one_used() -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (DOCKER / "compose.yaml").read_text()))
    used |= set(re.findall(r"\$\(value ([A-Z_]+)\)", (DOCKER / "alertmanager" / "render.sh").read_text()))
    explained = {name for name in example() if not name.startswith("ZVONAR_")}

    assert used | COMPOSE_OWN == explained


def test_every_setting_exists_and_is_set_in_one_place(compose: Tree) -> None:
    fixed = {
        meant(name)
        for service in compose["services"].values()
        for name in service.get("environment", {})
        if name.startswith("ZVONAR_")
    } | {name for name in image_environment() if name.startswith("ZVONAR_")}
    chosen = {name for name in example() if name.startswith("ZVONAR_")}

    assert fixed | chosen <= settings_names() | {ABOUT_THE_FILE}
    assert not fixed & chosen, "the environment wins over the file: such a line would do nothing"


@pytest.mark.parametrize("chosen", ["as it is", "all of it"])
def test_the_example_is_taken_as_it_is_and_with_every_line_in_force(
    chosen: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (prepared / ".env").read_text(encoding="utf-8")
    if chosen == "all of it":
        (tmp_path / "tariff.csv").write_text("префикс;за минуту;соединение;шаг\n+7;2,50;0;60\n", encoding="utf-8")
        text = re.sub(r"^#(?=[A-Z])", "", text, flags=re.MULTILINE).replace("/etc/zvonar/files", str(tmp_path))
        (prepared / "secrets" / "trunk_password").write_text("of the operator\n")
    file = tmp_path / "zvonar.env"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv(ABOUT_THE_FILE, str(file))
    monkeypatch.setenv("ZVONAR_DATABASE_URL", "postgresql+asyncpg://zvonar@postgres/zvonar")
    for variable, secret in (
        ("ZVONAR_TRUNK__PASSWORD_FILE", "trunk_password"),
        ("ZVONAR_ASTERISK__AMI_SECRET_FILE", "ami_secret"),
        ("ZVONAR_DATABASE_PASSWORD_FILE", "postgres_password"),
    ):
        monkeypatch.setenv(variable, str(prepared / "secrets" / secret))

    settings = load_settings()

    assert settings.trunk.host == "sip.operator.example"
    assert values.secret("the AMI secret", settings.asterisk.ami_secret.get_secret_value())
    assert bool(settings.trunk.user) is (chosen == "all of it")


def test_everything_mounted_is_there_after_the_preparation(compose: Tree, prepared: Path) -> None:
    volumes = [volume for service in compose["services"].values() for volume in service.get("volumes", ())]
    chosen = ("targets", example()["TARGETS"])
    expanded = {volume.replace("${TARGETS:-targets}", folder) for volume in volumes for folder in chosen}
    sources = {volume.split(":")[0] for volume in expanded}
    paths = {source for source in sources if source.startswith(".")}
    paths |= {secret["file"] for secret in compose["secrets"].values()}

    assert [path for path in paths if not (prepared / path).exists()] == []
    assert {source for source in sources if not source.startswith(".")} == set(compose["volumes"])
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", ())}
    assert used == set(compose["secrets"])
    contents = [(prepared / "secrets" / name).read_text() for name in sorted(used - {"trunk_password"})]
    assert len(set(contents)) == len(contents)
    assert all(len(content.strip()) >= 32 for content in contents)
    assert (prepared / "secrets").stat().st_mode & 0o077 == 0


def test_images_are_built_here_or_published_under_a_tag(compose: Tree) -> None:
    built = {}
    for service in compose["services"].values():
        if "build" in service:
            context = DOCKER / service["build"]["context"]
            assert (context / service["build"].get("dockerfile", "Dockerfile")).is_file()
            built[service["image"]] = service["build"]
    for service in compose["services"].values():
        image = service["image"]
        tag = image.rpartition(":")[2]
        assert image in built or (image.startswith(PUBLISHERS) and re.match(r"v?\d+", tag)), image
    client = re.search(r"postgresql-client-(\d+)", (DOCKER / "robot" / "Dockerfile").read_text())
    assert client
    assert compose["services"]["postgres"]["image"].startswith(f"postgres:{client[1]}-"), "or pg_dump refuses"


def test_whatever_runs_is_asked_how_it_is_and_the_rest_is_waited_for(compose: Tree) -> None:
    services = compose["services"]
    once = {name for name, service in services.items() if service.get("restart") == "no"}
    awaited = {
        (name, wanted["condition"])
        for service in services.values()
        for name, wanted in service.get("depends_on", {}).items()
    }

    assert once == {f"configure{pair}" for pair in PAIRS}
    assert {(name, "service_completed_successfully") for name in once} <= awaited
    for name, service in services.items():
        assert (name in once) is not bool(service.get("healthcheck", {}).get("test")), name


def test_calls_end_before_the_robot_and_the_robot_before_its_asterisk(compose: Tree) -> None:
    """Compose stops whoever depends first."""
    drain_s = DialerSettings().drain_s
    for pair in PAIRS:
        robot, asterisk = compose["services"][f"robot{pair}"], compose["services"][f"asterisk{pair}"]
        assert seconds(robot["stop_grace_period"]) >= drain_s + 30
        assert {f"asterisk{pair}", f"pair{pair}", "postgres"} <= set(robot["depends_on"])
        assert f"pair{pair}" in asterisk["depends_on"]
        assert robot["network_mode"] == asterisk["network_mode"] == f"service:pair{pair}"
        assert set(asterisk["volumes"]) & set(compose["services"][f"configure{pair}"]["volumes"])


def test_pairs_do_not_meet_and_publish_what_their_operator_is_told(compose: Tree) -> None:
    nodes, ranges = set(), []
    for pair in PAIRS:
        services = {part: compose["services"][f"{part}{pair}"] for part in OURS}
        assert all(service.get("profiles") == (["many"] if pair else None) for service in services.values())
        robot, configure = services["robot"]["environment"], services["configure"]["environment"]
        assert configure.items() <= robot.items(), "Asterisk is configured for this robot"
        nodes.add(robot["ZVONAR_DIALER__NODE"])
        first, last = (int(robot[f"ZVONAR_TRUNK__RTP_{end}_PORT"]) for end in ("FIRST", "LAST"))
        ranges.append((first, last))
        sip = robot["ZVONAR_TRUNK__SIP_PORT"]
        assert {(sip, sip), (f"{first}-{last}",) * 2} == published(services["pair"], "udp")
        assert (sip, sip) in published(services["pair"], "tcp")

    assert len(nodes) == len(PAIRS)
    assert all(one[1] < other[0] for one, other in pairwise(sorted(ranges)))


@pytest.mark.parametrize(("folder", "pairs"), [("targets", PAIRS[:1]), ("targets-many", PAIRS)])
def test_prometheus_asks_every_pair(compose: Tree, folder: str, pairs: tuple[str, ...]) -> None:
    aliases: dict[str, Any] = {}
    for pair in pairs:
        for alias in compose["services"][f"pair{pair}"]["networks"]["inside"]["aliases"]:
            aliases.setdefault(alias.split("-")[0], set()).add(alias)
    environment = compose["services"]["robot"]["environment"]
    ports = {"robot": image_environment()["ZVONAR_WEB__PORT"], "asterisk": environment["ZVONAR_TRUNK__METRICS_PORT"]}

    for job, port in ports.items():
        (groups,) = documents(DOCKER / "prometheus" / folder / f"{job}.yml")
        asked = {target for group in groups for target in group["targets"]}
        assert asked == {f"{alias}:{port}" for alias in aliases[job]}


def test_what_is_ours_has_no_more_rights_than_it_needs(compose: Tree) -> None:
    for name, service in compose["services"].items():
        assert not {"privileged", "cap_add", "pid", "devices"} & set(service), name
        assert "no-new-privileges:true" in service["security_opt"]
        if name != "postgres":  # its own start needs to change the owner of its directory
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
        for port in service.get("ports", ()):
            outside = name.startswith("pair") and not port.endswith(":8080")
            assert outside or port.startswith(("127.0.0.1:", "${HTTP_ADDRESS:-127.0.0.1}:")), port


def test_the_robot_runs_without_rights_in_its_image_and_in_asterisks() -> None:
    for image in ("robot", "asterisk"):
        text = (DOCKER / image / "Dockerfile").read_text()
        assert re.search(r"^USER 10001:10001$", text, re.MULTILINE), "a number: Kubernetes checks it"
        assert re.search(r"^ARG BASE=docker.io/library/debian:[a-z]+-slim$", text, re.MULTILINE)
        assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
