"""Scripts that ship are version 1 of themselves, read from their files until they are edited."""

from __future__ import annotations

from functools import lru_cache

from robot.domain.scripts import Version, VersionMark
from scripts_dialog import library, load_script
from scripts_dialog.findings import Finding
from scripts_dialog.loading.loader import bundle_of


@lru_cache(maxsize=32)
def shipped(name: str) -> Version | None:
    """None for a name that no shipped script has. Takes a fraction of a second the first time. What ships has no
    findings: a test sees to it."""
    if name not in library.names():
        return None
    text = library.path(name).read_text(encoding="utf-8")
    script = load_script(library.path(name))
    mark = VersionMark(name, 1, script.version_hash, script.title, script.goal, len(script.own))
    return Version(mark, text, bundle_of(text))


def record(finding: Finding) -> dict[str, object]:
    """As it is kept with a version."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "phrase": finding.phrase,
        "line": finding.line,
        "ru": [finding.message.ru, finding.remedy.ru],
        "en": [finding.message.en, finding.remedy.en],
    }
