"""How like a sentence is to each of many examples: the cosine of TF-IDF vectors over character n-grams (lost endings,
misheard letters) and over words in their dictionary form (word order, other endings).

scikit-learn learns the terms and their weights. A single sentence is then weighed here by the same formula: what the
library checks at every call costs ten times the arithmetic of a few words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt
from typing import Any

from scripts_dialog.understanding.text import lemmas

_SHARE = 0.5
"""Characters and words count alike."""


class Likeness:
    """`known`: the weight of every term (row) in every example (column). Sentences whose terms have been weighed, times
    `known`, is their likeness to the examples, 0..1. Fitted in the constructor; holds no state afterwards."""

    def __init__(self, examples: Sequence[Sequence[str]]) -> None:
        """examples: tokenized."""
        from scipy.sparse import hstack  # noqa: PLC0415
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second to import

        chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
        forms = TfidfVectorizer(analyzer=_forms, sublinear_tf=True)
        by_chars, by_forms = chars.fit_transform(map(_letters, examples)), forms.fit_transform(examples)
        self._chars, self._forms = _Terms(chars), _Terms(forms, first=by_chars.shape[1])
        self.known = hstack([by_chars, by_forms]).multiply(sqrt(_SHARE)).T.tocsr()

    def weigh(self, sentences: Sequence[Sequence[str]]) -> Any:
        """A sparse row for each tokenized sentence: the weights of its terms."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415

        weights: list[float] = []
        columns: list[int] = []
        ends = [0]
        for sentence in sentences:
            for found in (self._chars.weigh(_letters(sentence)), self._forms.weigh(sentence)):
                columns += found
                weights += found.values()
            ends.append(len(columns))
        return csr_matrix((weights, columns, ends), shape=(len(sentences), self.known.shape[0]))


class _Terms:
    """The terms a vectorizer has learnt; their columns are counted from `first`."""

    def __init__(self, learnt: Any, first: int = 0) -> None:
        self._split = learnt.build_analyzer()
        self._columns = {term: first + column for term, column in learnt.vocabulary_.items()}
        self._rarity = dict(zip(range(first, first + len(self._columns)), learnt.idf_.tolist(), strict=True))

    def weigh(self, said: Any) -> dict[int, float]:
        """The weight of each known term by its column, in the order of the columns; the squares add up to its share."""
        known = self._columns.get
        counts = Counter(column for term in self._split(said) if (column := known(term)) is not None)
        weights = {column: (1 + log(counts[column])) * self._rarity[column] for column in sorted(counts)}
        scale = sqrt(_SHARE / sum(weight * weight for weight in weights.values())) if weights else 0.0
        return {column: weight * scale for column, weight in weights.items()}


def _letters(tokens: Sequence[str]) -> str:
    """«Не» grows together with what it denies: «актуально» is nothing like «не актуально»."""
    return f" {' '.join(tokens)}".replace(" не ", " не_").strip()


def _forms(tokens: Sequence[str]) -> list[str]:
    """Dictionary forms, with «не» before what it denies, and their pairs."""
    forms = lemmas(list(tokens))
    said = [f"не {form}" if before == "не" else form for before, form in zip(["", *forms], forms, strict=False)]
    return [*said, *(f"{first} {second}" for first, second in zip(["^", *forms], [*forms, "$"], strict=True))]
