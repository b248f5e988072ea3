"""A script as a Mermaid flowchart, for a document or an issue."""

from __future__ import annotations

from collections.abc import Iterator

from scripts_dialog.drawing.graph import Box, Graph

_SHAPES = {"end": ("([", "])"), "branch": ("{", "}"), "objection": ("[/", "/]")}
_PLAIN = ("[", "]")
_STYLES = {
    "answers": "fill:#eef4ff,stroke:#5b7db1",
    "book_meeting": "fill:#e6f6ea,stroke:#3d8b57",
    "collect": "fill:#fff6e0,stroke:#b98a2b",
    "end": "fill:#f3f3f3,stroke:#888888",
}


def mermaid(graph: Graph) -> str:
    """Nodes are numbered, for names of phrases may hold anything."""
    lines = ["flowchart TD"]
    numbers = {box.id: f"n{index}" for index, box in enumerate((*graph.phrases, *graph.ends, *graph.objections))}
    for box in (*graph.phrases, *graph.ends, *graph.objections):
        left, right = _SHAPES.get("end" if box.outcome else box.kind, _PLAIN)
        lines.append(f'    {numbers[box.id]}{left}"{_label(box)}"{right}')
    for box in (*graph.phrases, *graph.objections):
        lines += _arrows(box, numbers)
    for kind, style in _STYLES.items():
        members = [
            numbers[box.id] for box in (*graph.phrases, *graph.ends) if ("end" if box.outcome else box.kind) == kind
        ]
        if members:
            lines += [f"    classDef {kind} {style}", f"    class {','.join(members)} {kind}"]
    if graph.start in numbers:
        lines.append(f"    style {numbers[graph.start]} stroke-width:3px")
    return "\n".join(lines) + "\n"


def _label(box: Box) -> str:
    parts = [f"<b>{_escaped(box.title)}</b>", _escaped(box.text), f"<i>{box.outcome}</i>" if box.outcome else ""]
    return "<br/>".join(part for part in parts if part)


def _arrows(box: Box, numbers: dict[str, str]) -> Iterator[str]:
    for way in box.ways:
        if way.target in numbers:
            arrow = "-.->" if way.quiet or box.kind == "objection" else "-->"
            yield f'    {numbers[box.id]} {arrow}|"{_escaped(", ".join(way.labels))}"| {numbers[way.target]}'


def _escaped(text: str) -> str:
    """Entities in Mermaid's own spelling."""
    spelled = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "\n": " "}
    return "".join(spelled.get(char, char) for char in text)
