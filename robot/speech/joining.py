"""Pieces of one sentence, recorded or synthesized one by one, put together so that no seam is heard.

Each piece has been mastered: one loudness, nothing before its first sound, 40 ms of fading behind its last. Inside a
sentence the fading of one runs into the beginning of the next; at a comma there is a breath between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robot.speech.pcm import LINE_RATE_HZ, to_pcm, to_samples

OVERLAP_S = 0.03
"""Of the 40 ms in which a piece fades out."""
BREATH_S = 0.12
"""At a comma, a dash or a colon, the fading included."""
_RAMP_S = 0.006


def joined(pieces: Sequence[tuple[str, bytes]]) -> bytes:
    """pieces: text and mastered line PCM, in order; the last sign of each text tells whether a breath follows."""
    whole = np.zeros(0, dtype=np.float32)
    breath = True
    for text, pcm in pieces:
        piece = to_samples(pcm)
        if len(whole) and not breath:
            piece = _ramped(piece)
        lead = round((BREATH_S - OVERLAP_S if breath else -OVERLAP_S) * LINE_RATE_HZ) if len(whole) else 0
        start = max(0, len(whole) + lead)
        grown = np.zeros(max(len(whole), start + len(piece)), dtype=np.float32)
        grown[: len(whole)] += whole
        grown[start : start + len(piece)] += piece
        whole = grown
        breath = text.rstrip().endswith((",", ";", ":", "-", "–", "—", ".", "!", "?", "…"))
    return to_pcm(whole)


def _ramped(piece: np.ndarray) -> np.ndarray:
    """Comes in while the piece before it goes: softer than the three milliseconds that a phrase begins with."""
    length = min(round(_RAMP_S * LINE_RATE_HZ), len(piece))
    ramped = piece.copy()
    ramped[:length] *= np.sin(np.linspace(0.0, np.pi / 2, length, dtype=np.float32)) ** 2
    return ramped
