"""A classifier of short sentences, trained from the examples of the intents.

TF-IDF over character n-grams (lost endings, misheard letters) and over words in their dictionary form (word order,
other endings) gives the likeness of a sentence to every example. From it a kernel ridge regression tells the intents
apart, and the nearest example tells how like anything known the sentence is at all; the score of an intent is the mean
of both. Ridge is solved at once where a logistic regression iterates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts_dialog.model import Intent
from scripts_dialog.understanding.text import lemmas, words

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
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second to import
        from sklearn.kernel_ridge import KernelRidge  # noqa: PLC0415

        self.names = sorted(intents)
        self.examples = [example for name in self.names for example in intents[name].examples]
        counts = [len(intents[name].examples) for name in self.names]
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._ends = np.cumsum(counts)
        self._chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        self._words = TfidfVectorizer(analyzer=_word_features, sublinear_tf=True)
        matrix = self._matrix([words(example) for example in self.examples], fit=True)
        wanted = np.zeros((len(self.examples), len(self.names)))
        for position, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            wanted[start:end, position] = 1.0
        balance = np.repeat([1.0 / count for count in counts], counts) * len(self.examples) / len(counts)
        self._known = matrix.T.tocsr()
        self._model = KernelRidge(alpha=RIDGE, kernel="precomputed")
        self._model.fit((matrix @ self._known).toarray(), wanted, sample_weight=balance)

    def score(self, sentences: Sequence[Sequence[str]]) -> list[list[Scored]]:
        """For each tokenized sentence every intent with its score, in the order of `names`."""
        likeness = (self._matrix(sentences, fit=False) @ self._known).toarray()
        told_apart = (likeness @ self._model.dual_coef_).clip(0.0, 1.0)
        return [self._scored(row, told) for row, told in zip(likeness, told_apart, strict=True)]

    def _scored(self, likeness: Any, told_apart: Any) -> list[Scored]:
        scored: list[Scored] = []
        for name, start, end, told in zip(self.names, self._starts, self._ends, told_apart, strict=True):
            nearest = start + likeness[start:end].argmax()
            alike = float(likeness[nearest])
            scored.append(Scored(name, (float(told) + alike) / 2, self.examples[nearest], alike))
        return scored

    def _matrix(self, sentences: Sequence[Sequence[str]], *, fit: bool) -> Any:
        from scipy.sparse import hstack  # noqa: PLC0415

        joined = [" ".join(sentence) for sentence in sentences]
        if fit:
            chars, terms = self._chars.fit_transform(joined), self._words.fit_transform(sentences)
        else:
            chars, terms = self._chars.transform(joined), self._words.transform(sentences)
        return hstack([chars, terms], format="csr") * (0.5**0.5)


def _word_features(tokens: Sequence[str]) -> list[str]:
    """Dictionary forms and their pairs."""
    forms = lemmas(list(tokens))
    return [*forms, *(f"{first} {second}" for first, second in zip(["^", *forms], [*forms, "$"], strict=True))]
