"""A file, or a text, to a `Script` and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from scripts_dialog import library
from scripts_dialog.findings import Finding, ScriptError, Severity, Text, has_errors
from scripts_dialog.loading.inline import lift_inline
from scripts_dialog.loading.mistakes import did_you_mean, findings_of
from scripts_dialog.loading.read import Source, read_yaml
from scripts_dialog.loading.references import check_references
from scripts_dialog.model import Defaults, Intent, Objection, Script, version_hash
from scripts_dialog.nodes import KINDS, Node
from scripts_dialog.nodes.base import Fallback, Model, Name, fields_of
from scripts_dialog.nodes.phrase import Phrase
from scripts_dialog.templates import flatten
from scripts_dialog.understanding.shared import shared_intents

_SECTIONS = ("phrases", "objections", "intents")
_M = TypeVar("_M", bound=BaseModel)


class Header(Model):
    """The keys of a script file besides its phrases, objections, intents and defaults."""

    script: Name
    title: Annotated[str, Field(max_length=200)] = ""
    goal: Literal["meeting", "callback", "information", "confirmation", "payment"] = "meeting"
    language: Literal["ru"] = "ru"
    start: Annotated[str, Field(min_length=1)]
    variables: dict[str, Any] = Field(default_factory=dict)


def load_script(source: Path | str, *, file: str = "") -> Script:
    """Load a script from a path, or from YAML text (a `str` with a line break). `file` names a text in messages.
    Raises ScriptError with every error at once; warnings are `check`'s business."""
    script, findings = read_script(source, file=file)
    if script is None or has_errors(findings):
        raise ScriptError(finding for finding in findings if finding.severity is Severity.ERROR)
    return script


def read_script(source: Path | str, *, file: str = "") -> tuple[Script | None, list[Finding]]:
    """As `load_script`, but gives the findings; the script is None when it is too broken to look at."""
    parsed = _read(source, file)
    if parsed.findings:
        return None, parsed.findings
    lift_inline(parsed)
    assembler = _Assembler(parsed)
    script = assembler.assemble()
    return script, assembler.findings


@lru_cache(maxsize=1)
def common_ground() -> Source:
    """What every script stands on: opt-out, voicemail, callback, silence."""
    source = _read(library.path("common"), "")
    if source.findings:
        raise ScriptError(source.findings)
    lift_inline(source)
    return source


def _read(source: Path | str, file: str) -> Source:
    if isinstance(source, str) and "\n" in source:
        return read_yaml(source, file or "<text>")
    path = Path(source)
    name = file or str(path)
    try:
        return read_yaml(path.read_text(encoding="utf-8-sig"), name)
    except OSError as error:
        message = Text(f"файл не открывается: {error.strerror}", f"the file cannot be opened: {error.strerror}")
        remedy = Text("проверьте путь и права", "check the path and permissions")
    except UnicodeDecodeError:
        message = Text("файл не в кодировке UTF-8", "the file is not in UTF-8")
        remedy = Text("пересохраните его в UTF-8", "save it again as UTF-8")
    return Source(name, {}, findings=[Finding("unreadable", Severity.ERROR, name, 0, "", message, remedy)])


class _Assembler:
    """Validates part by part, so that one mistake does not hide another."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.common = common_ground()
        self.findings: list[Finding] = []
        self.places = {**self.common.places, **source.places}

    def assemble(self) -> Script | None:
        data = self.source.data
        self._unknown_sections()
        header_keys = fields_of(Header)
        header = self._part(Header, {key: data[key] for key in data.keys() & header_keys}, ())
        phrases = self._merged("phrases")
        nodes = {name: node for name, raw in phrases.items() if (node := self._node(name, raw)) is not None}
        objections = self._models(Objection, "objections")
        intents = self._models(Intent, "intents")
        defaults = self._defaults()
        if header is None or defaults is None or not nodes:
            return None
        variables = flatten(header.variables)
        script = Script(
            name=header.script,
            title=header.title,
            goal=header.goal,
            start=header.start,
            variables=MappingProxyType(variables),
            intents=MappingProxyType(intents),
            phrases=MappingProxyType(nodes),
            objections=MappingProxyType(objections),
            defaults=defaults,
            own=frozenset(self._section(self.source, "phrases")),
            places=MappingProxyType(self.places),
        )
        if not self.findings:  # a phrase left out for its own mistake would look like an unknown target
            self.findings.extend(check_references(script, shared_intents()))
        return replace(script, version_hash=version_hash(script))

    def _unknown_sections(self) -> None:
        known = fields_of(Header) | {*_SECTIONS, "defaults"}
        for key in self.source.data.keys() - known:
            place = self.source.places.get(key, self.source.places[""])
            message = Text(f"незнакомый ключ «{key}»", f"unknown key '{key}'")
            remedy = did_you_mean(key, known)
            self.findings.append(Finding("unknown_key", Severity.ERROR, place.file, place.line, "", message, remedy))
        if not self._section(self.source, "phrases"):
            place = self.source.places.get("phrases", self.source.places[""])
            self.findings.append(
                Finding(
                    "no_phrases",
                    Severity.ERROR,
                    place.file,
                    place.line,
                    "",
                    Text("в сценарии нет ни одной фразы", "the script has no phrases"),
                    Text("опишите фразы под ключом phrases", "write them under the key 'phrases'"),
                )
            )

    def _section(self, source: Source, name: str) -> dict[str, Any]:
        section = source.data.get(name)
        return section if isinstance(section, dict) else {}

    def _merged(self, name: str) -> dict[str, Any]:
        section = self.source.data.get(name)
        if section is not None and not isinstance(section, dict):
            self._wrong_shape(name)
        return {**self._section(self.common, name), **self._section(self.source, name)}

    def _wrong_shape(self, path: str) -> None:
        place = self.source.places.get(path, self.source.places[""])
        message = Text(f"под «{path}» ждём вложенные ключи", f"nested keys are expected under '{path}'")
        remedy = Text("напишите «имя:» с отступом, а под ним содержание", "write 'name:' indented, its content below")
        phrase = path.split(".", 1)[1] if "." in path else ""
        self.findings.append(Finding("dict_type", Severity.ERROR, place.file, place.line, phrase, message, remedy))

    def _node(self, name: str, raw: Any) -> Node | None:
        if not isinstance(raw, dict):
            self._wrong_shape(f"phrases.{name}")
            return None
        kind = next((kind for key, kind in KINDS.items() if key in raw), None)
        if kind is None:
            kind = Phrase  # the missing `answers` is reported with what belongs there, misspelt keys with a hint
            if not raw.keys() - fields_of(Phrase):
                self._dead_end(name)
                return None
        return self._part(kind, raw, ("phrases", name), name)

    def _dead_end(self, name: str) -> None:
        place = self.places.get(f"phrases.{name}", self.source.places[""])
        message = Text("фраза никуда не ведёт", "the phrase leads nowhere")
        remedy = Text(
            "добавьте answers (ждать ответа), goto (перейти дальше) или end (закончить)",
            "add answers (wait for the client), goto (go on) or end (hang up)",
        )
        self.findings.append(Finding("dead_end", Severity.ERROR, place.file, place.line, name, message, remedy))

    def _models(self, kind: type[_M], section: str) -> dict[str, _M]:
        built: dict[str, _M] = {}
        for name, raw in self._merged(section).items():
            if not isinstance(raw, dict):
                self._wrong_shape(f"{section}.{name}")
                continue
            owner = f"objections.{name}" if section == "objections" else ""
            part = self._part(kind, raw, (section, name), owner)
            if part is not None:
                built[name] = part
        return built

    def _defaults(self) -> Defaults | None:
        raw = self._section(self.common, "defaults")
        own = self.source.data.get("defaults") or {}
        if not isinstance(own, dict):
            self._wrong_shape("defaults")
            own = {}
        merged = {**raw, **own}
        for name in ("silence", "not_understood"):
            if isinstance(own.get(name), dict) and isinstance(raw.get(name), dict):
                merged[name] = {**raw[name], **own[name]}
        return self._part(Defaults, merged, ("defaults",))

    def _part(self, kind: type[_M], raw: dict[str, Any], path: tuple[str, ...], phrase: str = "") -> _M | None:
        try:
            return TypeAdapter(kind).validate_python(raw)
        except ValidationError as error:
            self.findings.extend(findings_of(error, path, phrase, self._place, lambda loc: _keys_at(kind, loc)))
            return None

    def _place(self, *path: str) -> Any:
        for end in range(len(path), 0, -1):
            found = self.places.get(".".join(path[:end]))
            if found is not None:
                return found
        return self.source.places[""]


def _keys_at(kind: type[BaseModel], loc: tuple[str, ...]) -> frozenset[str]:
    """The keys known at a place inside a part, for the hint about a misspelt one."""
    if loc and loc[-1] in ("silence", "not_understood"):
        return fields_of(Fallback)
    inner: dict[str, Any] = {name: field.annotation for name, field in kind.model_fields.items()}
    for step in loc:
        annotation = inner.get(step)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return fields_of(annotation)
    return fields_of(kind)
