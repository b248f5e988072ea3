"""Studio recordings: those that are not there, and those that would say one client's name to all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from scripts_dialog import templates
from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.mistakes import nearest
from scripts_dialog.model import Place, Recording, Script

FOLDER = "recordings"
"""Beside the file that names a recording."""


def check_recordings(script: Script, known: Collection[str] | None) -> Iterator[Finding]:
    """`known` are the recordings there are; None: look for the files beside the script."""
    for recording in script.recordings():
        there = _beside(recording.place) if known is None else known
        if recording.name not in there:
            yield _unknown(recording, nearest(recording.name, there))
        personal = sorted(templates.parse(recording.text).names - set(script.variables))
        if personal:
            yield _personal(recording, personal[0])


def _unknown(recording: Recording, hint: str | None) -> Finding:
    remedy = Text(f"положите файл в папку {FOLDER} рядом со сценарием", f"put the file into {FOLDER} beside the script")
    if hint is not None:
        remedy = Text(f"возможно, имелось в виду «{hint}»", f"did you mean '{hint}'?")
    message = Text(f"записи «{recording.name}» нет", f"there is no recording '{recording.name}'")
    return _finding("unknown_recording", Severity.ERROR, recording, message, remedy)


def _personal(recording: Recording, variable: str) -> Finding:
    message = Text(
        f"в тексте есть {{{variable}}}, а запись у всех клиентов одна",
        f"the text has {{{variable}}}, but the recording is the same for every client",
    )
    remedy = Text("уберите переменную из текста или запись", "take the variable out of the text, or the recording")
    return _finding("recording_with_variables", Severity.WARNING, recording, message, remedy)


def _finding(code: str, severity: Severity, recording: Recording, message: Text, remedy: Text) -> Finding:
    place = recording.place
    return Finding(code, severity, place.file, place.line, recording.owner, message, remedy)


def _beside(place: Place) -> frozenset[str]:
    folder = Path(place.file).parent / FOLDER
    if not folder.is_dir():
        return frozenset()
    return frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
