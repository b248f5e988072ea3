"""A script's text as a canvas: every phrase with what it says and where it leads, broken ones too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts_dialog.checking.flow import reached_from, roots_of
from scripts_dialog.checking.wording import seconds_to_say
from scripts_dialog.drawing.graph import Namer, reached_order
from scripts_dialog.editing.below import Below
from scripts_dialog.editing.document import Document
from scripts_dialog.editing.shapes import (
    AnswerShape,
    Canvas,
    EdgeShape,
    FallbackShape,
    IntentShape,
    NodeShape,
    PartShape,
    SayShape,
    WayShape,
)
from scripts_dialog.editing.spots import OBJECTION, inline
from scripts_dialog.loading.references import KNOWN_VARIABLES
from scripts_dialog.model import Intent, Objection, Script
from scripts_dialog.nodes.base import Fallback, Node
from scripts_dialog.nodes.branch import Branch
from scripts_dialog.nodes.end import End
from scripts_dialog.understanding.shared import shared_intents

_SETTINGS = (
    "again", "at_most", "callback_at", "collect", "confirm", "default", "expects", "interruptible", "into", "reached",
    "reason", "repeat", "transfer", "wrong",
)  # fmt: skip
_FALLBACKS = ("silence", "not_understood")
TYPICAL = 12
"""Examples of an intent that all scripts share; it has hundreds."""


def canvas_of(text: str, script: Script | None, language: str = "ru") -> Canvas:
    """script: what was read of the text, None when it is too broken; then its phrases are shown without their ways.
    Raises ScriptError for a text that is no mapping at all."""
    return _Drawing(text, script, language).canvas()


class _Drawing:
    def __init__(self, text: str, script: Script | None, language: str) -> None:
        self._document = Document(text)
        self._below = Below(self._document.data)
        self._inline = inline(self._document)
        self._script = script
        self._namer = Namer(script.intents if script is not None else {}, language)

    def canvas(self) -> Canvas:
        data, script = self._document.data, self._script
        nodes = tuple(self._nodes())
        objections = tuple(self._objections())
        variables = dict(script.variables) if script is not None else {}
        collected = [name for phrase in script.phrases.values() for name in phrase.writes()] if script else []
        return Canvas(
            name=str(data.get("script", "")),
            title=str(data.get("title", "")),
            goal=str(data.get("goal", "meeting")),
            start=str(data.get("start", "")),
            nodes=nodes,
            objections=objections,
            edges=tuple(edge for node in (*nodes, *objections) for edge in _edges(node)),
            intents=tuple(self._intents()),
            parts=tuple(
                PartShape(part=part.name, entries=tuple(sorted(part.entries)), exits=dict(part.exits))
                for part in (script.parts.values() if script is not None else ())
            ),
            variables=variables,
            known_variables=tuple(sorted(KNOWN_VARIABLES | variables.keys() | set(collected))),
            defaults={name: _fallback(getattr(script.defaults, name)) for name in _FALLBACKS} if script else {},
        )

    def _nodes(self) -> Iterator[NodeShape]:
        script = self._script
        if script is not None:
            graph = {name: frozenset(target for _, target in node.targets()) for name, node in script.phrases.items()}
            reachable = reached_from(graph, roots_of(script))
            for name in reached_order(script):
                yield self._node(name, script.phrases[name], reachable=name in reachable)
        known = script.phrases if script is not None else {}
        for name in self._document.names("phrases"):
            if name not in known:
                yield _broken(name, self._document.data["phrases"][name])

    def _objections(self) -> Iterator[NodeShape]:
        known = self._script.objections if self._script is not None else {}
        for name, objection in known.items():
            yield self._node(f"{OBJECTION}{name}", objection)
        for name in self._document.names("objections"):
            if name not in known:
                yield _broken(f"{OBJECTION}{name}", self._document.data["objections"][name])

    def _node(self, phrase: str, node: Node | Objection, *, reachable: bool = True) -> NodeShape:
        objection = isinstance(node, Objection)
        of, name = ("objections", phrase.removeprefix(OBJECTION)) if objection else ("phrases", phrase)
        written, owner = name in set(self._document.names(of)), self._below.owner(name, of=of)
        inside = phrase in self._inline
        says = getattr(node, "say", None) or ()
        ways = [(where, target) for where, target in node.targets() if not where.startswith("answers.")]
        variables = self._script.variables if self._script is not None else {}
        return NodeShape(
            id=phrase,
            title=self._namer.intent(name) if objection else getattr(node, "title", "") or name,
            kind="objection" if isinstance(node, Objection) else {"answers": "phrase"}.get(node.key, node.key),
            part="" if written or inside else owner,
            inline=inside and not written,
            replaces=written and bool(owner),
            variants=_variants(node, says),
            answers=tuple(
                AnswerShape(intent=intent, title=self._namer.intent(intent), target=target)
                for intent, target in getattr(node, "answers", {}).items()
            ),
            ways=tuple(
                WayShape(way=where, label=self._namer.label(node, where), target=target, quiet=_quiet(where))
                for where, target in ways
            ),
            silence=_own_fallback(node, "silence"),
            not_understood=_own_fallback(node, "not_understood"),
            settings=_settings(node),
            conditions=tuple(case.when for case in node.branch) if isinstance(node, Branch) else (),
            outcome=node.end.value if isinstance(node, End) else "",
            seconds=round(max((seconds_to_say(text, variables) for one in says for text in one.text), default=0.0), 1),
            reachable=reachable,
        )

    def _intents(self) -> Iterator[IntentShape]:
        shared = shared_intents()
        own = self._script.intents if self._script is not None else {}
        written = set(self._document.names("intents"))
        for name, intent in {**own, **{name: one for name, one in shared.items() if name not in own}}.items():
            common = name in shared and (intent.also is not None or name not in own)
            yield IntentShape(
                intent=name,
                title=intent.title or name,
                own=name in written,
                shared=name in shared,
                part=self._below.owner(name, of="intents"),
                implies=intent.implies or "",
                examples=intent.examples[:TYPICAL] if common else intent.examples,
                added=self._added(name, intent),
                count=len(intent.examples),
            )

    def _added(self, name: str, intent: Intent) -> tuple[str, ...]:
        """What this script adds to an intent that it did not write."""
        raw = self._document.data.get("intents")
        also = raw[name].get("also") if isinstance(raw, dict) and isinstance(raw.get(name), dict) else None
        if also is None:
            return ()
        lines = also.splitlines() if isinstance(also, str) else [str(line) for line in also]
        return tuple(line.strip() for line in lines if line.strip() and line.strip() in intent.examples)


def _variants(node: Node | Objection, says: Any) -> tuple[SayShape, ...]:
    audio = getattr(node, "audio", None) or ()
    return tuple(
        SayShape(variant=one.variant, texts=one.text, weight=one.weight, audio=one.audio or audio) for one in says
    )


def _settings(node: Node | Objection) -> Mapping[str, bool | int | str | tuple[str, ...]]:
    given = node.model_dump(mode="json", exclude_defaults=True, include=set(_SETTINGS))
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }


def _own_fallback(node: Node | Objection, name: str) -> FallbackShape | None:
    fallback = getattr(node, name, None)
    return _fallback(fallback) if isinstance(fallback, Fallback) else None


def _fallback(one: Fallback) -> FallbackShape:
    return FallbackShape(say=one.say, after_s=one.after, at_most=one.at_most, then=one.then)


def _broken(phrase: str, raw: Any) -> NodeShape:
    """What can be shown of a phrase that cannot be read: its findings tell the rest."""
    node = raw if isinstance(raw, dict) else {}
    written = node.get("say")
    said = [written] if isinstance(written, str) else written if isinstance(written, list) else []
    texts = tuple(str(one) for one in said if isinstance(one, str))
    variants = (SayShape(texts=texts),) if texts else ()
    return NodeShape(id=phrase, title=str(node.get("title") or phrase), kind="broken", variants=variants)


def _edges(node: NodeShape) -> Iterator[EdgeShape]:
    """One to each target; what is taken without words of the client apart."""
    together: dict[tuple[str, bool], list[AnswerShape | WayShape]] = {}
    for answer in node.answers:
        together.setdefault((answer.target, False), []).append(answer)
    for way in node.ways:
        together.setdefault((way.target, way.quiet), []).append(way)
    for (target, quiet), led in together.items():
        yield EdgeShape(
            id=f"{node.id}→{target}{'?' if quiet else ''}",
            source=node.id,
            target=target,
            labels=tuple(one.title if isinstance(one, AnswerShape) else one.label for one in led),
            intents=tuple(one.intent for one in led if isinstance(one, AnswerShape)),
            ways=tuple(one.way for one in led if isinstance(one, WayShape)),
            quiet=quiet,
        )


def _quiet(where: str) -> bool:
    return where in ("silence.then", "not_understood.then")
