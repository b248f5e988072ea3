"""A layered layout (Sugiyama): boxes in rows from the start downwards, few crossings, lines that pass between boxes.

1. Edges against the direction of a depth-first walk are turned round.
2. A box stands one row below the lowest of those that lead to it.
3. An edge across several rows gets a joint in each.
4. Rows are ordered by the mean place of their neighbours, down and up again.
5. Boxes move towards the mean of their neighbours as far as their row allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]
Point = tuple[float, float]

GAP = 28.0
"""Between boxes of a row."""
ROW_GAP = 64.0
JOINT_WIDTH = 10.0
SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """`places` are the top left corners of the boxes; `lines` the points that an edge passes, from its source's bottom
    to its target's top (the other way round for a `turned` edge)."""

    places: Mapping[str, Point]
    lines: Mapping[Edge, tuple[Point, ...]]
    turned: frozenset[Edge]
    width: float
    height: float


def lay_out(sizes: Mapping[str, Point], edges: Sequence[Edge], start: str) -> Layout:
    """`sizes` are the widths and heights of the boxes, in the order in which they come where all else is equal."""
    drawn = list(dict.fromkeys(edge for edge in edges if edge[0] != edge[1] and edge[0] in sizes and edge[1] in sizes))
    turned = _turned(sizes, drawn, start)
    downward = [(target, source) if (source, target) in turned else (source, target) for source, target in drawn]
    net = _Net(sizes, _layers(sizes, downward))
    for edge in dict.fromkeys(downward):
        net.add(edge)
    net.order()
    net.place()
    lines = {edge: net.line((edge[1], edge[0]) if edge in turned else edge) for edge in drawn}
    places = {name: (net.left[name], net.tops[net.layer[name]]) for name in sizes}
    width = max((net.left[name] + net.width(name) for name in net.left), default=0.0)
    return Layout(places, lines, frozenset(turned), width, net.tops[-1] if net.tops else 0.0)


def _turned(sizes: Mapping[str, Point], edges: Sequence[Edge], start: str) -> set[Edge]:
    """Edges that lead back to where the walk has come from."""
    following: dict[str, list[str]] = {name: [] for name in sizes}
    for source, target in edges:
        following[source].append(target)
    state: dict[str, int] = {}
    turned: set[Edge] = set()
    for root in (start, *sizes):
        if root in state or root not in sizes:
            continue
        state[root] = 1
        stack = [(root, iter(following[root]))]
        while stack:
            name, rest = stack[-1]
            target = next(rest, "")
            if not target:
                state[name] = 2
                stack.pop()
            elif state.get(target) == 1:
                turned.add((name, target))
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(following[target])))
    return turned


def _layers(sizes: Mapping[str, Point], edges: Sequence[Edge]) -> dict[str, int]:
    """The row of each box; the edges have no circle any more."""
    layer = dict.fromkeys(sizes, 0)
    for _ in sizes:
        changed = False
        for source, target in edges:
            if layer[target] <= layer[source]:
                layer[target] = layer[source] + 1
                changed = True
        if not changed:
            break
    return layer


@dataclass(slots=True)
class _Net:
    sizes: Mapping[str, Point]
    layer: dict[str, int]
    rows: list[list[str]] = field(default_factory=list)
    up: dict[str, list[str]] = field(default_factory=dict)
    down: dict[str, list[str]] = field(default_factory=dict)
    chains: dict[Edge, list[str]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    tops: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = [[] for _ in range(max(self.layer.values(), default=-1) + 1)]
        for name, row in self.layer.items():
            self.rows[row].append(name)

    def width(self, name: str) -> float:
        return self.sizes[name][0] if name in self.sizes else JOINT_WIDTH

    def add(self, edge: Edge) -> None:
        source, target = edge
        chain = [source]
        for row in range(self.layer[source] + 1, self.layer[target]):
            joint = f"\0{source}\0{target}\0{row}"
            self.rows[row].append(joint)
            chain.append(joint)
        chain.append(target)
        self.chains[edge] = chain
        for above, below in pairwise(chain):
            self.down.setdefault(above, []).append(below)
            self.up.setdefault(below, []).append(above)

    def order(self) -> None:
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(SWEEPS):
            downwards = sweep % 2 == 0
            rows = range(1, len(self.rows)) if downwards else range(len(self.rows) - 2, -1, -1)
            near = self.up if downwards else self.down
            for row in rows:
                at = {name: index for other in self.rows for index, name in enumerate(other)}
                self.rows[row].sort(key=lambda name: _mean([at[other] for other in near.get(name, ())], at[name]))
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _crossings(self) -> int:
        at = {name: index for row in self.rows for index, name in enumerate(row)}
        crossings = 0
        for row in self.rows[:-1]:
            ends = [at[below] for name in row for below in sorted(self.down.get(name, ()), key=at.__getitem__)]
            crossings += sum(ends[i] > ends[j] for i in range(len(ends)) for j in range(i + 1, len(ends)))
        return crossings

    def place(self) -> None:
        for row in self.rows:
            x = 0.0
            for name in row:
                self.left[name] = x
                x += self.width(name) + GAP
        for sweep in range(2 * SWEEPS):
            near = self.up if sweep % 2 == 0 else self.down
            for row in self.rows if sweep % 2 == 0 else reversed(self.rows):
                wanted = [self._middle(name, near) - self.width(name) / 2 for name in row]
                self._settle(row, wanted)
        least = min(self.left.values(), default=0.0)
        self.left = {name: x - least for name, x in self.left.items()}
        self._rows_downwards()

    def _middle(self, name: str, near: Mapping[str, list[str]]) -> float:
        middles = [self.left[other] + self.width(other) / 2 for other in near.get(name, ())]
        return _mean(middles, self.left[name] + self.width(name) / 2)

    def _settle(self, row: Sequence[str], wanted: Sequence[float]) -> None:
        """As near to the places wanted as the order of the row allows: blocks of touching boxes share their wishes."""
        blocks: list[tuple[float, int, float]] = []  # the place of the first box, how many, the width of all
        for name, x in zip(row, wanted, strict=True):
            blocks.append((x, 1, self.width(name) + GAP))
            while len(blocks) > 1 and blocks[-2][0] + blocks[-2][2] > blocks[-1][0]:
                (x2, n2, w2), (x1, n1, w1) = blocks.pop(), blocks.pop()
                blocks.append(((x1 * n1 + (x2 - w1) * n2) / (n1 + n2), n1 + n2, w1 + w2))
        names = iter(row)
        for x, count, _ in blocks:
            place = x
            for _ in range(count):
                name = next(names)
                self.left[name] = place
                place += self.width(name) + GAP

    def _rows_downwards(self) -> None:
        y = 0.0
        for row in self.rows:
            self.tops.append(y)
            y += max((self.sizes[name][1] for name in row if name in self.sizes), default=0.0) + ROW_GAP
        self.tops.append(y - ROW_GAP if self.rows else 0.0)

    def line(self, edge: Edge) -> tuple[Point, ...]:
        points: list[Point] = []
        for name in self.chains[edge]:
            x, top = self.left[name] + self.width(name) / 2, self.tops[self.layer_of(name)]
            if name == edge[0]:
                points.append((x, top + self.sizes[name][1]))
            elif name == edge[1]:
                points.append((x, top))
            else:
                row = self.layer_of(name)
                points += [(x, top), (x, self.tops[row + 1] - ROW_GAP)]
        return tuple(points)

    def layer_of(self, name: str) -> int:
        return self.layer[name] if name in self.layer else int(name.rsplit("\0", 1)[1])


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
