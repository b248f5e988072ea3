"""What we depend on: pinned with digests, from nowhere in particular, under licences the product may be sold with; and
known holes, where somebody can be asked about them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime.txt", "dev.txt", "ui.txt")
PERMISSIVE = frozenset(
    {
        "0BSD", "3-Clause BSD License", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause",
        "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT License", "MIT-0", "MIT-CMU", "PSF-2.0",
        "Python Software Foundation License", "Zlib",
    }
)  # fmt: skip
FILE_BY_FILE = frozenset({"MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "Mozilla Public License 1.1 (MPL 1.1)"})
"""What is changed of their own files would have to be given away; nothing is."""
LIBRARIES = frozenset({"smpplib", "x-wr-timezone", "num2words", "soxr", "recurring-ical-events"})
"""LGPL: used as the separate packages they are, which anybody may replace."""
OFFERS_ANOTHER = frozenset({"pyphen"})
"""GPL, LGPL or MPL, as one likes: its classifiers name all three."""


@dataclass(frozen=True)
class Locked:
    name: str
    version: str
    rest: str


def locked(file: str) -> Iterator[Locked]:
    text = (ROOT / "requirements" / file).read_text()
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        pin = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[a-z,]+\])?)==([^\s;]+)(.*)", entry, re.DOTALL)
        assert pin, f"{file}: not pinned to a version: {entry[:60]!r}"
        yield Locked(*pin.groups())


@pytest.mark.parametrize("file", LOCKS)
def test_every_package_is_pinned_with_digests(file: str) -> None:
    packages = list(locked(file))
    assert packages
    without = [one.name for one in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}", one.rest)]
    assert without == []
    assert not re.search(
        r"://|git\+|--index-url|--extra-index|--find-links", (ROOT / "requirements" / file).read_text()
    )


def test_what_setup_installs_is_what_is_locked() -> None:
    """With --require-hashes a package that is not in the lock, or another file of it, is refused by pip."""
    assert "--require-hashes" in (ROOT / "tools" / "setup.sh").read_text()


def test_the_pages_are_built_of_pinned_packages() -> None:
    lock = json.loads((ROOT / "robot/web/ui/package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    assert [name for name, one in packages.items() if not str(one.get("integrity", "")).startswith("sha512-")] == []


def licences(name: str) -> list[str]:
    """Its parts that all hold; of alternatives the first that is permissive."""
    about = distribution(name).metadata
    classifiers = about.get_all("Classifier") or []
    named = [line.split(" :: ")[-1] for line in classifiers if line.startswith("License")]
    told = about.get("License-Expression") or ("" if named else (about.get("License") or "").split("\n")[0].strip())
    if told:
        return [_chosen(part) for part in re.split(r"\s+AND\s+", told.replace("(", "").replace(")", ""))]
    return named


def _chosen(alternatives: str) -> str:
    each = re.split(r"\s+OR\s+", alternatives)
    return next((one for one in each if one in PERMISSIVE), each[0])


def test_every_licence_lets_the_product_be_sold() -> None:
    refused = {}
    for package in {one.name.partition("[")[0] for one in locked("runtime.txt")}:
        try:
            told = licences(package)
        except PackageNotFoundError:  # for another Python or machine
            continue
        allowed = [one for one in told if one in PERMISSIVE | FILE_BY_FILE]
        library = package in LIBRARIES and all("LGPL" in one for one in told if one not in allowed)
        if package not in OFFERS_ANOTHER and not library and len(allowed) < len(told):
            refused[package] = told
    assert refused == {}, "look at these licences, then name them above or do without the package"


def test_no_known_holes() -> None:
    """Asked of the package index, which tells of advisories; a laptop without network, or without pip-audit, skips."""
    auditor = shutil.which("pip-audit", path=str(Path(sys.executable).parent))
    if auditor is None:
        pytest.skip("pip-audit is not installed: .venv/bin/pip install pip-audit")
    command = [
        auditor, "--vulnerability-service", "pypi", "--no-deps", "--disable-pip", "--progress-spinner", "off",
        "--format", "json", "-r", str(ROOT / "requirements" / "runtime.txt"),
    ]  # fmt: skip
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the package index does not answer")
    if not ran.stdout.startswith("{"):
        pytest.skip(f"the package index cannot be asked: {ran.stderr.strip()[-200:]}")
    audited = [one for one in json.loads(ran.stdout)["dependencies"] if "vulns" in one]
    if not audited:
        pytest.skip("this package index tells nothing of advisories")
    assert len(audited) > 50, "the test can fail"
    assert {one["name"]: [hole["id"] for hole in one["vulns"]] for one in audited if one["vulns"]} == {}
