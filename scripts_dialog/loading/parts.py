"""Sub-scripts: parts that several scripts include, so that an offer is changed in one place.

    include: [secretary, booking]                          # in a script, or in another part
    include:
      - part: booking
        exits: {booked: goodbye, no_time: callback}        # the way out of the part -> a phrase of the script

A part is a file with `part:` instead of `script:`. It names its `entries` (the phrases a script may send the talk to)
and its `exits` (the phrases it leads to and does not have); an exit that is not renamed by `exits` leads to the phrase
of that very name. Parts are looked for in `parts/` beside the script, beside the script, and in the shipped library.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from scripts_dialog import library
from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.inline import lift_inline
from scripts_dialog.loading.mistakes import did_you_mean, findings_of
from scripts_dialog.loading.read import Source, read_file, read_yaml
from scripts_dialog.model import Part, Place
from scripts_dialog.nodes.base import Model, Name, fields_of

MAX_DEPTH = 5
SECTIONS = ("phrases", "objections", "intents")


def _includes(value: object) -> object:
    items = [value] if isinstance(value, str | dict) else value
    return [{"part": item} if isinstance(item, str) else item for item in items] if isinstance(items, list) else items


class Include(Model):
    """A part by its file name without `.yaml`, and where each of its exits leads."""

    part: Annotated[str, Field(pattern=r"^\w[\w-]*(/\w[\w-]*)?$", max_length=80)]
    exits: dict[Name, Name] = Field(default_factory=dict)


Includes = Annotated[
    tuple[Include, ...],
    Field(max_length=20),
    BeforeValidator(_includes, json_schema_input_type=str | Include | list[str | Include]),
]


class PartHeader(Model):
    """The keys of a part besides its phrases, objections and intents."""

    part: Name
    title: Annotated[str, Field(max_length=200)] = ""
    entries: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    exits: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    include: Includes = ()
    variables: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """A part as read."""

    source: Source
    part: Part


@dataclass(slots=True)
class Parts:
    """Reads what a script includes, the innermost first. texts: parts by name that are not looked for in files."""

    folder: Path | None
    texts: Mapping[str, str] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def include(self, source: Source, exits: Mapping[str, str], chain: tuple[str, ...] = ()) -> frozenset[str]:
        """Read the parts that `source` includes; `exits` are its own ways out, already led somewhere. Returns the
        names of all parts below it. A wrong `include` is reported by whoever validates the header."""
        try:
            includes = TypeAdapter(Includes).validate_python(source.data.get("include") or ())
        except ValidationError:
            return frozenset()
        below: frozenset[str] = frozenset()
        for index, include in enumerate(includes):
            place = source.places.get(f"include.{index}") or source.places.get("include") or source.places[""]
            below |= self._part(include, exits, chain, place)
        return below

    def _part(self, include: Include, outer: Mapping[str, str], chain: tuple[str, ...], place: Place) -> frozenset[str]:
        if include.part in chain or len(chain) >= MAX_DEPTH:
            self._report("part_cycle", place, *_cycle((*chain, include.part)))
            return frozenset()
        source = self._source(include.part, place)
        if source is None or source.findings:
            self.findings += source.findings if source else []
            return frozenset()
        header = self._header(source)
        if header is None:
            return frozenset()
        for name in include.exits.keys() - set(header.exits):
            message = Text(f"у части «{include.part}» нет выхода «{name}»", f"'{include.part}' has no exit '{name}'")
            self._report("unknown_exit", place, message, did_you_mean(name, header.exits))
        ways = {name: include.exits.get(name, name) for name in header.exits}
        exits = {name: outer.get(target, target) for name, target in ways.items()}
        lift_inline(source, exits)
        below = self.include(source, exits, (*chain, include.part))
        entries, phrases = frozenset(header.entries), _phrases(source)
        part = Part(include.part, source.file, place, entries, exits, phrases, below)
        self._keep(Layer(source, part))
        return below | {include.part}

    def _keep(self, layer: Layer) -> None:
        name, exits = layer.part.name, layer.part.exits
        known = self.layers.get(name)
        if known is None:
            self.layers[name] = layer
        elif known.part.exits != exits:
            self._report(
                "included_twice",
                layer.part.place,
                Text(f"часть «{name}» включена дважды с разными выходами", f"'{name}' is included with other exits"),
                Text("включите её один раз", "include it once"),
            )

    def _source(self, name: str, place: Place) -> Source | None:
        if name in self.texts:
            return read_yaml(self.texts[name], f"{name}.yaml")
        path = self._find(name, place)
        if path is not None and path.parent == library.PARTS:
            return copy.deepcopy(_shipped(path))  # lifting and exits change what was read
        return read_file(path) if path is not None else None

    def _find(self, name: str, place: Place) -> Path | None:
        folders = [library.PARTS] if self.folder is None else [self.folder / "parts", self.folder, library.PARTS]
        for folder in folders:
            path = folder / f"{name}.yaml"
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
        known = {
            path.stem for folder in (folders[0], library.PARTS) if folder.is_dir() for path in folder.glob("*.yaml")
        }
        message = Text(f"нет части «{name}»", f"there is no part '{name}'")
        remedy = did_you_mean(name, known) if known else Text("создайте её файл в parts/", "create its file in parts/")
        self._report("unknown_part", place, message, remedy)
        return None

    def _header(self, source: Source) -> PartHeader | None:
        known = fields_of(PartHeader)
        header = {key: value for key, value in source.data.items() if key not in SECTIONS}
        try:
            return TypeAdapter(PartHeader).validate_python(header)
        except ValidationError as error:
            self.findings += findings_of(error, (), "", source.nearest, lambda _: known)
            return None

    def _report(self, code: str, place: Place, message: Text, remedy: Text) -> None:
        self.findings.append(Finding(code, Severity.ERROR, place.file, place.line, "", message, remedy))


@lru_cache(maxsize=32)
def _shipped(path: Path) -> Source:
    """Parts that ship do not change while the product runs; editors read them at every edit."""
    return read_file(path)


def _phrases(source: Source) -> frozenset[str]:
    phrases = source.data.get("phrases")
    return frozenset(phrases) if isinstance(phrases, dict) else frozenset()


def _cycle(chain: tuple[str, ...]) -> tuple[Text, Text]:
    way = " → ".join(chain)
    return (
        Text(f"части включают друг друга по кругу: {way}", f"parts include each other in a circle: {way}"),
        Text("уберите одно из включений", "remove one of the includes"),
    )
