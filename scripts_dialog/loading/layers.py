"""The common ground, the parts and the script laid over each other: what is above replaces what is below by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.parts import SECTIONS, Layer
from scripts_dialog.loading.read import Source
from scripts_dialog.templates import flatten

_JOINED = (*SECTIONS, "variables")
_INSIDE = tuple(f"{name}." for name in (*_JOINED, "defaults"))
_WHAT = {
    "phrases": Text("фраза", "the phrase"),
    "objections": Text("возражение", "the objection"),
    "intents": Text("смысл ответа", "the intent"),
    "variables": Text("переменная", "the variable"),
}


def section(source: Source, name: str) -> dict[str, Any]:
    """A section as a mapping, variables by their dotted names; empty when it is absent or something else."""
    found = source.data.get(name)
    if not isinstance(found, dict):
        return {}
    return dict(flatten(found)) if name == "variables" else found


def merge(layers: Sequence[Source]) -> Source:
    """One source, the last layer on top: its header and its defaults are those of the whole."""
    top = layers[-1]
    merged = Source(top.file, {name: {} for name in _JOINED})
    for layer in layers:
        _uncover(merged, layer)
        for name in _JOINED:
            found = section(layer, name)
            merged.data[name].update(_added(merged.data[name], found) if name == "intents" else found)
        merged.places.update(
            {path: at for path, at in layer.places.items() if layer is top or path.startswith(_INSIDE)}
        )
    header = {name: value for name, value in top.data.items() if name not in SECTIONS}
    if isinstance(header.get("variables", {}), dict):
        header["variables"] = merged.data["variables"]
    merged.data.update(header)
    return merged


def _added(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """Intents of a layer; one that has `also` alone adds to that of the layers below."""
    return {name: _on(lower.get(name), raw) for name, raw in upper.items()}


def _on(lower: Any, upper: Any) -> Any:
    if not (isinstance(upper, dict) and "also" in upper and "examples" not in upper and isinstance(lower, dict)):
        return upper
    added = _lines(upper["also"])
    if added is None:
        return upper  # what is wrong with it is found with the other mistakes
    to = "examples" if "examples" in lower else "also"
    known = _lines(lower.get(to)) or []
    return {**lower, **{key: value for key, value in upper.items() if key != "also"}, to: [*known, *added]}


def _lines(examples: Any) -> list[Any] | None:
    if isinstance(examples, str):
        return [line.strip() for line in examples.splitlines() if line.strip()]
    return examples if isinstance(examples, list) else None


def _uncover(merged: Source, layer: Source) -> None:
    """Forget what the layer replaces: its places, and with a phrase the phrases written inside it."""
    gone = {name: merged.data[name].keys() & section(layer, name).keys() for name in SECTIONS}
    inside = tuple([f"{name}." for name in gone["phrases"]] + [f"objections.{name}." for name in gone["objections"]])
    merged.data["phrases"] = {name: raw for name, raw in merged.data["phrases"].items() if not name.startswith(inside)}
    paths = {f"{name}.{key}" for name, keys in gone.items() for key in keys}
    if paths or inside:
        below = tuple([f"{path}." for path in paths] + [f"phrases.{prefix}" for prefix in inside])
        merged.places = {
            path: place for path, place in merged.places.items() if path not in paths and not path.startswith(below)
        }


def clashes(layers: Mapping[str, Layer], top: Source) -> Iterator[Finding]:
    """The same name in two parts that do not stand on each other, and the script does not say which it wants."""
    for (first, lower), (second, upper) in combinations(layers.items(), 2):
        if first in upper.part.below or second in lower.part.below:
            continue
        for name in _JOINED:
            ours, theirs, decided = (section(source, name) for source in (lower.source, upper.source, top))
            for key in sorted(ours.keys() & theirs.keys() - decided.keys()):
                if ours[key] != theirs[key]:
                    yield _clash(name, key, (first, second), upper.source)


def _clash(name: str, key: str, parts: tuple[str, str], where: Source) -> Finding:
    place = where.places.get(f"{name}.{key}") or where.places.get(name) or where.places[""]
    what = _WHAT[name]
    return Finding(
        "part_clash",
        Severity.ERROR,
        place.file,
        place.line,
        key if name == "phrases" else "",
        Text(
            f"{what.ru} «{key}» написана по-разному в частях «{parts[0]}» и «{parts[1]}»",
            f"{what.en} '{key}' differs between the parts '{parts[0]}' and '{parts[1]}'",
        ),
        Text("назовите их по-разному или напишите свою в сценарии", "rename one, or write your own in the script"),
    )
