"""A script as an SVG picture: phrases in rows from the start downwards, ends and objections listed below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from scripts_dialog.drawing.graph import Box, Graph, Way
from scripts_dialog.drawing.layout import Layout, Point, lay_out

WIDTH = 270.0
PAD = 12.0
LINE = 16.0
MARGIN = 32.0
COLUMN = WIDTH + 24.0
CHARS = 35
"""Letters of 12 px that fit into a box."""

_FILLS = {
    "answers": ("#eef4ff", "#5b7db1"),
    "book_meeting": ("#e6f6ea", "#3d8b57"),
    "collect": ("#fff6e0", "#b98a2b"),
    "objection": ("#fbeef6", "#a3568b"),
    "end": ("#f5f5f5", "#8a8a8a"),
}
_OTHER = ("#f4f0fb", "#7a62a8")
_CSS = (
    "text{font-family:'Noto Sans','DejaVu Sans',Arial,sans-serif;font-size:12px;fill:#222}"
    ".t{font-weight:700}.q{fill:#777;font-style:italic}.w{fill:#31507f}.g{fill:#888}"
    ".h{font-size:20px;font-weight:700}.s{font-size:15px;font-weight:700}"
    "path{fill:none;stroke:#5b7db1;stroke-width:1.4}.b{stroke:#c46a2b;stroke-dasharray:6 4}"
    ".f{stroke:#aaa;stroke-dasharray:2 4}"
)
_CAPTIONS = {"ru": ("Концовки", "Возражения, которые слышны везде"), "en": ("Ends", "Objections, heard anywhere")}


def svg(graph: Graph, language: str = "ru") -> str:
    """A whole document; text is escaped, nothing in it is fetched from anywhere."""
    names = {box.id: box.title for box in (*graph.phrases, *graph.ends)}
    ends = {box.id for box in graph.ends}
    sizes = {box.id: (WIDTH, _height(box, names)) for box in graph.phrases}
    edges = [(box.id, way.target) for box in graph.phrases for way in box.ways if way.target not in ends]
    layout = lay_out(sizes, edges, graph.start)
    width = max(layout.width, 4 * COLUMN) + 2 * MARGIN
    drawn = [*_lines(graph, layout), *(_phrase(box, names, layout, graph.start) for box in graph.phrases)]
    below, bottom = [], layout.height + 2 * MARGIN + 40
    for caption, boxes in zip(_CAPTIONS[language], (graph.ends, graph.objections), strict=True):
        if boxes:
            below.append(f'<text class="s" x="{MARGIN}" y="{bottom:.0f}">{escape(caption)}</text>')
            grid, bottom = _grid(boxes, names, width, bottom + 16)
            below += grid
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{bottom:.0f}" '
        f'viewBox="0 0 {width:.0f} {bottom:.0f}" role="img" aria-label={quoteattr(graph.title)}>'
        f"<style>{_CSS}</style>"
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L8 4L0 8Z" style="fill:#5b7db1;stroke:none"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text class="h" x="{MARGIN}" y="{MARGIN + 4:.0f}">{escape(graph.title)}</text>'
        f'<g transform="translate({MARGIN} {MARGIN + 24})">{"".join(drawn)}</g>{"".join(below)}</svg>\n'
    )


def _rows(box: Box, names: dict[str, str]) -> list[tuple[str, str]]:
    """(style, text) of every line in a box."""
    rows = [("t", line) for line in wrap(box.title, CHARS - 4)[:2]]
    if box.outcome:
        rows.append(("w", box.outcome))
    rows += [("q", line) for line in wrap(box.text, CHARS)[:3]]
    for way in box.ways:
        style = "g" if way.quiet else "w"
        rows += [(style, line) for line in wrap(_way(way, names), CHARS, subsequent_indent="    ")[:3]]
    return rows


def _way(way: Way, names: dict[str, str]) -> str:
    return f"{', '.join(way.labels)} → {names.get(way.target, way.target)}"


def _height(box: Box, names: dict[str, str]) -> float:
    return len(_rows(box, names)) * LINE + 2 * PAD


def _phrase(box: Box, names: dict[str, str], layout: Layout, start: str) -> str:
    return _box(box, names, layout.places[box.id], thick=box.id == start)


def _box(box: Box, names: dict[str, str], at: Point, *, thick: bool = False) -> str:
    x, y = at
    fill, stroke = _FILLS.get("end" if box.outcome else box.kind, _OTHER)
    hover = escape(f"{box.id} ({box.part})" if box.part else box.id)
    lines = "".join(
        f'<text class="{style}" x="{x + PAD:.1f}" y="{y + PAD + LINE * (index + 0.75):.1f}">{escape(text)}</text>'
        for index, (style, text) in enumerate(_rows(box, names))
    )
    return (
        f'<g><title>{hover}</title><rect x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" height="{_height(box, names):.1f}" '
        f'rx="8" fill="{fill}" stroke="{stroke}" stroke-width="{3 if thick else 1.2}"/>{lines}</g>'
    )


def _lines(graph: Graph, layout: Layout) -> Iterator[str]:
    quiet = {
        (box.id, way.target): way.quiet for box in graph.phrases for way in sorted(box.ways, key=lambda w: -w.quiet)
    }
    for edge, points in layout.lines.items():
        back = edge in layout.turned
        style = "b" if back else "f" if quiet.get(edge) else ""
        marker = 'marker-start="url(#a)"' if back else 'marker-end="url(#a)"'
        yield f'<path class="{style}" d="{_curve(points)}" {marker}/>'


def _curve(points: Sequence[Point]) -> str:
    """Upright at every point, so that lines leave and enter boxes squarely."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f"C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
    return path


def _grid(boxes: Sequence[Box], names: dict[str, str], width: float, top: float) -> tuple[list[str], float]:
    """Boxes in columns, the next one always into the shortest column. Returns them and where they end."""
    columns = [top] * max(1, int((width - 2 * MARGIN + 24) // COLUMN))
    drawn: list[str] = []
    for box in boxes:
        column = columns.index(min(columns))
        drawn.append(_box(box, names, (MARGIN + column * COLUMN, columns[column])))
        columns[column] += _height(box, names) + 14
    return drawn, max(columns) + MARGIN
