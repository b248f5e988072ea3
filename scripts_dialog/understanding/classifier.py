"""A classifier of short sentences, trained from the examples of the intents.

A ridge regression over the terms of a sentence (`likeness.py`) tells the intents apart; the nearest example tells how
like anything known the sentence is at all and what to show for it. The score of an intent is mostly the first, a little
of the second. Ridge is linear in the terms: it is fitted in a fraction of a second and asked in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts_dialog.model import Intent
from scripts_dialog.understanding.likeness import Likeness
from scripts_dialog.understanding.text import words

RIDGE = 0.6
EVEN = 0.5
"""How much an intent of few examples gains on those of many: 0 nothing, 1 until all weigh the same."""
TOLD_APART = 0.8
"""How much of the score the regression has; the rest has the nearest example."""


@dataclass(frozen=True, slots=True)
class Scored:
    """`nearest` is the example of this intent most like the sentence, `likeness` their cosine."""

    intent: str
    score: float
    nearest: str
    likeness: float


class Classifier:
    """Fitted in the constructor; holds no state afterwards."""

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        import numpy as np  # noqa: PLC0415

        self.names = sorted(intents)
        self.examples = [example for name in self.names for example in intents[name].examples]
        counts = [len(intents[name].examples) for name in self.names]
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._likeness = Likeness([words(example) for example in self.examples])
        self._weights = _ridge(self._likeness.known.T, counts)

    def score(self, sentences: Sequence[Sequence[str]]) -> list[list[Scored]]:
        """For each tokenized sentence every intent with its score, in the order of `names`."""
        said = self._likeness.weigh(sentences)
        likeness = (said @ self._likeness.known).toarray()
        told_apart = (said @ self._weights).clip(0.0, 1.0)
        return [self._scored(row, told) for row, told in zip(likeness, told_apart.tolist(), strict=True)]

    def _scored(self, likeness: Any, told_apart: Sequence[float]) -> list[Scored]:
        scored: list[Scored] = []
        for name, start, end, told in zip(self.names, self._starts, self._ends, told_apart, strict=True):
            nearest = start + likeness[start:end].argmax()
            alike = float(likeness[nearest])
            scored.append(Scored(name, TOLD_APART * told + (1 - TOLD_APART) * alike, self.examples[nearest], alike))
        return scored


def _ridge(terms: Any, counts: Sequence[int]) -> Any:
    """The weight of every term (row) for every intent (column). terms: a row for each example."""
    import numpy as np  # noqa: PLC0415
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - a second to import

    wanted = np.repeat(np.eye(len(counts)), counts, axis=0)
    balance = np.repeat([(sum(counts) / len(counts) / count) ** EVEN for count in counts], counts)
    model = Ridge(alpha=RIDGE, fit_intercept=False, solver="sparse_cg", tol=1e-2)
    return np.ascontiguousarray(model.fit(terms.tocsr(), wanted, sample_weight=balance).coef_.T)
