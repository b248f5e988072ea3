"""What is said: phrases too long to listen to, signs a voice cannot read, examples that collide, defaults that are no
value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from scripts_dialog import templates
from scripts_dialog.checking.spelling import misread
from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.loading.mistakes import nearest
from scripts_dialog.model import Script
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.collect import Collect
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.understanding.slots import SlotKind, extract
from scripts_dialog.understanding.text import lemmas, words

CHARS_PER_SECOND = 14.0
"""Between the voices that ship, measured over the phrases of the cold call: espeak-ng at 150 words a minute says 12.7,
RHVoice's Anna 15.9 characters of Russian text a second, spaces and the pauses at full stops included."""
MAX_SECONDS = 12.0
VALUE_CHARS = 14
"""How long a variable is taken to be when the script itself does not say."""


_ASKED = {
    "datetime": "дня и времени",
    "number": "числа",
    "email": "адреса почты",
    "name": "имени",
    "text": "слов",
}


def seconds_to_say(text: str, variables: Mapping[str, str] | None = None) -> float:
    """About how long a template takes to say. A variable counts as long as its value in `variables`."""
    parsed = templates.parse(text)
    known = variables or {}
    values = sum(len(known.get(field.name, "")) or VALUE_CHARS for field in parsed.fields())
    return (len(parsed.plain()) + values) / CHARS_PER_SECOND + parsed.pauses_ms() / 1000


def check_wording(script: Script) -> Iterator[Finding]:
    yield from _texts(script)
    yield from _values(script)
    yield from _placeholders(script)
    yield from _examples(script)
    yield from _unused_intents(script)
    yield from _defaults(script)


def _warning(script: Script, code: str, owner: str, message: Text, remedy: Text, *path: str) -> Finding:
    place = script.place(*path)
    return Finding(code, Severity.WARNING, place.file, place.line, owner, message, remedy)


def _texts(script: Script) -> Iterator[Finding]:
    for owner, text in script.texts():
        path = owner.split(".", 1) if owner.startswith("objections.") else ["phrases", owner]
        seconds = seconds_to_say(text, script.variables)
        if seconds > MAX_SECONDS:
            yield _warning(
                script,
                "too_long",
                owner,
                Text(f"фраза звучит около {seconds:.0f} с: клиент не дослушает", f"takes about {seconds:.0f} s to say"),
                Text(
                    f"сократите до {MAX_SECONDS:.0f} с или разделите вопросом",
                    f"cut it to {MAX_SECONDS:.0f} s or ask in between",
                ),
                *path,
                "say",
            )
        for sign, spoken in islice(misread(templates.parse(text).plain()), 1):
            yield _misread(script, owner, sign, spoken, *path, "say")


def _values(script: Script) -> Iterator[Finding]:
    """Values of the script's own variables are read aloud too, unless a format says how."""
    formats: dict[str, set[str]] = {}
    for _, text in script.texts():
        for field in templates.parse(text).fields():
            formats.setdefault(field.name, set()).add(field.format)
    for name, value in script.variables.items():
        if "" in formats.get(name, ()):
            for sign, spoken in islice(misread(value), 1):
                yield _misread(script, "", sign, spoken, "variables", name)


def _misread(script: Script, owner: str, sign: str, spoken: str, *path: str) -> Finding:
    return _warning(
        script,
        "not_spoken",
        owner,
        Text(f"«{sign}» голос прочтёт неверно", f"a voice will misread '{sign}'"),
        Text(
            f"напишите, как это произносят: «{spoken}»" if spoken else "напишите русскими буквами, как это произносят",
            f"write it as it is pronounced: '{spoken}'" if spoken else "write it in Russian letters, as pronounced",
        ),
        *path,
    )


def _placeholders(script: Script) -> Iterator[Finding]:
    for name, node in script.phrases.items():
        wanted: list[tuple[str, str]] = []
        if isinstance(node, BookMeeting):
            wanted = [(node.words.confirm, "slot"), (node.words.offer, "slots"), (node.words.single, "slot")]
        elif isinstance(node, Collect):
            wanted = [(text, "value") for text in node.confirm or ()]
        for text, placeholder in wanted:
            if placeholder not in templates.parse(text).names:
                place = script.place("phrases", name)
                yield Finding(
                    "no_read_back",
                    Severity.ERROR,
                    place.file,
                    place.line,
                    name,
                    Text(f"«{text}» не называет {{{placeholder}}}", f"'{text}' does not say {{{placeholder}}}"),
                    Text(
                        f"вставьте {{{placeholder}}}: клиент должен услышать, с чем соглашается",
                        f"put {{{placeholder}}} in",
                    ),
                )


def _examples(script: Script) -> Iterator[Finding]:
    """The same example under two intents. Shared intents collide with those of the script too."""
    owners: dict[tuple[str, ...], tuple[str, bool]] = {}
    for name, intent in {**shared_intents(), **script.intents}.items():
        added = set(intent.also or intent.examples) if name in script.intents else set[str]()
        for example in intent.examples:
            meaning = _meaning(example)
            other, others_own = owners.setdefault(meaning, (name, example in added))
            if other != name and (example in added or others_own):
                yield _warning(
                    script,
                    "colliding_examples",
                    "",
                    Text(
                        f"«{example}» есть и у «{name}», и у «{other}»",
                        f"'{example}' belongs to '{name}' and '{other}'",
                    ),
                    Text("оставьте пример у одного из них", "leave the example with one of them"),
                    "intents",
                    name if name in script.intents else other,
                )


@lru_cache(maxsize=16_384)
def _meaning(example: str) -> tuple[str, ...]:
    """Its words in any form and order. The shared examples are thousands, and a script is checked at every edit."""
    return tuple(sorted(lemmas(words(example))))


def _unused_intents(script: Script) -> Iterator[Finding]:
    used = set(script.objections)
    for node in script.phrases.values():
        used |= set(getattr(node, "answers", {}))
    for objection in script.objections.values():
        used |= set(objection.answers)
    for name, intent in script.intents.items():
        if name not in used and intent.implies not in used and not intent.also:
            hint = nearest(name, used)
            yield _warning(
                script,
                "unused_intent",
                "",
                Text(f"на «{name}» не отвечает ни одна фраза", f"nothing answers '{name}'"),
                Text(
                    f"добавьте его в answers или objections{f' (есть похожий «{hint}»)' if hint else ''}",
                    "add it to answers or objections",
                ),
                "intents",
                name,
            )


def _defaults(script: Script) -> Iterator[Finding]:
    monday = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)  # any working morning: only whether a time is read matters
    for name, node in script.phrases.items():
        if not isinstance(node, Collect) or node.default is None:
            continue
        if extract(SlotKind(node.collect), node.default, monday, strict=False) is None:
            place = script.place("phrases", name, "default")
            yield Finding(
                "bad_default",
                Severity.ERROR,
                place.file,
                place.line,
                name,
                Text(
                    f"в «{node.default}» нет того, что спрашивают: {_ASKED[node.collect]}",
                    f"'{node.default}' is no {node.collect}",
                ),
                Text("напишите значение, каким его назвал бы клиент", "write a value as a client would name it"),
            )
