"""A file, or a text, to a `Script` and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from scripts_dialog import library
from scripts_dialog.findings import Finding, ScriptError, Severity, Text, has_errors
from scripts_dialog.loading.inline import lift_inline
from scripts_dialog.loading.joints import check_joints
from scripts_dialog.loading.layers import clashes, merge, section
from scripts_dialog.loading.mistakes import did_you_mean, findings_of
from scripts_dialog.loading.parts import SECTIONS, Includes, Layer, Parts
from scripts_dialog.loading.read import Source, read_file, read_yaml
from scripts_dialog.loading.references import check_references
from scripts_dialog.model import Defaults, Intent, Objection, Script, version_hash
from scripts_dialog.nodes import KINDS, Node
from scripts_dialog.nodes.base import Fallback, Model, Name, fields_of
from scripts_dialog.nodes.phrase import Phrase
from scripts_dialog.templates import flatten
from scripts_dialog.understanding.shared import shared_intents

_M = TypeVar("_M", bound=BaseModel)


class Header(Model):
    """The keys of a script file besides its phrases, objections, intents and defaults."""

    script: Name
    title: Annotated[str, Field(max_length=200)] = ""
    goal: Literal["meeting", "callback", "information", "confirmation", "payment"] = "meeting"
    language: Literal["ru"] = "ru"
    start: Annotated[str, Field(min_length=1)]
    include: Includes = ()
    variables: dict[str, Any] = Field(default_factory=dict)


def load_script(source: Path | str, *, file: str = "", bundle: Mapping[str, str] | None = None) -> Script:
    """Load a script from a path, or from YAML text (a `str` with a line break). `file` names a text in messages,
    `bundle` is what it stood on when it was published (`bundle_of`); without, it stands on what ships now.
    Raises ScriptError with every error at once; warnings are `check`'s business."""
    script, findings = read_script(source, file=file, bundle=bundle)
    if script is None or has_errors(findings):
        raise ScriptError(finding for finding in findings if finding.severity is Severity.ERROR)
    return script


def read_script(
    source: Path | str, *, file: str = "", bundle: Mapping[str, str] | None = None
) -> tuple[Script | None, list[Finding]]:
    """As `load_script`, but gives the findings; the script is None when it is too broken to look at."""
    parsed = _read(source, file)
    if parsed.findings:
        return None, parsed.findings
    if "part" in parsed.data and "script" not in parsed.data:
        return None, [_a_part(parsed)]
    lift_inline(parsed)
    parts = Parts(_folder(source), bundle or {})
    parts.include(parsed, {})
    assembler = _Assembler(parsed, parts.layers, _common(bundle))
    assembler.findings = [*parts.findings, *clashes(parts.layers, parsed)]
    script = assembler.assemble()
    return script, assembler.findings


def _a_part(source: Source) -> Finding:
    place = source.nearest("part")
    message = Text("это часть, а не целый сценарий", "this is a part, not a whole script")
    remedy = Text("проверьте сценарий, который её включает", "check the script that includes it")
    return Finding("is_a_part", Severity.ERROR, place.file, place.line, "", message, remedy)


@lru_cache(maxsize=1)
def common_ground() -> Source:
    """What every script stands on: opt-out, voicemail, callback, silence."""
    source = _read(library.path("common"), "")
    if source.findings:
        raise ScriptError(source.findings)
    lift_inline(source)
    return source


def bundle_of(text: str) -> Mapping[str, str]:
    """The texts of all that a script stands on now, by name: the parts it includes, and the common ground. With them
    it means the same for ever, whatever later parts say."""
    parsed = read_yaml(text, "")
    parts = Parts(None)
    parts.include(parsed, {})
    found = {name: Path(layer.source.file).read_text(encoding="utf-8-sig") for name, layer in parts.layers.items()}
    return {**found, library.COMMON: library.path(library.COMMON).read_text(encoding="utf-8-sig")}


def _common(bundle: Mapping[str, str] | None) -> Source:
    if bundle is None or library.COMMON not in bundle:
        return common_ground()
    source = read_yaml(bundle[library.COMMON], f"{library.COMMON}.yaml")
    lift_inline(source)
    return source


def _read(source: Path | str, file: str) -> Source:
    if isinstance(source, str) and "\n" in source:
        return read_yaml(source, file or "<text>")
    return read_file(Path(source), file)


def _folder(source: Path | str) -> Path | None:
    """Where the parts of a file may lie; a text has those of the library alone."""
    return None if isinstance(source, str) and "\n" in source else Path(source).parent


class _Assembler:
    """Validates part by part, so that one mistake does not hide another."""

    def __init__(self, top: Source, parts: Mapping[str, Layer], common: Source) -> None:
        self.top = top
        self.parts = parts
        self.common = common
        self.written = (*(layer.source for layer in parts.values()), top)
        self.source = merge((self.common, *self.written))
        self.findings: list[Finding] = []
        self.places = self.source.places

    def assemble(self) -> Script | None:
        data = self.source.data
        self._unknown_sections()
        header_keys = fields_of(Header)
        header = self._part(Header, {key: data[key] for key in data.keys() & header_keys}, ())
        for name in SECTIONS:
            self._shape(name)
        phrases = section(self.source, "phrases")
        nodes = {name: node for name, raw in phrases.items() if (node := self._node(name, raw)) is not None}
        objections = self._models(Objection, "objections")
        intents = _standing(self._models(Intent, "intents"))
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
            own=self._own(),
            parts=MappingProxyType({name: layer.part for name, layer in self.parts.items()}),
            places=MappingProxyType(self.places),
        )
        if not self.findings:  # a phrase left out for its own mistake would look like an unknown target
            self.findings.extend(check_joints(script, frozenset(section(self.common, "phrases"))))
        if not self.findings:
            self.findings.extend(check_references(script, shared_intents()))
        return replace(script, version_hash=version_hash(script))

    def _unknown_sections(self) -> None:
        known = fields_of(Header) | {*SECTIONS, "defaults"}
        for key in self.top.data.keys() - known:
            place = self.source.places.get(key, self.source.places[""])
            message = Text(f"незнакомый ключ «{key}»", f"unknown key '{key}'")
            remedy = did_you_mean(key, known)
            self.findings.append(Finding("unknown_key", Severity.ERROR, place.file, place.line, "", message, remedy))
        if not any(section(layer, "phrases") for layer in self.written):
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

    def _own(self) -> frozenset[str]:
        names = {name for layer in self.written for name in section(layer, "phrases")}
        return frozenset(names & section(self.source, "phrases").keys())

    def _shape(self, name: str) -> None:
        for layer in self.written:
            found = layer.data.get(name)
            if found is not None and not isinstance(found, dict):
                self._wrong_shape(name)

    def _wrong_shape(self, path: str) -> None:
        place = self.source.places.get(path, self.source.places[""])
        name = path.rsplit(".", 1)[-1]
        message = Text(f"под «{name}» ждём вложенные ключи", f"nested keys are expected under '{name}'")
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

    def _models(self, kind: type[_M], name: str) -> dict[str, _M]:
        built: dict[str, _M] = {}
        for key, raw in section(self.source, name).items():
            if not isinstance(raw, dict):
                self._wrong_shape(f"{name}.{key}")
                continue
            owner = f"objections.{key}" if name == "objections" else ""
            part = self._part(kind, raw, (name, key), owner)
            if part is not None:
                built[key] = part
        return built

    def _defaults(self) -> Defaults | None:
        raw = section(self.common, "defaults")
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
            self.findings.extend(findings_of(error, path, phrase, self.source.nearest, lambda loc: _keys_at(kind, loc)))
            return None


def _standing(intents: Mapping[str, Intent]) -> dict[str, Intent]:
    """Those that only add examples, on the shared ones of the same name."""
    shared = shared_intents()
    return {
        name: one.above(shared.get(name, one)) if one.also and not one.examples else one
        for name, one in intents.items()
    }


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
