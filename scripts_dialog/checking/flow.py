"""Where a talk can get to: unreachable phrases, loops without exit, missing answers, no way to opt out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.model import Script
from scripts_dialog.nodes import Listening
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.end import End
from scripts_dialog.nodes.phrase import Phrase
from scripts_dialog.nodes.transfer import Transfer
from scripts_dialog.outcomes import Outcome
from scripts_dialog.values import Expects

Graph = Mapping[str, frozenset[str]]


def check_flow(script: Script) -> Iterator[Finding]:
    graph = {name: frozenset(target for _, target in node.targets()) for name, node in script.phrases.items()}
    yield from _unreachable(script, graph)
    yield from _unused_parts(script, graph)
    yield from _endless(script, graph)
    yield from _without_exit(script, graph)
    yield from _yes_no(script)
    yield from _opt_out(script)
    yield from _goal(script, graph)


def _finding(script: Script, code: str, severity: Severity, phrase: str, *, message: Text, remedy: Text) -> Finding:
    path = phrase.split(".", 1) if phrase.startswith("objections.") else ["phrases", phrase]
    place = script.place(*path) if phrase else script.place("")
    return Finding(code, severity, place.file, place.line, phrase, message, remedy)


def reached_from(graph: Graph, roots: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [root for root in roots if root in graph]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend((graph[name] - seen) & graph.keys())
    return frozenset(seen)


def roots_of(script: Script) -> frozenset[str]:
    """Phrases a talk may get to from anywhere."""
    anywhere = {target for objection in script.objections.values() for _, target in objection.targets()}
    defaults = {script.defaults.silence.then, script.defaults.not_understood.then}
    return frozenset({script.start, "opted_out", *anywhere, *(name for name in defaults if name)})


def _unreachable(script: Script, graph: Graph) -> Iterator[Finding]:
    reached = reached_from(graph, roots_of(script))
    entries = frozenset().union(*(part.entries for part in script.parts.values()))
    for name in sorted(script.own - reached - reached_from(graph, entries)):  # a part may offer more than is used here
        yield _finding(
            script,
            "unreachable",
            Severity.WARNING,
            name,
            message=Text("до этой фразы разговор никогда не дойдёт", "the talk never gets to this phrase"),
            remedy=Text("сошлитесь на неё из ответа другой фразы или удалите", "refer to it or delete it"),
        )


def _unused_parts(script: Script, graph: Graph) -> Iterator[Finding]:
    reached = reached_from(graph, roots_of(script))
    for part in script.parts.values():
        if part.entries and not part.entries & reached:
            yield Finding(
                "unused_part",
                Severity.WARNING,
                part.place.file,
                part.place.line,
                "",
                Text(f"в часть «{part.name}» разговор никогда не попадёт", f"the talk never gets into '{part.name}'"),
                Text(
                    f"сошлитесь на её вход ({', '.join(sorted(part.entries))}) или уберите её из include",
                    f"lead to its entry ({', '.join(sorted(part.entries))}) or remove it from include",
                ),
            )


def _endless(script: Script, graph: Graph) -> Iterator[Finding]:
    for name in sorted(_circles(script, graph) & script.own):
        yield _finding(
            script,
            "endless_loop",
            Severity.ERROR,
            name,
            message=Text(
                "переходы ходят по кругу, не дожидаясь клиента", "the way goes round in a circle without the client"
            ),
            remedy=Text("поставьте в круг вопрос или завершение", "put a question or an end into the circle"),
        )


def _circles(script: Script, graph: Graph) -> frozenset[str]:
    """Phrases on a way round none of which waits for the client: the robot would talk to itself."""
    quiet = {name for name, node in script.phrases.items() if not isinstance(node, Listening | Transfer | End)}
    inner = {name: graph[name] & quiet for name in quiet}
    return frozenset(name for name in quiet if name in reached_from(inner, inner[name]))


def _without_exit(script: Script, graph: Graph) -> Iterator[Finding]:
    """Phrases from whose answers no end can be reached. Fallbacks do not count: a client must be able to finish."""
    chosen = {name: _answers_of(script, name) for name in graph}
    backwards: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in chosen.items():
        for target in targets:
            backwards.setdefault(target, set()).add(name)
    ends = [name for name, node in script.phrases.items() if isinstance(node, End | Transfer)]
    finishing = reached_from({name: frozenset(sources) for name, sources in backwards.items()}, ends)
    for name in sorted(script.own - finishing - _circles(script, graph)):
        yield _finding(
            script,
            "no_exit",
            Severity.ERROR,
            name,
            message=Text(
                "какой бы ответ ни дал клиент, разговор не закончится",
                "no answer leads to an end",
            ),
            remedy=Text("добавьте ответ, который ведёт к завершению (end)", "add an answer that leads to an end"),
        )


def _answers_of(script: Script, name: str) -> frozenset[str]:
    fallbacks = ("silence.then", "not_understood.then")
    return frozenset(target for where, target in script.phrases[name].targets() if where not in fallbacks)


def _yes_no(script: Script) -> Iterator[Finding]:
    for name in sorted(script.own):
        node = script.phrases[name]
        if not isinstance(node, Listening):
            continue
        missing = [intent for intent in ("yes", "no") if intent not in node.answers]
        one_sided = isinstance(node, Phrase) and len(missing) == 1
        if missing and (one_sided or node.expects is Expects.YES_NO):
            said = " и ".join(f"«{intent}»" for intent in missing)
            yield _finding(
                script,
                "yes_no_incomplete",
                Severity.WARNING,
                name,
                message=Text(
                    f"вопрос на да/нет, а ответа {said} нет", f"a yes/no question without {' and '.join(missing)}"
                ),
                remedy=Text(f"допишите в answers: {missing[0]}: …", f"add to answers: {missing[0]}: …"),
            )


def _opt_out(script: Script) -> Iterator[Finding]:
    farewell = script.phrases.get("opted_out")
    if not isinstance(farewell, End) or farewell.end is not Outcome.OPTED_OUT:
        yield _finding(
            script,
            "no_opt_out",
            Severity.ERROR,
            "opted_out",
            message=Text("просьба больше не звонить должна заканчивать разговор", "a demand to stop must end the talk"),
            remedy=Text("в фразе opted_out напишите end: opted_out", "write end: opted_out in the phrase opted_out"),
        )


def _goal(script: Script, graph: Graph) -> Iterator[Finding]:
    if script.goal != "meeting":
        return
    reached = reached_from(graph, roots_of(script))
    if not any(isinstance(script.phrases[name], BookMeeting) for name in reached):
        yield _finding(
            script,
            "goal_unreachable",
            Severity.WARNING,
            "",
            message=Text("цель — встреча, а записать на неё негде", "the goal is a meeting, but nothing books one"),
            remedy=Text(
                "добавьте фразу с book_meeting или смените goal", "add a phrase with book_meeting or change goal"
            ),
        )
