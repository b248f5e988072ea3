"""Names that refer to nothing: targets, intents, variables, formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scripts_dialog import templates
from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.mistakes import did_you_mean
from scripts_dialog.model import Place, Script
from scripts_dialog.nodes.action import Action
from scripts_dialog.nodes.transfer import Transfer

KNOWN_VARIABLES = frozenset(
    {
        "lead.name",
        "lead.first_name",
        "lead.company",
        "lead.position",
        "lead.city",
        "lead.phone",
        "lead.email",
        "lead.product",
        "lead.notes",
        "company.name",
        "company.city",
        "company.phone",
        "company.site",
        "campaign.name",
        "campaign.transfer_to",
        "robot.name",
        "meeting.at",
        "meeting.when",
        "call.heard",
        "call.reached",
        "call.visits",
    }
)
"""Variables the application gives to every call; any other is declared under `variables`."""
FORMATS = frozenset({"", "money", "number", "date", "time", "when"})


def check_references(script: Script, shared_intents: Iterable[str]) -> list[Finding]:
    intents = frozenset(shared_intents) | frozenset(script.intents)
    return [*_targets(script), *_intents(script, intents), *_variables(script)]


def _targets(script: Script) -> Iterator[Finding]:
    for owner, path, where, target in _moves(script):
        if target not in script.phrases:
            yield _finding(
                "unknown_target",
                script.place(*path, *where.split(".")),
                owner,
                Text(f"переход на «{target}», а такой фразы нет", f"goes to '{target}', which does not exist"),
                did_you_mean(target, (name for name in script.phrases if "." not in name)),
            )


def _moves(script: Script) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    yield "", (), "start", script.start
    for name, phrase in script.phrases.items():
        for where, target in phrase.targets():
            yield name, ("phrases", name), where, target
    for name, objection in script.objections.items():
        for where, target in objection.targets():
            yield f"objections.{name}", ("objections", name), where, target
    for name in ("silence", "not_understood"):
        fallback = getattr(script.defaults, name)
        if fallback.then is not None:
            yield "", ("defaults", name), "then", fallback.then


def _intents(script: Script, known: frozenset[str]) -> Iterator[Finding]:
    for name, phrase in script.phrases.items():
        for intent in getattr(phrase, "answers", {}):
            if intent not in known and intent not in "0123456789*#":
                yield _unknown_intent(script.place("phrases", name, "answers", intent), name, intent, known)
    for name, objection in script.objections.items():
        if name not in known:
            yield _unknown_intent(script.place("objections", name), f"objections.{name}", name, known)
        for intent in objection.answers:
            if intent not in known:
                place = script.place("objections", name, "answers", intent)
                yield _unknown_intent(place, f"objections.{name}", intent, known)
    for name, definition in script.intents.items():
        if definition.implies is not None and definition.implies not in known:
            yield _unknown_intent(script.place("intents", name, "implies"), "", definition.implies, known)


def _unknown_intent(place: Place, phrase: str, intent: str, known: frozenset[str]) -> Finding:
    hint = did_you_mean(intent, known)
    remedy = Text(
        f"{hint.ru}; или опишите «{intent}» в intents примерами", f"{hint.en} Or give examples of '{intent}' in intents"
    )
    message = Text(f"неизвестный ответ «{intent}»", f"unknown intent '{intent}'")
    return _finding("unknown_intent", place, phrase, message, remedy)


def _variables(script: Script) -> Iterator[Finding]:
    collected = frozenset().union(*(phrase.writes() for phrase in script.phrases.values()))
    known = KNOWN_VARIABLES | frozenset(script.variables) | collected
    for owner, text in _all_texts(script):
        for field in templates.parse(text).fields():
            if field.name not in known | templates.PLACEHOLDERS:
                yield _unknown_variable(_place(script, owner, field.name), owner, field.name, known)
            if field.format not in FORMATS:
                message = Text(f"неизвестный формат «{field.format}»", f"unknown format '{field.format}'")
                yield _finding(
                    "unknown_format", _place(script, owner), owner, message, did_you_mean(field.format, FORMATS)
                )
    for name, phrase in script.phrases.items():
        for variable in sorted(phrase.reads() - known):
            yield _unknown_variable(_place(script, name), name, variable, known)


def _all_texts(script: Script) -> Iterator[tuple[str, str]]:
    yield from script.texts()
    for name, phrase in script.phrases.items():
        if isinstance(phrase, Action):
            yield from ((name, text) for text in phrase.parameters())
        elif isinstance(phrase, Transfer):
            yield name, phrase.transfer


def _unknown_variable(place: Place, owner: str, name: str, known: frozenset[str]) -> Finding:
    hint = did_you_mean(name, known)
    remedy = Text(f"{hint.ru}; или объявите её в variables", f"{hint.en} Or declare it under variables")
    message = Text(f"неизвестная переменная {{{name}}}", f"unknown variable {{{name}}}")
    return _finding("unknown_variable", place, owner, message, remedy)


def _place(script: Script, owner: str, _name: str = "") -> Place:
    if owner.startswith("objections."):
        place = script.places.get(f"{owner}.say") or script.places.get(owner)
        if place is not None:
            return place
    return script.places.get(f"phrases.{owner}.say") or script.place("phrases", owner)


def _finding(code: str, place: Place, phrase: str, message: Text, remedy: Text) -> Finding:
    return Finding(code, Severity.ERROR, place.file, place.line, phrase, message, remedy)
