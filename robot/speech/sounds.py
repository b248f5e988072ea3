"""What is this sound? Each 20 ms of one direction: quiet, a voice that takes the turn, or a murmur that does not.

A murmur is any sound by which a client leaves the turn where it is: "угу" and "мм" with closed lips, a cough, breath,
a click, a burst on the line, people talking in the background. What tells open-mouthed speech from it, measured on
single frames above the noise of the line (5 % and 95 % of the frames):

                                                       speech        closed lips    coughs, breath, bursts
    likeness of one period to the next                 0.4 .. 1.0    0.6 .. 1.0     0.2 .. 0.5
    1.3-3.6 kHz against 0.15-0.65 kHz                  -35 .. 5 dB   -41 .. -33 dB  -9 .. 16 dB

A hiss ("с", "ш") is speech without a period: all of its energy lies high (17 to 24 dB) and stays there for three frames
at least, as no breath does, and a third of a second at most, as a tap or the wind does. A cough may end in a vowel,
which is weaker than the cough. Background talk lies far below the client's own level.
"""

from __future__ import annotations

import math
from collections import deque
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
_PCM, _FLOAT = np.dtype("<i2"), np.dtype(np.float32)
_WINDOW = 256  # 32 ms: two and a half periods of the lowest voice
_WINDOW_BYTES = 2 * _WINDOW
_SPECTRUM = 512
_HANN = np.hanning(_WINDOW).astype(np.float32)
_SHORTEST_PERIOD, _LONGEST_PERIOD = LINE_RATE_HZ // 400, LINE_RATE_HZ // 75
_BAND_EDGES_HZ = (150, 650, 1300, 3600)
_EDGES = [edge * _SPECTRUM // LINE_RATE_HZ for edge in _BAND_EDGES_HZ]


def _own_correlation() -> np.ndarray:
    """Of the window itself: what a perfectly periodic sound would have at each lag."""
    power = np.abs(np.fft.rfft(_HANN, _SPECTRUM)) ** 2
    correlation = np.fft.irfft(power)[: _LONGEST_PERIOD + 1]
    return np.asarray(correlation / correlation[0])


_PERIODS = 1.0 / _own_correlation()[_SHORTEST_PERIOD:]
_LEAST_PERIODIC = 0.6
_LEAST_MIDDLE = 10.0 ** (-32.0 / 10.0)
_LEAST_NEAR = 10.0 ** (-9.0 / 10.0)
_LEAST_HISS = 10.0 ** (17.0 / 10.0)
_HISS_FRAMES = range(3, 16)
_ABOVE_NOISE = 2.5
"""A band counts where it has this many times the power of the line's noise in it."""
_HIDDEN = _ABOVE_NOISE - 1.0
"""So much of the noise's power in a band that counts for nothing may be sound all the same."""
_BACKGROUND_DB = 20.0
"""Below the client's speech so far."""
_END_ABOVE_FLOOR_DB = 6.0
_FLOOR_BLOCK, _FLOOR_BLOCKS = 16, 5
_LOUDEST_START_DB = -40.0
_END_BELOW_SPEECH_DB = 26.0
_BURST_FADES_DB = 0.4
"""A frame: a vowel that comes well after a cough is speech again."""
_OPEN_FRAMES = 2
"""What sounds on after so many is the same voice, its closed and noisy consonants included."""
_CLOSED_FRAMES = 8
_NOISE_EVERY = 4
"""Frames of quiet for one look at the spectrum of the noise."""
_NOISE_FOLLOWS = 0.3
_NOISE_LOOKS = 24
"""Of what was heard before these, 0.02 % is left in the noise."""


class SoundDetector:
    """One per audio direction: levels adapt to what it has heard."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(2)
        self._before = bytes(FRAME_BYTES)
        self._floor_db = -75.0
        self._floors: deque[float] = deque(maxlen=_FLOOR_BLOCKS)
        self._heard = 0
        self._speech_db = -90.0
        self._burst_db = -90.0
        self._noise = np.zeros(len(_EDGES) - 1, dtype=np.float32)
        self._quiet = 0
        self._background: deque[bytes] = deque(maxlen=_NOISE_LOOKS)
        self._open_frames = 0
        self._closed_frames = 0
        self._hiss_frames = 0

    def __call__(self, frame: bytes) -> Sound:
        """frame: exactly 20 ms of line audio (320 bytes), else ValueError."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(frame)}")
        window = (self._before + frame)[-_WINDOW_BYTES:]
        self._before = frame
        samples = np.frombuffer(frame, _PCM).astype(_FLOAT)
        level_db = 10.0 * math.log10(float(samples.dot(samples)) / (_STEP * 32768.0**2) + 1e-9)
        # The classifier must see quiet frames too, or it forgets what the background sounds like.
        sounding = self._vad.is_speech(frame, LINE_RATE_HZ)
        self._follow_floor(level_db)
        self._burst_db -= _BURST_FADES_DB
        least_db = max(_LEAST_DBFS, self._floor_db + _END_ABOVE_FLOOR_DB, self._speech_db - _END_BELOW_SPEECH_DB)
        if not sounding or level_db < least_db:
            self._keep_noise(window)
            self._open_frames = self._hiss_frames = 0
            return Sound.QUIET
        near = level_db >= self._speech_db - _BACKGROUND_DB
        if near and self._is_voice(window, level_db):
            self._speech_db = max(level_db, self._speech_db + 0.02 * (level_db - self._speech_db))
            return Sound.VOICE
        if near and self._hiss_frames in _HISS_FRAMES:
            return Sound.VOICE  # how loud the client speaks, his vowels tell
        if not near:
            self._hiss_frames = 0
        self._speech_db -= 0.02  # a talk may go on in a lower voice: after ten seconds it counts
        return Sound.MURMUR

    def _is_voice(self, window: bytes, level_db: float) -> bool:
        self._follow_noise()
        power = _power(window)
        bands = np.add.reduceat(power, _EDGES)[:-1]
        above = bands - self._noise
        low, near, middle = np.where(bands > _ABOVE_NOISE * self._noise, above, 0.0).tolist()
        if not _periodic(power):
            # Against the noise too: under it, what a breath has below 650 Hz cannot be seen.
            hisses = middle > _LEAST_HISS * max(low, _HIDDEN * float(self._noise[0]))
            self._hiss_frames = self._hiss_frames + 1 if hisses else 0
            if self._goes_on():
                return True
            if not hisses:
                self._burst_db = max(self._burst_db, level_db)
            return False
        self._hiss_frames = 0
        open_mouthed = near > _LEAST_NEAR * low or middle > _LEAST_MIDDLE * low
        if open_mouthed and level_db > self._burst_db:
            self._open_frames += 1
            self._closed_frames = 0
            return True
        return self._goes_on()

    def _goes_on(self) -> bool:
        """A closed or noisy consonant of a voice already heard."""
        self._closed_frames += 1
        return self._open_frames >= _OPEN_FRAMES and self._closed_frames <= _CLOSED_FRAMES

    def _follow_floor(self, level_db: float) -> None:
        """The quietest frame of the last one and a half seconds: speech has gaps, noise has none."""
        self._heard += 1
        if self._heard % _FLOOR_BLOCK == 1:
            self._floors.append(level_db)
        self._floors[-1] = min(self._floors[-1], level_db)
        floor_db = min(self._floors)
        # A call may begin in the middle of a word.
        self._floor_db = floor_db if self._heard > 2 * _FLOOR_BLOCK else min(floor_db, _LOUDEST_START_DB)

    def _keep_noise(self, window: bytes) -> None:
        """Quiet is most of a call: its spectrum is looked at when a sound is to be told from it."""
        self._quiet += 1
        if self._quiet % _NOISE_EVERY == 0:
            self._background.append(window)

    def _follow_noise(self) -> None:
        for window in self._background:
            bands = np.add.reduceat(_power(window), _EDGES)[:-1]
            self._noise += _NOISE_FOLLOWS * (bands - self._noise)
        self._background.clear()


def _power(window: bytes) -> np.ndarray:
    spectrum = np.fft.rfft(np.frombuffer(window, _PCM) * _HANN, _SPECTRUM)
    power = spectrum.real**2 + spectrum.imag**2
    power[: _EDGES[0]] = 0.0  # hum of the mains and the rumble of a street look periodic
    return np.asarray(power)


def _periodic(power: np.ndarray) -> bool:
    """32 ms of sound, from its power spectrum: is one period like the next?"""
    correlation = np.fft.irfft(power)
    periods = correlation[_SHORTEST_PERIOD : _LONGEST_PERIOD + 1] * _PERIODS
    return float(periods.max()) >= _LEAST_PERIODIC * float(correlation[0])
