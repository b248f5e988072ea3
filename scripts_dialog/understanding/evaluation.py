"""How many held-out sentences are understood, and what the others are taken for, as a report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts_dialog.meaning import Understands

NOTHING = "—"
"""Stands for no intent: wanted for talk that is not meant for us, given for what is not understood."""

Paraphrases = Mapping[str, Sequence[str]]
"""Intent -> sentences that mean it; under NOTHING those that must be rejected."""


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    wanted: str
    given: str
    also: tuple[str, ...]
    """Other intents found in it, by weight."""
    cpu_ms: float

    @property
    def right(self) -> bool:
        return self.wanted == self.given


@dataclass(frozen=True, slots=True)
class Evaluation:
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def accuracy(self) -> float:
        """Share of sentences whose weightiest intent is the wanted one, 0..1."""
        return sum(sentence.right for sentence in self.sentences) / len(self.sentences)

    def as_json(self) -> dict[str, Any]:
        """By intent, with every mistake."""
        intents = dict.fromkeys(sentence.wanted for sentence in self.sentences)
        flags = {intent: [one.right for one in self.sentences if one.wanted == intent] for intent in intents}
        return {
            "file": self.title,
            "intent_accuracy": round(self.accuracy, 4),
            "by_label": {intent: {"n": len(right), "right": sum(right)} for intent, right in flags.items()},
            "mistakes": [
                {"text": one.text, "label": one.wanted, "given": one.given} for one in self.sentences if not one.right
            ],
        }

    def markdown(self) -> str:
        """The figures, the confusion table (one row an intent) and every mistake."""
        right = sum(sentence.right for sentence in self.sentences)
        total = len(self.sentences)
        times = sorted(sentence.cpu_ms for sentence in self.sentences)
        return "\n".join(
            (
                f"### {self.title}: {right} of {total} ({100 * right / total:.1f} %)",
                "",
                f"CPU time an utterance: median {times[total // 2]:.1f} ms, p95 {times[int(total * 0.95)]:.1f} ms.",
                "",
                "| intent | sentences | right | taken for |",
                "|---|---:|---:|---|",
                *(self._row(intent) for intent in dict.fromkeys(sentence.wanted for sentence in self.sentences)),
                "",
                *(f"- «{one.text}»: {one.given}, not {one.wanted}" for one in self.sentences if not one.right),
                "",
            )
        )

    def _row(self, intent: str) -> str:
        own = [sentence for sentence in self.sentences if sentence.wanted == intent]
        wrong = Counter(sentence.given for sentence in own if not sentence.right)
        taken = ", ".join(f"{name} {count}" for name, count in wrong.most_common())
        return f"| {intent} | {len(own)} | {len(own) - wrong.total()} | {taken} |"


def evaluate(title: str, paraphrases: Paraphrases, understanding: Understands) -> Evaluation:
    """Understand each sentence as if nothing had been asked."""
    understanding.understand("да")  # the first utterance loads the dictionary
    done: list[Sentence] = []
    for intent, sentences in paraphrases.items():
        for text in sentences:
            started = time.process_time()
            found = [match.intent for match in understanding.understand(text).intents]
            cpu_ms = (time.process_time() - started) * 1000
            done.append(Sentence(text, intent, found[0] if found else NOTHING, tuple(found[1:]), cpu_ms))
    return Evaluation(title, tuple(done))


def read_paraphrases(file: Path) -> Paraphrases:
    """A YAML file «intent: sentences, one a line», or a text file of sentences that must be rejected. Raises
    ValueError."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    content = file.read_text(encoding="utf-8")
    if file.suffix == ".txt":
        found: Paraphrases = {NOTHING: _lines(content)}
    else:
        try:
            data = YAML(typ="safe", pure=True).load(content)
        except YAMLError as broken:
            raise ValueError(str(broken)) from broken
        if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
            raise ValueError("not a mapping of intents to sentences")
        found = {str(intent): _lines(text) for intent, text in data.items()}
    if not any(found.values()):
        raise ValueError("no sentences")
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
