"""The YAML of a script as a tree that is changed and written back as it was: comments, order, quotes, blank lines."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString
from ruamel.yaml.tokens import CommentToken

from scripts_dialog.findings import ScriptError
from scripts_dialog.loading.read import read_yaml

_FLUSH = re.compile(r"^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n\1- ", re.MULTILINE)
"""A list whose dashes stand right under its key."""
_WIDTH = 100_000
"""Texts are never folded: their lines are the author's."""


class Document:
    """One script. `data` is the tree; change it with `put` and `drop`, which keep what stands around in its place."""

    def __init__(self, text: str) -> None:
        """Raises ScriptError for what is no mapping, has a key twice, or is too big or deep to be written by hand."""
        read = read_yaml(text, "")
        if read.findings:
            raise ScriptError(read.findings)
        self._yaml = YAML(typ="rt")
        self._yaml.width = _WIDTH
        self._yaml.preserve_quotes = True
        if _FLUSH.search(text):
            self._yaml.indent(mapping=2, sequence=2, offset=0)
        else:
            self._yaml.indent(mapping=2, sequence=4, offset=2)
        self.data: CommentedMap = self._yaml.load(text)

    def text(self) -> str:
        written = io.StringIO()
        self._yaml.dump(self.data, written)
        return written.getvalue()

    def section(self, name: str) -> CommentedMap:
        """phrases, objections, intents or variables; empty, and not part of the text, when it is not there."""
        found = self.data.get(name)
        return found if isinstance(found, CommentedMap) else CommentedMap()

    def add(self, section: str, name: str, value: Any, *, apart: bool = True) -> None:
        """Put into a section, which is made when it is not there. apart: with a blank line before it."""
        found = self.data.get(section)
        if isinstance(found, CommentedMap) and found:
            put(found, name, value, apart=apart)
        else:
            put(self.data, section, grown({name: value}), apart=True)

    def names(self, section: str) -> Iterator[str]:
        found = self.data.get(section)
        if isinstance(found, CommentedMap):
            yield from (str(name) for name in found)


@dataclass(frozen=True, slots=True)
class _Tail:
    """What is written after a value: `eol` on its own line, `rest` on those below it up to the next key."""

    eol: str = ""
    rest: str = ""
    column: int = 0


def put(within: CommentedMap, key: str, value: Any, *, apart: bool = False) -> None:
    """Set a key; a new one goes to the end. apart: with a blank line before it."""
    if key in within:
        tail = _take_tail(within, key)
        within[key] = value
        _put_tail(within, key, tail)
        return
    last = next(reversed(within), None)
    tail = _take_tail(within, last) if last is not None else _Tail()
    within[key] = value
    if last is not None:
        _put_tail(within, last, replace(tail, rest="\n" if apart else ""))
        _put_tail(within, key, _Tail(rest=tail.rest))


def drop(within: CommentedMap, key: str) -> None:
    """Take a key out. What is written below it stays: it is about what comes next."""
    names = list(within)
    at = names.index(key)
    tail = _take_tail(within, key)
    del within[key]
    if at and (at == len(names) - 1 or "#" in tail.rest):
        before = _take_tail(within, names[at - 1])
        _put_tail(within, names[at - 1], replace(before, rest=tail.rest))


def rename(within: CommentedMap, key: str, to: str) -> None:
    """Give a key another name, in its place."""
    at = list(within).index(key)
    comment = within.ca.items.pop(key, None)
    value = within.pop(key)
    within.insert(at, to, value)
    if comment is not None:
        within.ca.items[to] = comment


def plain(value: Any) -> Any:
    """Dicts, lists and scalars, without what ruamel hangs on them."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)


def grown(value: Any) -> Any:
    """Plain values as a tree of ruamel's."""
    if isinstance(value, dict):
        made = CommentedMap()
        for key, item in value.items():
            made[key] = grown(item)
        return made
    if isinstance(value, list | tuple):
        return CommentedSeq([grown(item) for item in value])
    return value


def _holder(within: Any, key: Any) -> tuple[Any, Any, int, bool]:
    """Where ruamel keeps what is written after a value: at the last scalar inside it, in this place; and whether that
    scalar ends its own last line."""
    value = within[key]
    while isinstance(value, CommentedMap | CommentedSeq) and value and not value.fa.flow_style():
        within = value
        key = len(value) - 1 if isinstance(value, CommentedSeq) else next(reversed(value))
        value = within[key]
    block = isinstance(value, LiteralScalarString | FoldedScalarString)
    return within, key, 0 if isinstance(within, CommentedSeq) else 2, block


def _take_tail(within: Any, key: Any) -> _Tail:
    holder, last, slot, block = _holder(within, key)
    tokens = holder.ca.items.get(last)
    if tokens is None or len(tokens) <= slot or tokens[slot] is None:
        return _Tail()
    token, tokens[slot] = tokens[slot], None
    if block:
        return _Tail("", str(token.value), token.start_mark.column)
    eol, _, rest = str(token.value).partition("\n")
    return _Tail(eol, rest, token.start_mark.column)


def _put_tail(within: Any, key: Any, tail: _Tail) -> None:
    holder, last, slot, block = _holder(within, key)
    written = tail.rest if block else f"{tail.eol}\n{tail.rest}"
    if written.strip("\n") or tail.rest:
        tokens = holder.ca.items.setdefault(last, [None, None, None, None])
        tokens[slot] = CommentToken(written, CommentMark(tail.column), None)
