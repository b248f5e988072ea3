"""Where parts meet: what is led to from outside are their entries, what they lead to are their exits."""

from __future__ import annotations

from collections.abc import Iterator

from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.mistakes import did_you_mean
from scripts_dialog.model import Part, Place, Script


def check_joints(script: Script, common: frozenset[str]) -> Iterator[Finding]:
    """`common` are the phrases of the common ground, which a part may always lead to."""
    for part in script.parts.values():
        yield from _entries(part)
        yield from _exits(script, part)
    joints = _Joints(script, common)
    for name in script.phrases:
        yield from joints.of("phrases", name)
    for name in script.objections:
        yield from joints.of("objections", name)


class _Joints:
    def __init__(self, script: Script, common: frozenset[str]) -> None:
        self.script = script
        self.common = common
        self.written = {part.file: part for part in script.parts.values()}

    def home(self, section: str, name: str) -> Part | None:
        """The part that a phrase or an objection was written in; None for the script and the common ground."""
        return self.written.get(self.script.place(section, name).file)

    def of(self, section: str, name: str) -> Iterator[Finding]:
        inside = self.home(section, name)
        owner = f"objections.{name}" if section == "objections" else name
        for where, target in getattr(self.script, section)[name].targets():
            if target not in self.script.phrases:
                continue  # an unknown target is found with the other references
            at = self.script.place(section, name, *where.split("."))
            other = self.home("phrases", target)
            if inside is not None and not self._may_leave(inside, target):
                yield _undeclared_exit(inside, owner, target, at)
            # a phrase written to replace one of the part stands in the part, and may lead on inside it
            elif inside is None and other is not None and target not in other.entries and owner not in other.phrases:
                yield _inner_phrase(other, owner, target, at)

    def _may_leave(self, part: Part, target: str) -> bool:
        entries = frozenset().union(*(self.script.parts[name].entries for name in part.below))
        return target in part.phrases | set(part.exits.values()) | self.common | entries


def _entries(part: Part) -> Iterator[Finding]:
    for name in sorted(part.entries - part.phrases):
        message = Text(f"вход «{name}» объявлен, а такой фразы в части нет", f"the entry '{name}' is no phrase here")
        yield _finding("unknown_entry", Place(part.file, 1), "", message, did_you_mean(name, part.phrases))


def _exits(script: Script, part: Part) -> Iterator[Finding]:
    for name, target in sorted(part.exits.items()):
        if target in script.phrases:
            continue
        message = Text(
            f"часть «{part.name}» ведёт на «{target}», а в сценарии такой фразы нет",
            f"the part '{part.name}' leads to '{target}', which the script does not have",
        )
        remedy = Text(
            f"опишите фразу «{target}» или укажите другую: exits: {{{name}: …}}",
            f"write the phrase '{target}' or name another: exits: {{{name}: …}}",
        )
        yield _finding("missing_exit", part.place, "", message, remedy)


def _inner_phrase(part: Part, owner: str, target: str, at: Place) -> Finding:
    message = Text(
        f"«{target}» — внутренняя фраза части «{part.name}», в неё нельзя попасть снаружи",
        f"'{target}' is an inner phrase of the part '{part.name}'",
    )
    entries = ", ".join(sorted(part.entries))
    remedy = Text(
        f"сошлитесь на вход части ({entries}) или допишите «{target}» в её entries",
        f"lead to an entry of the part ({entries}) or add '{target}' to its entries",
    )
    return _finding("not_an_entry", at, owner, message, remedy)


def _undeclared_exit(part: Part, owner: str, target: str, at: Place) -> Finding:
    message = Text(
        f"часть «{part.name}» ведёт наружу, на «{target}», но не объявляет этого",
        f"the part '{part.name}' leads out to '{target}' without saying so",
    )
    remedy = Text(f"допишите «{target}» в exits части", f"add '{target}' to the exits of the part")
    return _finding("undeclared_exit", at, owner, message, remedy)


def _finding(code: str, place: Place, phrase: str, message: Text, remedy: Text) -> Finding:
    return Finding(code, Severity.ERROR, place.file, place.line, phrase, message, remedy)
