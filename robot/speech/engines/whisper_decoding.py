"""Whisper on short telephone utterances: encode what was said, not half a minute of padding.

`WhisperModel.transcribe` pads every utterance to 30 s, which is most of its cost. Here the log-mel features of the
utterance and a few seconds of silence are encoded as they are (Radford et al. 2022, section 2.2, fixes 30 s for
training only; the encoder adds as many position embeddings as there are frames). A short window makes the model
repeat itself and, primed with expected answers, hear them in noise. The guards against both:

- audio that does not sound like speech is not decoded (`robot.speech.screening`);
- the length is limited by the duration, and phrases in immediate repetition are said once (`robot.speech.guards`);
- a text with a good score is believed: no noise has one. For a doubtful one the audio is heard once more without the
  prompt, whose presence drives the no-speech probability to zero; of a short utterance, which a prompt easily
  overrules, the likelier of the two readings counts;
- a doubtful text must also be likely given the audio alone, without the prompt (forced alignment);
- a text that goes round in circles, with a score that is not the best, is believed only where there is speech;
- a text that passed these with a poor score is decoded once more in a longer window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from robot.speech.base import Transcript, Word
from robot.speech.engines.whisper_alignment import words_of
from robot.speech.engines.whisper_vocabulary import Spelling, narrowed, reads
from robot.speech.errors import EngineUnavailable, ModelMissing, RecognitionFailed
from robot.speech.guards import collapse_repeats, is_caption, max_tokens, normalized
from robot.speech.pcm import BYTES_PER_SECOND, LINE_RATE_HZ, duration_s, resample, to_samples
from robot.speech.screening import sounds_like_speech

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

MODEL_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")

_MODEL_RATE_HZ = 16000
_MOST_FRAMES = 3000  # 30 s of 10 ms: the most the encoder takes
_LONGEST_PIECE_S = 28.0
_PROMPT_TOKENS = 96
_HURRIED_PROMPT_TOKENS = 12
_HURRIED_WINDOW_S = 3.0
_TAIL_S = 1.0
_GRAIN_S = 0.5
"""Lengths are multiples of it: oneDNN (github.com/oneapi-src/oneDNN, doc/programming_model/primitive_cache) makes code
for every new shape and keeps it for the next 1024, a third of a megabyte each."""
_RETRY_WINDOW_S = 10.0
_SHORT_S = 1.6

# Fitted to 238 utterances and 36 noises (tests/speech/noises.py), with a prompt and before the screening. Mean
# log-probability a token: noise -5.3..-1.9, speech -1.3..-0.1. No-speech probability: noise 0.45..0.95, speech 0..0.47
# (99 % below 0.37). Without the prompt: noise -6.7..-1.9, speech -3.5..-0.1 (99 % above -2.6): these overlap, so it
# only decides what is doubtful already. What goes round: babble -0.53..-0.81 with 0.69..0.75, speech -0.07..-0.47, or
# -0.71..-0.84 with 0.42..0.54.
_CERTAIN_SCORE = -0.9
_ROUND_SCORE = -0.5
_RETRY_SCORE = -1.1
_HOPELESS_SCORE = -1.6
_NO_SPEECH = 0.4
_CERTAIN_NO_SPEECH = 0.7
_SCORE_IF_NO_SPEECH = -1.2
_BARE_SCORE = -1.1
_BARE_NO_SPEECH = 0.6
_UNLIKELY_UNPROMPTED = -2.6


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """score: mean log-probability per token. no_speech: probability of silence, 0 with a prompt. cut: the length limit
    ended it."""

    tokens: list[int]
    score: float
    no_speech: float
    cut: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """What is decoded, and with how much care."""

    seconds: float
    expected: Sequence[str]
    prompt: Sequence[int]
    beams: int


def samples_encoded(spoken: int, window_s: float) -> int:
    """How many of the model's samples are encoded for so many: with the tail, the least window, whole grains."""
    least = max(spoken + int(_TAIL_S * _MODEL_RATE_HZ), int(window_s * _MODEL_RATE_HZ))
    return least + -least % int(_GRAIN_S * _MODEL_RATE_HZ)


class Decoder:
    """Blocking and thread-safe: call it from a pool of threads."""

    def __init__(self, model: WhisperModel, spelling: Spelling, *, window_s: float, beams: int = 3) -> None:
        """window_s: least length to encode, in seconds (an utterance is padded with silence up to it). Longer costs
        time and gains accuracy: see docs/adr/0005-whisper-window.md."""
        self._model = model
        self._spelling = spelling
        self._window_s = window_s
        self._beams = beams

    def warm_up(self) -> None:
        """The first run allocates buffers and is several times slower than the next."""
        task = _Task(1.0, (), (), self._beams)
        self._decode_features(self._features(np.zeros(LINE_RATE_HZ, dtype=np.float32), self._window_s), task)

    def decode(self, pcm: bytes, expected: Sequence[str], *, hurried: bool = False) -> Transcript:
        """Words of one utterance of line audio. hurried: in about half the time, with a little less accuracy, for a
        machine on which many wait. Raises RecognitionFailed."""
        step = int(_LONGEST_PIECE_S * BYTES_PER_SECOND)
        pieces = [pcm[at : at + step] for at in range(0, len(pcm), step)]
        try:
            heard = [self._decode_piece(piece, expected, hurried) for piece in pieces]
        except (RuntimeError, ValueError) as failure:  # what CTranslate2 raises
            raise RecognitionFailed(f"Whisper failed on {duration_s(pcm):.1f} s of audio: {failure}") from failure
        spoken = [piece for piece in heard if piece.text]
        if not spoken:
            return Transcript("", 0.0)
        return Transcript(" ".join(piece.text for piece in spoken), min(piece.confidence for piece in spoken))

    def _decode_piece(self, pcm: bytes, expected: Sequence[str], hurried: bool) -> Transcript:
        return self.words(pcm, expected, hurried=hurried) if sounds_like_speech(pcm) else Transcript("", 0.0)

    def words(self, pcm: bytes, expected: Sequence[str], *, hurried: bool = False) -> Transcript:
        """Words of at most 28 s of line audio that may be speech; the guards of the decoder alone."""
        seconds = duration_s(pcm)
        samples = to_samples(pcm)
        beams = 1 if hurried else self._beams
        window_s = min(self._window_s, _HURRIED_WINDOW_S) if hurried else self._window_s
        prompt = self._prompt(expected, _HURRIED_PROMPT_TOKENS if hurried else _PROMPT_TOKENS)
        task = _Task(seconds, expected, prompt, beams)
        heard = self._decode_features(self._features(samples, window_s), task)
        if heard is None:
            return Transcript("", 0.0)
        if heard.score < _RETRY_SCORE and seconds > _SHORT_S:
            padded = self._decode_features(self._features(samples, _RETRY_WINDOW_S), task)
            if padded is not None and padded.score > heard.score:
                heard = padded
        text = collapse_repeats(self._spelling.text(heard.tokens), seconds, cut=heard.cut)
        if is_caption(text):
            return Transcript("", 0.0)
        return Transcript(text, math.exp(min(0.0, heard.score)))

    def align(self, pcm: bytes, text: str) -> tuple[Word, ...]:
        """Where the words of a text lie in at most 28 s of line audio, and how likely each is. Raises
        RecognitionFailed."""
        words = text.split()
        tokens = [self._spelling.tokens(f" {word}") for word in words]
        spelled = [token for own in tokens for token in own]
        if not spelled:
            return ()
        mel = self._features(to_samples(pcm), self._window_s)
        frames = min(mel.shape[1], int(duration_s(pcm) * 100))
        try:
            encoded = self._model.encode(mel)
            [found] = self._model.model.align(encoded, self._spelling.start, [spelled], frames)
        except (RuntimeError, ValueError) as failure:  # what CTranslate2 raises
            raise RecognitionFailed(f"Whisper failed on {duration_s(pcm):.1f} s of audio: {failure}") from failure
        return words_of(words, [len(own) for own in tokens], found.alignments, found.text_token_probs)

    def _features(self, samples: NDArray[np.float32], window_s: float) -> NDArray[np.float32]:
        """Log-mel features, shape (80, frames), an even number of frames (the encoder halves them)."""
        wide = resample(samples, LINE_RATE_HZ, _MODEL_RATE_HZ)
        silence = samples_encoded(len(wide), window_s) - len(wide)
        mel = self._model.feature_extractor(np.pad(wide, (0, silence)), padding=0)[:, :_MOST_FRAMES]
        return np.ascontiguousarray(mel[:, : mel.shape[1] // 2 * 2], dtype=np.float32)

    def _decode_features(self, mel: NDArray[np.float32], task: _Task) -> _Hypothesis | None:
        """The best words for the features, or None when this is not speech."""
        encoded = self._model.encode(mel)
        prompt, seconds = task.prompt, task.seconds
        heard = self._generate(encoded, prompt, task)
        if self._goes_round(heard, seconds) and self._no_speech(encoded) > _BARE_NO_SPEECH:
            return None
        if self._certain(heard, encoded, task.expected):
            return heard
        bare = self._generate(encoded, [], task) if prompt else heard
        if bare.no_speech > _CERTAIN_NO_SPEECH:
            return None
        if prompt and seconds <= _SHORT_S and bare.score > heard.score and self._stands_alone(bare):
            return bare
        least = _SCORE_IF_NO_SPEECH if bare.no_speech > _NO_SPEECH else _HOPELESS_SCORE
        if not heard.tokens or heard.score < least:
            return None
        likely = self._unprompted_score(encoded, heard.tokens, mel.shape[1]) >= _UNLIKELY_UNPROMPTED
        return heard if likely else None

    def _goes_round(self, heard: _Hypothesis, seconds: float) -> bool:
        """Most of it is said again and again: so a babble of far voices is heard, with a good score. So is a voice near
        by, with a better one."""
        if heard.score > _ROUND_SCORE:
            return False
        text = self._spelling.text(heard.tokens)
        return 2 * len(collapse_repeats(text, seconds, cut=heard.cut).split()) <= len(text.split())

    def _certain(self, heard: _Hypothesis, encoded: Any, expected: Sequence[str]) -> bool:
        """No noise is heard with so good a score, but for the words of a short prompt, over and over."""
        if not heard.tokens or heard.score < _CERTAIN_SCORE or heard.no_speech > _NO_SPEECH:
            return False
        words = set(normalized(self._spelling.text(heard.tokens)).split())
        prompted = words <= set(normalized(" ".join(expected)).split())
        return not prompted or self._no_speech(encoded) <= _NO_SPEECH

    def _no_speech(self, encoded: Any) -> float:
        """Probability of silence, from one step without a prompt."""
        start = self._spelling.start
        step = self._model.model.generate(
            encoded, [start], beam_size=1, max_length=len(start) + 1, return_no_speech_prob=True
        )
        return float(step[0].no_speech_prob)

    def _generate(self, encoded: Any, prompt: Sequence[int], task: _Task) -> _Hypothesis:
        start = [*prompt, *self._spelling.start]
        limit = max_tokens(task.seconds)
        result = self._model.model.generate(
            encoded,
            [start],
            beam_size=task.beams,
            max_length=len(start) + limit,
            return_scores=True,
            return_no_speech_prob=not prompt,  # with one, Whisper never says "no speech"
        )[0]
        tokens = list(result.sequences_ids[0])
        no_speech = 0.0 if prompt else float(result.no_speech_prob)
        return _Hypothesis(tokens, float(result.scores[0]), no_speech, cut=len(tokens) >= limit)

    def _stands_alone(self, bare: _Hypothesis) -> bool:
        """What was heard without a prompt is likely enough to be believed against it."""
        likely = bare.score >= _BARE_SCORE and bare.no_speech <= _BARE_NO_SPEECH
        return likely and bool(bare.tokens) and not is_caption(self._spelling.text(bare.tokens))

    def _unprompted_score(self, encoded: Any, tokens: list[int], frames: int) -> float:
        """Mean log-probability of these words for the audio alone: low for an answer only the prompt suggests."""
        aligned = self._model.model.align(encoded, self._spelling.start, [tokens], frames)[0]
        return float(np.mean(np.log(np.maximum(aligned.text_token_probs, 1e-9))))

    def _prompt(self, expected: Sequence[str], most: int) -> list[int]:
        """The expected answers as preceding text; the best come first and are kept when there are too many."""
        if not expected:
            return []
        # Answers come from scripts and leads: a control token spelled out in one ("<|endoftext|>") must stay text.
        text = " " + ", ".join(expected)
        return [self._spelling.previous, *self._spelling.tokens(text)[:most]]


def load_decoder(model_dir: Path, *, language: str, workers: int, window_s: float, beams: int = 3) -> Decoder:
    """Blocking, about a second. Raises ModelMissing, EngineUnavailable."""
    absent = [name for name in MODEL_FILES if not (model_dir / name).is_file()]
    if absent:
        raise ModelMissing(
            f"no Whisper model in {model_dir} ({', '.join(absent)} missing)",
            remedy="zvonar models pull whisper-base",
        )
    try:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - 1 s to import; only who uses Whisper pays for it
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415
    except ImportError as absent_package:
        raise EngineUnavailable(
            "the package faster-whisper cannot be imported", remedy="pip install faster-whisper"
        ) from absent_package
    try:
        files, tokens = narrowed(model_dir, language) if reads(language) else (None, None)
        model = WhisperModel(
            str(model_dir),
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            num_workers=workers,
            local_files_only=True,
            files=files,
        )
    except (RuntimeError, ValueError, OSError) as damaged:
        raise ModelMissing(
            f"the Whisper model in {model_dir} cannot be loaded: {damaged}",
            remedy=f"delete {model_dir} and run: zvonar models pull whisper-base",
        ) from damaged
    tokenizer = Tokenizer(model.hf_tokenizer, multilingual=True, task="transcribe", language=language)
    return Decoder(model, Spelling(tokenizer, tokens), window_s=window_s, beams=beams)
