"""A text read, checked and drawn: everything that takes processor time, for a thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from robot.scripts.errors import UnreadableScript
from scripts_dialog import Script, check_script, read_script
from scripts_dialog.editing.canvas import canvas_of
from scripts_dialog.editing.document import Document, put
from scripts_dialog.editing.shapes import Canvas
from scripts_dialog.findings import Finding, ScriptError, has_errors

TEXT = "<text>"
"""The script's own text, as findings name it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """script None: too broken to be looked at."""

    script: Script | None
    canvas: Canvas
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be published."""
        return self.script is not None and not has_errors(self.findings)


def read(text: str, recordings: Collection[str], language: str, bundle: Mapping[str, str] | None = None) -> Reading:
    """recordings: the studio recordings there are. bundle: of a version that was published. Raises ScriptError for
    what is no mapping of YAML."""
    standing = tuple(sorted((bundle or {}).items()))
    return _read(text, frozenset(recordings), language, standing)


@lru_cache(maxsize=32)
def _read(text: str, recordings: frozenset[str], language: str, standing: tuple[tuple[str, str], ...]) -> Reading:
    script, findings = read_script(text, file=TEXT, bundle=dict(standing) or None)
    if script is not None and not has_errors(findings):
        findings = [*findings, *check_script(script, recordings=recordings)]
    order = sorted(findings, key=lambda finding: (finding.file != TEXT, finding.line, finding.code))
    return Reading(script, canvas_of(text, script, language), tuple(order))


def named(text: str, name: str, title: str = "") -> str:
    """The text as one of a script of this name. Raises UnreadableScript."""
    try:
        document = Document(text)
    except ScriptError as error:
        raise UnreadableScript(error.findings) from None
    if document.data.get("script") == name and not title:
        return text
    if "script" in document.data:
        put(document.data, "script", name)
    else:
        document.data.insert(0, "script", name)
    if title:
        put(document.data, "title", title)
    return document.text()
