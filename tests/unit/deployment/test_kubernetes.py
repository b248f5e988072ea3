"""The Kubernetes manifests: valid by Kubernetes' own schemas, and of one piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import kubernetes_validate
import pytest

from robot.settings import DialerSettings, load_settings
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

FOLDER = DOCKER / "kubernetes"
RELEASES = ("1.33", "1.37")
"""The first with sidecars for good, and the newest whose schemas are there."""

KUSTOMIZATION = documents(FOLDER / "kustomization.yaml")[0]
RESOURCES: Sequence[Tree] = [one for file in KUSTOMIZATION["resources"] for one in documents(FOLDER / file)]


def of_kind(kind: str) -> Tree:
    return next(resource for resource in RESOURCES if resource["kind"] == kind)


def merged(base: Any, patch: Any) -> Any:
    """A strategic merge, as far as a patch of maps goes."""
    if not isinstance(base, Mapping) or not isinstance(patch, Mapping):
        return patch
    return {**base, **{key: merged(base.get(key), value) for key, value in patch.items()}}


def patched() -> Tree:
    component = documents(FOLDER / "host-network" / "kustomization.yaml")[0]
    (patch,) = [documents(FOLDER / "host-network" / one["path"])[0] for one in component["patches"]]
    base = of_kind(patch["kind"])
    assert base["metadata"]["name"] == patch["metadata"]["name"]
    result: Tree = merged(base, patch)
    return result


@pytest.fixture
def pod() -> Tree:
    spec: Tree = of_kind("StatefulSet")["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    "resource", [*RESOURCES, patched()], ids=lambda one: f"{one['kind']} {one['metadata']['name']}"
)
def test_kubernetes_takes_it(resource: Tree, release: str) -> None:
    kubernetes_validate.validate(dict(resource), release, strict=True)


def test_a_misspelt_field_would_be_noticed() -> None:
    wrong = merged(of_kind("StatefulSet"), {"spec": {"template": {"spec": {"terminationGracePeriod": 1}}}})
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, RELEASES[-1], strict=True)


def test_every_file_is_listed_and_what_is_made_of_files_is_what_pods_ask_for(pod: Tree) -> None:
    listed = {*KUSTOMIZATION["resources"], "kustomization.yaml"}
    assert {file.name for file in FOLDER.glob("*.yaml")} == listed
    (configuration,), (secret,) = KUSTOMIZATION["configMapGenerator"], KUSTOMIZATION["secretGenerator"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["settings"]["configMap"]["name"] == configuration["name"]
    assert volumes["secrets"]["secret"]["secretName"] == secret["name"]
    assert volumes["data"]["persistentVolumeClaim"]["claimName"] == of_kind("PersistentVolumeClaim")["metadata"]["name"]
    given = {file.rpartition("/")[2] for file in secret["files"]}
    asked = {
        one["value"].rpartition("/")[2]
        for container in containers(pod)
        for one in container.get("env", ())
        if one.get("value", "").startswith("/run/secrets/")
    }
    assert asked == given
    assert {one["name"] for one in KUSTOMIZATION["images"]} == {one["image"] for one in containers(pod)}


def containers(pod: Tree) -> list[Tree]:
    return [*pod["initContainers"], *pod["containers"]]


def test_every_setting_exists_and_the_file_is_taken(monkeypatch: pytest.MonkeyPatch, pod: Tree) -> None:
    variables = {one["name"] for container in containers(pod) for one in container.get("env", ())}
    assert {meant(name) for name in variables} <= settings_names() | {ABOUT_THE_FILE}
    file = FOLDER / "zvonar.env"
    monkeypatch.setenv(ABOUT_THE_FILE, str(file))
    settings = load_settings()
    assert settings.trunk.host
    assert settings.database.startswith("postgresql")
    written = {line.lstrip("#").partition("=")[0] for line in file.read_text().splitlines() if "=" in line}
    assert not written & ({meant(name) for name in variables} | set(image_environment())), "it would do nothing"


def test_a_pair_shares_one_pod_and_ends_in_order(pod: Tree) -> None:
    configure, asterisk = pod["initContainers"]
    (robot,) = pod["containers"]
    assert (configure["name"], asterisk["name"], robot["name"]) == ("configure", "asterisk", "robot")
    assert "restartPolicy" not in configure
    assert asterisk["restartPolicy"] == "Always", "a sidecar: started before the robot, stopped after it"
    assert pod["terminationGracePeriodSeconds"] >= DialerSettings().drain_s + 30
    node = next(one for one in robot["env"] if one["name"] == "ZVONAR_DIALER__NODE")
    assert node["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"


def test_the_pages_are_reached_while_the_operator_is_away(pod: Tree) -> None:
    (robot,) = pod["containers"]
    ports = {port["name"]: port["containerPort"] for one in containers(pod) for port in one.get("ports", ())}
    assert str(ports["http"]) == image_environment()["ZVONAR_WEB__PORT"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert robot[probe]["httpGet"] == {"path": "/healthz", "port": "http"}
    for service in (one for one in RESOURCES if one["kind"] == "Service"):
        assert service["spec"]["selector"].items() <= labels().items()
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= set(ports)


def labels() -> Mapping[str, str]:
    found: Mapping[str, str] = of_kind("StatefulSet")["spec"]["template"]["metadata"]["labels"]
    return found


def test_policies_are_about_these_pods_and_let_nobody_else_in(pod: Tree) -> None:
    budget, network = of_kind("PodDisruptionBudget")["spec"], of_kind("NetworkPolicy")["spec"]
    assert budget["selector"]["matchLabels"].items() <= labels().items()
    assert budget["maxUnavailable"] == 1
    assert network["podSelector"]["matchLabels"].items() <= labels().items()
    assert set(network["policyTypes"]) == {"Ingress", "Egress"}
    assert all(rule["from"] and rule["ports"] for rule in network["ingress"])
    world = [rule for rule in network["egress"] if {"ipBlock": {"cidr": "0.0.0.0/0"}} in rule["to"]]
    assert all(port["protocol"] == "TCP" for rule in world for port in rule["ports"]), "no SIP to strangers"
    assert all(rule["from"] != [{"ipBlock": {"cidr": "0.0.0.0/0"}}] for rule in network["ingress"])
    assert pod["automountServiceAccountToken"] is False


def test_nothing_runs_with_rights(pod: Tree) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pod):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "cpu" not in container["resources"].get("limits", {}), "a throttled container sends its frames late"
        assert container["resources"]["limits"]["memory"]
