"""How likely an answer ends here, from the grammar of its last words.

A linear model over the dictionary forms and the parts of speech of the last three words, and whether anything has been
predicated yet. Fitted by `scripts_dialog.endings.fit` on the examples of the shared intents: whole ones against their
own beginnings. Its weights are data (`ends.json`), so a process pays milliseconds for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from scripts_dialog.understanding.text import analyzer

WEIGHTS = Path(__file__).parent / "ends.json"
BIAS = "bias"
_START = ("^", "^", "^")
_SAYS_SOMETHING = frozenset({"VERB", "INFN", "PRED", "ADJS", "PRTS"})
_LONGEST = 6


def ending(tokens: Sequence[str]) -> float:
    """Log odds that somebody who says these words has finished, as weighed in `fit`: around 0 where nothing tells,
    below -1 where hardly anybody would stop, above 1 where most would. `tokens` as `understanding.text.words` gives."""
    weights = _weights()
    return weights[BIAS] + sum(weights.get(feature, 0.0) for feature in features(tokens)) if tokens else 0.0


def features(tokens: Sequence[str]) -> Iterator[str]:
    """What the model weighs of at least one word."""
    shapes = [_shape(token) for token in tokens]
    third, before, last = [_START, _START, *shapes][-3:]
    lemma, part, form = last
    yield f"lemma {lemma}"
    yield f"form {form}"
    yield f"before {before[0]}"
    yield f"lemma before {before[0]} {form}"
    yield f"forms {before[2]} {form}"
    yield f"parts {third[1]} {before[1]} {form}"
    yield f"words {min(len(tokens), _LONGEST)}"
    yield f"words {min(len(tokens), 3)} {part}"
    said = [shape[1] in _SAYS_SOMETHING for shape in shapes]
    yield f"says {any(said)} {form}"
    yield f"says {any(said)}"
    yield f"said {any(said[:-1])} {form}"


@lru_cache(maxsize=20_000)
def _shape(word: str) -> tuple[str, str, str]:
    """(dictionary form, part of speech, the same with case, mood and the like)."""
    if any(char.isdigit() for char in word):
        return word, "NUMR", "NUMR"
    parse = analyzer().parse(word)[0]
    tag = parse.tag
    part = str(tag.POS or "")
    details = (tag.case, tag.transitivity, tag.mood, tag.person if part == "VERB" else None)
    return parse.normal_form.replace("ё", "е"), part, ":".join((part, *(str(one) for one in details if one)))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return weights
