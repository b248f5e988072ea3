"""What is this sound? Each 20 ms of one direction: quiet, a voice that takes the turn, or a murmur that does not.

A murmur is any sound by which a client leaves the turn where it is: "угу" and "мм" with closed lips, a cough, breath,
a click, a burst on the line, people talking in the background. Three properties of open-mouthed speech tell it apart:

    it is periodic                       a cough, breath and clicks are not
    it has a middle band (1.3-3.6 kHz)   closed lips leave the sound below 600 Hz
    it is about as loud as the client    background talk lies far below
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import webrtcvad

from robot.speech.pcm import LINE_RATE_HZ
from robot.speech.vad import FRAME_BYTES

_LEAST_DBFS = -50.0
"""Line noise of a quiet telephone connection lies below; a whisper into the handset lies above."""


class Sound(IntEnum):
    """A detector that only tells voice from quiet (False, True) speaks the same language."""

    QUIET = 0
    VOICE = 1
    MURMUR = 2


_STEP = FRAME_BYTES // 2
_WINDOW = 256  # 32 ms: two and a half periods of the lowest voice
_SPECTRUM = 512
_HANN = np.hanning(_WINDOW).astype(np.float32)
_SHORTEST_PERIOD, _LONGEST_PERIOD = LINE_RATE_HZ // 400, LINE_RATE_HZ // 75


def _own_correlation() -> np.ndarray:
    """Of the window itself: what a perfectly periodic sound would have at each lag."""
    power = np.abs(np.fft.rfft(_HANN, _SPECTRUM)) ** 2
    correlation = np.fft.irfft(power)[: _LONGEST_PERIOD + 1]
    return np.asarray(correlation / correlation[0])


def _bins(low_hz: int, high_hz: int) -> slice:
    return slice(low_hz * _SPECTRUM // LINE_RATE_HZ, high_hz * _SPECTRUM // LINE_RATE_HZ + 1)


_PERIODS = _own_correlation()[_SHORTEST_PERIOD:]
_LOW, _MIDDLE = _bins(200, 650), _bins(1300, 3600)
_LEAST_PERIODIC = 0.5
_LEAST_MIDDLE = 10.0 ** (-24.0 / 10.0)
_BACKGROUND_DB = 20.0
"""Below the client's speech so far."""
_END_ABOVE_FLOOR_DB = 4.0
_END_BELOW_SPEECH_DB = 32.0


class SoundDetector:
    """One per audio direction: levels adapt to what it has heard."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(2)
        self._before = np.zeros(_WINDOW - _STEP, dtype=np.float32)
        self._floor_db = -60.0
        self._speech_db = -90.0

    def __call__(self, frame: bytes) -> Sound:
        """frame: exactly 20 ms of line audio (320 bytes), else ValueError."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(frame)}")
        samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
        samples /= 32768.0
        window = np.concatenate((self._before, samples))
        self._before = samples[2 * _STEP - _WINDOW :]
        # The classifier must see quiet frames too, or it forgets what the background sounds like.
        voiced = self._vad.is_speech(frame, LINE_RATE_HZ)
        level_db = 10.0 * float(np.log10(np.dot(samples, samples) / _STEP + 1e-9))
        self._follow_floor(level_db, voiced)
        if not voiced or level_db < max(_LEAST_DBFS, self._floor_db + _END_ABOVE_FLOOR_DB):
            return Sound.QUIET
        if level_db < self._speech_db - _END_BELOW_SPEECH_DB:
            return Sound.QUIET
        if not _open_mouthed(window) or level_db < self._speech_db - _BACKGROUND_DB:
            self._speech_db -= 0.02  # a talk may go on in a lower voice: after ten seconds it counts
            return Sound.MURMUR
        self._speech_db = max(level_db, self._speech_db + 0.02 * (level_db - self._speech_db))
        return Sound.VOICE

    def _follow_floor(self, level_db: float, voiced: bool) -> None:
        level_db = max(level_db, -75.0)
        pace = 0.3 if level_db < self._floor_db else 0.002 if voiced else 0.05
        self._floor_db += pace * (level_db - self._floor_db)


def _open_mouthed(window: np.ndarray) -> bool:
    """32 ms of sound, periodic and with formants above those of a hum."""
    spectrum = np.fft.rfft(window * _HANN, _SPECTRUM)
    power = spectrum.real**2 + spectrum.imag**2
    if power[_MIDDLE].sum() < _LEAST_MIDDLE * power[_LOW].sum():
        return False
    correlation = np.fft.irfft(power)[: _LONGEST_PERIOD + 1]
    periodic = correlation[_SHORTEST_PERIOD:] / (_PERIODS * (correlation[0] + 1e-12))
    return float(periodic.max()) >= _LEAST_PERIODIC
