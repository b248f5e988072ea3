"""Word error rate, latency and false silence of a recognizer on labelled line audio.

    python tests/speech/accuracy.py DIRECTORY --model MODEL_DIR [--no-bias] [--voice NAME]

DIRECTORY holds manifest.jsonl ({"file", "text", "label", "voice"} a line) and the 8 kHz audio files it names. With
bias, the recognizer is told what may be answered where such a label is expected: the texts of ANSWERS, never the
reference text alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from robot.speech.base import Recognizer
from robot.speech.engines.whisper import WhisperRecognizer
from robot.speech.guards import normalized
from robot.speech.pcm import to_pcm

ANSWERS = {
    "dialog": (
        "да, говорите",
        "нет, неинтересно",
        "кто это",
        "по какому вопросу",
        "это дорого",
        "отправьте на почту",
        "перезвоните завтра",
        "не звоните больше",
        "соединяю",
        "вы робот",
        "алло, не слышно",
    ),
    "time": (
        "завтра в десять утра",
        "в среду в три часа дня",
        "в пятницу в одиннадцать",
        "на следующей неделе",
        "часов в пять",
        "первый вариант",
    ),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance: reference and recognized words, word errors, seconds of decoding."""

    file: str
    text: str
    heard: str
    confidence: float
    errors: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    utterances: tuple[Heard, ...]

    @property
    def word_error_rate(self) -> float:
        words = sum(len(normalized(one.text).split()) for one in self.utterances)
        return sum(one.errors for one in self.utterances) / words

    @property
    def silent(self) -> int:
        """Utterances in which nothing was recognized."""
        return sum(not one.heard for one in self.utterances)

    def latency_s(self, quantile: float) -> float:
        return float(np.quantile([one.seconds for one in self.utterances], quantile))


def word_errors(reference: str, heard: str) -> int:
    """Levenshtein distance in words, punctuation and case ignored, hyphens as spaces."""
    left, right = (normalized(text.replace("-", " ")).split() for text in (reference, heard))
    row = list(range(len(right) + 1))
    for i, word in enumerate(left, 1):
        previous, row = row, [i]
        for j, other in enumerate(right, 1):
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (word != other)))
    return row[-1]


def read_line_audio(file: Path) -> bytes:
    """An 8 kHz mono audio file as line PCM."""
    samples, rate = soundfile.read(file, dtype="float32")
    if rate != 8000 or samples.ndim != 1:
        raise ValueError(f"{file}: expected 8 kHz mono, got {rate} Hz, shape {samples.shape}")
    return to_pcm(samples)


async def measure(recognizer: Recognizer, directory: Path, *, bias: bool, voice: str = "") -> Accuracy:
    """Decode every utterance of the manifest, one after another."""
    heard = []
    for line in (directory / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if voice and row["voice"] != voice:
            continue
        session = recognizer.session()
        if bias:
            session.expect(ANSWERS["time" if row["label"].startswith(("time", "choice")) else "dialog"])
        session.accept(read_line_audio(directory / row["file"]))
        began = time.perf_counter()
        transcript = await session.finish()
        seconds = time.perf_counter() - began
        errors = word_errors(row["text"], transcript.text)
        heard.append(Heard(row["file"], row["text"], transcript.text, transcript.confidence, errors, seconds))
        await session.close()
    return Accuracy(tuple(heard))


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--no-bias", action="store_true")
    parser.add_argument("--voice", default="")
    parser.add_argument("--window", type=float, default=6.0, help="seconds")
    parser.add_argument("--errors", action="store_true", help="print what was misheard")
    options = parser.parse_args()
    recognizer = WhisperRecognizer(options.model, window_s=options.window)
    await recognizer.start()
    result = await measure(recognizer, options.directory, bias=not options.no_bias, voice=options.voice)
    await recognizer.close()
    if options.errors:
        for one in result.utterances:
            if one.errors:
                print(f"{one.text} | {one.heard} | {one.confidence:.2f} | {one.seconds:.2f}")
    print(
        f"n {len(result.utterances)}  WER {result.word_error_rate:.1%}  silent {result.silent}  "
        f"p50 {statistics.median(one.seconds for one in result.utterances):.3f} s  p95 {result.latency_s(0.95):.3f} s"
    )


if __name__ == "__main__":
    asyncio.run(_main())
