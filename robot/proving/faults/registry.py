"""All kinds of faults. Another one is a module, and a line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from robot.proving.faults import crm, intake, machine, network, processes
from robot.proving.faults.base import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind for module in (processes, network, crm, machine, intake) for kind in module.KINDS
}
CONTROL = "nothing"


def drawn(kinds: Sequence[Kind], rng: Random) -> Iterator[Kind]:
    """Without end: in rounds of all kinds by their weights, each round in another order, so that every kind has its
    share of any number."""
    while True:
        round_ = [kind for kind in kinds for _ in range(kind.weight)]
        rng.shuffle(round_)
        yield from round_
