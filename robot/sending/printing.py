"""A template and facts become a letter, an SMS and a PDF. Runs in a process of its own (press.py): it computes for a
second, and a template is somebody's program.

A template is a folder: `template.yaml` (title, subject, file name of the document), and any of `mail.html`,
`document.html`, `sms.txt`. It sees the facts and nothing else: no attributes of Python, no files, no network. Pictures
of the folder `files/` are to be had as `asset:NAME`, and by no other address.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

LIBRARY = Path(__file__).parent / "library"
LARGEST_TEXT = 2 * 1024 * 1024
"""Characters a template may print."""
LARGEST_FILE = 8 * 1024 * 1024
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}

_BLANK = re.compile(r"\n{3,}")


class Missing(Exception):
    """What sending.yaml does not say and a template cannot do without."""


def need(value: Any, what: str) -> Any:
    """For templates: the value, unless there is none."""
    if not value:
        raise Missing(what)
    return value


class BadTemplate(Exception):
    """What is wrong with a template: one sentence that names its file, and never a value of the facts."""


@dataclass(frozen=True, slots=True)
class Job:
    """templates: the company's own, tried before those that ship; None for those alone. files: where pictures lie."""

    template: str
    facts: Mapping[str, Any]
    templates: Path | None = None
    files: Path | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """ "" and b"" for what the template has not. text: the letter without markup."""

    title: str
    subject: str
    html: str
    text: str
    sms: str
    file_name: str
    pdf: bytes


def names(templates: Path | None) -> list[str]:
    """Of all templates there are, own ones included."""
    places = [place for place in (templates, LIBRARY) if place is not None and place.is_dir()]
    return sorted({file.parent.name for place in places for file in place.glob("*/template.yaml")})


def printed(job: Job, *, pdf: bool = True) -> Printed:
    """Raises BadTemplate, Missing."""
    environment = _environment(job.templates)
    about = _about(environment, job.template)
    html = _render(environment, f"{job.template}/mail.html", job.facts)
    page = _render(environment, f"{job.template}/document.html", job.facts) if pdf else ""
    return Printed(
        title=_line(environment, about.get("title", ""), job),
        subject=_line(environment, about.get("subject", about.get("title", "")), job),
        html=html,
        text=as_text(html) if html else "",
        sms=" ".join(_render(environment, f"{job.template}/sms.txt", job.facts).split()),
        file_name=_line(environment, about.get("file", ""), job) or f"{job.template}.pdf",
        pdf=_pdf(page, job.files) if page else b"",
    )


def _environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    places = [str(place) for place in (templates, LIBRARY) if place is not None]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(places),
        autoescape=lambda name: name is None or not name.endswith((".txt", ".yaml")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["need"] = need
    return environment


def _about(environment: jinja2.Environment, template: str) -> Mapping[str, str]:
    name = f"{template}/template.yaml"
    try:
        source, _, _ = _loader(environment).get_source(environment, name)
        read = YAML(typ="safe", pure=True).load(source)
    except jinja2.TemplateNotFound:
        raise BadTemplate(f"{template}: there is no such template") from None
    except YAMLError as error:
        raise BadTemplate(f"{name}: no YAML") from error
    if not isinstance(read, dict):
        raise BadTemplate(f"{name}: title: … is needed")
    return {str(key): str(value) for key, value in read.items()}


def _loader(environment: jinja2.Environment) -> jinja2.BaseLoader:
    if environment.loader is None:
        raise TypeError("made without a loader")
    return environment.loader


def _render(environment: jinja2.Environment, name: str, facts: Mapping[str, Any]) -> str:
    """ "" when the template has no such file."""
    try:
        return _bounded(name, environment.get_template(name).generate(facts))
    except (Missing, BadTemplate):
        raise
    except jinja2.TemplateNotFound as missing:
        if missing.name == name:
            return ""
        raise BadTemplate(f"{name}: it includes {missing.name}, which is not there") from None
    except jinja2.TemplateSyntaxError as error:
        raise BadTemplate(f"{error.name or name}, line {error.lineno}: {error.message}") from None
    except jinja2.TemplateError as error:  # an unknown name, an attribute that is not allowed
        raise BadTemplate(f"{name}: {error.message or type(error).__name__}") from None
    except Exception as error:  # whatever a program of strangers may do
        raise BadTemplate(f"{name}: {type(error).__name__}") from None


def _bounded(name: str, printing: Iterator[str]) -> str:
    parts, size = [], 0
    for part in printing:
        parts.append(part)
        size += len(part)
        if size > LARGEST_TEXT:
            raise BadTemplate(f"{name}: it prints more than {LARGEST_TEXT} characters")
    return "".join(parts)


def _line(environment: jinja2.Environment, source: str, job: Job) -> str:
    """A line of template.yaml, which may name facts. Not escaped: it is no HTML."""
    plain = environment.overlay(autoescape=False)
    try:
        return " ".join(plain.from_string(source).render(job.facts).split())
    except Missing:
        raise
    except Exception as error:
        raise BadTemplate(f"{job.template}/template.yaml: {type(error).__name__}") from None


class _Refused(Exception):
    pass


def _pdf(html: str, files: Path | None) -> bytes:
    import weasyprint  # noqa: PLC0415 - half a second, not for letters without a document
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Pictures of our folder, and nothing else in the world."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
            scheme, _, name = url.partition(":")
            kind = PICTURES.get(Path(name).suffix.lower())
            if scheme != "asset" or files is None or kind is None or name != Path(name).name:
                raise _Refused("only asset:NAME of the folder files")
            path = files / name
            if path.is_symlink() or path.stat().st_size > LARGEST_FILE:
                raise _Refused("too large")
            return URLFetcherResponse(url, io.BytesIO(path.read_bytes()), {"Content-Type": kind})

    fetcher = OwnFiles(allowed_protocols=(), allow_redirects=False)
    for name in ("weasyprint", "fontTools"):  # they tell their progress, and what they could not read
        logging.getLogger(name).setLevel(logging.CRITICAL)
    made: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    return made


class _Text(HTMLParser):
    """The words of a letter, for who reads no HTML."""

    SKIPPED = frozenset({"style", "script", "head", "title"})
    BREAKS = frozenset({"p", "div", "tr", "h1", "h2", "h3", "ul", "table"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SKIPPED:
            self._skipping += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n— ")
        elif tag in self.BREAKS:
            self.parts.append("\n\n" if tag in {"p", "h1", "h2", "h3", "table"} else "\n")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag == "a" and self._link.startswith("http"):
            self.parts.append(f": {self._link} ")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


def as_text(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split(" ")).strip() for line in "".join(reader.parts).split("\n"))
    return _BLANK.sub("\n\n", "\n".join(re.sub(r" {2,}", " ", line) for line in lines)).strip() + "\n"
