"""YAML to plain values, remembering where each was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from scripts_dialog.findings import Finding, Severity, Text
from scripts_dialog.model import Place

MAX_CHARS = 1_000_000
MAX_VALUES = 50_000
MAX_DEPTH = 30


@dataclass(slots=True)
class Source:
    """One file as read: `data` in plain dicts, lists and scalars; `places` by dotted path, "" for the file."""

    file: str
    data: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def nearest(self, *path: str) -> Place:
        """Where `path` was written, or the nearest part around it."""
        for end in range(len(path), 0, -1):
            place = self.places.get(".".join(path[:end]))
            if place is not None:
                return place
        return self.places[""]


def read_yaml(text: str, file: str) -> Source:
    """Never raises for a bad file: what is wrong is in `findings`, and `data` is then empty."""
    source = Source(file, {}, {"": Place(file, 1)})
    if len(text) > MAX_CHARS:
        source.findings.append(_too_big(file))
        return source
    yaml = YAML(typ="rt")
    try:
        data = yaml.load(text)
    except DuplicateKeyError as error:
        source.findings.append(_duplicate(file, error))
        return source
    except MarkedYAMLError as error:
        source.findings.append(_broken(file, error))
        return source
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError) as error:
        source.findings.append(_unreadable(file, str(error)))
        return source
    if not isinstance(data, CommentedMap):
        source.findings.append(_not_a_mapping(file))
        return source
    walk = _Walk(file, source.places)
    try:
        source.data = walk.mapping(data, "", 0)
    except _TooBigError:
        source.findings.append(_too_big(file))
    return source


def read_file(path: Path, file: str = "") -> Source:
    """As `read_yaml`; a file that cannot be read is a finding too. `file` is its name in messages."""
    name = file or str(path)
    try:
        return read_yaml(path.read_text(encoding="utf-8-sig"), name)
    except OSError as error:
        message = Text(f"файл не открывается: {error.strerror}", f"the file cannot be opened: {error.strerror}")
        remedy = Text("проверьте путь и права", "check the path and permissions")
    except UnicodeDecodeError:
        message = Text("файл не в кодировке UTF-8", "the file is not in UTF-8")
        remedy = Text("пересохраните его в UTF-8", "save it again as UTF-8")
    return Source(name, {}, {"": Place(name, 0)}, [_finding("unreadable", name, 0, message, remedy)])


class _TooBigError(Exception):
    """Aliases that unfold without end, or a file nobody wrote by hand."""


@dataclass(slots=True)
class _Walk:
    file: str
    places: dict[str, Place]
    count: int = 0

    def value(self, value: Any, path: str, depth: int) -> Any:
        self.count += 1
        if self.count > MAX_VALUES or depth > MAX_DEPTH:
            raise _TooBigError
        if isinstance(value, CommentedMap):
            return self.mapping(value, path, depth)
        if isinstance(value, CommentedSeq):
            return [self._item(value, index, path, depth) for index in range(len(value))]
        for plain in (bool, int, float, str):
            if isinstance(value, plain):
                return plain(value)
        return None if value is None else str(value)

    def mapping(self, value: CommentedMap, path: str, depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, item in value.items():
            name = str(key)
            inner = f"{path}.{name}" if path else name
            position = (value.lc.data or {}).get(key)
            if position:
                self.places[inner] = Place(self.file, position[0] + 1)
            plain[name] = self.value(item, inner, depth + 1)
        return plain

    def _item(self, value: CommentedSeq, index: int, path: str, depth: int) -> Any:
        inner = f"{path}.{index}"
        position = (value.lc.data or {}).get(index)
        if position:
            self.places[inner] = Place(self.file, position[0] + 1)
        return self.value(value[index], inner, depth + 1)


def _finding(code: str, file: str, line: int, message: Text, remedy: Text) -> Finding:
    return Finding(code, Severity.ERROR, file, line, "", message, remedy)


_QUOTES = Text("возьмите весь текст в кавычки", "put the whole text in quotes")
_NOTATION: tuple[tuple[str, Text, Text], ...] = (
    (
        "mapping values are not allowed",
        Text("двоеточие внутри текста: строка читается как ключ", "a colon inside a text makes it a key"),
        _QUOTES,
    ),
    ("'\\t'", Text("отступ сделан табуляцией", "a tab in the indentation"), Text("замените пробелами", "use spaces")),
    (
        "end of stream",
        Text("кавычка открыта, но не закрыта", "a quote is opened and not closed"),
        Text("закройте её в конце текста", "close it at the end of the text"),
    ),
    (
        "expected ':'",
        Text("после ключа нет двоеточия", "a key without its colon"),
        Text("допишите двоеточие и пробел", "add a colon and a space"),
    ),
    (
        "<block end>",
        Text("отступ не такой, как у соседних строк", "the indentation differs from that of the lines around"),
        Text("выровняйте строку и проверьте кавычки выше", "align the line, and look at the quotes above it"),
    ),
    ("cannot start any token", Text("текст начинается с особого знака", "a text begins with a special sign"), _QUOTES),
    ("undefined alias", Text("звёздочка в начале текста", "a star at the beginning of a text"), _QUOTES),
    ("while scanning an alias", Text("звёздочка в начале текста", "a star at the beginning of a text"), _QUOTES),
)
"""What the reader says -> what it means to whoever wrote the file, the first that fits."""


def _broken(file: str, error: MarkedYAMLError) -> Finding:
    said = f"{error.context or ''} {error.problem or ''}"
    unclosed = "end of stream" in said and error.context_mark is not None
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    message = Text("строку не удаётся прочитать", f"the line cannot be read: {said.strip()}")
    remedy = Text(
        "проверьте отступы и кавычки на этой строке и строке выше",
        "check indentation and quotes on this line and the one above",
    )
    for sign, meaning, cure in _NOTATION:
        if sign in said:
            message, remedy = meaning, cure
            break
    return _finding("broken_yaml", file, mark.line + 1 if mark else 1, message, remedy)


def _duplicate(file: str, error: DuplicateKeyError) -> Finding:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return _finding(
        "duplicate_key",
        file,
        line,
        Text("один и тот же ключ написан дважды", "the same key is written twice"),
        Text("переименуйте или удалите второй", "rename or delete the second one"),
    )


def _unreadable(file: str, detail: str) -> Finding:
    return _finding(
        "broken_yaml",
        file,
        1,
        Text(f"файл не читается: {detail[:200]}", f"the file cannot be read: {detail[:200]}"),
        Text("сохраните файл как обычный текст в UTF-8", "save the file as plain text in UTF-8"),
    )


def _not_a_mapping(file: str) -> Finding:
    return _finding(
        "not_a_script",
        file,
        1,
        Text("это не сценарий: нет ключей script, start, phrases", "not a script: no keys script, start, phrases"),
        Text("начните файл со строки «script: имя»", "begin the file with 'script: name'"),
    )


def _too_big(file: str) -> Finding:
    return _finding(
        "too_big",
        file,
        1,
        Text("файл слишком велик или ссылается сам на себя", "the file is too big or refers to itself"),
        Text("разделите сценарий; уберите якоря (&, *)", "split the script; remove anchors (&, *)"),
    )
