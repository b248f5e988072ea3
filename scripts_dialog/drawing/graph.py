"""What is to be drawn of a script: its phrases with their answers, its ends, its objections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scripts_dialog import templates
from scripts_dialog.model import Intent, Objection, Script
from scripts_dialog.nodes.base import Node
from scripts_dialog.nodes.branch import Branch
from scripts_dialog.nodes.end import End
from scripts_dialog.understanding.shared import shared_intents

_WAYS: Mapping[str, tuple[str, str]] = {
    "goto": ("дальше", "on"),
    "otherwise": ("иначе", "otherwise"),
    "failed": ("не соединили", "not connected"),
    "collected": ("ответ получен", "answered"),
    "booked": ("записан", "booked"),
    "no_slot": ("нет времени", "nothing free"),
    "declined": ("время не подошло", "no time suits"),
    "silence.then": ("молчит", "silent"),
    "not_understood.then": ("не понят", "not understood"),
    "then": ("много раз", "too often"),
}
_QUIET = frozenset({"silence.then", "not_understood.then"})
EXCERPT_CHARS = 90


@dataclass(frozen=True, slots=True)
class Way:
    """Where a phrase leads, and after which answers. `quiet` ways are taken without words of the client."""

    labels: tuple[str, ...]
    target: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A phrase, an end or an objection. `outcome` is empty unless it is an end; `part` is where it comes from."""

    id: str
    title: str
    kind: str
    text: str
    ways: tuple[Way, ...] = ()
    outcome: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    title: str
    start: str
    phrases: tuple[Box, ...]
    ends: tuple[Box, ...]
    objections: tuple[Box, ...]


def graph_of(script: Script, language: str = "ru") -> Graph:
    """The phrases that a talk can get to through answers, in the order in which they are reached, then the others of
    the script itself; the ends that any of them leads to; the script's objections."""
    order = reached_order(script)
    namer = Namer(script.intents, language)
    boxes = [_box(script, name, namer) for name in order]
    objections = tuple(_objection(name, part, namer) for name, part in script.objections.items())
    return Graph(
        script.title or script.name,
        script.start,
        tuple(box for box in boxes if not box.outcome),
        tuple(box for box in boxes if box.outcome),
        objections,
    )


def reached_order(script: Script) -> list[str]:
    """Phrases in the order in which a talk gets to them, then those it does not get to."""
    order: dict[str, None] = {}
    aside = [target for objection in script.objections.values() for _, target in objection.targets()]
    for root in (script.start, *(name for name in script.phrases if name in script.own), *aside):
        waiting = [root]
        while waiting:
            name = waiting.pop(0)
            if name not in order and name in script.phrases:
                order[name] = None
                waiting += [target for _, target in script.phrases[name].targets()]
    return list(order)


def _box(script: Script, name: str, namer: Namer) -> Box:
    node = script.phrases[name]
    return Box(
        name,
        node.title or name,
        node.key,
        excerpt(next(iter(node.texts()), "")),
        tuple(namer.ways(node)),
        node.end.value if isinstance(node, End) else "",
        next((part.name for part in script.parts.values() if name in part.phrases), ""),
    )


def _objection(name: str, objection: Objection, namer: Namer) -> Box:
    said = excerpt(next(iter(objection.texts()), ""))
    return Box(f"objections.{name}", namer.intent(name), "objection", said, tuple(namer.ways(objection)))


class Namer:
    """Words for answers and ways out, in the language of the picture."""

    def __init__(self, intents: Mapping[str, Intent], language: str) -> None:
        self._intents = {**shared_intents(), **intents}
        self._english = language == "en"

    def ways(self, part: Node | Objection) -> Iterator[Way]:
        """One way to each target, its answers together."""
        labels: dict[tuple[str, bool], list[str]] = {}
        for where, target in part.targets():
            labels.setdefault((target, where in _QUIET), []).append(self.label(part, where))
        for (target, quiet), said in labels.items():
            yield Way(tuple(said), target, quiet)

    def intent(self, name: str) -> str:
        """The title of an intent; its name in English, for titles are Russian."""
        known = self._intents.get(name)
        return known.title.lower() if known is not None and known.title and not self._english else name

    def label(self, part: Node | Objection, where: str) -> str:
        """Of one way out, by where it is written."""
        if where.startswith("answers."):
            return self.intent(where.removeprefix("answers."))
        if isinstance(part, Branch) and where.startswith("branch."):
            return part.branch[int(where.split(".")[1])].when
        ru, en = _WAYS.get(where, (where, where))
        return en if self._english else ru


def excerpt(text: str, length: int = EXCERPT_CHARS) -> str:
    """The beginning of a text, variables as they are written, marks left out."""
    parts = templates.parse(text).parts
    plain = "".join(
        f"{{{part.name}}}" if isinstance(part, templates.Field) else part if isinstance(part, str) else ""
        for part in parts
    )
    plain = " ".join(plain.split())
    return plain if len(plain) <= length else f"{plain[: length - 1].rsplit(' ', 1)[0]}…"
