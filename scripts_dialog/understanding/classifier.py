"""A classifier of short sentences, trained from the examples of the intents.

From the likeness of a sentence to every example (`likeness.py`) a kernel ridge regression tells the intents apart, and
the nearest example tells how like anything known the sentence is at all; the score of an intent is the mean of both.
Ridge is solved at once where a logistic regression iterates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts_dialog.model import Intent
from scripts_dialog.understanding.likeness import Likeness
from scripts_dialog.understanding.text import words

RIDGE = 0.6


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
        known = self._likeness.known
        self._weights = known @ _ridge((known.T @ known).toarray(), counts)

    def score(self, sentences: Sequence[Sequence[str]]) -> list[list[Scored]]:
        """For each tokenized sentence every intent with its score, in the order of `names`."""
        said = self._likeness.weigh(sentences)
        likeness = (said @ self._likeness.known).toarray()
        told_apart = (said @ self._weights).clip(0.0, 1.0)  # by terms: a product with all examples would start threads
        return [self._scored(row, told) for row, told in zip(likeness, told_apart.tolist(), strict=True)]

    def _scored(self, likeness: Any, told_apart: Sequence[float]) -> list[Scored]:
        scored: list[Scored] = []
        for name, start, end, told in zip(self.names, self._starts, self._ends, told_apart, strict=True):
            nearest = start + likeness[start:end].argmax()
            alike = float(likeness[nearest])
            scored.append(Scored(name, (told + alike) / 2, self.examples[nearest], alike))
        return scored


def _ridge(likeness: Any, counts: Sequence[int]) -> Any:
    """The weight of every example for every intent. The model itself keeps the likeness of each example to each other,
    100 MB and more, and is let go."""
    import numpy as np  # noqa: PLC0415
    from sklearn.kernel_ridge import KernelRidge  # noqa: PLC0415 - a second to import

    total = sum(counts)
    wanted = np.repeat(np.eye(len(counts)), counts, axis=0)
    balance = np.repeat([total / len(counts) / count for count in counts], counts)
    return KernelRidge(alpha=RIDGE, kernel="precomputed").fit(likeness, wanted, sample_weight=balance).dual_coef_
