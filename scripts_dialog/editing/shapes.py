"""The script as a canvas shows it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class SayShape(_Shape):
    """One variant: `texts` are those of the first visit, the second, …; `audio` a recording for each, or empty."""

    variant: str = ""
    texts: tuple[str, ...]
    weight: int = 1
    audio: tuple[str, ...] = ()


class AnswerShape(_Shape):
    intent: str
    title: str
    target: str


class WayShape(_Shape):
    """way: as in the edit set_way. quiet: taken without words of the client."""

    way: str
    label: str
    target: str
    quiet: bool = False


class FallbackShape(_Shape):
    """None where the defaults hold."""

    say: tuple[str, ...] | None = None
    after_s: float | None = None
    at_most: int | None = None
    then: str | None = None


class NodeShape(_Shape):
    """A phrase or an objection.

    kind: phrase, book_meeting, collect, branch, action, transfer, goto, end, objection, or broken for one that cannot
    be read. part: where it is written, "" in the script itself, "common" in what all scripts stand on. inline: written
    in place under the phrase before the last dot. replaces: the script's own copy of a phrase of a part. settings:
    those of the edit set_field that are not the default. seconds: about how long its longest text is to say. reachable:
    whether a talk may get there. conditions: of a branch, one for each of its ways `branch.N.goto`."""

    id: str
    title: str
    kind: str
    part: str = ""
    inline: bool = False
    replaces: bool = False
    variants: tuple[SayShape, ...] = ()
    answers: tuple[AnswerShape, ...] = ()
    ways: tuple[WayShape, ...] = ()
    silence: FallbackShape | None = None
    not_understood: FallbackShape | None = None
    settings: Mapping[str, bool | int | str | tuple[str, ...]] = {}
    conditions: tuple[str, ...] = ()
    outcome: str = ""
    seconds: float = 0.0
    reachable: bool = True


class EdgeShape(_Shape):
    """From one node to another, all answers that lead there together."""

    id: str
    source: str
    target: str
    labels: tuple[str, ...]
    intents: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    quiet: bool = False


class IntentShape(_Shape):
    """What a client may mean. own: written in this script; shared: known to all scripts. examples: all that the script
    or a part gives; of a shared one the most typical, and `added` those that this script adds to it."""

    intent: str
    title: str
    own: bool
    shared: bool
    part: str = ""
    implies: str = ""
    examples: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    count: int = 0


class PartShape(_Shape):
    part: str
    entries: tuple[str, ...]
    exits: Mapping[str, str]


class Canvas(_Shape):
    """nodes: phrases in the order in which a talk reaches them, then what it does not reach. objections: may be heard
    anywhere, drawn aside. variables: what the script says of itself. known_variables: all that texts may name."""

    name: str
    title: str
    goal: str
    start: str
    nodes: tuple[NodeShape, ...]
    objections: tuple[NodeShape, ...]
    edges: tuple[EdgeShape, ...]
    intents: tuple[IntentShape, ...]
    parts: tuple[PartShape, ...]
    variables: Mapping[str, str]
    known_variables: tuple[str, ...]
    defaults: Mapping[str, FallbackShape] = {}


class WordChange(_Shape):
    """A run of words: "same", "added" or "removed"."""

    kind: str
    text: str


class PieceChange(_Shape):
    """where: as in the YAML under the phrase (say, answers.no, silence.then). before, after: "" where it was not or is
    no more. words: of texts, the two put together word by word."""

    where: str
    before: str
    after: str
    words: tuple[WordChange, ...] = ()


class PhraseChange(_Shape):
    """id: of a phrase, "objections.<intent>", "intents.<intent>", "variables.<name>" or a key of the header.
    kind: "added", "removed" or "changed"."""

    id: str
    title: str
    kind: str
    pieces: tuple[PieceChange, ...]
