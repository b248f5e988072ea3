"""Voice activity in 20 ms frames: WebRTC's classifier behind an energy floor.

Hang-over (how long a pause may be inside a sentence) is the caller's business: he knows the dialog.
"""

from __future__ import annotations

import numpy as np
import webrtcvad

from robot.speech.pcm import LINE_RATE_HZ, to_samples

FRAME_MS = 20
FRAME_BYTES = LINE_RATE_HZ * FRAME_MS // 1000 * 2

_FLOOR_DBFS = -50.0
"""Line noise of a quiet telephone connection lies below; a whisper into the handset lies above."""


class VoiceActivity:
    """One per audio direction: WebRTC's classifier adapts to the noise it has heard."""

    def __init__(self, aggressiveness: int = 2, floor_dbfs: float = _FLOOR_DBFS) -> None:
        """aggressiveness: 0 (everything is speech) .. 3 (only clear speech). floor_dbfs: quieter frames are silence."""
        if not 0 <= aggressiveness <= 3:
            raise ValueError(f"aggressiveness must be 0..3, not {aggressiveness}")
        self._vad = webrtcvad.Vad(aggressiveness)
        self._floor = 10.0 ** (floor_dbfs / 20.0)

    def is_speech(self, frame: bytes) -> bool:
        """frame: exactly 20 ms of line audio (320 bytes), else ValueError."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(frame)}")
        samples = to_samples(frame)
        # The classifier must see quiet frames too, or it forgets what the background sounds like.
        voiced = bool(self._vad.is_speech(frame, LINE_RATE_HZ))
        return voiced and float(np.sqrt(np.mean(samples * samples))) >= self._floor


def voiced_ms(pcm: bytes | bytearray, aggressiveness: int = 2) -> int:
    """Milliseconds of speech in a stretch of line audio; an incomplete last frame does not count."""
    activity = VoiceActivity(aggressiveness)
    frames = range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    return FRAME_MS * sum(activity.is_speech(bytes(pcm[at : at + FRAME_BYTES])) for at in frames)
