"""All checks of a script, in the order of its file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scripts_dialog.checking.flow import check_flow
from scripts_dialog.checking.recordings import check_recordings
from scripts_dialog.checking.wording import check_wording
from scripts_dialog.findings import Finding, has_errors
from scripts_dialog.loading.loader import read_script
from scripts_dialog.model import Script


def check(source: Path | str, *, file: str = "", recordings: Collection[str] | None = None) -> list[Finding]:
    """Errors and warnings of a file or a text. A script that does not load gives its errors alone. `recordings` are the
    studio recordings there are; when left out they are looked for beside the file."""
    script, findings = read_script(source, file=file)
    if script is None or has_errors(findings):
        return sorted(findings, key=lambda finding: (finding.file, finding.line))
    return [*findings, *check_script(script, recordings=recordings)]


def check_script(script: Script, *, recordings: Collection[str] | None = None) -> list[Finding]:
    """What may go wrong with a script that loads; its errors should keep it from being published."""
    found = [*check_flow(script), *check_wording(script), *check_recordings(script, recordings)]
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.code))
