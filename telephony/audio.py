"""The one audio format of a line: signed 16-bit little-endian mono at 8 kHz, in frames of 20 ms."""

from __future__ import annotations

SAMPLE_RATE_HZ = 8000
SAMPLE_BYTES = 2
FRAME_MS = 20
FRAME_S = FRAME_MS / 1000
FRAME_BYTES = SAMPLE_RATE_HZ * FRAME_MS // 1000 * SAMPLE_BYTES
BYTES_PER_MS = SAMPLE_RATE_HZ * SAMPLE_BYTES // 1000
SILENCE = bytes(FRAME_BYTES)


def duration_ms(pcm: bytes) -> int:
    """Length of line audio in whole milliseconds."""
    return len(pcm) // BYTES_PER_MS
