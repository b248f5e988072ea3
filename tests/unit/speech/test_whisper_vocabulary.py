"""The tokens of one language, and the model that keeps only their rows."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from robot.speech.engines.whisper_vocabulary import Spelling, Tokens, narrowed, reads
from robot.speech.worker.child import environment

pytestmark = pytest.mark.unit

WORDS = ["!", "Ð°", "ĠÐ´Ð°", "Ġyes", "Ã©tÃ©", "Ðª", "æĸ¹", "<|endoftext|>", "<|startoftranscript|>", "<|ru|>"]
"""As a byte-level tokenizer writes them: «!», «а», « да», « yes», «été», «Ъ», «方», then special ones."""

KEPT = [0, 1, 2, 3, 5, 7, 8, 9]


def variable(name: str, values: NDArray[Any], kind: int) -> bytes:
    text = name.encode() + b"\0"
    shape = struct.pack(f"<{values.ndim}I", *values.shape)
    head = struct.pack("<H", len(text)) + text + struct.pack("<B", values.ndim) + shape
    return head + struct.pack("<BI", kind, values.nbytes) + values.tobytes()


def model_of(*variables: bytes, version: int = 6) -> bytes:
    spec = b"WhisperSpec\0"
    head = struct.pack("<IH", version, len(spec)) + spec + struct.pack("<II", 3, len(variables))
    return head + b"".join(variables) + struct.pack("<I", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = np.arange(len(WORDS) * 2, dtype=np.float16).reshape(len(WORDS), 2)
    parts = [
        variable("encoder/w", np.ones(3, np.float32), 0),
        variable("decoder/embeddings/weight", rows, 4),
        variable("decoder/x", np.array(7, np.int8), 1),
    ]
    (tmp_path / "model.bin").write_bytes(model_of(*parts))
    (tmp_path / "vocabulary.json").write_text(json.dumps(WORDS))
    (tmp_path / "tokenizer.json").write_text("{}")
    config = {"suppress_ids": [0, 4, 7], "suppress_ids_begin": [3], "lang_ids": [9], "alignment_heads": [[1, 2]]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_russian_keeps_its_letters_latin_words_bytes_and_special_tokens(folder: Path) -> None:
    files, tokens = narrowed(folder, "ru")
    assert list(tokens.kept) == KEPT
    assert json.loads(files["vocabulary.json"]) == [WORDS[token] for token in KEPT]


def test_what_names_tokens_by_number_names_them_by_their_new_ones(folder: Path) -> None:
    files, _ = narrowed(folder, "ru")
    config = json.loads(files["config.json"])
    assert config == {
        "suppress_ids": [0, 5],
        "suppress_ids_begin": [3],
        "lang_ids": [7],
        "alignment_heads": [[1, 2]],
    }


def test_the_model_loses_rows_and_nothing_else(folder: Path) -> None:
    files, _ = narrowed(folder, "ru")
    rows = np.arange(len(WORDS) * 2, dtype=np.float16).reshape(len(WORDS), 2)[KEPT]
    assert files["model.bin"] == model_of(
        variable("encoder/w", np.ones(3, np.float32), 0),
        variable("decoder/embeddings/weight", rows, 4),
        variable("decoder/x", np.array(7, np.int8), 1),
    )


def test_a_file_of_another_layout_is_refused(folder: Path) -> None:
    (folder / "model.bin").write_bytes(model_of(version=5))
    with pytest.raises(ValueError, match="version 6"):
        narrowed(folder, "ru")
    (folder / "model.bin").write_bytes(model_of(variable("encoder/w", np.ones(3, np.float32), 0)))
    with pytest.raises(ValueError, match="no decoder/embeddings"):
        narrowed(folder, "ru")


def test_only_a_language_whose_spelling_is_known_is_narrowed() -> None:
    assert reads("ru")
    assert not reads("ko")


class Words:
    """A tokenizer of whole words, as faster_whisper's looks from outside."""

    sot_sequence = (8, 9)
    no_timestamps = 9
    sot_prev = 8
    eot = 7

    def encode(self, text: str) -> list[int]:
        return [int(word) for word in text.split()]

    def decode(self, tokens: Sequence[int]) -> str:
        return " ".join(map(str, tokens)) + " "


def test_text_goes_over_in_the_models_own_numbers_and_comes_back_in_the_common_ones() -> None:
    spelling = Spelling(Words(), Tokens(np.array(KEPT)))
    assert spelling.start == [6, 7, 7]
    assert spelling.previous == 6
    assert spelling.tokens("2 4 5 8") == [2, 4], "a token that is not there is left out, and so is a control token"
    assert spelling.text([4, 2]) == "5 2"


def test_a_whole_model_keeps_all_numbers() -> None:
    spelling = Spelling(Words(), None)
    assert (spelling.start, spelling.previous, spelling.tokens("2 4 8")) == ([8, 9, 9], 8, [2, 4])
    assert spelling.text([5, 2]) == "5 2"


def test_avx512_is_forced_only_where_the_processor_has_it(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("flags\t\t: sse4_2 avx2\n")
    assert "CT2_FORCE_CPU_ISA" not in environment({}, info)
    info.write_text("flags\t\t: avx2 avx512f avx512cd avx512bw avx512dq avx512vl\n")
    assert environment({}, info)["CT2_FORCE_CPU_ISA"] == "AVX512"
    assert environment({"CT2_FORCE_CPU_ISA": "GENERIC"}, info)["CT2_FORCE_CPU_ISA"] == "GENERIC"
    assert "CT2_FORCE_CPU_ISA" not in environment({}, tmp_path / "none")
