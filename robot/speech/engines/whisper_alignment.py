"""Where the words of a text lie in the sound, by Whisper's attention: a pass over the tokens and a path through the
frames, a sixth of what hearing the utterance costs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from robot.speech.base import Word

FRAME_MS = 20
"""The encoder's step."""


def words_of(
    words: Sequence[str], lengths: Sequence[int], path: Sequence[tuple[int, int]], probabilities: Sequence[float]
) -> tuple[Word, ...]:
    """lengths: tokens of each word. path: (token, frame), the end of the text being one token more. A word lasts until
    the next one begins; its confidence is the geometric mean of its tokens'. Words without tokens are left out."""
    starts: dict[int, int] = {}
    for token, frame in path:
        starts.setdefault(token, frame * FRAME_MS)
    last_ms = max(starts.values(), default=0)
    places = pairwise(accumulate(lengths, initial=0))
    return tuple(
        Word(word, starts.get(first, last_ms), starts.get(behind, last_ms), _confidence(probabilities[first:behind]))
        for word, (first, behind) in zip(words, places, strict=True)
        if first < behind
    )


def _confidence(probabilities: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(np.clip(probabilities, 1e-9, 1.0)))))
