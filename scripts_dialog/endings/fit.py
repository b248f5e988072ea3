"""Fits the model of `likely` anew and writes its weights: `python -m scripts_dialog.endings.fit`, after examples of the
shared intents were added."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from scripts_dialog.endings.likely import BIAS, WEIGHTS, features
from scripts_dialog.understanding.intents import NOTHING
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.understanding.text import words

RARE = 3
"""A feature seen less often tells nothing."""
WHOLE_WEIGHS, AT_COMMA_WEIGHS = 4.0, 0.7
"""There are four or five beginnings for each whole. Many a beginning up to a comma could be all."""
REGULARITY = 0.4
LEAST = 0.05
"""Smaller weights are left out."""


def beginnings(sentence: str) -> Iterator[tuple[list[str], bool]]:
    """(words, ends at a comma) of every beginning that lacks at least a word."""
    spoken = sentence.split()
    for index in range(1, len(spoken)):
        begun = words(" ".join(spoken[:index]))
        if begun and spoken[index - 1] not in "—-":
            yield begun, spoken[index - 1][-1] in ",.;!?:"


def fitted(sentences: Sequence[str]) -> dict[str, float]:
    """Weights of features, from whole sentences."""
    import numpy as np  # noqa: PLC0415 - only here
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    whole = {" ".join(words(sentence)) for sentence in sentences}
    pieces = [(words(sentence), 1, WHOLE_WEIGHS) for sentence in sentences]
    pieces += [
        (begun, 0, AT_COMMA_WEIGHS if comma else 1.0)
        for sentence in sentences
        for begun, comma in beginnings(sentence)
        if " ".join(begun) not in whole
    ]
    found = [list(features(tokens)) for tokens, _, _ in pieces]
    often = Counter(feature for one in found for feature in one)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([{name: 1 for name in one if often[name] >= RARE} for one in found])
    table.indices, table.indptr = table.indices.astype(np.int32), table.indptr.astype(np.int32)
    model = LogisticRegression(C=REGULARITY, l1_ratio=1.0, solver="liblinear", max_iter=300, random_state=0)
    model.fit(table, [label for _, label, _ in pieces], sample_weight=[weight for _, _, weight in pieces])
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    kept = {str(name): round(float(weight), 2) for name, weight in sorted(weights) if abs(weight) >= LEAST}
    return {BIAS: round(float(model.intercept_[0]), 2), **kept}


def main() -> None:
    examples = [one for name, intent in shared_intents().items() if name != NOTHING for one in intent.examples]
    WEIGHTS.write_text(json.dumps(fitted(examples), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
