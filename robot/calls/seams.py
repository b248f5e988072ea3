"""Where a phrase that was cut can be taken up again: after the last pause in its sound. Pure."""

from __future__ import annotations

import numpy as np

from telephony.audio import FRAME_BYTES, FRAME_MS

_QUIET_RMS = 130.0
"""Of 32768, -48 dBFS: between words of a voice levelled to -20."""
_PAUSE_FRAMES = 60 // FRAME_MS
_FURTHEST_FRAMES = 4000 // FRAME_MS


def seam_before(pcm: bytes, position: int) -> int:
    """Byte offset of the frame with which to go on after `position` bytes of 8 kHz PCM were heard: the end of the last
    pause before it, at most four seconds back; the beginning when the cut came before any pause."""
    frames = min(position, len(pcm)) // FRAME_BYTES
    first = max(0, frames - _FURTHEST_FRAMES)
    samples = np.frombuffer(pcm[first * FRAME_BYTES : frames * FRAME_BYTES], dtype="<i2").astype(np.float32)
    quiet = np.sqrt(np.mean(samples.reshape(frames - first, -1) ** 2, axis=1)) < _QUIET_RMS if frames > first else []
    run = 0
    for at in range(len(quiet) - 1, -1, -1):
        run = run + 1 if quiet[at] else 0
        if run == _PAUSE_FRAMES:
            # The last quiet frame of the pause is kept: a word does not begin from nothing.
            end = at + _PAUSE_FRAMES
            while end < len(quiet) and quiet[end]:
                end += 1
            return (first + end - 1) * FRAME_BYTES
    return first * FRAME_BYTES
