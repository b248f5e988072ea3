"""`Understanding`: hard rules, cues and the classifier put together into the intents of an utterance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from scripts_dialog.meaning import IntentMatch, Meaning
from scripts_dialog.model import Intent, Script
from scripts_dialog.understanding.classifier import Classifier, Scored
from scripts_dialog.understanding.cues import Cues
from scripts_dialog.understanding.mishearing import SoundsLike, mended
from scripts_dialog.understanding.rules import denied, hard_rules
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.understanding.text import lemmas, normalize, words

REJECT = 0.3
"""Below this nothing is understood."""
SECOND = 0.5
"""Another intent of the same breath must be this sure."""
CUE, TRUSTED_CUE = 0.1, 0.35
"""What a cue adds to the score, and what one of the script's own does, or of an answer that is waited for."""
EXPECTED, ANYWHERE, ELSEWHERE = 1.2, 1.0, 0.8
"""Factors for intents answered right here, answered anywhere, and answered by nothing."""
NOTHING = "nothing"
"""The intent of talk that is not meant for us; it never leaves here."""
SURE_OF = {"voicemail": 0.45, "stop_calling": 0.6}
"""Intents that end the call for good: where their hard rules are silent the classifier must be surer."""
BARE = frozenset({"yes", "no", "greeting", "goodbye", "repeat"})
BARE_FACTOR = 0.68
"""Beside a telling clause, «да», «нет» and pleasantries say little."""
CLAUSE, EXPECTED_CLAUSE = 0.5, 0.8
"""The whole sentence knows better what was meant than a clause of it, unless the clause is an answer waited for."""
VERBATIM = 0.93
"""A sentence that is an example, word for word."""
UNNEGATED = 0.88
"""What the likeness to a denial («не актуально») is worth where nothing is denied («актуально»)."""
UNSURE, SOUNDS_ALIKE, SOUND_FACTOR = 0.3, 0.7, 0.8
"""Where nothing surer was understood, a sentence is taken for the example that sounds so near."""
REHEARSED = "дурындыкалка"
"""A word of no dictionary: understanding it loads all that is loaded when first needed."""
BIAS_PER_INTENT = 3
BIAS_TOTAL = 8
BIAS_ANYWHERE = ("вы робот", "откуда вы звоните", "позовите оператора", "не звоните больше", "перезвоните завтра")
"""May be said in any phrase, so the recognizer must know it too."""

_CLAUSE = re.compile(
    r"[.!?;,]+(?!\d)|\b(?:да и|и вообще|но|а|зато|только|лучше|потом|и еще|хотя|просто|вообще|поэтому)\b(?= \w+ )"
    r"|(?<=\w) (?=до свидания|всего доброго|всего хорошего)"
)
MAX_CLAUSES = 5
_NEGATION = re.compile(r"\b(?:не\w*|ни\w*|без|откаж\w*|отказ\w*|вряд|ошиб\w+)\b")
_YES_NO = re.compile(r"^(?:ну )?да нет\b")
"""«Да нет» is a no."""


class Understanding:
    """Understands the shared intents and those given. Deterministic and without state: one serves all calls."""

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        self._intents = {**shared_intents(), **intents}
        self._own = frozenset(name for name, one in intents.items() if not one.also)
        self._cues = Cues(self._intents)
        self._classifier = Classifier(self._intents)
        examples = [(name, example) for name, one in self._intents.items() for example in one.examples]
        self._verbatim = {" ".join(words(example)): name for name, example in reversed(examples)}
        self._sounds = SoundsLike(examples)
        self.understand(REHEARSED)  # the first client should not wait for rules, numerals and the vocabulary

    @classmethod
    def for_script(cls, script: Script) -> Understanding:
        """The understanding of a script; equal intents share one."""
        return _fitted(tuple(sorted(script.intents.items())))

    @classmethod
    def shared(cls) -> Understanding:
        """The understanding of the shared intents alone, fitted once."""
        return _fitted(())

    def understand(self, text: str, *, expected: Sequence[str] = (), also: Sequence[str] = ()) -> Meaning:
        normal = _YES_NO.sub("нет", mended(normalize(text)))
        tokens = words(normal)
        if not tokens:
            return Meaning()
        joined = " ".join(tokens)
        hard = hard_rules(joined) or hard_rules(normal)
        weighed = self._weigh(normal, tokens, frozenset(expected), frozenset(also))
        if not weighed or weighed[0].confidence < UNSURE:
            weighed = self._sounding(normal, weighed)
        firm = {match.intent for match in hard} | denied(joined)
        rest = [match for match in weighed if match.intent not in firm]
        return Meaning((*hard, *rest))

    def examples(self, intents: Sequence[str]) -> tuple[str, ...]:
        """The first (most typical) examples of each intent, turn by turn."""
        known = [self._intents[intent].examples for intent in intents if intent in self._intents]
        turns = (sentences[turn] for turn in range(BIAS_PER_INTENT) for sentences in known if turn < len(sentences))
        return (*tuple(dict.fromkeys(turns))[:BIAS_TOTAL], *BIAS_ANYWHERE)

    def example_of(self, text: str) -> str:
        """The intent that has this sentence among its examples, word for word; "" when none has."""
        return self._verbatim.get(" ".join(words(mended(normalize(text)))), "")

    def title(self, intent: str) -> str:
        known = self._intents.get(intent)
        return known.title or intent if known is not None else intent

    def implied(self, intent: str) -> str | None:
        known = self._intents.get(intent)
        return known.implies if known else None

    def _weigh(
        self, normal: str, tokens: list[str], expected: frozenset[str], also: frozenset[str]
    ) -> list[IntentMatch]:
        verbatim = self._verbatim.get(" ".join(tokens))
        whole = verbatim is not None and (not expected or verbatim in expected)
        clauses = [] if whole else _clauses(normal)
        sentences = [tokens, *clauses] if len(clauses) > 1 else [tokens]
        scored = self._classifier.score(sentences)
        found = self._sentence(tokens, scored[0], expected, also)
        parts = [
            match
            for clause, its in zip(sentences[1:], scored[1:], strict=True)
            for match in self._sentence(clause, its, expected, also)[:2]
        ]
        return _chosen(found, parts, expected)

    def _sounding(self, sentence: str, weighed: list[IntentMatch]) -> list[IntentMatch]:
        """The intent of the example that the sentence sounds like, where nothing surer was understood."""
        near = self._sounds.find(sentence)
        if near is None or near[0] == NOTHING or near[2] < SOUNDS_ALIKE:
            return weighed
        match = IntentMatch(near[0], round(near[2] * SOUND_FACTOR, 3), near[1])
        return [match] if not weighed or match.confidence > weighed[0].confidence else weighed

    def _sentence(
        self, tokens: list[str], scored: list[Scored], expected: frozenset[str], also: frozenset[str]
    ) -> list[IntentMatch]:
        cues = self._cues.find(tokens, lemmas(tokens))
        joined = " ".join(tokens)
        verbatim = self._verbatim.get(joined)
        negated = _NEGATION.search(joined) is not None
        matches: list[IntentMatch] = []
        for item in scored:
            score, matched = item.score, item.nearest
            cue = cues.get(item.intent)
            if cue is not None:
                share = min(1.0, len(cue.split()) / len(tokens))
                weight = TRUSTED_CUE if item.intent in expected or item.intent in self._own else CUE
                score, matched = score + weight * (share if item.intent in BARE else 0.4 + 0.6 * share), cue
            if item.intent == verbatim and (not expected or item.intent in expected):
                score, matched = max(score, VERBATIM), item.nearest
            elif not negated and _NEGATION.search(item.nearest):
                score *= UNNEGATED
            score = min(score, 1.0)
            if expected or also:
                score *= _factor(item.intent, expected, also) / EXPECTED
            matches.append(IntentMatch(item.intent, min(score, 0.96), matched))
        matches.sort(key=lambda match: -match.confidence)
        return matches


_NOTHING = IntentMatch("", 0.0, "")


def _factor(intent: str, expected: frozenset[str], also: frozenset[str]) -> float:
    if intent in expected or intent == NOTHING:
        return EXPECTED
    return ANYWHERE if intent in also else ELSEWHERE


def _chosen(whole: Sequence[IntentMatch], parts: Sequence[IntentMatch], expected: frozenset[str]) -> list[IntentMatch]:
    """What was meant, the weightiest first, and what was meant beside it, from the intents of the whole sentence and of
    its clauses."""
    telling = any(match.intent not in BARE for match in (*whole[:1], *parts) if match.confidence >= REJECT)
    parts = [_weakened(match) if telling else match for match in parts]
    sure = [match for match in (*whole, *parts) if match.confidence >= SURE_OF.get(match.intent, REJECT)]
    if not sure:
        return []
    weights = [one.confidence for one in whole]
    weights += [one.confidence * (EXPECTED_CLAUSE if one.intent in expected else CLAUSE) for one in parts]
    weight, first = max(zip(weights, (*whole, *parts), strict=True), key=lambda pair: pair[0] * (pair[1] in sure))
    if first.intent == NOTHING or weight < REJECT:
        return []
    best = {first.intent: first}
    for match in sure:
        if match.confidence > best.get(match.intent, _NOTHING).confidence:
            best[match.intent] = match
    others = [match for match in best.values() if match.intent not in {first.intent, NOTHING}]
    others.sort(key=lambda match: -match.confidence)
    return [best[first.intent], *(match for match in others if match.confidence >= SECOND)]


def _weakened(match: IntentMatch) -> IntentMatch:
    return replace(match, confidence=match.confidence * BARE_FACTOR) if match.intent in BARE else match


def _clauses(normal: str) -> list[list[str]]:
    found = [words(clause) for clause in _CLAUSE.split(normal)]
    return [clause for clause in found if clause][:MAX_CLAUSES]


@lru_cache(maxsize=32)
def _fitted(intents: tuple[tuple[str, Intent], ...]) -> Understanding:
    return Understanding(dict(intents))
