"""Pictures of scripts: everything is there, boxes do not overlap, lines lead to their boxes, text is escaped."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_dialog import Script, load_script
from scripts_dialog.drawing import graph_of, mermaid, svg
from scripts_dialog.drawing.layout import GAP, lay_out
from tests.conftest import runs

pytestmark = pytest.mark.unit

names = st.sampled_from("abcdefghij")
edges = st.lists(st.tuples(names, names), max_size=30)


@settings(max_examples=runs(80))
@given(edges=edges, count=st.integers(0, 10))
def test_boxes_never_overlap_and_lines_meet_their_boxes(edges: list[tuple[str, str]], count: int) -> None:
    sizes = {name: (100.0, 20.0 + 10 * index) for index, name in enumerate("abcdefghij"[:count])}
    layout = lay_out(sizes, edges, "a")
    rows: dict[float, list[float]] = {}
    for x, y in layout.places.values():
        rows.setdefault(y, []).append(x)
    for row in rows.values():
        assert all(right - left >= 100 + GAP - 0.01 for left, right in pairwise(sorted(row)))
    assert set(layout.lines) == {edge for edge in edges if edge[0] != edge[1] and {*edge} <= sizes.keys()}
    for (source, target), points in layout.lines.items():
        upper, lower = (target, source) if (source, target) in layout.turned else (source, target)
        (x1, y1), (x2, y2) = layout.places[upper], layout.places[lower]
        assert points[0] == pytest.approx((x1 + 50, y1 + sizes[upper][1]))
        assert points[-1] == pytest.approx((x2 + 50, y2))
        assert all(below[1] >= above[1] for above, below in pairwise(points))
    assert max((x + 100 for x, _ in layout.places.values()), default=0) <= layout.width + 0.01


def test_every_phrase_of_the_cold_call_is_drawn_with_its_ways(cold_call: Script) -> None:
    graph = graph_of(cold_call)
    drawn = {box.id for box in (*graph.phrases, *graph.ends)}
    assert cold_call.own <= drawn
    assert {box.id for box in graph.objections} == {f"objections.{name}" for name in cold_call.objections}
    texts = "".join(ET.fromstring(svg(graph)).itertext())  # noqa: S314 - our own picture
    for box in graph.phrases:
        assert box.title.split()[0] in texts
    chart = mermaid(graph)
    assert chart.startswith("flowchart TD\n")
    assert len(re.findall(r"^    n\d+ -", chart, re.M)) == sum(
        way.target in drawn for box in (*graph.phrases, *graph.objections) for way in box.ways
    )


def test_hostile_words_stay_words() -> None:
    hostile = '<script>alert(1)</script> "&]] -->|x| n1'
    script = load_script(
        "script: s\nstart: a\nphrases:\n"
        f"  a: {{title: '{hostile}', say: '{hostile.replace(']]', '')}', answers: {{yes: b, no: b}}}}\n"
        "  b: {end: refused}\n"
    )
    for language in ("ru", "en"):
        picture = svg(graph_of(script, language), language)
        assert "<script>" not in picture
        ET.fromstring(picture)  # noqa: S314
    chart = mermaid(graph_of(script))
    assert "<script>" not in chart
    assert all(line.count('"') in (0, 2) for line in chart.splitlines())
