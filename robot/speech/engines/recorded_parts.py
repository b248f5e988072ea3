"""Phrases recorded in stretches around their variables: which of them a text is, and what stands where. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_VARIABLE = re.compile(r"\{[^{}]*\}")
_LONGEST_VALUE = 120
_SIGNS = re.compile(r"^\s*[,.!?…;:]+")
_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Template:
    """pattern: matches a folded text, with a group for every stretch and every value, in order. files: of the groups;
    None for a value."""

    pattern: re.Pattern[str]
    files: tuple[Path | None, ...]

    def match(self, text: str) -> list[tuple[str, Path | None]] | None:
        """The text in its stretches: words and the file they are recorded in, None where they are not. None when it is
        another phrase, or one of its values is empty."""
        found = self.pattern.fullmatch(_folded(text))
        return None if found is None else list(zip(map(str.strip, found.groups()), self.files, strict=True))


def template_of(text: str, files: Sequence[Path]) -> Template | None:
    """None for a text without variables and its one file. Raises ValueError when the files do not fit the text."""
    folded = _folded(text)
    stretches = _VARIABLE.split(folded)
    spoken = [stretch for stretch in stretches if _WORDS.search(stretch)]
    if len(files) != max(1, len(spoken)):
        raise ValueError(f"{text!r} has {len(spoken)} stretches of words and {len(files)} files")
    if len(stretches) == 1:
        return None
    pattern, own, rest = "", list[Path | None](), list(files)
    for number, stretch in enumerate(stretches):
        sign = _SIGNS.match(stretch) if number else None
        if number:
            # A sign behind a value belongs to it: it decides how the value is intoned.
            signs = sign[0].strip() if sign else ""
            pattern += rf"\s*(\S.{{0,{_LONGEST_VALUE}}}?{re.escape(signs)})\s*"
            own.append(None)
        words = stretch[len(sign[0]) if sign else 0 :].strip()
        if _WORDS.search(words):
            pattern += rf"({re.escape(words)})"
            own.append(rest.pop(0))
        else:
            pattern += re.escape(words)
    return Template(re.compile(pattern, re.IGNORECASE), tuple(own))


def _folded(text: str) -> str:
    return " ".join(text.split()).replace("ё", "е").replace("Ё", "Е")
