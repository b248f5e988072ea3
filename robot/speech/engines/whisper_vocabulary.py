"""A Whisper model that knows the tokens of one language alone: half the work of every step of its decoder.

Each step reads the embedding of all 51,865 tokens of a hundred languages (the output projection is tied to it) and
weighs every one of them; six in seven can never be part of a Russian answer. The rows of the others are left out when
the model is loaded, in memory: the file on disk stays as it was fetched. What is left keeps its order, so the special
tokens, whose places CTranslate2 counts on, stay side by side.

The file's layout is that of CTranslate2's `ModelSpec._serialize` (python/ctranslate2/specs/model_spec.py), version 6.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

_EMBEDDINGS = "decoder/embeddings/weight"
_VERSION = 6
_FLOAT16 = 4
_ID_LISTS = ("lang_ids", "suppress_ids", "suppress_ids_begin")
_FIRST_SPECIAL = "<|endoftext|>"
_COMMON = 6000
"""Tokens are numbered by how common they are: of the Latin ones so many are kept, for addresses, brands and names."""

_SPELLINGS = {"ru": re.compile(r"[\s0-9а-яёА-ЯЁ.,:;!?%№«»—–\-\"'()…]+")}
_LEAD_BYTES = {"ru": frozenset({0xD0, 0xD1})}
"""With which the letters begin in UTF-8: rare letters are spelled by half tokens."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Which tokens a model knows: `kept[i]` is the common number of its token i, and they rise."""

    kept: NDArray[np.int64]

    def own(self, token: int) -> int | None:
        """The model's number of a token, None of one that it does not know."""
        place = int(self.kept.searchsorted(token))
        return place if place < len(self.kept) and self.kept[place] == token else None

    def common(self, tokens: Sequence[int]) -> list[int]:
        return [int(token) for token in self.kept[list(tokens)]]


def reads(language: str) -> bool:
    """Whether it is known how this language is spelled; a model for another one keeps all its tokens."""
    return language in _SPELLINGS


def narrowed(model_dir: Path, language: str) -> tuple[dict[str, bytes], Tokens]:
    """The model's files with the tokens of one language, and which those are. Reads 150 MB: blocking, half a second.
    Raises OSError, ValueError for files of another layout."""
    vocabulary = json.loads((model_dir / "vocabulary.json").read_text(encoding="utf-8"))
    kept = _kept(vocabulary, language)
    tokens = Tokens(np.array(kept, dtype=np.int64))
    config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
    for name in _ID_LISTS:
        config[name] = [own for token in config[name] if (own := tokens.own(token)) is not None]
    files = {
        "model.bin": _with_rows((model_dir / "model.bin").read_bytes(), kept),
        "config.json": json.dumps(config).encode(),
        "vocabulary.json": json.dumps([vocabulary[token] for token in kept]).encode(),
        "tokenizer.json": (model_dir / "tokenizer.json").read_bytes(),
    }
    return files, tokens


def _kept(vocabulary: Sequence[str], language: str) -> list[int]:
    special = vocabulary.index(_FIRST_SPECIAL)
    alphabet = _byte_of_character()
    spelling, leads = _SPELLINGS[language], _LEAD_BYTES[language]
    return [
        token
        for token, text in enumerate(vocabulary)
        if token >= special or _belongs(bytes(alphabet[c] for c in text), token < _COMMON, spelling, leads)
    ]


def _belongs(raw: bytes, common: bool, spelling: re.Pattern[str], leads: frozenset[int]) -> bool:
    if len(raw) == 1:
        return True  # anything can be spelled with these
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return all(byte in leads or 0x80 <= byte < 0xC0 or byte == 0x20 for byte in raw)
    return spelling.fullmatch(text) is not None or (common and text.isascii())


def _byte_of_character() -> dict[str, int]:
    """How byte-level tokens are written down (`bytes_to_unicode` of openai/gpt-2, encoder.py)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


def _with_rows(model: bytes, kept: Sequence[int]) -> bytes:
    """The model with these rows of its embedding."""
    read = _Reader(model)
    if read.number("I") != _VERSION:
        raise ValueError("not a model of CTranslate2, version 6")
    read.text()
    read.number("I")
    found: tuple[int, int, bytes] | None = None
    for _ in range(read.number("I")):
        began, name = read.at, read.text()
        shape = [read.number("I") for _ in range(read.number("B"))]
        kind, size = read.number("B"), read.number("I")
        if name == _EMBEDDINGS and kind == _FLOAT16 and shape[0] > kept[-1]:
            rows = np.frombuffer(model, np.float16, count=shape[0] * shape[1], offset=read.at).reshape(shape)[kept]
            head = struct.pack("<BIIBI", 2, *rows.shape, kind, rows.nbytes)
            named = model[began : began + 2 + len(_EMBEDDINGS) + 1]
            found = began, read.at + size, named + head + rows.tobytes()
        read.at += size
    if found is None:
        raise ValueError(f"no {_EMBEDDINGS} of half floats in the model")
    begin, end, replaced = found
    return model[:begin] + replaced + model[end:]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from("<" + kind, self._data, self.at)
        self.at += struct.calcsize("<" + kind)
        return cast(int, value)

    def text(self) -> str:
        """With its length before it, and a zero at its end."""
        length = self.number("H")
        value = self._data[self.at : self.at + length]
        self.at += length
        return value.rstrip(b"\0").decode()


class Spelling:
    """Text to the model's tokens and back; tokens: None of a model that knows them all."""

    def __init__(self, tokenizer: Any, tokens: Tokens | None) -> None:
        """tokenizer: faster_whisper's."""
        self._tokenizer = tokenizer
        self._tokens = tokens
        self.start = [self._special(token) for token in (*tokenizer.sot_sequence, tokenizer.no_timestamps)]
        self.previous = self._special(tokenizer.sot_prev)

    def _special(self, token: int) -> int:
        if self._tokens is None:
            return token
        own = self._tokens.own(token)
        if own is None:
            raise ValueError(f"the model lost its special token {token}")
        return own

    def tokens(self, text: str) -> list[int]:
        """Without control tokens, even where the text spells one out; foreign words it has no tokens for are left
        out."""
        plain = [token for token in self._tokenizer.encode(text) if token < self._tokenizer.eot]
        if self._tokens is None:
            return plain
        return [own for token in plain if (own := self._tokens.own(token)) is not None]

    def text(self, tokens: Sequence[int]) -> str:
        common = list(tokens) if self._tokens is None else self._tokens.common(tokens)
        return str(self._tokenizer.decode(common)).strip()
